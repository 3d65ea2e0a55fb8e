"""`promptkit template test`: the promises of templates, and the messages that they made before."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from promptkit.cli import exit_codes, options, output
from promptkit.cli.template_files import located
from promptkit.errors import UsageError
from promptkit.terminal import Terminal
from promptkit.wording.folders import SUFFIX
from promptkit.wording.templates import Templates
from promptkit.wording.testing import Tested, conversation_text, run_tests

SNAPSHOT = ".golden"


def check(
    path: Annotated[
        str | None, typer.Argument(help="A folder of templates, a file, or a name.", metavar="[PATH]")
    ] = None,
    templates: options.TemplateFolders = None,
    update: Annotated[
        bool, typer.Option("--update", help="Save the current messages next to each template, to compare with later.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Run the tests in the headers of templates. Nothing is sent.

    With --update the messages made of the samples are kept as NAME.golden beside each template; from then on another
    message is a failure, until they are updated. The exit code is 1 when something fails.

    Examples:
        promptkit template test prompts

        promptkit template test prompts --update
    """
    found, name = located(path, templates)
    own = [name] if name else [one for one in found.names() if found.find(one) != Templates.shipped().find(one)]
    tested = [one for each in own for one in (*run_tests(found, each), *_compared(found, each, update=update))]
    failed = [one for one in tested if one.failures]
    if json:
        output.print_json({"tests": [asdict(one) for one in tested]})
    else:
        _show(tested)
        output.print_notice(f"{len(tested) - len(failed)} passed, {len(failed)} failed")
    if not tested:
        raise UsageError("there is nothing to test; write `tests:` into a header, or keep messages with --update")
    if failed:
        raise typer.Exit(exit_codes.FINDINGS)


def _show(tested: list[Tested]) -> None:
    screen = Terminal(soft_wrap=True)
    for one in tested:
        mark, colour = ("failed", "red") if one.failures else ("ok", "green")
        screen.print(Text.assemble((mark, colour), f" {one.template}: {one.test}"))
        for failure in one.failures:
            screen.print(Text("\n".join(f"    {line}" for line in failure.splitlines())))


def _compared(templates: Templates, name: str, *, update: bool) -> Iterator[Tested]:
    """The messages made of samples, against those that were kept."""
    kept = Path(str(templates.file(name)).removesuffix(SUFFIX) + SNAPSHOT)
    if not (update or kept.exists()) or name.rpartition("/")[2].startswith("_"):
        return
    inputs = templates.header(name).inputs
    values = {key: one.stand_in(key) for key, one in inputs.items() if one.required or one.sample is not None}
    now = conversation_text(templates.render(name, **values))
    if update:
        kept.write_text(now, encoding="utf-8")
    before = kept.read_text(encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), str(kept), "now", lineterm="", n=1)
    failures = () if before == now else ("\n".join(lines),)
    yield Tested(name, "the messages are those that were kept", failures)
