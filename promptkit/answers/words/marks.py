"""Whether a reply writes 1,5 or 1.5, and its numbers written the second way."""

from __future__ import annotations

import re

from promptkit.answers.words.languages import COMMA_LANGUAGES, COMMON, ENGLISH_COMMON, LANGUAGES

_LOOKED_AT = 4000  # characters at the end of a reply

_MARKED = re.compile(r"\d,\d|\d\.\d{3}(?!\d)")  # what only one of the notations reads
_RUN = re.compile(r"(?<![\d.,/:])\d+(?:[.,]\d+)+(?![\d/:])")
_COMMA_DECIMAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,9}|\d{1,9},(?:\d|\d\d|\d{4,9})|\d{1,3}(?:\.\d{3}){2,4}|0,\d+")
_POINT_DECIMAL = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,9}|\d{1,9}\.(?:\d|\d\d|\d{4,9})|\d{1,3}(?:,\d{3}){2,4}|0\.\d+")
_ENGLISH = re.compile(r"\b(?:the|The|and|she|they)\b")  # soon found in English prose
_ENGLISH_TOO = re.compile(r"\b(?:the|The|and|she|they|answer|Answer|this|that|it|It|are)\b")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = [(re.compile(f"[{language.script}]"), language) for language in LANGUAGES if language.script]
_LETTERED = [language for language in LANGUAGES if language.letters]
_SHORT = 8  # characters; a bare number or two shows no language
_SWAPPED = str.maketrans(".,", ",.")


def point_notation(text: str, question: str) -> str:
    """`text` with 1.234,5 written 1,234.5, if its decimal mark is the comma."""
    if not _MARKED.search(text) or _ENGLISH.search(text) or not _uses_comma(text[-_LOOKED_AT:], question[-_LOOKED_AT:]):
        return text
    return _RUN.sub(lambda run: run[0].translate(_SWAPPED) if "," in run[0] or _groups(run[0]) else run[0], text)


def _groups(run: str) -> bool:
    """Whether the points of `run` can be those between thousands."""
    first, *groups = run.split(".")
    return len(first) <= 3 and first != "0" and all(len(group) == 3 for group in groups)


def _uses_comma(text: str, question: str) -> bool:
    """Whether the comma is the decimal mark: by the question's own numbers, by those of the reply, by its language."""
    for source in (question, text):
        numbers = _RUN.findall(source)
        comma = any(map(_COMMA_DECIMAL.fullmatch, numbers))
        if comma != any(map(_POINT_DECIMAL.fullmatch, numbers)):
            return comma and (source is question or language(text + " " + question) in COMMA_LANGUAGES)
    return language(text + " " + question) in COMMA_LANGUAGES


def is_english(text: str) -> bool:
    """Whether `text` is seen to be English at a glance."""
    return text.isascii() and bool(_ENGLISH.search(text))


def has_english(text: str) -> bool:
    """Whether `text` has some of the most frequent English words."""
    return bool(_ENGLISH_TOO.search(text))


def language(text: str) -> str:
    """The code of the language of `text`, `en` where no other is seen."""
    for script, known in _SCRIPTS:
        if script.search(text):
            return known.code
    if text.isascii() and len(text) < _SHORT:
        return "en"
    seen: dict[str, int] = {}
    english = 0
    for word in _WORD.findall(text.lower()):
        english += word in ENGLISH_COMMON
        for code in COMMON.get(word, ()):
            seen[code] = seen.get(code, 0) + 1
    if not text.isascii():
        lower = set(text.lower())
        for known in _LETTERED:
            if shown := len(lower.intersection(known.letters)):
                seen[known.code] = seen.get(known.code, 0) + 1 + shown
    best = max(seen, key=seen.__getitem__, default="en")
    return best if seen.get(best, 0) > english else "en"
