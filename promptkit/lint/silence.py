"""Silenced findings: `{# lint: off rule: why #}` on their line, or on a line of its own for the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptkit.lint.rule import Hit

_COMMENT = re.compile(
    r"(?:\{#[-+]?|(?<!\{)#)\s*lint:\s*off\b[ \t]*(?P<rules>[\w, -]*?)\s*(?::\s*(?P<why>.*?))?\s*(?:[-+]?#\}|$)"
)


@dataclass(frozen=True)
class Silence:
    """One such comment.

    Attributes:
        line: that it stands on.
        rules: that it names.
        why: the reason it gives.
        whole_file: whether it stands alone on its line.
    """

    line: int
    rules: tuple[str, ...]
    why: str
    whole_file: bool

    def covers(self, rule: str, line: int) -> bool:
        """Whether it silences a finding."""
        return rule in self.rules and (self.whole_file or line == self.line)


def silences(lines: list[str]) -> Iterator[Silence]:
    """The comments of a file."""
    for number, line in enumerate(lines, start=1):
        if found := _COMMENT.search(line):
            names = tuple(re.findall(r"[\w-]+", found["rules"]))
            alone = not (line[: found.start()] + line[found.end() :]).strip()
            yield Silence(number, names, found["why"] or "", alone)


def faults(silence: Silence, known: Mapping[str, object], silenced: set[str]) -> Iterator[Hit]:
    """What is wrong with such a comment: no rule, no reason, or nothing that it silences."""
    if not silence.rules:
        yield Hit(silence.line, "a comment silences no rule by name", fix="write {# lint: off RULE: why #}")
    for name in silence.rules:
        if name not in known:
            yield Hit(silence.line, f"there is no rule {name!r}", fix="`promptkit template lint --rules` lists them")
        elif not silence.why:
            yield Hit(silence.line, f"{name} is silenced without a reason", fix=f"write {{# lint: off {name}: why #}}")
        elif name not in silenced:
            yield Hit(silence.line, f"nothing is found that silencing {name} is for", fix="take the comment out")
