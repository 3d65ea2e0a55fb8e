"""Asking a model for a better wording: what it is shown, and what is read from its reply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from promptkit.answers.prose.reply import without_thinking
from promptkit.optimizing.editable import tags_of
from promptkit.outcomes import Attempt
from promptkit.tasks import Item
from promptkit.types import Prompt
from promptkit.wording.templates import Templates

REWORD = "optimize/reword"
_ANSWER = re.compile(r"<wording>\n?(.*?)\n?</wording>", re.DOTALL)
_LONGEST = 4_000  # characters of a reply that are shown


@dataclass(frozen=True)
class Tried:
    """An item that a candidate was asked, and what came of it."""

    item: Item
    attempt: Attempt
    reply: str

    @property
    def score(self) -> float:
        """What the reply is worth, from 0 to 1."""
        return self.attempt.score or 0.0

    def verdict(self) -> str:
        """The feedback in words."""
        if self.score == 1:
            return "right"
        if self.attempt.grades and not self.attempt.grades[0].outcome:  # of a reading the outcome tells more
            reason = self.attempt.grades[0].reason
            return f"worth {self.score:g} of 1" + (f": {reason}" if reason else "")
        wanted = f"; the right answer is {self.item.target}" if self.item.target else ""
        match self.attempt.outcome:
            case "unparsed":
                return f"not readable as an answer{wanted}"
            case "truncated":
                return f"cut off before the answer{wanted}"
            case "refused":
                return f"a refusal{wanted}"
        read = f" (read as {self.attempt.answer})" if self.attempt.answer else ""
        return f"wrong{read}{wanted}"


def reword_prompt(templates: Templates, wording: str, tried: Iterable[Tried]) -> Prompt:
    """What a model is asked for a better wording. What was asked and replied is data in it."""
    shown = [{"question": one.item.question, "reply": one.reply[:_LONGEST], "verdict": one.verdict()} for one in tried]
    shown_inputs = list(dict.fromkeys(tag for tag in tags_of(wording) if tag.startswith("{{")))
    return Prompt.of(templates.text(REWORD, wording=wording, tags=shown_inputs, tried=shown))


def proposed_wording(reply: str) -> str | None:
    """The wording in a reply: what stands last between the marks; nothing without them."""
    found = _ANSWER.findall(without_thinking(reply))
    return found[-1] if found and found[-1].strip() else None
