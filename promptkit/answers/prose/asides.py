"""What of a reply is beside its answer: left out before the answer is looked for, whatever its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import promptkit.answers.words.beside as beside
from promptkit.answers.prose.sections import without_side_sections
from promptkit.answers.prose.sentences import concludes, refuses, sentence_spans
from promptkit.answers.words.marks import has_english
from promptkit.answers.words.phrases import lower_phrase, one_of

_LOOKED_AT = 1500  # characters at the end of a reply
_SHORT = 16  # characters; a shorter reply has nothing beside its answer
_MARKUP = " \t\r\n*_#>-\"'(✅❌→"


class _Words:
    """A pattern of English words, and one of those of all languages."""

    def __init__(self, english: tuple[str, ...], others: tuple[str, ...] = (), form: str = "{}") -> None:
        self._english = lower_phrase(form.replace("{}", one_of(english)))
        self._all = lower_phrase(form.replace("{}", one_of((*english, *others))))

    def of(self, text: str) -> re.Pattern[str]:
        """The pattern for the language of `text`."""
        return self._english if _ending(text).english else self._all


_COUNTERFACTUAL = _Words(beside.COUNTERFACTUAL, beside.COUNTERFACTUAL_IN_OTHER_LANGUAGES)
_EXTRA = _Words(beside.EXTRA, beside.EXTRA_IN_OTHER_LANGUAGES)
_CONTRAST = _Words(beside.CONTRASTS, beside.CONTRASTS_IN_OTHER_LANGUAGES)
_SUPPOSED = _Words((*beside.TEMPTING, *beside.GUESSES), beside.TEMPTING_IN_OTHER_LANGUAGES)
_UNSURE = _Words(beside.UNSURE, beside.UNSURE_IN_OTHER_LANGUAGES)
_BUT = re.compile(r"[,;-]\s(?:but|however|yet|though in fact|aber|mais|pero|ma|mas|maar)\b,?\s|[,;]?但(?:是)?")
_STATES = re.compile(
    r"\banswers?\b[^.]{0,40}(?:\bis\b|\bbe\b|[:(])|(?:→|⇒)\s?\S{1,12}$|(?:antwort|réponse|respuesta|risposta|resposta|ответ)[^.]{0,30}"
    r"(?:\bist\b|lautet|\best\b|\bes\b|\bè\b|\bé\b|:)|答案"
)
_MENTION = _Words(
    beside.NOT_THIS,
    beside.NOT_THIS_IN_OTHER_LANGUAGES,
    "{}" + rf"(?:(?!{beside.NOT_BEYOND})(?:[^,.;:!?。\n]|[.,](?=\d))){{1,40}}?(?=[,;:!?。\n)]|\.(?!\d)|$)",
)
_ABOUT_SOMEONE = lower_phrase(beside.SOMEONE_ELSE)
_EVERY_TRIGGER = (
    *(*beside.TRIGGERS_OF_MENTIONS, *beside.TRIGGERS_OF_SUPPOSITIONS, *beside.TRIGGERS_OF_UNSURE),
    *(*beside.TRIGGERS_OF_ASIDES, *beside.WOULD),
)
_ALL_TRIGGERS = tuple(  # where a part of one is one too, that will do
    one for one in _EVERY_TRIGGER if not any(other in one for other in _EVERY_TRIGGER if other != one)
)
_PARENTHESIS = re.compile(r"(?<=[.!?\s])\(([^()\n]{12,300})\)")
_WOULD_BE = lower_phrase(one_of(beside.IN_PARENTHESES))


def has_asides(text: str) -> bool:
    """Whether `text` may have anything beside an answer."""
    return _any(text, _ALL_TRIGGERS)


def without_mentions(text: str) -> str:
    """`text` without what it mentions only to deny it ("and not 30"), and without clauses about someone else."""
    if not _any(text, beside.TRIGGERS_OF_MENTIONS):
        return text
    floor, english = max(0, len(text) - _LOOKED_AT), _ending(text).english
    patterns = (_MENTION.of(text), _ABOUT_SOMEONE)
    lines = [text[:floor]]
    for line in text[floor:].splitlines(keepends=True):
        lower, kept = _lower(line), line
        if not english or any(map(lower.__contains__, beside.TRIGGERS_OF_MENTIONS)):
            for start, end in sorted((found.span() for one in patterns for found in one.finditer(lower)), reverse=True):
                kept = kept[:start] + kept[end:]
        lines.append(kept)
    return "".join(lines)


def without_suppositions(text: str, *, unsure: bool = False) -> str:
    """`text` without what someone might believe or guesses; where `unsure`, without what may be, too."""
    triggers = beside.TRIGGERS_OF_SUPPOSITIONS + (beside.TRIGGERS_OF_UNSURE if unsure else ())
    if not _any(text, triggers):
        return text
    supposed, possible = _SUPPOSED.of(text), _UNSURE.of(text)

    def kept_from(sentence: str) -> int:
        beside_it = supposed.search(sentence) or (
            unsure and possible.search(sentence) and not (concludes(sentence) or _STATES.search(sentence))
        )
        if not beside_it:
            return 0
        return but.end() if (but := _BUT.search(sentence)) else len(sentence)

    return _kept(text, triggers, kept_from)


def without_contrasts(text: str) -> str:
    """`text` without sentences about other things than the one asked about: "Mars, by contrast, has 2."."""
    if not _any(text, ("contrast",)):
        return text
    contrast = _CONTRAST.of(text)
    return _kept(text, ("contrast",), lambda sentence: len(sentence) if contrast.search(sentence) else 0)


def without_asides(text: str, subjects: frozenset[str] = frozenset()) -> str:
    """`text` without what would hold if things were otherwise, what was not asked for, and what is contrasted.

    Args:
        text: a reply.
        subjects: words in lower case; what is stated of one of these is no contrast.
    """
    text = without_side_sections(text)
    floor = max(0, len(text) - _LOOKED_AT)
    if "(" in text[floor:]:
        text = text[:floor] + _PARENTHESIS.sub(_outside, text[floor:])
    unreal = _any(text, beside.WOULD) and _any(text, beside.TRIGGERS_OF_COUNTERFACTUALS)
    if not unreal and not _any(text, beside.TRIGGERS_OF_ASIDES):
        return text
    counterfactual, extra, contrast = _COUNTERFACTUAL.of(text), _EXTRA.of(text), _CONTRAST.of(text)

    def kept_from(sentence: str) -> int:
        if unreal and counterfactual.search(sentence):
            return len(sentence)
        aside = extra.search(sentence) or (contrast.search(sentence) and subjects.isdisjoint(sentence[:24].split(",")))
        return len(sentence) if aside and not _STATES.search(sentence) else 0

    return _kept(text, beside.WOULD + beside.TRIGGERS_OF_ASIDES if unreal else beside.TRIGGERS_OF_ASIDES, kept_from)


def _outside(parenthesis: re.Match[str]) -> str:
    """Nothing where a parenthesis is a sentence of its own, or states what would hold otherwise."""
    inner = parenthesis[1]
    whole = (
        not inner[0].islower() and inner.rstrip()[-1] in ".!;" and not refuses(inner) and "not possible" not in inner
    )
    return "" if whole or _WOULD_BE.search(inner.lower()) else parenthesis[0]


def _kept(text: str, triggers: tuple[str, ...], kept_from: Callable[[str], int]) -> str:
    """`text` without the beginnings of sentences that `kept_from`, given them in lower case, leaves out.

    Of an English text only those are looked at that have one of `triggers`.
    """
    floor = max(0, len(text) - _LOOKED_AT)
    english = _ending(text).english
    parts = [text[:floor]]
    for line in text[floor:].splitlines(keepends=True):
        lower = _lower(line)
        if english and not any(map(lower.__contains__, triggers)):
            parts.append(line)
            continue
        for start, end in sentence_spans(line):
            sentence, low = line[start:end], lower[start:end]
            begin = len(low) - len(low.lstrip(_MARKUP))
            looked_at = not english or any(map(low.__contains__, triggers))
            if looked_at and (kept := kept_from(low[begin:])):
                rest = sentence[begin + kept :]
                sentence = rest if rest.strip() else "\n" * (len(sentence) > len(sentence.rstrip()))
            parts.append(sentence)
    return "".join(parts)


def _any(text: str, triggers: tuple[str, ...]) -> bool:
    """Whether the end of `text` has one of these English words, or is in another language."""
    end = _ending(text)
    return not end.short and (not end.english or any(map(end.lower.__contains__, triggers)))


class _Ending(NamedTuple):
    """The end of a reply in lower case, whether it is English, and whether it is too short to have anything beside."""

    lower: str
    english: bool
    short: bool


@lru_cache(maxsize=4)
def _ending(text: str) -> _Ending:
    tail = text[-_LOOKED_AT:]
    return _Ending(tail.lower(), has_english(tail), len(tail) < _SHORT and tail.isascii())


def _lower(text: str) -> str:
    """`text` in lower case, sign by sign."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(sign.lower()[:1] or sign for sign in text)
