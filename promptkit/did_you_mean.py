"""The known name that somebody meant, for the error about one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

_SIMILAR = 0.6  # of 1, by difflib's ratio: a letter added, dropped or exchanged in all but the shortest names


def closest(name: str, known: Iterable[str], *, similar: float = _SIMILAR) -> str | None:
    """The one of `known` that is spelt most like `name`, or `None` where none is as `similar` as that (1: the same)."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=similar)), None)


def did_you_mean(
    name: str, known: Iterable[str], otherwise: str | None = None, *, shown: Callable[[str], object] = str
) -> str:
    """The end of the error about a `name` that does not exist: "did you mean cot?", or `otherwise`.

    `otherwise` is what to do when none of `known` is like it; by default all of them are listed. `shown` writes the
    name that may be meant, such as `repr`.
    """
    names = list(known)
    if (meant := closest(name, names)) is not None:
        return f"did you mean {shown(meant)}?"
    return otherwise if otherwise is not None else there_are(names)


def there_are(names: Iterable[str]) -> str:
    """All `names`, as the end of an error: "there are direct, cot", or that there are none."""
    return f"there are {', '.join(names) or 'none'}"
