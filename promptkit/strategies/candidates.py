"""Read answers and their probabilities out of one reply: in tags, as JSON, or a line each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptkit.answers.prose.reply import without_thinking

_LONGEST = 50_000  # characters of a reply that are read
_RESPONSE = re.compile(r"<response[^<>]{0,40}>", re.IGNORECASE)
_CHANCE = re.compile(r"(\d{1,3}(?:\.\d{1,12})?|\.\d{1,12})\s?(%?)")
_AT_END = re.compile(
    r"[\s(\[,;:*_–—-]{0,8}(?:probability|prob\.?|機率|概率)\W{0,4}(?P<chance>[\d.]{1,14}\s?%?)\W{0,4}\Z", re.IGNORECASE
)
_MARK = re.compile(r"\s*(?:\(?\d{1,3}[.):、]|[-*•])\s*")
_TEXTS = ("text", "response", "answer")
_CHANCES = ("probability", "prob", "p")


@dataclass(frozen=True)
class Candidate:
    """An answer, and how likely the model says it is: from 0 to 1, `None` where that could not be read."""

    text: str
    probability: float | None


def read_candidates(reply: str) -> tuple[Candidate, ...]:
    """The answers in the order written; empty where none can be told apart from the rest.

    An answer in tags or in JSON is one with or without a probability; a line is one only if it ends in a probability.
    """
    text = without_thinking(reply)[:_LONGEST]
    return tuple(_from_tags(text)) or tuple(_from_json(text)) or tuple(_from_lines(text))


def _from_tags(text: str) -> Iterator[Candidate]:
    for part in _RESPONSE.split(text)[1:]:
        answer = _between(part, "text").strip()
        if answer:
            yield Candidate(answer, _chance(_between(part, "probability")))


def _between(text: str, tag: str) -> str:
    lowered, opening, closing = text.lower(), f"<{tag}>", f"</{tag}>"
    start = lowered.find(opening)
    end = lowered.find(closing, start)
    return text[start + len(opening) : end] if 0 <= start < end else ""


def _from_json(text: str) -> Iterator[Candidate]:
    starts = [start for start in (text.find("["), text.find("{")) if start >= 0]
    try:
        value, _ = json.JSONDecoder().raw_decode(text, min(starts, default=len(text)))
    except (ValueError, RecursionError):
        return
    if isinstance(value, Mapping):
        value = next((inner for inner in value.values() if isinstance(inner, list)), [])
    for one in value if isinstance(value, list) else []:
        if isinstance(one, Mapping):
            answer = next((str(one[key]).strip() for key in _TEXTS if one.get(key) is not None), "")
            if answer:
                yield Candidate(answer, _chance(str(next((one[key] for key in _CHANCES if key in one), ""))))


def _from_lines(text: str) -> Iterator[Candidate]:
    for line in text.splitlines():
        found = _AT_END.search(line[-80:])
        if found:
            marked = line[: len(line) - len(line[-80:]) + found.start()]
            mark = _MARK.match(marked)
            answer = marked[mark.end() if mark else 0 :].strip(" *\"'")
            if answer:
                yield Candidate(answer, _chance(found["chance"]))


def _chance(text: str) -> float | None:
    """A probability: `0.25`, `.25` or `25%`; none below 0 or above 1."""
    found = _CHANCE.fullmatch(text.strip())
    if not found:
        return None
    value = float(found[1]) / (100 if found[2] else 1)
    return value if value <= 1 else None
