"""What a row is for, by the split that it names: it is asked, or only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from promptkit.tasks.columns import Raw
from promptkit.tasks.parts import Parts
from promptkit.tasks.plain_text import plain_text
from promptkit.tasks.problems import Unusable

_SHOWN = frozenset({"train", "training", "few-shot", "fewshot", "few_shot", "example", "examples", "shot", "shots"})
_ASKED = ("test", "eval", "evaluation", "validation", "val", "dev")  # the first of these that a file has is asked
Split: TypeAlias = Literal["test", "train"]


def asked_split(parts: Parts, raws: Sequence[Raw]) -> str:
    """The split that is asked: test, and where a file has none, validation or the like."""
    if not parts.has("split"):
        return "test"
    values = [parts.of(raw, "split") for raw in raws]
    there = {split_word(value) for value in values if not isinstance(value, (list, Mapping, bytes))}
    return next((name for name in _ASKED if name in there), "test")


def split_of(word: str, asked: str) -> Split | None:
    """What a row is for; nothing for the rows of a split that is neither asked nor shown."""
    if word in ("", asked):
        return "test"
    if word in _SHOWN or (word == "dev" and asked != "dev"):
        return "train"
    if word in _ASKED:
        return None
    raise Unusable(f"split: {word!r:.40} is not known; write test or train")


def split_word(value: object) -> str:
    """What stands for the split, as it is compared."""
    return (plain_text(value) or "").strip().casefold()
