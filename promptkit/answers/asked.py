"""What a question asks for where its answer is a number."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptkit.answers.notation import quantities
from promptkit.answers.number_words import words
from promptkit.answers.phrases import phrase
from promptkit.answers.quantity import Quantity

_ASKS = phrase(
    r"\bhow many (?:(?:more|fewer|less|additional|total|of the|of|different|other|whole|full|extra|\d[\d,.]*) "
    r")*([a-z-]+)(?: (?!and\b|or\b)([a-z-]+))?(?! (?:and|or)\b)"
)
_ASKS_MONEY = phrase(
    r"\bhow much (?:(?:more|less|total|extra) )?(?:money|will|would|did|does|do|is|was|has|have"
    r"|change|profit|can|should|must)\b|\bin dollars\b|\bwhat (?:is|was) the (?:\w+ ){0,2}(?:cost"
    r"|price)\b"
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


class Asked(NamedTuple):
    """What a question asks for: the numbers it gives, the words for the thing to be counted, whether it is money."""

    given: frozenset[tuple[int, int]] = frozenset()
    unit: tuple[str, ...] = ()
    money: bool = False
    percent: bool = False
    difference: bool = False

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
        following = [_stem(word) for word in _NEAR.split(after.lstrip("* ")[:30], maxsplit=1)[0].split()[:3]]
        return self.unit[0] in following or (len(self.unit) > 1 and self.unit[1] in following[:2])


def asked_for(question: str) -> Asked:
    """What `question` asks for."""
    numbers = (*quantities(question), *words(question))
    given = frozenset(number.value.as_integer_ratio() for number in numbers if number.value is not None)
    last = list(_ASKS.finditer(question))
    unit = tuple(_stem(word) for word in last[-1].groups() if word) if last else ()
    percent = bool(_ASKS_PERCENT.search(question))
    return Asked(
        given,
        unit[:2],
        not unit and not percent and bool(_ASKS_MONEY.search(question)),
        percent,
        _ASKS_DIFFERENCE.search(question) is not None,
    )


def _stem(word: str) -> str:
    word = word.lower()
    return word[:-3] + "y" if word.endswith("ies") else word.rstrip("s") if len(word) > 3 else word
