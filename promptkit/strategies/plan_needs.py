"""Which sub-questions of a plan need the answers to which, written "(needs 1, 2)", and what may be asked at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from promptkit.strategies.plan_list import is_answer

UNREAD_NEEDS = "showed all answers before it: what a sub-question needs could not be read, or does not come before it"

_NEEDS = re.compile(
    r"(?<![\s,;:.\-–—])[\s,;:.\-–—]*+[(（\[{]\s*(?:it\s+)?(?P<word>needs?|depends?\s+on|requires?|不需要|無需|需要|需)"
    r"(?P<what>[^()（）\[\]{}]{0,200})[)）\]}][\s.?!。？！*_]*\Z",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|to|至|到)\s*(\d{1,3})", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}")
_NONE = re.compile(r"[\s:：]*(?:none|nothing|no\b.*|n/?a|nil|-|–|—|無|无|沒有|没有|)[\s.。]*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One sub-question: its number, from 1, and the numbers of those before it whose answers it is shown."""

    number: int
    question: str
    needs: tuple[int, ...]


def one_after_the_other(questions: Iterable[str]) -> tuple[Part, ...]:
    """Each sub-question needs all before it."""
    return tuple(Part(number, question, tuple(range(1, number))) for number, question in enumerate(questions, start=1))


def by_needs(items: Iterable[str]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The sub-questions of a plan, without what stands behind them about their needs; and what was wrong with that.

    One that does not say what it needs, or needs itself, a later one or one that is not there, needs all before it: so
    nothing waits in a circle. An item that gives an answer is none, and what needs it needs one that is not there.
    """
    read = [(place, *_split(item)) for place, item in enumerate(items, start=1)]
    kept = [(place, question, needs) for place, question, needs in read if question and not is_answer(question)]
    number_of = {place: number for number, (place, _, _) in enumerate(kept, start=1)}
    parts, wrong = [], []
    for number, (_, question, needs) in enumerate(kept, start=1):
        missing = [place for place in needs or () if number_of.get(place, number) >= number]
        if missing:
            named = ", ".join(map(str, missing))
            wrong.append(f"sub-question {number} needs {named}, not among those before it")
        elif needs is None and number > 1:
            wrong.append(f"sub-question {number} does not say what it needs")
        stated = None if needs is None or missing else tuple(sorted({number_of[place] for place in needs}))
        parts.append(Part(number, question, tuple(range(1, number)) if stated is None else stated))
    return tuple(parts), tuple(wrong)


def waves(parts: Iterable[Part]) -> tuple[tuple[Part, ...], ...]:
    """The parts that can be asked at once: each needs only parts of the waves before its own."""
    levels: dict[int, list[Part]] = {}
    level_of: dict[int, int] = {}
    for part in parts:
        level = 1 + max((level_of[number] for number in part.needs), default=0)
        level_of[part.number] = level
        levels.setdefault(level, []).append(part)
    return tuple(tuple(levels[level]) for level in sorted(levels))


def _split(item: str) -> tuple[str, tuple[int, ...] | None]:
    """The question, and the places in the list that it needs; `None` when it does not say."""
    found = _NEEDS.search(item)
    if not found:
        return item, None
    ranges = [range(int(first), int(last) + 1) for first, last in _RANGE.findall(found["what"])]
    single = _NUMBER.findall(_RANGE.sub(" ", found["what"]))
    needs = tuple(dict.fromkeys([*(place for listed in ranges for place in listed), *map(int, single)]))
    if needs or found["word"] in ("不需要", "無需") or _NONE.fullmatch(found["what"]):
        return item[: found.start()].rstrip(), needs
    return item, None
