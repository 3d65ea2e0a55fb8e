"""Where the text of an option stands in a sentence as whole words."""

from __future__ import annotations

import re

_PARTS = ("√", "^", "-", "\\")  # before a name they make it part of another term
_PLURAL = re.compile(r"e?s(?![a-z])")
_PARTICLE = re.compile(r"(?:입니다|이다|이고|은|는|이|가|을|를|의|에서|에|와|과|도)(?![\uac00-\ud7af])")
_UNSPACED = re.compile("[\u3040-\u9fff]+")  # a script without blanks, where words have no ends that are seen
_LETTERS = 3  # a longer name may stand in the plural
_GOES_ON = re.compile(r"[.,]\d|[²³^√%]")


def span_of(sentence: str, text: str) -> tuple[int, int] | None:
    """Where the text of an option stands in `sentence` as whole words."""
    name, lower = text.strip().rstrip(".").casefold(), sentence.casefold()
    if not name or name not in lower:
        return None
    unspaced = len(name) > 1 and bool(_UNSPACED.fullmatch(name))
    start = -1
    while (start := lower.find(name, start + 1)) >= 0:
        before, after = sentence[max(0, start - 1) : start], sentence[start + len(name) :]
        if unspaced:
            return start, start + len(name)
        whole = not after[:1].isalnum() or (len(name) > _LETTERS and _PLURAL.match(after)) or _is_particle(name, after)
        if whole and not (before.isalnum() or (before and before in _PARTS) or _GOES_ON.match(after)):
            return start, start + len(name)
    return None


def _is_particle(name: str, after: str) -> bool:
    """Whether what follows a Korean name without a blank is its particle, or the verb of its sentence."""
    return "\uac00" <= name[-1] <= "\ud7af" and bool(_PARTICLE.match(after))
