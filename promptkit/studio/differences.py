"""How one text differs from another, line by line and inside of lines, for people to read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from promptkit.previewing import PreviewedCall
from promptkit.types import Value

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.3  # lines that share less are shown as one removed and one added
_LONGEST = 4000  # characters of a line that is compared word by word
_MOST = 4_000_000  # pairs of lines: longer texts are shown as replaced

Part = tuple[str, bool]  # a piece of a line, and whether the other line has another one there


class Line(Value):
    """A line that both texts have, only the first (removed), or only the second (added)."""

    kind: Literal["same", "removed", "added"]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The line."""
        return "".join(text for text, _ in self.parts)


def difference(before: str, after: str) -> tuple[Line, ...]:
    """The lines of both texts in order; empty when they are the same."""
    if before == after:
        return ()
    old, new = before.split("\n"), after.split("\n")
    made: list[Line] = []
    for kind, i, j, k, m in _matched(old, new):
        if kind == "equal":
            made += [Line(kind="same", parts=((line, False),)) for line in old[i:j]]
        else:
            made += _changed(old[i:j], new[k:m])
    return tuple(made)


def as_text(calls: Iterable[PreviewedCall]) -> str:
    """Calls as one text: each message under its role."""
    return "\n".join(
        line
        for number, call in enumerate(calls, start=1)
        for line in (
            f"── call {number}{f', {call.step}' if call.step else ''}",
            *(part for message in call.prompt.messages for part in (f"[{message.role}]", message.shown, "")),
        )
    )


def _matched(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > _MOST:
        return [("replace", 0, len(old), 0, len(new))]
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that were replaced, in pairs as far as they are alike, with what differs inside of them."""
    pairs = min(len(old), len(new))
    removed, added = [], []
    for before, after in zip(old[:pairs], new[:pairs], strict=True):
        ours, theirs = _words(before, after)
        removed.append(Line(kind="removed", parts=ours))
        added.append(Line(kind="added", parts=theirs))
    removed += [Line(kind="removed", parts=((line, False),)) for line in old[pairs:]]
    added += [Line(kind="added", parts=((line, False),)) for line in new[pairs:]]
    yield from removed
    yield from added


def _words(before: str, after: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    if max(len(before), len(after)) > _LONGEST:
        return ((before, False),), ((after, False),)
    ours, theirs = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ((before, False),), ((after, False),)
    removed, added = list[Part](), list[Part]()
    for kind, i, j, k, m in matcher.get_opcodes():
        if i < j:
            removed.append(("".join(ours[i:j]), kind != "equal"))
        if k < m:
            added.append(("".join(theirs[k:m]), kind != "equal"))
    return tuple(removed), tuple(added)
