"""Sentences of a reply: where they end, what is markup in them, and whether they decline to answer."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|St|vs))(?<!\bMrs)(?<!\be\.g)"  # initials and abbreviations end no sentence
    r"[.!?。]+[)\"'*\]]{0,4}(?:\s+|(?<=。)|$)|\n+"
)
_WRAPPED = re.compile(r"\\(?:(?:text|math)[a-z]{0,4}|boxed)\s?\{([^{}]{0,400})\}")
_MARKUP = re.compile(r"\\(?:displaystyle|left|right)\b|\\[()\[\],;!: ]|\*\*|__|`")

_DECLINING = "|".join(
    [
        r"not (?:\w+ly )?(?:known|clear|certain|sure|definitive|defined|determin\w+|specified|stated|possible)\b",
        r"not (?:\w+ly )?(?:listed|available|given|provided|present|among|in the|one of|any of)\b",
        r"not (?:\w+ly )?(?:enough|sufficient|applicable|relevant|universal\w*|necessarily)\b",
        r"none of\b|none\W*$|n/a\b|neither\b|maybe\b|perhaps\b",
        r"un(?:known|clear|certain|determined|defined|decidable|answerable|available|specified|sure)\b",
        r"in(?:determinate|conclusive|sufficient|consistent)\b|ambiguous\b|subjective\b|debatable\b|contradict\w*",
        r"no (?:single|definitive|definite|clear|correct|answer|solution|valid|such|possible|information|way)\b",
        r"depend(?:s|ent)\b|varies\b|(?:error|mistake|typo|flaw)s? in\b|(?:does not|doesn't) make sense|please \w+",
        r"(?:can ?not|can't|could not|couldn't|unable to|impossible to|difficult to) (?:be )?(?:\w+ly )?"
        r"(?:determin|answer|know|say|tell|comput|calculat|identif|infer|establish|confirm|solv|provide|find)\w*",
        r"無法|无法|不能確定|不能确定|不確定|不确定|未知|不明",
    ]
)
_DECLINES = re.compile(rf"(?<!\w)(?:{_DECLINING})", re.IGNORECASE)
_STARTS_DECLINING = re.compile(
    rf"\W{{0,4}}(?:(?:that|it|this|we|I|is|are|still|currently|therefore)\s){{0,3}}(?:{_DECLINING})", re.IGNORECASE
)


def strip_markup(piece: str) -> str:
    """`piece` without markup, quotes around it, and punctuation after it."""
    if "\\" in piece:
        piece = _WRAPPED.sub(r"\1", piece)
    return _MARKUP.sub("", piece).strip(" \t\r\n*_$\"'").rstrip(".,;:!。 \"'*_$")


def first_sentence(piece: str) -> str:
    """`piece` up to its first sentence end."""
    return _SENTENCE_END.split(piece.lstrip(), maxsplit=1)[0]


def last_sentences(text: str) -> list[str]:
    """The last sentences of `text`, the very last first; only its last thousand characters are looked at."""
    return [part for sentence in reversed(_SENTENCE_END.split(text[-1000:])) if (part := sentence.strip())]


def declines(piece: str) -> bool:
    """Whether `piece` begins with a statement that there is no answer, or none that can be known."""
    return bool(_STARTS_DECLINING.match(piece))


def conclusion(text: str) -> str:
    """The last sentence of `text`; nothing if it states that there is no answer, or none that can be known."""
    last = next(iter(last_sentences(text)), "")
    return "" if _DECLINES.search(last) else last
