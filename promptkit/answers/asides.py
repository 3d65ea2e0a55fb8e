"""What of a reply is beside its answer: left out before the answer is looked for, whatever its kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from promptkit.answers import beside
from promptkit.answers.marks import has_english
from promptkit.answers.phrases import lower_phrase, one_of
from promptkit.answers.prose import concludes, refuses, sentence_spans

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
        return self._english if has_english(text) else self._all


_COUNTERFACTUAL = _Words(beside.COUNTERFACTUAL, beside.COUNTERFACTUAL_IN_OTHER_LANGUAGES)
_EXTRA = _Words(beside.EXTRA, beside.EXTRA_IN_OTHER_LANGUAGES)
_CONTRAST = _Words(beside.CONTRASTS, beside.CONTRASTS_IN_OTHER_LANGUAGES)
_SUPPOSED = _Words((*beside.TEMPTING, *beside.GUESSES), beside.TEMPTING_IN_OTHER_LANGUAGES)
_UNSURE = _Words(beside.UNSURE, beside.UNSURE_IN_OTHER_LANGUAGES)
_BUT = re.compile(r"[,;-]\s(?:but|however|yet|though in fact|aber|mais|pero|ma|mas|maar)\b,?\s|[,;]?但(?:是)?")
_STATES = re.compile(
    r"\banswers?\b[^.]{0,40}(?:\bis\b|\bbe\b|[:(])|(?:antwort|réponse|respuesta|risposta|resposta|ответ)[^.]{0,30}"
    r"(?:\bist\b|lautet|\best\b|\bes\b|\bè\b|\bé\b|:)|答案"
)
_MENTION = _Words(
    beside.NOT_THIS,
    beside.NOT_THIS_IN_OTHER_LANGUAGES,
    "{}" + rf"(?:(?!{beside.NOT_BEYOND})(?:[^,.;:!?。\n]|[.,](?=\d))){{1,40}}?(?=[,;:!?。\n)]|\.(?!\d)|$)",
)
_ABOUT_SOMEONE = lower_phrase(beside.SOMEONE_ELSE)
_PARENTHESIS = re.compile(r"(?<=[.!?\s])\(([^()\n]{12,300})\)")
_WOULD_BE = lower_phrase(one_of(beside.IN_PARENTHESES))


def without_mentions(text: str) -> str:
    """`text` without what it mentions only to deny it ("and not 30"), and without clauses about someone else."""
    head, tail = text[:-_LOOKED_AT], text[-_LOOKED_AT:]
    if not _any(text, beside.TRIGGERS_OF_MENTIONS):
        return text
    lower = _lower(tail)
    spans = [found.span() for pattern in (_MENTION.of(tail), _ABOUT_SOMEONE) for found in pattern.finditer(lower)]
    for start, end in sorted(spans, reverse=True):
        tail = tail[:start] + tail[end:]
    return head + tail


def without_suppositions(text: str, *, unsure: bool = False) -> str:
    """`text` without what someone might believe or guesses; where `unsure`, without what may be, too."""
    supposed, possible = _SUPPOSED.of(text[-_LOOKED_AT:]), _UNSURE.of(text[-_LOOKED_AT:])

    def kept_from(sentence: str) -> int:
        beside_it = supposed.search(sentence) or (
            unsure and possible.search(sentence) and not (concludes(sentence) or _STATES.search(sentence))
        )
        if not beside_it:
            return 0
        return but.end() if (but := _BUT.search(sentence)) else len(sentence)

    return _kept(text, kept_from) if _any(text, beside.TRIGGERS_OF_SUPPOSITIONS) else text


def without_contrasts(text: str) -> str:
    """`text` without sentences about other things than the one asked about: "Mars, by contrast, has 2."."""
    contrast = _CONTRAST.of(text[-_LOOKED_AT:])
    return _kept(text, lambda s: len(s) if contrast.search(s) else 0) if _any(text, ("contrast",)) else text


def without_asides(text: str, subjects: frozenset[str] = frozenset()) -> str:
    """`text` without what would hold if things were otherwise, what was not asked for, and what is contrasted.

    Args:
        text: a reply.
        subjects: words in lower case; what is stated of one of these is no contrast.
    """
    shown = text[-_LOOKED_AT:]
    counterfactual, extra, contrast = _COUNTERFACTUAL.of(shown), _EXTRA.of(shown), _CONTRAST.of(shown)

    def kept_from(sentence: str) -> int:
        if counterfactual.search(sentence):
            return len(sentence)
        aside = extra.search(sentence) or (contrast.search(sentence) and subjects.isdisjoint(sentence[:24].split(",")))
        return len(sentence) if aside and not _STATES.search(sentence) else 0

    floor = max(0, len(text) - _LOOKED_AT)
    if not _any(text, beside.TRIGGERS_OF_ASIDES) and not (
        _any(text, beside.WOULD) and _any(text, beside.TRIGGERS_OF_COUNTERFACTUALS)
    ):
        return text[:floor] + _PARENTHESIS.sub(_outside, text[floor:]) if "(" in text[floor:] else text
    tail = _PARENTHESIS.sub(_outside, text[floor:]) if "(" in text[floor:] else text[floor:]
    return _kept(text[:floor] + tail, kept_from)


def _outside(parenthesis: re.Match[str]) -> str:
    """Nothing where a parenthesis is a sentence of its own, or states what would hold otherwise."""
    inner = parenthesis[1]
    whole = inner[0].isupper() and inner.rstrip()[-1] in ".!;" and not refuses(inner) and "not possible" not in inner
    return "" if whole or _WOULD_BE.search(inner.lower()) else parenthesis[0]


def _kept(text: str, kept_from: Callable[[str], int]) -> str:
    """`text` without the beginnings of sentences that `kept_from`, given them in lower case, leaves out."""
    floor = max(0, len(text) - _LOOKED_AT)
    lower = _lower(text[floor:])
    parts = [text[:floor]]
    for start, end in sentence_spans(text, floor):
        sentence, low = text[start:end], lower[start - floor : end - floor]
        begin = len(low) - len(low.lstrip(_MARKUP))
        if kept := kept_from(low[begin:]):
            rest = sentence[begin + kept :]
            sentence = rest if rest.strip() else "\n" * (len(sentence) > len(sentence.rstrip()))
        parts.append(sentence)
    return "".join(parts)


def _any(text: str, triggers: tuple[str, ...]) -> bool:
    """Whether the end of `text` has one of these English words, or is in another language."""
    tail = text[-_LOOKED_AT:].lower()
    if len(tail) < _SHORT and tail.isascii():
        return False
    return any(trigger in tail for trigger in triggers) or not has_english(tail)


def _lower(text: str) -> str:
    """`text` in lower case, sign by sign."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(sign.lower()[:1] or sign for sign in text)
