"""The parts of a reply that have a heading of their own and are not its answer: checks, notes, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promptkit.answers.words.beside as beside
from promptkit.answers.words.phrases import lower_phrase, one_of

_LOOKED_AT = 1500  # characters at the end of a reply

_OPENS = r"[\s*_#>(📝✅🔍💡•-]{0,10}"
_NAMES = one_of(beside.SIDE_SECTIONS)
_SIDE = lower_phrase(
    rf"{_OPENS}(?:(?:[\w'-]+ ){{0,3}}?{_NAMES}(?: [\w'-]+){{0,3}}|{_NAMES}[^:\n]{{0,30}})\)?[*_]{{0,3}} ?:[*_]{{0,3}}"
    rf"|[\s]{{0,4}}(?:#{{1,5}}|\*\*|__)[\s*_]{{0,4}}(?:[\w'-]+ ){{0,2}}{_NAMES}(?: [\w'-]+){{0,3}}[\s*_.]{{0,6}}$"
)
_EXPLAINS = lower_phrase(rf"{_OPENS}{one_of(beside.EXPLANATIONS)}[*_]{{0,3}} ?:[*_]{{0,3}}")
_ANSWERED = lower_phrase(
    rf"{_OPENS}(?:(?:final|correct) )?{one_of(beside.ANSWER_HEADINGS)}[*_]{{0,3}} ?:[*_]{{0,3}} ?\S"
)
_HEADING = re.compile(r"\s{0,4}(?:#{1,5}\s|\*\*[^*\n]{1,60}\*\*\s*:?\s*$|-{3,}\s*$)")
_ASCII_TRIGGERS = tuple(filter(str.isascii, beside.TRIGGERS_OF_SIDE_SECTIONS))
_KEPT = lower_phrase(one_of(beside.NOT_SIDE_SECTIONS))


def without_side_sections(text: str) -> str:
    """`text` without what stands under the heading of a check, a note or the like, unless an answer is stated there."""
    floor = max(0, len(text) - _LOOKED_AT)
    lower = text[floor:].lower()
    if not (":" in lower or "\n#" in lower or "\n**" in lower):
        return text
    if not any(map(lower.__contains__, _ASCII_TRIGGERS if lower.isascii() else beside.TRIGGERS_OF_SIDE_SECTIONS)):
        return text
    return text[:floor] + "".join(_main_lines(text[floor:].splitlines(keepends=True)))


def _main_lines(lines: list[str]) -> Iterator[str]:
    until, answered = "", False  # what ends the section that is left out: a heading, or a blank line
    for line in lines:
        may_head = ":" in line or line.lstrip()[:1] in "#*_"
        if not until and not may_head:
            yield line
            continue
        lower = line.lower()
        if _KEPT.search(lower):
            until = ""
        elif may_head and (head := _SIDE.match(lower) or (_EXPLAINS.match(lower) if answered else None)):
            until = "heading" if not lower[head.end() :].strip(" *_\n") else "blank"
        elif until and (_HEADING.match(line) or (until == "blank" and not line.strip())):
            until = ""
        answered = answered or bool(_ANSWERED.search(lower))
        yield "\n" if until else line
