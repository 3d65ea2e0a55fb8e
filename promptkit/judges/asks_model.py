"""Graders that ask a model: how they name it, word their question and ask, whatever they make of what it writes."""

from __future__ import annotations

import dataclasses
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

from promptkit.answers.prose.reply import visible_text
from promptkit.backend import Backend, Model
from promptkit.errors import UsageError
from promptkit.types import MOST_TOKENS, Completion, Prompt
from promptkit.wording.templates import Templates

FOLDER = "judge"  # of their templates
_MARKUP = "*_`# \t.。"


@dataclass(frozen=True, kw_only=True)
class AsksModel(ABC):
    """A grader that asks a model.

    Attributes:
        kind: what its specification begins with.
        model: who is asked; a name is loaded by the run.
        max_tokens: the longest reply of that model, by default its own limit.
        templates: where the wording comes from; `wording` names a variant, such as zh-Hant.

    Raises:
        UsageError: no room for a reply.
        TemplateError: a wording that is not there.
    """

    kind: ClassVar[str]

    model: Backend | str
    max_tokens: int | None = None
    wording: str = ""
    templates: Templates = dataclasses.field(default=Templates(), repr=False)

    def __post_init__(self) -> None:
        if self.max_tokens is not None and not 1 <= self.max_tokens <= MOST_TOKENS:
            taken = f"{self.kind}(…) takes 1 or more, at most {MOST_TOKENS:,}"
            raise UsageError(f"max_tokens={self.max_tokens}: {taken}; leave it out for no limit")
        if self.wording:
            self.worded().require_variant(FOLDER)

    @property
    @abstractmethod
    def name(self) -> str:
        """What tables call its grades."""

    @property
    def model_name(self) -> str:
        """What its model is called."""
        return self.model if isinstance(self.model, str) else str(getattr(self.model, "name", "a strategy"))

    def asking(self, load: Callable[[str], Backend], guard: Callable[[Model], Model] = lambda model: model) -> Self:
        """The same grader on the model that `load` finds by its name, or on what `guard` makes of the one it has."""
        asked = load(self.model) if isinstance(self.model, str) else self.model
        if asked is self.model and isinstance(asked, Model):
            asked = guard(asked)
        return dataclasses.replace(self, model=asked)

    def asked(self, text: str) -> Prompt:
        """The prompt of this text."""
        return Prompt.of(text, max_tokens=self.max_tokens)

    async def ask(self, prompt: Prompt) -> Completion:
        """What the model says.

        Raises:
            UsageError: the model is a name yet.
        """
        if isinstance(self.model, str):
            raise UsageError(f"the model {self.model} of a {self.kind} is loaded by a run; give a model here")
        return await self.model.complete(prompt)

    def worded(self) -> Templates:
        """The templates in its wording."""
        return self.templates.worded(self.wording)


def mark_of(*texts: str) -> str:
    """Letters that belong to these texts, and that stand in none of them but by intent beyond reason."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:8]


def last_line(written: str) -> str:
    """The last line that has text, without its markup."""
    lines = [line.strip(_MARKUP) for line in visible_text(written).splitlines()]
    return next((line for line in reversed(lines) if line), "")
