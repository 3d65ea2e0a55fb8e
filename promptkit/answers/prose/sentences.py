"""Sentences of a reply: where they end, what is markup in them, and whether they decline to answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import promptkit.answers.words.cues as cues
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import lower_phrase, one_of

_FAR = 400  # characters of a sentence
_HEAD = 80  # characters in which the words stand that open a sentence
_LOOKED_AT = 1500  # characters at the end of a text in which its last sentences are looked for

_SENTENCE_END = re.compile(
    r"(?=[.!?。।\n])(?:"  # looked at first: elsewhere nothing else is
    r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Dr|St|vs))(?<!\bNo(?=\.\s\d))(?<!\bMrs)"
    r"(?<!\b(?:i\.e|e\.g|a\.m|p\.m))(?<!\bapprox)"  # abbreviations
    r"(?<!\n\d)(?<!\n\d\d)"  # and the numbers of a list end no sentence
    r"[.!?。।]+(?!\s?[✅❌✓✗✔✘=])(?![)\"']{1,4}\s[a-z])(?!\s(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-z]*\s\d{4})[)\"'*\]]{0,4}(?:\s+|(?<=[。！？])|$)"
    r"|(?<=\b[a-z])(?<!\bi\.e)(?<!\be\.g)[.!?]+[)\"'*\]]{0,4}(?:\s+(?=[A-Z])|$)"
    r"|(?<=[\s(*][A-J])\.\s+(?=(?:The|So|But|It|This|That|However|If|Its|Had|Were|Without|Therefore|By|In)\b)"
    r"|\n+)"
)
_WRAPPED = re.compile(r"\\(?:(?:text|math)[a-z]{0,4}|boxed)\s?\{([^{}]{0,400})\}")
_MARKUP = re.compile(r"\\(?:displaystyle|left|right)\b|\\[()\[\],;!: ]|\*\*|__|`")


_OPENS = r"[\s*_#>\-✅✔☑➡→🔍🔎📝💡\"'(]{0,8}"
_FOREIGN_CONCLUDES = [word for language in LANGUAGES for word in language.concludes]
_CJK = re.compile("[\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def _foreign(words: Iterable[str]) -> str:
    """Words with their boundary, where their script has some."""
    return one_of(word if _CJK.search(word) else rf"{word}\b" for word in words)


_CONCLUDES = lower_phrase(rf"{_OPENS}(?:(?:and|but),? )?(?:{one_of(cues.CONCLUDES)}\b|{_foreign(_FOREIGN_CONCLUDES)})")
_EXPLAINS = lower_phrase(rf"{_OPENS}\(?{one_of(cues.EXPLAINS)}")
_CHECKS = lower_phrase(rf"{_OPENS}\(?{one_of(cues.CHECKS)}")
_CLOSES = lower_phrase(rf"{_OPENS}(?:and |also,? )?{one_of(cues.CLOSES)}")
_CLOSES_ELSEWHERE = [word for language in LANGUAGES for word in language.closes]
_OPENS_CLOSING = lower_phrase(rf"[\s*_¿¡(]*(?:\w{{1,3}}\s)?{one_of(_CLOSES_ELSEWHERE)}")
_ENDS_CLOSING = lower_phrase(one_of(word for word in _CLOSES_ELSEWHERE if re.search("[\u0900-\uffff]", word)))
_EMOJI = re.compile(
    "[\\s\U0001f1e6-\U0001faff\u2600-\u2704\u2707-\u2712\u2719-\u274b\u274d-\u27bf\ufe0f\u200d]+$"
)  # not ✅✓❌✗

_ENDS = ("\n", ". ", "! ", "? ", "。", "** ")
_RULE = re.compile(r"\n[ \t]*(?:---+|\*\*\*+|___+)\s*$")

_UNKNOWN = (
    r"un(?:known|clear|certain|determined|decidable|answerable|specified)|in(?:determinate|conclusive"
    r"|sufficient|consistent)"
    r"|ambiguous|subjective|debatable|contradictory|undefined"
)
_NOT_KNOWN = (
    r"not (?:\w+ly )?(?:known|clear|certain|sure|definitive|defined|determin\w+|specified|stated)"
    r"|not (?:\w+ly )?(?:listed|available|given|provided|present|among|in the (?:list|options|given"
    r"|choices|text|passage)|one of|any of)"
    r"|not (?:\w+ly )?(?:enough|sufficient|applicable|relevant|universal\w*|necessarily)"
)
_CANNOT = (
    r"(?:can ?not|can't|could not|couldn't|unable to|not able to|impossible to|not possible to"
    r"|difficult to|no way to|hard to)"
    r" (?:be )?(?:\w+ly )?(?:determin|answer|know|say|tell|comput|calculat|identif|infer|establish"
    r"|confirm|solv|provide|find|give|decid|choos|pick|judge|arriv)\w*"
)
_LACKS = (
    r"no (?:single|definitive|definite|clear|correct|answer|solution|valid|such|possible|information|way)\b"
    r"|depend(?:s|ent) (?:on|upon)\b|it depends\b|varies\b"
    r"|(?:error|mistake|typo|flaw)s? in the (?:\w+ )?(?:question|problem|statement|prompt|options"
    r"|choices|data|puzzle|wording|given|numbers?|information|input|scenario)"
    r"|(?:does not|doesn't) make sense|none of (?:the (?:\w+ ){0,2}(?:options|choices|answers|above)"
    r"|these (?:options|choices))"
    r"|(?:is|are) (?:not possible|impossible)\W*$|(?:don't|do not|doesn't|does not|without) (?:\w+ "
    r"){0,2}(?:enough|sufficient)\b"
    r"|無法|无法|不能確定|不能确定|不確定|不确定|未知|不明"
)
_START = (
    rf"(?:{_NOT_KNOWN}|{_UNKNOWN}|{_CANNOT}|{_LACKS}|none of\b|none\W*$|n/a\b|neither\b|maybe\b|perhaps\b|please \w+)"
)
_STARTS_DECLINING = lower_phrase(
    rf"\W{{0,4}}(?:(?:that|it|this|we|i|is|are|still|currently|therefore|sorry,?|there|so) ){{0,3}}(?:{_START})"
)
_BE = (
    r"(?:\b(?:is|are|was|were|be|been|remains?|seems?|appears?|still|currently)|'s) (?:\w+ly |not "
    r"|still |also |too |rather |quite ){0,2}"
)
_DECLINES = lower_phrase(
    rf"{_BE}(?:{_UNKNOWN})\b|\b(?:{_NOT_KNOWN})\b|(?<!\w)(?:{_CANNOT}|{_LACKS})|^\W*(?:none\W*$|n/a\b"
    rf"|maybe\b|perhaps\b|please \w+\b)"
)
_BUT = re.compile(r",?\s(?:but|however|yet)\b|[,;]\s(?:so|thus|therefore|hence)\b")
_BREAKS_OFF = re.compile(rf"\b{one_of(cues.UNENDING)}[\s,:*]*$")
_FEW = 3  # sentences in which a refusal counts
_YET = re.compile(r"\b(?:but|so)\b(?!-)")
_REFUSES = lower_phrase(one_of((*cues.REFUSES, *(word for language in LANGUAGES for word in language.refuses))))


def strip_markup(piece: str) -> str:
    """`piece` without markup, quotes around it, and punctuation after it."""
    if "\\" in piece:
        piece = _WRAPPED.sub(r"\1", piece)
    return _MARKUP.sub("", piece).strip(" \t\r\n*_$\"'✔✅✓☑").rstrip(".,;:!。 \"'*_$✔✅✓☑")


def first_sentence(piece: str) -> str:
    """`piece` up to its first sentence end."""
    return _SENTENCE_END.split(piece.lstrip(), maxsplit=1)[0]


def sentences(text: str) -> list[str]:
    """The sentences of `text`, in order; of a long text those at its end."""
    return list(_sentences(text[-_LOOKED_AT:]))


@lru_cache(maxsize=8)  # several rules look at the sentences of the same text
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(part for sentence in _SENTENCE_END.split(text) if (part := sentence.strip()))


def sentence_spans(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Where each sentence of `text` after `start` begins, and where it and the space after it end."""
    for end in _SENTENCE_END.finditer(text, start):
        if end.end() > start:
            yield start, end.end()
            start = end.end()
    if start < len(text):
        yield start, len(text)


