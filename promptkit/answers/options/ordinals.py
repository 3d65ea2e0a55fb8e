"""Options named by their place in the list: "the third option"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NAMED = re.compile(
    rf"\b({'|'.join(_PLACES)}|last)(?: (?:answer|listed|given))? (?:option|choice|alternative|answer)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"\W*(?:(?:it's|it is|that's) )?the ({'|'.join(_PLACES)}|last) one(?:\W*$|(?=,\s|\s(?:because|since|as)\b))",
    re.IGNORECASE,
)


def with_labels(text: str, labels: Sequence[str]) -> str:
    """`text` with the label of an option in place of "the third option"; or "the third one", explained or not."""
    if not labels:
        return text
    if alone := _ALONE.match(text):
        text = _option(alone, labels) + text[alone.end() :]
    return _NAMED.sub(lambda found: _option(found, labels), text)


def _option(found: re.Match[str], labels: Sequence[str]) -> str:
    name = found[1].lower()
    place = len(labels) - 1 if name == "last" else _PLACES.index(name)
    return f"option {labels[place]}" if place < len(labels) else found[0]
