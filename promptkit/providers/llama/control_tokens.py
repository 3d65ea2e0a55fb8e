"""Text that spells a control token stays text: no question can open a turn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptkit.providers.llama.engine import Engine
from promptkit.types import Prompt


class PlainText:
    """Finds control tokens in what users write, and keeps the model from seeing them as such.

    llama.cpp looks for control tokens in the whole conversation, after the chat template has joined its own text
    and that of the turns. So those of the turns stand aside while the template is applied, and come back as the
    tokens of their letters. Every letter arrives.
    """

    def __init__(self, control: Sequence[str]) -> None:
        self._control = tuple(control)
        self._found = re.compile("|".join(re.escape(text) for text in control) or r"(?!)")
        self._name = secrets.token_hex(8)
        self._placeholder = re.compile(rf"{self._name}(\d+)\.")

    def harmless(self, prompt: Prompt) -> bool:
        """Whether no turn spells a control token."""
        return not any(self._found.search(m.text) for m in prompt.messages)

    def tokens(self, prompt: Prompt, engine: Engine, chat: bool, fields: Mapping[str, Any]) -> list[int]:
        """What the model reads: the turns in its template or, unless `chat`, the text of the first turn.

        `fields` are those of the request: some are switches of the template.
        """
        turns = [{"role": m.role, "content": self._aside(m.text)} for m in prompt.messages]
        parts = self._parts(engine.rendered(turns, fields) if chat else turns[0]["content"])
        return [
            t for i, (part, control) in enumerate(parts) for t in engine.tokens(part, control=control, first=i == 0)
        ]

    def _aside(self, text: str) -> str:
        return self._found.sub(lambda found: f"{self._name}{self._control.index(found[0])}.", text)

    def _parts(self, text: str) -> Iterator[tuple[str, bool]]:
        """The parts of a text with placeholders, and whether control tokens are to be recognised in them."""
        for i, part in enumerate(self._placeholder.split(text)):
            if i % 2 == 0:
                yield part, True
            else:  # cut after its first letter: some tokens are recognised even where control tokens are not
                spelt = self._control[int(part)]
                yield spelt[:1], False
                yield spelt[1:], False
