"""Whether a text has come to repeat itself and nothing else, as small models do when they find no end."""

from __future__ import annotations

_STEP = 64  # characters between two looks
_SPANS = (1000, 2000, 4000)  # characters at the end of the text that one block must fill, at least
_TIMES = 8  # how many times the block stands there, at least


class Repetition:
    """Looks at a text while it is written.

    It has come to repeat itself when one block of text fills its last 1,000 characters at least eight times over; a
    longer block, its last 2,000 or 4,000. The block is the same to the last character and has a letter in it, or is
    nothing but white space: numbered lists, tables and columns of figures are left alone. Each look is one search in
    C over a text of bounded length, so the whole takes time in proportion to the text.
    """

    def __init__(self) -> None:
        self._tail, self._unseen = "", 0

    def goes_on(self, piece: str) -> bool:
        """Whether the text repeats itself, now that `piece` was added to it."""
        self._tail = (self._tail + piece)[-_SPANS[-1] :]
        self._unseen += len(piece)
        if self._unseen < _STEP:
            return False
        self._unseen = 0
        return any(_repeats(self._tail[-span:]) for span in _SPANS if len(self._tail) >= span)


def _repeats(text: str) -> bool:
    longest = len(text) // _TIMES
    start = text.find(text[:-longest], 1)  # where the text, but for its end, is found again: after the first block
    if start < 0 or text[start:] != text[:-start]:
        return False
    block = text[:start]
    return block.isspace() or any(character.isalpha() for character in block)
