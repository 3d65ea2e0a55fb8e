"""What a question asks for where its answer is a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import promptkit.answers.words.cues as cues
from promptkit.answers.numbers.notation import quantities
from promptkit.answers.numbers.number_words import words
from promptkit.answers.numbers.precision import decimals_asked
from promptkit.answers.numbers.quantity import Quantity
from promptkit.answers.numbers.units import HOW_MANY, MEASURES, SAME_UNIT
from promptkit.answers.prose.topic import asked_stems, other_names, stem, stems, topic
from promptkit.answers.words.marks import language
from promptkit.answers.words.phrases import lower_phrase, phrase

_ASKS = phrase(
    r"\bhow many (?:(?:more|fewer|less|additional|total|of the|of|different|other|whole|full|extra|\d[\d,.]*) "
    r")*(?!(?:do|does|did|is|are|was|were|will|would|can|could|has|have|had|should|must)\b)([a-z-]+)"
    r"(?: (?!(?:and|or|do|does|did|is|are|was|were|will|would|can|could|has|have|had|in|of|per)\b)"
    r"([a-z-]+))?(?! (?:and|or)\b)"
)
_ASKS_MONEY = phrase(
    r"\bhow much (?:(?:more|less|total|extra) )?(?:money|will|would|did|does|do|is|was|has|have"
    r"|change|profit|can|should|must)\b|\bin dollars\b|\bwhat (?:is|was) the (?:\w+ ){0,2}(?:cost"
    r"|price)\b"
)
_ASKS_DOLLARS = lower_phrase(r"\b(?:in|(?:how )?many|of) (?:us )?(?:dollars|euros?|pounds)\b")
_HAS_CENTS = re.compile(r"\bcents?\b|\bpence\b|¢|\bcentimes?\b|\bcentavos?\b|\bcéntimos?\b|копе|\bgrosz", re.IGNORECASE)
_SAVED = stems("saved saves save savings")
_REDUCED = re.compile(r"\b(?:discount\w*|\d+\s?% off|coupon|reduced|rebate|on sale|deal)\b", re.IGNORECASE)
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
_PERCENT = re.compile(r"\s?(?:\\?%|per ?cent|percent|prozent|pour ?cent|por ?ciento|процент)", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥₹]|\s?(?:dollars?|cents?|euros?|pounds?|rupees?)\b", re.IGNORECASE)
_ASKS_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|longer|shorter|older|younger|taller|higher|lower|cheaper|larger|smaller"
    r"|times|difference)\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"[^A-Za-z\s-]|\b(?:a|an|per|each|every|of|in|for|than|as)\s")


_LETTERS = re.compile(r"[^\W\d_]+")
_THE_YEAR = stems("year")
_OF_DIFFERENCE = stems("difference more fewer less")
_PARTS = stems(
    "tip tax vat discount interest fee surcharge commission deposit trinkgeld mehrwertsteuer steuer rabatt zinsen "
    "gebühr pourboire remise taxe propina descuento impuesto mancia sconto gorjeta desconto fooi korting"
)
_WHOLE = lower_phrase(
    r"\b(?:total|altogether|in all|together|price|bill|balance|pays?|leaves|costs?|insgesamt|gesamt\w*|\w*preis"
    r"|rechnung|zusammen|au total|prix|for (?:just|only)|en total|precio|totale|prezzo|preço)\b"
)
_WHOLES = stems("total price bill balance pay leave cost final preis gesamt rechnung endpreis prix précio prezzo left")
_OF_ALL = lower_phrase(
    r"\b(?:all (?:of them|two|three|four|five|six)|both of them|the (?:two|three|four) of them|between them)\b"
)
_TOGETHER = lower_phrase(
    r"\b(?:together|combined|in total|altogether|in all|zusammen|insgesamt|ensemble|à eux \w+|junt[oa]s|insieme"
    r"|samen)\b"
)
_ASKS_RATE = lower_phrase(
    r"\b(?:per|each|every|apiece|average|mean|speed|rate|fast|density|pro|par|por|durchschnitt\w*|moyenne|media|schnell\w*)\b"
    r"|/[a-z]|平均|每|毎|速"
)
_ASKS_YEAR = lower_phrase(
    r"\b(?:year|when|jahr|wann|année|quand|año|cuándo|anno|quando|ano|jaar|wanneer|rok|kiedy)\b|год|когда|年|언제"
)
_ASKS_CALENDAR_YEAR = lower_phrase(
    r"\b(?:what|which) year\b|\bin (?:welchem|welches) jahr\b|\ben quelle année\b|\ben qué año\b"
    r"|\bin (?:che|quale) anno\b"
    r"|\b(?:em )?(?:que|qual) ano\b|\bin welk jaar\b|哪一?年|何年"
)
_CALENDAR_YEAR = re.compile(r"[12]\d{3}|[1-9]\d{2}")
_COMPOUND = re.compile(
    r"[*\s$\\]{0,3}([a-zµ]+)\s?(?:/|per\s|an?\s|every\s|each\s|pro\s|par\s|por\s)\s?([a-z]+)", re.IGNORECASE
)
_IN_UNIT = re.compile(
    r"\bin (?:degrees )?([a-zµ]+(?:\s?/\s?[a-z]+| per [a-z]+)?)\s?\)?\s?"
    r"(?:[?.]|(?:is|are|do|does|did|will|at|for|from)\b)"
)
_DEGREES = re.compile(r"^[\s*]{0,3}(?:°\s?|degrees\s)", re.IGNORECASE)
_SCALED = {"in thousands": 10**3, "in millions": 10**6, "in billions": 10**9, "(thousands)": 10**3, "(millions)": 10**6}
_SCALED |= {"in Tausend": 10**3, "in Millionen": 10**6, "en milliers": 10**3, "en millions": 10**6, "en miles": 10**3}
_SCALED |= {"en millones": 10**6, "in migliaia": 10**3, "in milioni": 10**6, "em milhares": 10**3, "em milhões": 10**6}
_REWRITES = re.compile(r"\bdecimal|\bsimpl|\breduce|\bconvert|\bexpress|\blowest terms|\bpercent", re.IGNORECASE)
_FRACTION = re.compile(r"\b(\d{1,9})/(\d{1,9})\b")
_PICKS = phrase(
    r"\b(?:median|mode|maximum|minimum|max|min|largest|smallest|greatest|biggest|lowest|highest)\b"
    r"(?: (?:number|value|one|element|integer))? (?:of|in|among|from|is)\b[^?.]{0,40}\d"
)
_UNKNOWN = re.compile(r"\b(?:is|of|find|for|ist|est|es|è)\s\$?([b-z])\$?(?=\s?[?.]|$)")
_SOLVES = re.compile(r"\b(?:solve|löse|résou\w+|resuelv\w+|resolv\w+|risolv\w+|реши\w*)\b|解", re.IGNORECASE)
_VARIABLE = re.compile(r"(?<![a-zA-Z])[b-z](?![a-zA-Z'])(?=[^.?]{0,60}=)")
_ASKING = 120  # characters at the end of a question
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
        others: those of names that it tells of, and does not ask about.
        dated: whether it asks for a calendar year.
        initials: what its words are shortened to: gcd, lcm.
        part: the stems of what it asks for, if that is a part of a price such as a tax.
        together: whether it asks for a sum.
        unknowns: the letters that it asks for: "What is x?".
        english: whether it is in English, whose verbs and units are known best.
        dollars: whether it asks for dollars, euros or pounds by name.
        cents: whether it has cents in it.
        decimals: how many the number shall have, where it says that.
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
    others: frozenset[str] = frozenset()
    dated: bool = False
    initials: frozenset[str] = frozenset()
    part: frozenset[str] = frozenset()
    together: bool = False
    unknowns: frozenset[str] = frozenset()
    english: bool = True
    dollars: bool = False
    cents: bool = False
    decimals: int | None = None

    def sums_up(self, clause: str) -> bool:
        """Whether `clause` tells of more than was asked: of all of them, or of a price and not its tax."""
        if not (self.others or self.part) or self.together:
            return False
        lower = clause.lower()
        if self.part:
            return bool(_WHOLE.search(lower)) and self.part.isdisjoint(stems(clause))
        if _OF_ALL.search(lower):
            return True
        return bool(_TOGETHER.search(lower)) and not self.others.isdisjoint(map(stem, _LETTERS.findall(lower)))

    def is_new(self, number: Quantity) -> bool:
        """Whether the question does not give `number`."""
        return number.value is None or number.value.as_integer_ratio() not in self.given

    def fits(self, number: Quantity) -> int:
        """1 where `number` has as many decimals as the question wants, -1 where it has more."""
        if self.decimals is None or number.value is None:
            return 0
        power = 10**self.decimals
        if number.value * power % 1:
            return -1
        return int(not self.decimals or bool(number.value * (power // 10) % 1))

    def is_unit(self, number: Quantity, before: str, after: str) -> bool:
        """Whether `number`, between these texts, has the unit asked for."""
        if self.dated:
            return bool(_CALENDAR_YEAR.fullmatch(number.text))
        if self.fraction and not self.unit:
            return "/" in number.text or "frac" in number.text or (number.value is not None and 0 < number.value < 1)
        if self.percent:
            return bool(_PERCENT.match(after) or before.rstrip().endswith("%"))
        if self.money:
            return bool(_MONEY.match(number.text) or _MONEY.match(after))
        if not self.unit:
            return False
        if "/" in self.unit[0]:
            return compound_unit(after) == self.unit[0]
        after = after.lstrip("* ")[:30]
        if not self.unit[0].isascii() and after.startswith(self.unit[0]):
            return True
        if self.unit[0] in MEASURES and first_unit(after) == self.unit[0]:
            return True
        following = [_stem(word) for word in _NEAR.split(after, maxsplit=1)[0].split()[:3]]
        return self.unit[0] in following or (len(self.unit) > 1 and self.unit[1] in following[:2])

    def is_other_unit(self, number: Quantity, after: str) -> bool:
        """Whether `number`, before `after`, has another unit of measurement than the one asked for."""
        if self.dated:
            return not _CALENDAR_YEAR.fullmatch(number.text)
        if self.unit and "/" in self.unit[0]:
            compound = compound_unit(after)
            return compound != self.unit[0] if compound else first_unit(after) in MEASURES
        if self.percent:
            return bool(_MONEY.match(number.text) or _MONEY.match(after))
        if not self.unit or self.unit[0] not in MEASURES:
            return False
        first = first_unit(after)
        return first in MEASURES and first != self.unit[0]


def scale_asked(question: str) -> int:
    """1000 where `question` counts in thousands, and so on."""
    return next((power for word, power in _SCALED.items() if word in question), 1)


def _parts(question: str) -> Iterator[Quantity]:
    """The numbers above and below the line of a fraction."""
    for found in _FRACTION.finditer(question):
        yield from quantities(" ".join(found.groups()))


def first_unit(after: str) -> str:
    """The first word `after` a number, a unit by its usual name."""
    after = _DEGREES.sub("", after[:40])
    return _stem(_NEAR.split(after.lstrip("* ")[:30], maxsplit=1)[0].partition(" ")[0])


def compound_unit(after: str) -> str:
    """The unit `after` a number if it is so much for each of something: `kilometre/hour`; nothing where it is not."""
    found = _COMPOUND.match(after)
    return f"{_stem(found[1])}/{_stem(found[2])}" if found else ""


def _initials(question: str) -> frozenset[str]:
    """The first letters of words that follow each other in `question`: those of "greatest common divisor"."""
    letters = "".join(word[0] for word in re.findall("[a-z]+", question.lower()))
    return frozenset(letters[n : n + length] for length in (2, 3, 4) for n in range(len(letters) - length + 1))


def _solved(question: str) -> list[str]:
    """The only letter of an equation that is to be solved."""
    letters = set(_VARIABLE.findall(question)) if _SOLVES.search(question) else set()
    return list(letters) if len(letters) == 1 else []


def asked_for(question: str) -> Asked:
    """What `question` asks for."""
    numbers = (*quantities(question), *words(question), *_parts(question))
    given = frozenset(number.value.as_integer_ratio() for number in numbers if number.value is not None)
    if _REWRITES.search(question):  # "Convert 5/8 to a decimal": the value is what is asked for
        given = frozenset(number for number in given if number[1] == 1)
    if _PICKS.search(question):  # "What is the median of 3, 9 and 4?": one of those given may be the answer
        given = frozenset()
    last = list(_ASKS.finditer(question))
    unit = tuple(_stem(word) for word in last[-1].groups() if word) if last else ()
    if not unit and (other := [one for found in HOW_MANY.finditer(question) for one in found.groups() if one]):
        unit = (_stem(other[-1]),)
    if not unit and (named := _IN_UNIT.search(question.lower())):
        unit = (compound_unit(named[1]) or _stem(named[1].strip()),)
        unit = unit if "/" in unit[0] or unit[0] in MEASURES else ()
    percent = bool(_ASKS_PERCENT.search(question))
    counted = stems(" ".join(word for one in last for word in one.groups() if word))
    parts = _PARTS | _SAVED if _REDUCED.search(question) else _PARTS
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
        topic=topic(question) - counted - _THE_YEAR | (_OF_DIFFERENCE if difference else frozenset()),
        words=asked_stems(question),
        others=other_names(question),
        dated=_ASKS_CALENDAR_YEAR.search(question.lower()) is not None,
        initials=_initials(question[-_ASKING:]),
        part=frozenset() if asked_stems(question) & _WHOLES else asked_stems(question) & parts,
        together=bool(_OF_ALL.search(lower := question[-_ASKING:].lower()) or _TOGETHER.search(lower)),
        unknowns=frozenset(_UNKNOWN.findall(question[-_ASKING:]) or _solved(question[-_ASKING:])),
        english=language(question[-_ASKING:]) == "en",
        dollars=bool(_ASKS_DOLLARS.search(lower)) and not _HAS_CENTS.search(question),
        cents=bool(_HAS_CENTS.search(question)),
        decimals=decimals_asked(question),
    )


def _stem(word: str) -> str:
    word = word.lower()
    word = SAME_UNIT.get(word, word)
    return word[:-3] + "y" if word.endswith("ies") else word.rstrip("s") if len(word) > 3 else word
