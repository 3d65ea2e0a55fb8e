"""The number that a sentence comes to, and when it comes to none: it hedges, or states a bound only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import promptkit.answers.words.cues as cues
from promptkit.answers.numbers.asked import Asked
from promptkit.answers.numbers.evidence import Sentence
from promptkit.answers.numbers.notation import quantities
from promptkit.answers.numbers.number_words import word_at_start, words
from promptkit.answers.numbers.quantity import Quantity
from promptkit.answers.numbers.weights import Evidence, heaviest, signals_of
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import one_of, phrase

_BOUND = phrase(
    r"\b(?:more|less|fewer|greater|higher|lower|larger|smaller) than (?:or equal to )?[*_$€£¥]*$"
    r"|\b(?:over|under|above|below) [*_$€£¥]*$|(?:[<>≤≥]|\\[lg]eq?\b|\\[lg]t\b) ?[*_$]*$"
)
_ODDS = phrase(
    r"\b(?:probability|chance|odds|likelihood)\b.* \d+ in (?:every )?\d|\d in (?:every )?\d+ "
    r"(?:chance|odds)"
)
_FOREIGN_SO = [
    word
    for language in LANGUAGES
    for word in language.concludes
    if word.isalpha() and word not in ("also", "logo", "total")
]
_SO = phrase(
    r"(?:[,;.]| and| -)? (?:so|therefore|thus|hence"
    r"|which (?:over|for|in|with|after) [^,;.]{1,30}? (?:makes|gives|is|comes to)"
    r"|which (?:(?:in|as|expressed in|converted to) [\w°]{1,12} )?(?:would be|comes to|equals"
    r"|corresponds to|works out at)"
    r"|which (?:means|gives|makes|leaves|brings|takes"
    r"|puts|reduces|results in"
    r"|(?:we can )?(?:rounds?|can be rounded)(?: up| down)? to)|round(?:ed|ing)(?: up| down)? to"
    r"|meaning|giving|leaving|for a total of|(?:that|which|this) (?:makes|gives|leaves)|you get)\b|[→⇒]|所以|因此"
    rf"|(?:[,;-]| and) (?:{one_of(cues.ALTOGETHER)}|total)\b"
    rf"|[,;] (?:\w+ ){{0,3}}?(?:{one_of(_FOREIGN_SO)})\b"
    r"|\b(?:strictly|in theory|theoretically|mathematically|technically|on paper)\b[^\n]{0,80}[,;] but\b"
    r"|, which (?:is|equals) (?=[$€£]?\d[\d,.]*(?! ?(?:[a-z°]{1,12} ){0,2}(?:shorter|longer|older"
    r"|younger|taller|higher|lower|larger|smaller|times|more|less|fewer|%|percent|of\b|x\b|[\d,.])))"
)
_JOINED = re.compile(
    r"[*_$\s]*(?:,\s(?:but|and|or)\salso\s(?:[a-z]{2}\s)?"
    r"|(?:[a-z%°²-]{1,16}\s){0,2}(?:or|to|or maybe|and|bis|tot|till|до|~|-|或|和|至|到|oder|ou|o|или|и|et|y|e"
    r"|und)\s?|[-~])(?:[a-z]\s?=\s?)?(?:\$|maybe |perhaps |possibly )?[*_$\s]*",
    re.IGNORECASE,
)
_OR_TO = re.compile(r"\s?(?:or|to|-|–|oder|bis|ou|à|o|a|或|到|至)\s?", re.IGNORECASE)
_OR = re.compile(
    r"[^.;\n\d]{0,40}\b(?:or|OR)\s(?:(?:it|maybe|perhaps|possibly|might|may|could|be|even|is|about|around)\s){0,4}"
    r"(?:[a-z]\s?=\s?)?[*_$\s]*"
)
_SUMMED = phrase(r"[^.;\n]{1,200}\b(?:plus|and|minus|times)\b[^.;\n=]{1,80} (?:gives|makes|equals|totals|comes to)\b")
_BETWEEN = phrase(
    r"\b(?:between|zwischen|entre|tra|fra|tussen|między|между|mellan) "
    r"(?:about |around |roughly |etwa |environ |unos |circa )?[*_$€£¥~]*$"
)
_AND = re.compile(r"[^.;\n]{0,20}?\b(?:and|und|et|y|e|en|i|и|och)\s[*_$€£¥~]*")
_TUPLE = re.compile(r"\s?,\s?[-+]?")
_NOT_SURE = phrase(
    r"\b(?:might|may|could) be (?:wrong|mistaken|off)\b|\bis (?:also )?possible\b|\bnot (?:entirely "
    r"|completely |quite )?(?:sure|certain)\b"
)
_OR_MORE = phrase(r"(?: \w+)? or (?:more|less|fewer|above|below|higher|lower|greater|over|under|later|earlier)\b")
_LISTED = re.compile(r"[\s*_$€£(\[{]*-?\d[\d.]*(?:\s?[,;&]\s?-?\d[\d.]*)+[\s*_)\]}.]*")
_NEGATED = phrase(
    r"(?:\b(?:not|cannot|\w+n't|never|nicht|keine?|pas|non|não|niet|nie)(?: be)?(?: (?:just|exactly|only"
    r"|equal to|etwa))? |不是|并非|而非|ではなく)[*_$]*$"
    r"|\bmy (?:earlier|previous|initial|original|first) (?:\w+ (?:of |was )?)?[*_$]*$"
)
_TOO_FEW = phrase(
    r"[*_]*(?: \w+){0,2}? (?:(?:is|are|was|were|would|will|do|does)(?:n't| not)(?: be)?"
    r" (?:enough|sufficient|do\b|suffice)"
    r"|(?:is|are|would be|will be) too (?:few|many|little|much|small|big)\b|won't (?:do|be enough|suffice)\b)"
)
_MARKER = re.compile(r"[\s*_]*\d{1,2}[.)][*_]*\s+(?=[^\d\s])")  # of an item in a list
_PERCENT = re.compile(r"\s?(?:%|\\%|per ?cent|prozent)", re.IGNORECASE)
_CENTS = 100
CENTS = re.compile(
    r"(?<=\d)p\b|\s?(?:¢|(?:cents?|centimes?|céntimos?|centavos?|pence|groszy|grosze|копе[а-я]{2,3})\b)", re.IGNORECASE
)
_AND_CENTS = re.compile(
    r"[*_]*\s?(?:dollars?|euros?|pounds?|francs?|francos?|reais|pesos?|złot\w{1,3}|zł|рубл\w{1,3}|руб\.?),?"
    r"(?:\s(?:and|und|et|y|con|e|i|и|en))?\s[*_]*",
    re.IGNORECASE,
)
_SAME_MEASURE = frozenset(map(Fraction, (60, 100, 1000))) | {Fraction(1, n) for n in (60, 100, 1000)}
_UNIT_AFTER = re.compile(r"\s?[^\W\d_]{0,12}")
_CALENDAR_YEAR = re.compile(r"1\d{3}|20\d\d")
_UNKNOWNS = re.compile(r"\b([a-z])\s?=\s?[*_$]*$")  # before a number
_NEAR = 40  # characters
_MARKUP = ' *_#>("'
_ALONE = re.compile(r"[*_]{0,3}\s?(?:[:,;.!(–—]|-\s)")
_FAR = 30  # characters before a number word that stands alone


@dataclass(frozen=True)
class Result:
    """The number that a sentence comes to.

    Attributes:
        opens: nothing but markup and words such as "about" stand before it.
        new: the question did not give it.
        unit: it has the unit asked for.
        main: it stands in no clause that only gives a reason or a condition, and is no ordinal.
        bound: it is only a bound, such as "no more than 15", and has no value.
        computed: it follows an equals sign, or words such as "so" in its sentence.
        number: the quantity, with its value even where it hedges.
        operand: it is a term of a sum.
        equals: it follows an equals sign.
        concludes: it stands where the sentence concludes, if that does.
        bold: it is in bold, and not all of the sentence is.
        strong: more than its place speaks for it: it is bold, follows an equals sign, has the unit asked for, or
            follows a verb of result and is not given in the question.
    """

    quantity: Quantity
    number: Quantity
    opens: bool = False
    new: bool = False
    unit: bool = False
    strong: bool = False
    main: bool = True
    computed: bool = False
    bound: bool = False
    operand: bool = False
    equals: bool = False
    concludes: bool = True
    bold: bool = False


def result(text: str, asked: Asked, *, announced: bool = False) -> Result | None:
    """The number that `text`, which may be `announced`, comes to; one without a value where it hedges."""
    sentence, start, found = _weighed(text, asked, announced=announced)
    return _result(sentence, start, found, heaviest(found, announced=announced)) if found else None


def results(text: str, asked: Asked, *, opens: bool = False) -> list[tuple[Result, tuple[float, ...]]]:
    """Each number to which `text`, which may open the reply, may come, with the strength of each kind of evidence."""
    sentence, start, found = _weighed(text, asked, announced=False, all_of_it=True, opens=opens)
    signals = signals_of(found) if found else []
    return [(_result(sentence, start, found, one), own) for one, own in zip(found, signals, strict=True)]


def _result(sentence: Sentence, start: int, found: list[Evidence], best: Evidence) -> Result:
    """What the sentence comes to, which concludes from `start` on, if that is the `best` of its numbers."""
    text, numbers, announced = sentence.text, sentence.numbers, sentence.announced
    bound = False
    unsure = (
        _LISTED.fullmatch(text)
        or _ODDS.search(text)
        or (not announced and len(numbers) > 1 and _NOT_SURE.search(text))
        or (bound := _is_bound(text, best.number))
    )
    unsure = unsure or _hedges(text, numbers, best, lambda n: any(e.number is n and e.unit for e in found))
    strong = bool(
        unsure or best.bold or best.equals or (best.new and (best.unit or best.verb)) or (best.unit and best.verb)
    )
    number = best.number._replace(value=None) if unsure or best.operand else best.number
    return Result(
        number,
        best.number,
        best.opens,
        best.new,
        best.unit,
        strong,
        not (best.reason or best.label),
        best.equals or 0 < start <= best.number.start,
        bound,
        best.operand,
        best.equals,
        start <= best.number.start,
        best.bold,
    )


def _with_cents(text: str, numbers: list[Quantity], asked: Asked) -> list[Quantity]:
    """`numbers` of `text` with sums of money in two units made one, cents in dollars where these are asked for."""
    found: list[Quantity] = []
    for number in numbers:
        if number.value is None or not CENTS.match(text, number.end):
            found.append(number)
            continue
        before = found[-1] if found else None
        if before and before.value is not None and _AND_CENTS.fullmatch(text, before.end, number.start):
            if not asked.cents and 0 < number.value < _CENTS:
                found[-1] = before._replace(value=before.value + number.value / _CENTS)
        else:
            found.append(in_dollars(number, asked))
    return found


def in_dollars(number: Quantity, asked: Asked) -> Quantity:
    """`number` of cents in the unit that is asked for."""
    return number._replace(value=number.value / _CENTS) if asked.dollars and number.value is not None else number


def _weighed(
    text: str, asked: Asked, *, announced: bool, all_of_it: bool = False, opens: bool = False
) -> tuple[Sentence, int, list[Evidence]]:
    """`text`, where it begins to conclude, and what speaks for the numbers after that, or for `all_of_it`."""
    numbers = _with_cents(text, sorted([*quantities(text), *words(text)]), asked)
    if opens and (first := _opening_word(text)) and first not in numbers:
        numbers = [first, *numbers]
    if not announced and (marker := _MARKER.match(text)):
        numbers = [number for number in numbers if number.start >= marker.end()]
    if not numbers:
        numbers = [number for number in words(text, alone=True) if number.start <= _FAR][:1] if announced else []
    sentence = Sentence(text, tuple(numbers), asked, announced)
    start = _conclusion(sentence) if len(numbers) > 1 else 0
    found = [
        sentence.evidence(i)
        for i, n in enumerate(numbers)
        if (all_of_it or n.start >= start) and not _is_denied(text, n)
    ]
    if asked.dated and (years := [one for one in found if _CALENDAR_YEAR.fullmatch(one.number.text)]):
        found = years
    return sentence, start, found


def _opening_word(text: str) -> Quantity | None:
    """The number in words with which `text` opens, if nothing stands beside it: "Quattro: …"."""
    start = len(text) - len(text.lstrip(_MARKUP))
    word = word_at_start(text[start : start + _FAR])
    if not word or not _ALONE.match(text, start + word.end):
        return None
    return word._replace(start=start, end=start + word.end)


def _is_denied(text: str, number: Quantity) -> bool:
    before, after = text[max(0, number.start - _NEAR) : number.start], text[number.end : number.end + _NEAR]
    return bool(_NEGATED.search(before) or _TOO_FEW.match(after))


def _is_bound(text: str, number: Quantity) -> bool:
    """Whether only a bound of the result is stated: more than 100, 5 or more."""
    return bool(_OR_MORE.match(text[number.end :]) or _BOUND.search(text[max(0, number.start - _NEAR) : number.start]))


def _conclusion(sentence: Sentence) -> int:
    """Where the clause begins that concludes: after "so", if a number follows; the beginning otherwise."""
    if summed := _SUMMED.match(sentence.text):
        return summed.end() if summed.end() <= sentence.numbers[-1].start else 0
    first = sentence.numbers[0]
    if sentence.announced and sentence.opening_end >= first.start and sentence.asked.is_new(first):
        return 0
    last = max((n.start for n in sentence.numbers if not _is_denied(sentence.text, n)), default=0)
    starts = [found.span() for found in _SO.finditer(sentence.text) if found.end() <= last]
    return max(
        (
            end
            for start, end in starts
            if not (
                (sentence.is_unreal(end) and "which" not in sentence.text[start:end])
                or sentence.sums_up(start + 2)
                or sentence.loses_unit(end)
            )
        ),
        default=0,
    )


def _is_percent_of(first: Quantity, second: Quantity, text: str) -> bool:
    """Whether the second is the first in percent: 1/4, or 25%."""
    if first.value is None or second.value is None or not _PERCENT.match(text, second.end):
        return False
    return first.value * 100 == second.value


def _is_restated(first: Quantity, second: Quantity, text: str) -> bool:
    """Whether the second, in parentheses, is the first in another unit: 1.5 km (or 1500 m)."""
    if not first.value or not second.value or "(" not in text[first.end : second.start]:
        return False
    units = [_UNIT_AFTER.match(text, one.end) for one in (first, second)]
    differ = all(units) and units[0][0] != units[1][0]  # type: ignore[index]
    return bool(differ) and first.value / second.value in _SAME_MEASURE


def _hedges(text: str, numbers: Sequence[Quantity], best: Evidence, unit: Callable[[Quantity], bool]) -> bool:
    """Whether another value is joined to the best one: 3 or 4, 5 to 10, (2, 3), 3 and 4."""
    i = numbers.index(best.number)
    for one, other in ((i - 1, i), (i, i + 1)):
        if one < 0 or other >= len(numbers) or numbers[one].value == numbers[other].value:
            continue
        first, second = numbers[one], numbers[other]
        if _is_percent_of(first, second, text) or _is_restated(first, second, text):
            continue
        if _AND.fullmatch(text[first.end : second.start]) and _BETWEEN.search(
            text[max(0, first.start - _NEAR) : first.start]
        ):
            return True
        between = text[first.end : second.start]
        shares = second is best.number and _OR_TO.fullmatch(between)  # "80 or 90 km/h"
        if best.unit and not shares and not unit(second if i == one else first):
            continue
        names = [_UNKNOWNS.search(text[max(0, one.start - _NEAR) : one.start]) for one in (first, second)]
        if names[0] and names[1] and names[0][1] != names[1][1]:  # x = 4 and y = 3
            continue
        if second.text[:1] in "-+" and not between.strip():
            between = between + second.text[:1]
        if _JOINED.fullmatch(between):
            if (
                re.search(r"\bto\b|到|至", between)
                and re.search(r"\bfrom\b|从|從", text[max(0, first.start - 20) : first.start])
                and second is best.number
            ):
                continue
            return True
        if _OR.fullmatch(between):
            return True
        if _TUPLE.fullmatch(between) and re.search(r"[(\[{]\s?$", text[: first.start][-3:]):
            return True
    return False
