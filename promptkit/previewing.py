"""Show the exact prompts of a strategy before anything is sent."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from promptkit.backend import Backend, require_backend
from promptkit.errors import AnswerNotFound
from promptkit.providers.function import FunctionModel
from promptkit.strategies.critique import REJECTING, asks_for_verdict
from promptkit.strategy import Strategy
from promptkit.streaming import muted
from promptkit.sync import wait_for
from promptkit.tracing import untraced
from promptkit.types import Message, Prompt, Value
from promptkit.wording.header import parsed
from promptkit.wording.templates import Templates


@dataclass(frozen=True)
class Source:
    """A template that a text is from: its name, file, and the line at which its body begins."""

    name: str
    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.name} ({self.file}:{self.line})"


@dataclass(frozen=True)
class Noting(Templates):
    """Templates that note what they rendered, so that the text of a prompt can be shown with its place."""

    _rendered: list[tuple[Source, tuple[Message, ...]]] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, templates: Templates) -> Noting:
        """The same templates, noting."""
        same = {one.name: getattr(templates, one.name) for one in fields(Templates)}
        return cls(**same)

    def anew(self) -> Noting:
        """The same templates, which have noted nothing yet."""
        return Noting.of(self)

    def render(self, name: str, /, **values: object) -> tuple[Message, ...]:
        """The messages of a template, noted."""
        made = super().render(name, **values)
        file, text = _from_here(self.file(name)), self.read(name)
        body = parsed(name, text, file).body
        line = body[: len(body) - len(body.lstrip())].count("\n") + 1
        self._rendered.append((Source(name, file, line), made))
        return made

    def rendered(self) -> frozenset[str]:
        """The names of the templates that were rendered."""
        return frozenset(source.name for source, _ in self._rendered)

    def sources(self, message: Message) -> list[Source]:
        """The templates whose rendered text a message has in it, each once."""
        found = (source for source, made in self._rendered if any(one.text in message.text for one in made if one.text))
        return list(dict.fromkeys(found))


class PreviewedCall(Value):
    """One call as it would be made: what it is for, and the exact prompt."""

    step: str
    prompt: Prompt


def _from_here(file: Path) -> Path:
    """The path from the current folder, for a file in it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def preview(backend: Backend, prompt: Prompt | str) -> tuple[PreviewedCall, ...]:
    """The calls that `backend`, usually a strategy, would make for `prompt`, in the order asked.

    Nothing is sent, whichever models the strategy asks. Where a later prompt holds an earlier reply, a placeholder of
    two list items stands for it, and of a rejecting verdict where one is asked for: so a plan is shown with two
    sub-questions, and a critique with its revision.

    Raises:
        TypeError: `backend` is not a backend, or `prompt` neither a `Prompt` nor a text.
        PromptkitError: the strategy refuses the prompt, as it would when asked.
    """
    numbers = itertools.count(1)
    unsent = FunctionModel(lambda sent: placeholder(next(numbers), sent), name="preview")
    asked = require_backend(backend)
    previewed = asked.over(unsent) if isinstance(asked, Strategy) else unsent
    try:
        with muted(), untraced():
            calls = wait_for(previewed.complete(Prompt.parse(prompt))).calls()
    except AnswerNotFound as error:  # a vote that finds no answer in placeholders has asked all its draws by then
        calls = tuple(call for step in error.completions for call in step.calls())
    return tuple(PreviewedCall(step=call.step, prompt=call.prompt) for call in calls)


def runs(calls: Sequence[PreviewedCall]) -> Iterator[tuple[int, int, PreviewedCall]]:
    """The calls with the first and last of their numbers; those that differ in nothing but the draw are one."""
    start = 0
    for number, call in enumerate(calls):
        following = calls[number + 1] if number + 1 < len(calls) else None
        if following is None or following.prompt.with_draw(0) != call.prompt.with_draw(0):
            yield start + 1, number + 1, call
            start = number + 1


def placeholder(number: int, asked: Prompt) -> str:
    """What stands for the reply to call `number`."""
    items = f"1. ‹first item of reply {number}›\n2. ‹second item of reply {number}›"
    return f"{items}\n{REJECTING}" if asks_for_verdict(asked.question) else items