def last_sentences(text: str) -> list[str]:
    """The last sentences of `text`, the very last first."""
    return sentences("\n" + text[-_LOOKED_AT:])[::-1]


def breaks_off(text: str) -> bool:
    """Whether `text` stops in the middle of a sentence: after a word that ends none. A single word is no sentence."""
    return " " in text.strip() and bool(_BREAKS_OFF.search(text[-_HEAD:]))


def declines(piece: str) -> bool:
    """Whether `piece` begins with a statement that there is no answer, or none that can be known."""
    return bool(_STARTS_DECLINING.match(piece.lower()))


def refuses(text: str) -> bool:
    """Whether the last sentences of `text` state that its writer can't answer, and come to no conclusion after that."""
    refused = False
    for sentence in sentences(text)[-_FEW:]:
        if found := _REFUSES.search(lower := sentence.lower()):
            refused = not _YET.search(lower[found.end() :])
        elif concludes(sentence):
            refused = False
    return refused


def concludes(sentence: str) -> bool:
    """Whether `sentence` opens as a conclusion does."""
    return bool(_CONCLUDES.match(sentence[:_HEAD].lower()))


def explains(sentence: str) -> bool:
    """Whether `sentence` opens as one does that gives reasons for an answer already given."""
    return bool(_EXPLAINS.match(sentence[:_HEAD].lower()))


def checks(sentence: str) -> bool:
    """Whether `sentence` opens as one does that only checks an answer already given."""
    return bool(_CHECKS.match(sentence[:_HEAD].lower()))


def conclusion(text: str) -> str:
    """The last sentence of `text`; nothing if it states that there is no answer, or none that can be known."""
    last = next(iter(last_sentences(text)), "")
    return "" if _DECLINES.search(_BUT.split(last)[-1].lower()) else last


def _is_closing(sentence: str) -> bool:
    """Whether `sentence` is an offer, a wish or thanks."""
    if sentence.isascii() and _CLOSES.match(sentence.lower()):
        return True
    lower = sentence[:_FAR].lower()
    if _OPENS_CLOSING.match(lower):
        return True
    return not sentence.isascii() and bool(_ENDS_CLOSING.search(lower))  # where the verb ends the sentence


def without_closing(text: str) -> str:
    """`text` without offers and wishes at its end; a question at the end of more than itself is one."""
    text = text.rstrip()
    for _ in range(4):
        text = _RULE.sub("", text) if text.endswith(("-", "*", "_")) else text
        text = _EMOJI.sub("", text) if not text.isascii() else text
        body = text.rstrip(" .!?*_\"')")
        floor = max(0, len(body) - 400)
        start = 1 + max([body.rfind(end, floor) for end in _ENDS])
        last = text[start:].lstrip()
        asks = start and text.rstrip("*_ \"')").endswith("?") and not (concludes(last) or "answer" in last.lower())
        if (not start and floor) or not (asks or _is_closing(last)):
            break
        text = text[:start].rstrip()
    return text
