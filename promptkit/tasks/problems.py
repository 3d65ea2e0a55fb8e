"""Rows that can't be used: counted, the first few named, and refused where they are most of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.formatting import counted

_SHOWN = 3


class Unusable(UsageError):
    """Why a row can't be used: it is noted, and left out."""


@dataclass
class Problems:
    """The rows of a file that were left out.

    Attributes:
        strict: refuse the first one.
    """

    path: Path
    strict: bool = False
    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str, reason: object) -> None:
        """Note one.

        Raises:
            UsageError: it is `strict`.
        """
        if self.strict:
            raise UsageError(f"{self.path}, {place}: {reason}")
        self.count += 1
        if self.count <= _SHOWN:
            self.first.append(f"{place}: {reason}")

    def check(self, used: int, hint: Callable[[], str] = lambda: "") -> None:
        """Refuse a file of which most rows can't be used: then it was read as something that it is not.

        Raises:
            UsageError: most can't.
        """
        if self.count > used:
            of = "its only row" if self.count + used == 1 else f"{self.count:,} of {self.count + used:,} rows"
            raise UsageError(f"{self.path}: {of} can't be used: {self.first[0]}{hint()}")

    def note(self) -> str:
        """One line about them; empty where there are none."""
        if not self.count:
            return ""
        more = f"; and {self.count - len(self.first):,} more" if self.count > len(self.first) else ""
        rows = counted(self.count, "row")
        verb = "is" if self.count == 1 else "are"
        return f"{self.path}: {rows} can't be used and {verb} left out: {'; '.join(self.first)}{more}"
