"""What speaks for each number of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import promptkit.answers.words.cues as cues
from promptkit.answers.numbers.asked import Asked
from promptkit.answers.numbers.conversions import is_conversion, loses_unit
from promptkit.answers.numbers.operands import APPROXIMATED, EQUALS_AFTER, ends_with_equals, is_operated
from promptkit.answers.numbers.quantity import Quantity
from promptkit.answers.numbers.someone_else import Others
from promptkit.answers.numbers.weights import Evidence
from promptkit.answers.prose.topic import stem, stems
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import LastWords, lower_phrase, one_of

_VERBS = LastWords((*cues.RESULT_VERBS, *cues.IT_IS), (*cues.APPROXIMATELY, *cues.OBJECTS, r"\w+ly"))
_CONCLUDED = LastWords(cues.CONCLUDED_BY, (*cues.APPROXIMATELY, *cues.OBJECTS))
_ASIDES = LastWords(cues.ASIDES, [r"[\w'-]+"], longest=2)
_LABELS = frozenset(label + plural for label in cues.LABELS for plural in ("", "s"))
_CLAUSE = re.compile(r"[,;.!?()]\s")
_CLAUSE_SIGNS = (", ", "; ", ". ")
_FOREIGN_REASONS = one_of(reason for language in LANGUAGES for reason in language.reasons)
_REASON = lower_phrase(
    rf"(?<![\w'-])(?:{one_of(cues.REASONS)}|{_FOREIGN_REASONS})(?![\w'-])"
    r"|[,;、](?:比|較|较)(?=[^\d,;、。]{1,10}(?:多|少|大|小|高|低|貴|贵|便宜|長|长|短))"
    r"|[(,;、](?=[^\d(),;、。]{1,6}(?:則|则|才))"
)
_COMPARED = lower_phrase(rf"\W*(?:[a-z°]{{1,12}} ){{0,2}}{one_of(cues.COMPARES)}\b[^.,;]{{0,40}}\bthan\b")
_BOLD = re.compile(
    r"\*\*[^*\n]{1,80}\*\*|__[^_\n]{1,80}__|\\textbf\{[^{}\n]{1,80}\}|\\(?:boxed|mathbf)\{[^{}\n]{1,80}\}"
)
_START = lower_phrase(
    r"(?:[\s*_\"'$(>#-]|\\[(\[]|\\text\{|(?:[a-z]|total|result)\s?[=:]\s?|" + one_of(cues.APPROXIMATELY) + r"\b)*"
)
_TOTAL = lower_phrase(rf"(?:[ €%]|(?!in\b)[^\W\d_]{{1,16}}+){{0,6}}(?:^| |-){one_of(cues.ALTOGETHER)}\b(?! ?[:$€£\d])")
_RATE_AFTER = lower_phrase(rf" ?(?:(?:[^\W\d_]+|[€$%°]) )?{one_of(cues.RATES_AFTER)}\b|/ ?[a-z]")
_RATE_BEFORE = lower_phrase(rf"(?:{one_of(cues.RATES_BEFORE)}) ?[$€£¥*_(]*$")
_SEPARATOR = lower_phrase(rf"[,;:()] | [—-] | (?:{one_of(cues.JOINS)}) ")
_UNREAL = lower_phrase(cues.UNREAL)
_MONTH = re.compile(
    r"(?:st|nd|rd|th|er|º)?\.?\s(?:of\s|de\s)?(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre"
    r"|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho"
    r"|setembro|outubro|dezembro|maart|mei|augustus)\b",
    re.IGNORECASE,
)
_TIME_OF = lower_phrase(r"\b(?:after|before|when|since|following|until|nachdem|bevor|après|avant|después|antes)\b")
_THE_IS = lower_phrase(
    r"(?:^|[,;:] |\b(?:and|so|but) )(?:the|its|their|his|her) ([^\W\d_]+) (?:is|was|are|equals|comes to)"
    r"(?: about| only)?[ *_$€£]+$"
)
_IS_THE = re.compile(r"[*_]*,?\s(?:is|are)\s(?:the|your|our|his|her)\s([^\W\d_]+)", re.IGNORECASE)
_ALTOGETHER = LastWords(cues.ALTOGETHER, cues.TOTALLED)
_A_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_EXPLAINED = re.compile(
    r"[*_]*(?:\s?[^\W\d_]++){0,3}[*_]*(?:\s?:\s|:(?=[^\W\d_a-z]|\d)|\s[-–—]\s(?![$€£]?\d[^\n]{0,40}=)|—)"
    r"(?=[^\n]{12})(?=[^\n]*\d)"
)
_SUM = re.compile(r"[^\W\d_]{3}\s[+−]\s[$€£]?\d[^=\n]{0,80}=")
_OF_ONE = re.compile(
    r"\W*(?:one|each|a single|every)\b"
    r"(?!\s(?:hundred|thousand|million|half|third|quarter|fourth|fifth|tenth|of\b))",
    re.IGNORECASE,
)
_OTHER_YEAR = re.compile(
    r"\W*(?:in|en|im|em|nel|w|в)\s(?:1[5-9]|20)\d\d,?\s(?:it|they|there|he|she|this|that|was|were)\b"
)
_OF_IT = re.compile(r"\s?(?:[a-z]+\s)?of\s(?:it|that)\s(?:in|for|as)\b", re.IGNORECASE)
_REMARKED = re.compile(
    r"(?:\s?(?!and\b|or\b|to\b)[^\W\d_]+){0,2}(?:\s?;|:\s\d+,\s|\s[–—]\s|,\s(?:i\.e|that is"
    r"|that's|of which|not|since|because)\b)"
)
_LISTED_AFTER = re.compile(r"(?:\s[^\W\d_]+){0,2}\s?:\s[$€£]?\d+[^:\d]")  # what it is made up of
_APPOSED = 2  # words
_FEW = 2  # numbers
_SEGMENT = re.compile(r"[,;.\n](?!\d)|→|⇒|\b(?:and|so)\b")
_IN_PARENTHESES = re.compile(r"\([^()]{0,20}\)")
_NAME = re.compile(r"[\s*_$\\(]*(?:so |and |the )?([^\W\d_][^\d=+*/×·]{0,30}?)[\s*_)]*(?:\(\))?\s*=")
_UNKNOWN_BEFORE = re.compile(r"(?:\b|\d)([a-z])\s?(?:=|is|equals)\s?[*$\\({ ]{0,6}$")
_FOR_VALUE = re.compile(r"\b(?:for|if|with|when|bei|für|wenn|pour|si|para|per|se|con|при|если)\s\$?[a-z]\s?=\s?[$*]*$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IN = lower_phrase(
    r"\b(?:in|by|since|until|till|from|during|around|before|after|year"
    r"|of|en|im|seit|dès|depuis|desde|nel|em|dal) [*_(]*$"
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_BEFORE = 60  # characters before a number that are looked at
_AFTER = 40


@dataclass(frozen=True)
class Sentence:
    """A sentence with numbers: what is looked at once for all of them.

    Attributes:
        announced: it follows an announcement.
    """

    text: str
    numbers: tuple[Quantity, ...]
    asked: Asked
    announced: bool

    def evidence(self, place: int) -> Evidence:
        """What speaks for one of the numbers."""
        number = self.numbers[place]
        start = max(0, number.start - _BEFORE)
        before, lower = self.text[start : number.start], self.lower[start : number.start]
        after = self.text[number.end : number.end + _AFTER].replace("**", "").replace("__", "")
        words = _CLAUSE.split(lower.rstrip(" *_$€£¥₹:("))[-1].replace("*", "").split()
        verb = _VERBS.end(words)
        rate = not self.asked.rate and bool(_RATE_AFTER.match(after.lower()) or _RATE_BEFORE.search(lower))
        clause = self._clause(number.start, number.end)
        multiplied = is_operated(self._before_sign(number, lower).replace("**", ""), after)
        exact = self.asked.fraction and "/" in number.text and bool(APPROXIMATED.match(after))
        converted = place + 1 < len(self.numbers) and self._is_converted(place)
        in_equation = bool(EQUALS_AFTER.match(after)) and not exact and not converted
        equals = ends_with_equals(lower) and not multiplied and not in_equation
        total = bool(_TOTAL.match(after.lower())) or self._settles(place, words, before, after)
        total = total and not self.asked.sums_up(clause)
        elsewhere = clause != self.text and self._others.tells(clause)
        return Evidence(
            number,
            opens=self.opening_end >= number.start and not self._is_sum,
            bold=any(begin <= number.start and number.end <= end for begin, end in self._bold),
            equals=equals,
            unit=self.asked.is_unit(number, before, after),
            verb=verb or not cues.MODALS.isdisjoint(words[-4:-1]),
            new=self.asked.is_new(number),
            aside=_ASIDES.end(words[-2:]) and not verb,
            reason=rate
            or bool(_OF_IT.match(after))
            or self._in_reason(number.start)
            or (not self.asked.rate and bool(_OF_ONE.match(clause)))
            or elsewhere
            or bool(_FOR_VALUE.search(lower))
            or self._is_of_other_year(number.start)
            or (not self.asked.year and bool(_OTHER_YEAR.match(clause)))
            or (clause != self.text and self.asked.sums_up(clause))
            or (self.asked.dated and bool(_TIME_OF.search(self._whole_clause(number.start, clause).lower())))
            or (not (self.asked.unreal or equals) and bool(_UNREAL.search(clause.lower())))
            or (not self.asked.difference and bool(_COMPARED.match(after.lower()))),
            elsewhere=elsewhere,
            operand=multiplied or (in_equation and not self.announced),
            label=bool(words and (word := words[-1].strip("#№")) in _LABELS and stem(word) not in self.asked.words)
            or before.endswith(("#", "№"))
            or bool(_ORDINAL.match(after))
            or bool(_MONTH.match(after))
            or (not self.asked.year and bool(_YEAR.fullmatch(number.text) and _IN.search(lower))),
            total=total,
            exact=exact,
            about=self._about(number, clause),
            subject=self._subject(number, clause),
            concluded=_CONCLUDED.end(words[-3:]),
            explained=(number.start < self._explained[0]) - (self._explained[1] <= number.start and not total),
            called=bool(words)
            and "=" not in before[-3:]
            and number.start < self._explained[1]
            and self._is_called(words[-1], before),
            other_unit=self.asked.is_other_unit(number, after),
            named=self._named(number.start) or self._is_what_was_asked(lower, after),
            again=place > 0 and not exact and self._is_conversion(place, after),
            place=place,
            fits=self.asked.fits(number),
        )

    @cached_property
    def lower(self) -> str:
        """The text in lower case, sign by sign."""
        lower = self.text.lower()
        return lower if len(lower) == len(self.text) else "".join(c.lower()[:1] for c in self.text)

    @cached_property
    def opening_end(self) -> int:
        """Where what may stand before a number that opens the sentence ends: markup, and words such as "about"."""
        found = _START.match(self.lower)
        return found.end() if found else 0

    def _is_called(self, word: str, before: str) -> bool:
        """Whether `word`, the last one `before` a number, is what was asked for, or the name that was."""
        names = self.asked.words if before.rstrip(" *_:(").split()[-1:][0][:1].isupper() else self.asked.topic
        return stem(word) in names

    def _about(self, number: Quantity, clause: str) -> int:
        """How many words of the question the clause has."""
        return self._shared(self.asked.topic, number, clause)

    def _subject(self, number: Quantity, clause: str) -> int:
        """How many words of the question, names too, the clause has."""
        return self._shared(self.asked.words, number, clause)

    def _shared(self, words: frozenset[str], number: Quantity, clause: str) -> int:
        if not words or clause == self.text or (self._has_new and not self.asked.is_new(number)):
            return 0
        return len(words & stems(self._whole_clause(number.start, clause)))

    @cached_property
    def _has_new(self) -> bool:
        return any(map(self.asked.is_new, self.numbers))

    def _whole_clause(self, start: int, clause: str) -> str:
        """The clause there, with the one before it where it is only a number: "the median is the last one, 4"."""
        begin = max((after for _, after in self._separators if after <= start), default=0)
        if not begin or len(clause.split()) > _APPOSED or self.text[begin:start].strip(" *_$€£("):
            return clause
        earlier = self.text[:begin].rstrip(" ,;:-—(")
        return f"{self._clause(len(earlier) - 1, len(earlier))} {clause}"

    @cached_property
    def _is_sum(self) -> bool:
        """Whether it is an equation with words in it: "€7 for the books + €2 for the pen = €9"."""
        return bool(_SUM.search(self.text))

    def _settles(self, place: int, words: list[str], before: str, after: str) -> bool:
        """Whether a number follows "in total", or a colon at the end; or is all that stands before a remark."""
        if _ALTOGETHER.end(words[-5:]):
            return True
        if place and before.rstrip(" *_$€£").endswith(":") and len(after.split()) <= 1:
            return True
        if not place and len(self.numbers) > _FEW and _LISTED_AFTER.match(after):
            return not words or words[-1] not in _LABELS
        return self.opening_end >= self.numbers[place].start and bool(_REMARKED.match(after))

    @cached_property
    def _others(self) -> Others:
        return Others(self.text, tuple(after for _, after in self._separators), self.asked)

    def _is_of_other_year(self, start: int) -> bool:
        """Whether another year than the one asked about stands before, since the last semicolon."""
        if self.asked.year or not (asked := {word for word in self.asked.words if _YEAR.fullmatch(word)}):
            return False
        years = _A_YEAR.findall(self.text, max(0, self.text.rfind(";", 0, start)), start)
        return bool(years) and years[-1] not in asked

    @cached_property
    def _explained(self) -> tuple[int, int]:
        """Where a number that may be the answer ends before a colon or dash, and what explains it begins."""
        for number in self.numbers:
            found = _EXPLAINED.match(self.text, number.end)
            if found:
                after = self.text[number.end : number.end + _AFTER]
                opens = self.opening_end >= number.start and self.asked.is_new(number)
                if opens or self.asked.is_unit(number, "", after) or self._adds_up(number):
                    return found.start(), found.end()
        return 0, len(self.text) + 1

    def _adds_up(self, number: Quantity) -> bool:
        """Whether the numbers after one are what it is made up of: "64 pola: 32 białe i 32 czarne"."""
        parts = [other.value for other in self.numbers if other.start > number.end]
        sums = accumulate(value or 0 for value in parts)
        return number.value in list(sums)[1:]

    def _named(self, start: int) -> int:
        """1 where the equation of the number there has the name of what was asked, -1 where it has another one."""
        if self.asked.unknowns and (letter := _UNKNOWN_BEFORE.search(self.text, max(0, start - _BEFORE), start)):
            return 1 if letter[1] in self.asked.unknowns and not letter[0][0].isdigit() else -1
        equation = _SEGMENT.split(_IN_PARENTHESES.sub("()", self.text[:start]))[-1]
        found = _NAME.match(equation)
        if not found:
            return 0
        name = stems(found[1])
        if (unknown := found[1].strip()) in self.asked.unknowns or not self.asked.unknowns.isdisjoint(
            unknown.split()[-1:]
        ):
            return 1
        if name & self.asked.words or found[1].strip().lower() in self.asked.initials:
            return 1
        return -1 if len(unknown.split()[-1:][0]) > 1 or self.asked.unknowns else 0

    def _is_what_was_asked(self, before: str, after: str) -> int:
        """1 where "the area is" the number, or the number "is the area", which was asked for."""
        if found := _THE_IS.search(before):
            return int(stem(found[1]) in self.asked.topic)
        found = _IS_THE.match(after)
        return int(bool(found and stem(found[1].lower()) in self.asked.words))

    def _is_conversion(self, place: int, after: str) -> bool:
        """Whether the number there is the one before it again, in another unit."""
        former, number = self.numbers[place - 1], self.numbers[place]
        return is_conversion(former, self.text[former.end : number.start], after, self.asked)

    def _is_converted(self, place: int) -> bool:
        """Whether the number after the one there is the same in another unit."""
        end = self.numbers[place + 1].end
        return self._is_conversion(place + 1, self.text[end : end + _AFTER])

    def sums_up(self, start: int) -> bool:
        """Whether the rest of the clause from there tells of more than was asked."""
        stop = min((before for before, _ in self._separators if before >= start), default=len(self.text))
        return self.asked.sums_up(self.text[start:stop])

    def loses_unit(self, start: int) -> bool:
        """Whether only numbers before `start` have the measure that was asked for."""
        return loses_unit(self.text, self.numbers, self.asked, start)

    def _before_sign(self, number: Quantity, before: str) -> str:
        """What stands `before` a number and the word "minus" that is its sign."""
        signed = number.value is not None and number.value < 0
        return re.sub(r"\b(?:minus|negative)\s$", "", before) if signed else before

    def is_unreal(self, start: int) -> bool:
        """Whether the clause there states what would be, where that was not asked."""
        return not self.asked.unreal and bool(_UNREAL.search(self._clause(start, start + 1).lower()))

    @cached_property
    def _separators(self) -> list[tuple[int, int]]:
        return [found.span() for found in _SEPARATOR.finditer(self.lower)] if len(self.numbers) > 1 else []

    def _clause(self, start: int, end: int) -> str:
        """The clause of the number there."""
        begin = max((after for _, after in self._separators if after <= start), default=0)
        stop = min((before for before, _ in self._separators if before >= end), default=len(self.text))
        return self.text[begin:stop]

    @cached_property
    def _bold(self) -> list[tuple[int, int]]:
        """What is in bold; nothing where all of the sentence is."""
        if not ("**" in self.text or "__" in self.text or "\\" in self.text):
            return []
        spans = [found.span() for found in _BOLD.finditer(self.text)]
        return [] if spans and spans[0][0] == 0 and spans[0][1] >= len(self.text.rstrip(" .!")) else spans

    @cached_property
    def _reasons(self) -> list[int]:
        return [found.start() for found in _REASON.finditer(self.lower)]

    def _in_reason(self, start: int) -> bool:
        """Whether a word that opens a reason stands before, in the same clause."""
        opened = [reason for reason in self._reasons if reason < start]
        return bool(opened) and opened[-1] >= max(self.text.rfind(sign, 0, start) for sign in _CLAUSE_SIGNS) - 1
