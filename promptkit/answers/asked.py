"""What a question asks for where its answer is a number."""

from __future__ import annotations

import re
from typing import NamedTuple

import promptkit.answers.cues as cues
from promptkit.answers.notation import quantities
from promptkit.answers.number_words import words
from promptkit.answers.phrases import lower_phrase, phrase
from promptkit.answers.quantity import Quantity
from promptkit.answers.topic import asked_stems, stems, topic
from promptkit.answers.units import HOW_MANY, MEASURES, SAME_UNIT

_ASKS = phrase(
    r"\bhow many (?:(?:more|fewer|less|additional|total|of the|of|different|other|whole|full|extra|\d[\d,.]*) "
    r")*(?!(?:do|does|did|is|are|was|were|will|would|can|could|has|have|had|should|must)\b)([a-z-]+)"
    r"(?: (?!(?:and|or|do|does|did|is|are|was|were|will|would|can|could|has|have|had|in|of)\b)"
    r"([a-z-]+))?(?! (?:and|or)\b)"
)
_ASKS_MONEY = phrase(
    r"\bhow much (?:(?:more|less|total|extra) )?(?:money|will|would|did|does|do|is|was|has|have"
    r"|change|profit|can|should|must)\b|\bin dollars\b|\bwhat (?:is|was) the (?:\w+ ){0,2}(?:cost"
    r"|price)\b"
)
_ASKS_FRACTION = phrase(
    r"\b(?:fraction|probability|exact(?: value)?|simplest form|lowest terms"
    r"|bruch|fracción|frazione|fração|breuk)\b|分数"
)
_ASKS_PERCENT = re.compile(
    r"\b(?:what|which|how many|by how much)\b[^.?]{0,40}\bper ?cent(?:age)?\b|\bin percent\b|yüzde "
    r"kaç|wie viel prozent|quel pourcentage|qué porcentaje|"
    r"che percentuale|que porcentagem|hoeveel procent|ile procent|сколько процентов|bao nhiêu phần "
    r"trăm|कितने प्रतिशत|百分之几|百分之幾|何パーセント|몇 퍼센트",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s?(?:%|per ?cent|percent|prozent|pour ?cent|por ?ciento|процент)", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥₹]|\s?(?:dollars?|cents?|euros?|pounds?|rupees?)\b", re.IGNORECASE)
_ASKS_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|longer|shorter|older|younger|taller|higher|lower|cheaper|larger|smaller"
    r"|times|difference)\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"[^A-Za-z\s-]|\b(?:a|an|per|each|every|of|in|for|than|as)\s")


_OF_DIFFERENCE = stems("difference more fewer less")
_ASKS_RATE = lower_phrase(
    r"\b(?:per|each|every|apiece|average|mean|speed|rate|fast|density|pro|par|por|durchschnitt\w*|moyenne|media|schnell\w*)\b"
    r"|/[a-z]|平均|每|毎|速"
)
_ASKS_YEAR = lower_phrase(
    r"\b(?:year|when|jahr|wann|année|quand|año|cuándo|anno|quando|ano|jaar|wanneer|rok|kiedy)\b|год|когда|年|언제"
)
_ASKS_UNREAL = lower_phrase(cues.UNREAL)


class Asked(NamedTuple):
    """What a question asks for.

    Attributes:
        given: the numbers it gives.
        unit: the words for the thing to be counted.
        money: whether that is money; and so on.
        unreal: whether that is what would be.
        rate: whether that is so much for each of something.
        year: whether that is a year.
        topic: the stems of the words by which a sentence is known that answers it.
        words: those of all words with which it asks.
    """

    given: frozenset[tuple[int, int]] = frozenset()
    unit: tuple[str, ...] = ()
    money: bool = False
    percent: bool = False
    difference: bool = False
    fraction: bool = False
    unreal: bool = False
    rate: bool = False
    year: bool = False
    topic: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def is_new(self, number: Quantity) -> bool:
        """Whether the question does not give `number`."""
        return number.value is None or number.value.as_integer_ratio() not in self.given

    def is_unit(self, number: Quantity, before: str, after: str) -> bool:
        """Whether `number`, between these texts, has the unit asked for."""
        if self.percent:
            return bool(_PERCENT.match(after) or before.rstrip().endswith("%"))
        if self.money:
            return bool(_MONEY.match(number.text) or _MONEY.match(after))
        if not self.unit:
            return False
        after = after.lstrip("* ")[:30]
        if not self.unit[0].isascii() and after.startswith(self.unit[0]):
            return True
        following = [_stem(word) for word in _NEAR.split(after, maxsplit=1)[0].split()[:3]]
        return self.unit[0] in following or (len(self.unit) > 1 and self.unit[1] in following[:2])

    def is_other_unit(self, after: str) -> bool:
        """Whether a number before `after` has another unit of measurement than the one asked for."""
        if not self.unit or self.unit[0] not in MEASURES:
            return False
        first = _stem(_NEAR.split(after.lstrip("* ")[:30], maxsplit=1)[0].partition(" ")[0])
        return first in MEASURES and first != self.unit[0]


def asked_for(question: str) -> Asked:
    """What `question` asks for."""
    numbers = (*quantities(question), *words(question))
    given = frozenset(number.value.as_integer_ratio() for number in numbers if number.value is not None)
    last = list(_ASKS.finditer(question))
    unit = tuple(_stem(word) for word in last[-1].groups() if word) if last else ()
    if not unit and (other := [one for found in HOW_MANY.finditer(question) for one in found.groups() if one]):
        unit = (_stem(other[-1]),)
    percent = bool(_ASKS_PERCENT.search(question))
    counted = stems(" ".join(word for one in last for word in one.groups() if word))
    difference = _ASKS_DIFFERENCE.search(question) is not None
    return Asked(
        given=given,
        unit=unit[:2],
        money=not unit and not percent and bool(_ASKS_MONEY.search(question)),
        percent=percent,
        difference=difference,
        fraction=_ASKS_FRACTION.search(question) is not None,
        rate=_ASKS_RATE.search(question.lower()) is not None,
        year=_ASKS_YEAR.search(question.lower()) is not None,
        unreal=_ASKS_UNREAL.search(question.lower()) is not None,
        topic=topic(question) - counted | (_OF_DIFFERENCE if difference else frozenset()),
        words=asked_stems(question),
    )


def _stem(word: str) -> str:
    word = word.lower()
    word = SAME_UNIT.get(word, word)
    return word[:-3] + "y" if word.endswith("ies") else word.rstrip("s") if len(word) > 3 else word
