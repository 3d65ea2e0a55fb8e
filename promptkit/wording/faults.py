"""What is wrong with a template: its name, the fact, the file and line, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from promptkit.errors import TemplateError


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the template `name`."""

    name: str
    fact: str
    file: Path | str | None = None
    line: int | None = None
    way_out: str = ""

    def __str__(self) -> str:
        place = "" if self.file is None else f" ({self.file}" + (f", line {self.line})" if self.line else ")")
        return f"template {self.name}: {self.fact}{place}" + (f"; {self.way_out}" if self.way_out else "")

    def error(self) -> TemplateError:
        """It as an error, which keeps the file and the line."""
        return TemplateError(str(self), file=None if self.file is None else str(self.file), line=self.line)
