"""What lint reports: a mistake, where it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One mistake in a template.

    Attributes:
        rule: the name of the rule, by which it is silenced.
        severity: an error makes a template fail or mislead; a warning costs tokens, cache or safety, or is a guess.
        template: the template's name.
        file: the file that it is in, as it was found.
        line: from 1.
        column: from 1; 1 where it is the whole line.
        message: what is wrong, in half a sentence.
        fix: the way out, in half a sentence.
    """

    rule: str
    severity: Severity
    template: str
    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}; {self.fix} [{self.rule}]"
