"""`promptkit template diff`: two wordings side by side, as files and as what is sent."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from promptkit.cli import options, output
from promptkit.cli.messages import difference, print_difference, print_heading, tokens_of
from promptkit.cli.template_files import Located, Row, Set, locate, tried_with
from promptkit.terminal import Terminal
from promptkit.types import Message
from promptkit.wording.testing import conversation_text

_Wording = Annotated[str, typer.Argument(help="A name or file; promptkit/NAME is a shipped one.")]


def diff(
    a: _Wording,
    b: _Wording,
    set_: Set = None,
    row: Row = None,
    templates: options.TemplateFolders = None,
    json: options.Json = False,
) -> None:
    """Show how two wordings differ: their files, and the messages they make of a row or of samples.

    Examples:
        promptkit template diff promptkit/chain_of_thought/think prompts/chain_of_thought/think.j2

        promptkit template diff support/reply support/reply.short --templates prompts --row stories:3
    """
    first, second = locate(a, templates), locate(b, templates)
    sources = difference(first.templates.read(first.name), second.templates.read(second.name), a, b)
    made = [_messages(one, set_, row) for one in (first, second)]
    messages = difference(conversation_text(made[0]), conversation_text(made[1]), a, b)
    tokens = [tokens_of(one) for one in made]
    if json:
        return output.print_json({"source": sources, "messages": messages, "tokens": tokens})
    screen = Terminal(soft_wrap=True)
    for title, lines in (("files", sources), (f"messages of {row or 'samples'}", messages)):
        print_heading(title)
        print_difference(lines)
    screen.print(Text(f"about {tokens[0]} tokens → {tokens[1]}", style="dim"))
    return None


def _messages(found: Located, given: list[str] | None, row: str | None) -> tuple[Message, ...]:
    takes = found.templates.header(found.name).inputs
    own = [text for text in given or [] if not takes or text.partition("=")[0] in takes]
    return found.templates.render(found.name, **tried_with(found, own, row))
