"""Text that spells a control token stays text: no question can open a turn."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence


class PlainText:
    """Finds control tokens in what users write, and keeps the model from seeing them as such.

    llama.cpp looks for control tokens in the whole conversation, after the chat template has joined what the template
    says and what the user says. So these stand aside while the template is applied, and return as the tokens of their
    letters. Every letter arrives; only the token differs.
    """

    def __init__(self, control: Sequence[str]) -> None:
        self._control = tuple(control)
        self._found = re.compile("|".join(re.escape(text) for text in control) or r"(?!)")
        self._name = secrets.token_hex(8)
        self._placeholder = re.compile(rf"{self._name}(\d+)\.")

    def harmless(self, text: str) -> bool:
        """Whether `text` spells no control token."""
        return self._found.search(text) is None

    def aside(self, text: str) -> str:
        """`text` with a placeholder for each control token that it spells."""
        return self._found.sub(lambda found: f"{self._name}{self._control.index(found[0])}.", text)

    def tokens(self, rendered: str, tokenize: Callable[[str, bool], list[int]]) -> list[int]:
        """The tokens of a text with placeholders. `tokenize` also takes whether to recognise control tokens."""
        tokens: list[int] = []
        for i, part in enumerate(self._placeholder.split(rendered)):
            if i % 2 == 0:
                tokens += tokenize(part, True)
            else:  # cut after its first letter: some tokens are recognised also where control tokens are not
                text = self._control[int(part)]
                tokens += tokenize(text[:1], False) + tokenize(text[1:], False)
        return tokens
