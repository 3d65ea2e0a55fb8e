"""Short texts as they are compared: without what two writers of the same thing do differently."""

from __future__ import annotations

import re
import unicodedata

from promptkit.answers.texts.places import PLACES

_LOOKED_AT = 20_000  # characters in which a target is looked for

_ACCENT = re.compile("[\u0300-\u036f]")
_PUNCTUATION = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|,(?=\d{3})|[;:!?'\"()\[\]{}<>*_`…。]")
_INTERVAL = re.compile(r"[(\[]\s*[^()\[\],\s][^()\[\],]{0,30},\s*[^()\[\],]{1,30}[)\]]")
_COMPARED = re.compile(r"[<>≤≥]")
_SPACE = re.compile(r"\s+|/|(?<=\w)-(?=\w)|(?<=\s)-(?!\w)|-(?=\s|$)")
_ARTICLE = re.compile(r"\b(?:a|an|the)\s+")
_INITIALS = re.compile(r"\b([a-z]) (?=[a-z]\b)")
_PARENTHESIS = re.compile(r"\s*\([^()]{0,80}\)\W*$")
_COMPANY = re.compile(
    r",?\s(?:s\.?\s?a|inc|ltd|llc|plc|corp|co|company|corporation|limited|gmbh|ag|n\.?\s?v)\.?$", re.IGNORECASE
)
_AFTER_COMMA = re.compile(r"^(.*?\w),\s(.{1,80})$")
_IN_PLACE = re.compile(r"(?<=\w)\sin\s(?=[A-Z]).{1,80}$")
_APPOSITION = re.compile(r"(?:the|a|an|which|who|also known as|capital of|located in)\s", re.IGNORECASE)


def text_key(text: str) -> str:
    """`text` without accents, case, articles, punctuation that is not part of a number, and space between initials.

    What is more than punctuation stays: the brackets of an interval, the sign of a comparison or of a term.
    """
    plain = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text))).casefold()
    stripped = plain.strip(" .,;:!?'\"*_`$")
    if _INTERVAL.fullmatch(stripped):
        return "".join(stripped.split())
    if _COMPARED.search(stripped) and re.search(r"\w", stripped) and "<" + stripped.strip("<>") + ">" != stripped:
        return "".join(stripped.split())
    words = " ".join(_SPACE.sub(" ", _PUNCTUATION.sub("", plain.replace("&", " and "))).split())
    return _INITIALS.sub(r"\1", _ARTICLE.sub("", words)) or "".join(plain.split())


def holds(text: str, target: str) -> bool:
    """Whether `text` has the words of `target` in a row; a target of one or two letters is in too many texts."""
    key = text_key(target)
    return len(key) > 2 and f" {key} " in f" {text_key(text[:_LOOKED_AT])} "


def shorter(text: str, question: str) -> set[str]:
    """The keys of `text` without an addition at its end: a parenthesis, a company's form, a place, what it is."""
    cut = {end.sub("", text) for end in (_PARENTHESIS, _COMPANY, _IN_PLACE)}
    if (found := _AFTER_COMMA.match(text)) and (_APPOSITION.match(found[2]) or _is_place(found[2])):
        cut.add(found[1])
    keys = {text_key(part) for part in cut if part and part != text}
    head, _, tail = text_key(text).rpartition(" ")
    if head and re.search(rf"\b(?:in|at|of|from|near) {re.escape(tail)}\b", text_key(question)):
        keys.add(head)
    return keys


def _is_place(text: str) -> bool:
    """Whether `text` is the name of a country or state, or ends with one after a comma."""
    parts = [part.strip(" .") for part in text.split(",")]
    return len(parts) <= 2 and parts[-1].casefold() in PLACES
