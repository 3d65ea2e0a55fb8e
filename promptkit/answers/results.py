"""Which number of a sentence is its result: the evidence for each, and the order in which it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from promptkit.answers import cues
from promptkit.answers.notation import Quantity, quantities, words
from promptkit.answers.prose import one_of, phrase

_ASKS = phrase(
    r"\bhow many (?:(?:more|fewer|less|additional|total|of the|of|different|other|whole|full|extra) "
    r")*([a-z-]+)(?: (?!and\b|or\b)([a-z-]+))?(?! (?:and|or)\b)"
)
_ASKS_MONEY = phrase(
    r"\bhow much (?:(?:more|less|total|extra) )?(?:money|will|would|did|does|do|is|was|has|have"
    r"|change|profit|can|should|must)\b|\bin dollars\b|\bwhat (?:is|was) the (?:total )?(?:cost"
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
_BOUND = phrase(
    r"\b(?:more|less|fewer|greater|higher|lower|larger|smaller) than (?:or equal to )?[*_$€£¥]*$"
    r"|\b(?:over|under|above|below) [*_$€£¥]*$"
)
_MONEY = re.compile(r"[$€£¥₹]|\s?(?:dollars?|cents?|euros?|pounds?|rupees?)\b", re.IGNORECASE)

_ODDS = phrase(
    r"\b(?:probability|chance|odds|likelihood)\b.* \d+ in (?:every )?\d|\d in (?:every )?\d+ "
    r"(?:chance|odds)"
)
_MORE = one_of(cues.APPROXIMATELY)
_AFTER_VERB = phrase(
    rf"(?:\b{one_of(cues.RESULT_VERBS)}|'s|\b(?:will|would|can|could|should|must|may) (?:\w+ ){{0,2}}\w+)"
    rf"(?: (?:{_MORE}|\w+ly|him|her|them|us|me|you|back|away|off))*[\s*_$:(]*$"
)
_AFTER_EQUALS = re.compile(r"(?:=|≈|\\approx|\\Rightarrow|→|⇒)[\s*_$\\({]*(?:\\text\{)?$")
_ASIDE = phrase(rf"\b{one_of(cues.ASIDES)} (?:[\w'-]+ ){{0,1}}?[\s*_$(]*$")
_LABEL = phrase(rf"\b{one_of(cues.LABELS)}s? #?$|[#№]$")
_REASON = phrase(rf"(?:^|[,;(]|\s-|[\w)%]) ?(?:\b{one_of(cues.REASONS)}\b)")
_SO = phrase(
    r"(?:[,;.]| and| -)? (?:so|therefore|thus|hence|which (?:means|gives|makes|leaves"
    r"|(?:we can )?(?:rounds?|can be rounded)(?: up| down)? to)|round(?:ed|ing)(?: up| down)? to"
    r"|meaning|giving|leaving|for a total of)\b|[→⇒]|所以|因此"
    r"|, which (?:is|equals) (?=[$€£]?\d[\d,.]*(?! ?(?:times|more|less|fewer|%|percent|of\b|x\b|[\d,.])))"
)
_OPERATOR_AFTER = re.compile(r"[)\]}\s$]*(?:[+*/×÷·]|\\times|\\cdot|\\div|-\s|x\s?\d)")
_OPERATOR_BEFORE = re.compile(r"(?:[+*/×÷·]|\\times|\\cdot|\\div|\d\s?-|[\d)]\sx)\s?[({$\s\\]*$")
_EQUALS_AFTER = re.compile(r"[^=\d\n]{0,24}(?:=|≈)")
_JOINED = re.compile(
    r"[*_$\s]*(?:(?:[a-z%°²-]{1,16}\s){0,2}(?:or|to|or maybe|and|~|-|或|和|至|到|oder|ou|o|или|и|et|y|e"
    r"|und)\s?|[-~])(?:[a-z]\s?=\s?)?(?:\$|maybe |perhaps |possibly )?[*_$\s]*",
    re.IGNORECASE,
)
_OR = re.compile(
    r"[^.;\n\d]{0,40}\b(?:or|OR|or maybe|or perhaps)\s(?:maybe |perhaps |possibly )?(?:[a-z]\s?=\s?)?[*_$\s]*"
)
_TUPLE = re.compile(r"\s?,\s?[-+]?")
_NEGATED = phrase(r"\b(?:not|isn't|wasn't|aren't|never)(?: (?:just|exactly|only))? [*_$]*$")
_BOLD = re.compile(r"\*\*[^*\n]{1,80}\*\*|__[^_\n]{1,80}__|\\textbf\{[^{}\n]{1,80}\}|\\boxed\{[^{}\n]{1,80}\}")
_START = re.compile(
    r"(?:[\s*_\"'$(>#-]|\\[(\[]|\\text\{|(?:[A-Za-z]|Total|Result)\s?[=:]\s?|" + _MORE + r"\b)*", re.IGNORECASE
)
_WORD_BEFORE = 60  # characters before a number that are looked at


class Asked(NamedTuple):
    """What a question asks for: the numbers it gives, the words for the thing to be counted, whether it is money."""

    given: frozenset[Fraction | None] = frozenset()
    unit: tuple[str, ...] = ()
    money: bool = False
    percent: bool = False


def asked_for(question: str) -> Asked:
    """What `question` asks for."""
    given = frozenset(number.value for number in (*quantities(question), *words(question)))
    last = list(_ASKS.finditer(question))
    unit = tuple(_stem(word) for word in last[-1].groups() if word) if last else ()
    percent = bool(_ASKS_PERCENT.search(question))
    return Asked(given, unit[:2], not unit and not percent and bool(_ASKS_MONEY.search(question)), percent)


def _stem(word: str) -> str:
    word = word.lower()
    return word[:-3] + "y" if word.endswith("ies") else word.rstrip("s") if len(word) > 3 else word


@dataclass(frozen=True)
class Result:
    """The number that a sentence comes to.

    Attributes:
        opens: nothing but markup and words such as "about" stand before it.
        new: the question did not give it.
        unit: it has the unit asked for.
        strong: more than its place speaks for it: it is bold, follows an equals sign, has the unit asked for, or
            follows a verb of result and is not given in the question.
    """

    quantity: Quantity
    opens: bool = False
    new: bool = False
    unit: bool = False
    strong: bool = False


@dataclass(frozen=True)
class _Evidence:
    """What speaks for a number of a sentence. `rank` is the one place where it is weighed."""

    number: Quantity
    opens: bool
    bold: bool
    equals: bool
    unit: bool
    verb: bool
    new: bool
    aside: bool
    reason: bool
    operand: bool
    label: bool
    place: int

    def rank(self, *, announced: bool) -> tuple[bool | int, ...]:
        """Compared from left to right; the greatest is the result."""
        return (
            not self.operand and not self.label,  # a term of a sum is not its result; "step 2" counts nothing
            self.bold,
            not self.reason,  # "because …", "instead of …" explain
            self.equals,
            announced and self.opens and self.new,
            self.unit and self.new,
            self.verb and self.new and not self.aside,
            self.new,
            announced and self.opens,
            self.unit,
            self.verb,
            not self.aside,
            self.place,
        )


def result(sentence: str, asked: Asked, *, announced: bool = False) -> Result | None:
    """The number that `sentence`, which may be `announced`, comes to; one without a value where it hedges."""
    digits = list(quantities(sentence))
    numbers = sorted([*digits, *words(sentence)]) if not digits or not sentence.isdecimal() else digits
    if not numbers:
        numbers = list(words(sentence, alone=True)) if announced else []
        if not numbers or numbers[0].start > 30:
            return None
    start = _conclusion(sentence, numbers, announced=announced)
    found = [
        _evidence(sentence, numbers, i, asked, announced=announced) for i, n in enumerate(numbers) if n.start >= start
    ]
    found = [e for e in found if not _NEGATED.search(sentence[max(0, e.number.start - 40) : e.number.start])]
    if not found:
        return None
    best = max(found, key=lambda evidence: evidence.rank(announced=announced))
    strong = best.bold or best.equals or (best.new and (best.unit or best.verb))
    number, unsure = best.number, best.operand
    if (
        _ODDS.search(sentence)
        or _hedges(sentence, numbers, best, lambda n: any(e.number is n and e.unit for e in found))
        or _is_bound(sentence, number)
    ):
        strong = unsure = True
    return Result(number._replace(value=None) if unsure else number, best.opens, best.new, best.unit, strong)


def _is_bound(sentence: str, number: Quantity) -> bool:
    """Whether only a bound of the result is stated: more than 100."""
    return bool(_BOUND.search(sentence[max(0, number.start - 40) : number.start]))


def _conclusion(sentence: str, numbers: list[Quantity], *, announced: bool) -> int:
    """Where the clause begins that concludes: after "so", if a number follows; the beginning otherwise."""
    if announced and _START.match(sentence).end() >= numbers[0].start:  # type: ignore[union-attr]  # it matches the empty text
        return 0
    starts = [found.end() for found in _SO.finditer(sentence) if found.end() <= numbers[-1].start]
    return starts[-1] if starts else 0


def _evidence(sentence: str, numbers: list[Quantity], i: int, asked: Asked, *, announced: bool) -> _Evidence:
    number = numbers[i]
    before = sentence[max(0, number.start - _WORD_BEFORE) : number.start]
    after = sentence[number.end : number.end + 40].replace("**", "").replace("__", "")
    opening = _START.match(sentence)
    equals = bool(_AFTER_EQUALS.search(before))
    return _Evidence(
        number,
        opens=bool(opening and opening.end() >= number.start),
        bold=_is_bold(sentence, number),
        equals=equals and not _OPERATOR_AFTER.match(after) and not _later_equation(sentence, number),
        unit=_has_unit(number, before, after, asked),
        verb=bool(_AFTER_VERB.search(before)),
        new=number.value not in asked.given,
        aside=bool(_ASIDE.search(before)),
        reason=_in_reason(sentence, number),
        operand=bool(_OPERATOR_AFTER.match(after) or _OPERATOR_BEFORE.search(before.replace("**", "")))
        or (bool(_EQUALS_AFTER.match(after)) and not announced),
        label=bool(_LABEL.search(before)),
        place=i,
    )


def _later_equation(sentence: str, number: Quantity) -> bool:
    return bool(_EQUALS_AFTER.match(sentence, number.end))


def _is_bold(sentence: str, number: Quantity) -> bool:
    spans = (
        [found.span() for found in _BOLD.finditer(sentence)]
        if "**" in sentence or "__" in sentence or "\\" in sentence
        else []
    )
    if not any(start <= number.start and number.end <= end for start, end in spans):
        return False
    return not (spans[0][0] == 0 and spans[0][1] >= len(sentence.rstrip(" .!")))  # a sentence that is bold throughout


_NEAR = re.compile(r"[^A-Za-z\s-]|\b(?:a|an|per|each|every|of|in|for|than|as)\s")


def _has_unit(number: Quantity, before: str, after: str, asked: Asked) -> bool:
    if asked.percent:
        return bool(_PERCENT.match(after) or before.rstrip().endswith("%"))
    if asked.money:
        return bool(_MONEY.match(number.text) or _MONEY.match(after))
    if not asked.unit:
        return False
    following = [_stem(word) for word in _NEAR.split(after.lstrip("* ")[:30])[0].split()[:3]]
    return asked.unit[0] in following or (len(asked.unit) > 1 and asked.unit[1] in following[:2])


def _in_reason(sentence: str, number: Quantity) -> bool:
    """Whether a word that opens a reason stands before `number` in its clause."""
    clause = max(sentence.rfind(sign, 0, number.start) for sign in (", ", "; ", ". "))
    opened = [found.start() for found in _REASON.finditer(sentence, 0, number.start)]
    return bool(opened) and opened[-1] >= clause - 1


def _hedges(sentence: str, numbers: list[Quantity], best: _Evidence, unit: Callable[[Quantity], bool]) -> bool:
    """Whether another value is joined to the best one: 3 or 4, 5 to 10, (2, 3), 3 and 4."""
    i = numbers.index(best.number)
    for one, other in ((i - 1, i), (i, i + 1)):
        if one < 0 or other >= len(numbers) or numbers[one].value == numbers[other].value:
            continue
        first, second = numbers[one], numbers[other]
        if best.unit and not unit(second if i == one else first):
            continue
        between = sentence[first.end : second.start]
        if second.text[:1] in "-+" and not between.strip():
            between = between + second.text[:1]
        if _JOINED.fullmatch(between):
            if (
                re.search(r"\bto\b|到|至", between)
                and re.search(r"\bfrom\b|从|從", sentence[max(0, first.start - 20) : first.start])
                and second is best.number
            ):
                continue
            return True
        if _OR.fullmatch(between):
            return True
        if _TUPLE.fullmatch(between) and re.search(r"[(\[{]\s?$", sentence[: first.start][-3:]):
            return True
    return False
