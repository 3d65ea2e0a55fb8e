"""The option of a multiple-choice question: `(B)`, `**B**`, `B. Price wars`, or the text of the option itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase
from typing import ClassVar

from promptkit.answers.answer import Answer
from promptkit.answers.labels.labels import LabelReader
from promptkit.answers.options.choice_forms import BEFORE_LABEL, ChoicePatterns, choice_patterns
from promptkit.answers.options.judged import judged
from promptkit.answers.options.left_options import beside_all_others, left, named_and_left
from promptkit.answers.options.mentions import (
    Labels,
    asks_for_none,
    is_supposed,
    labels_of,
    mentioned,
    names_label,
    not_denied,
)
from promptkit.answers.options.option_signs import signs
from promptkit.answers.options.option_texts import LEADS, OptionTexts
from promptkit.answers.options.option_values import is_value
from promptkit.answers.options.option_weights import left_alone, likeliest
from promptkit.answers.options.ordinals import with_labels
from promptkit.answers.prose.announced import PIECE, Announcement, Form
from promptkit.answers.prose.asides import without_asides
from promptkit.answers.prose.sentences import (
    concludes,
    conclusion,
    declines,
    first_sentence,
    last_sentences,
    strip_markup,
)
from promptkit.answers.reader import NO_ANSWER, Candidate, Place, Reader
from promptkit.answers.words.phrases import phrase
from promptkit.errors import UsageError

_ENDS_IN_LABEL = re.compile(
    r"(?!.*\b(?:not|no)\b)(?:[^\s()]+\s){1,2}\((?:option |answer )?([A-Z])\)[\s*_.!]*$", re.IGNORECASE
)
_TEXT_AND_LABEL = re.compile(
    r"[\s*_`]*([^()\n]{1,200}[^()\s])[*_`]*\s\((?:option |answer )?([A-Z])\)[\s*_.!]*", re.IGNORECASE
)
_HEAD = 4000  # characters in which a reply that opens with an option would go on to the others
_LIKELY, _SURELY = 0.76, 0.85  # of an option for which most speaks
_LATEST = 4  # sentences at the end in which an option may be named

_A_WORD = re.compile(
    r"\s(?!(?:because|since|as|which|with|for|and|or|but|due|is|on|would|must|seems|fits)\b)[a-z]"
)  # "A dog", "I think"
_SEVERAL = re.compile(rf"{BEFORE_LABEL}([A-Z]{{2,10}})\W*$")
_OR_LATER = re.compile(
    r"(?:(?!because|since|\bas\b|not|while|unlike)[^.\n]){0,60}?\bor\s(?:maybe |perhaps |possibly "
    r")?(?:(?i:option|choice) )?(?:\(([A-Z])\)|\*\*\(?([A-Z])\)?\*\*|([B-HJ-Z])(?=[.\s)]*$))"
)
_HEAD_OF_LINE = re.compile(r"[\s*_#]{0,6}[A-Z][\w ,'-]{2,40}:[\s*_]{1,4}")
_BEST_HEAD = re.compile(  # "Best fit: optimistic."
    r"[\s*_#✅]{0,6}(?:(?:the|my)\s)?(?:(?:best|closest|correct|right|most)\s[\w ]{1,30}"
    r"|verdict|match|pick|choice|solution)[*_]{0,2}:[\s*_]{0,4}",
    re.IGNORECASE,
)
_IT = re.compile(r"\W*(?:it|this|that|the answer)\s", re.IGNORECASE)
_YES_NO = frozenset(("yes", "no"))
_CHAIN = re.compile(r"(?:[^\n→⇒]{0,300}\s)?\w\w[\w.)*\"']{0,80}\s?(?:→|⇒|=>|->)\s?[*_]*")
_ARROW = re.compile("[→⇒>]")
_FEW = 2  # options
_DESCRIBES = re.compile(r"\s*[-*•]\s")
_SEPARATOR = re.compile(r"[ \t.):,;*_—>\"'$}\\\]]*(?:- )?[ \t*_\"'$]*")


@dataclass(frozen=True)
class ChoiceReader(OptionTexts, Reader):
    """Finds the option chosen. A label that is not an option's, or several, is not an answer.

    Attributes:
        options: the text of each option by its label; where empty, any capital letter is taken for an option.
        several: whether every right option is asked for; then several labels are one answer.
        question: what was asked.
    """

    options: Mapping[str, str]
    several: bool = False
    question: str = ""
    leaves_out_unsure: ClassVar[bool] = True

    @cached_property
    def _with(self) -> ChoicePatterns:
        return choice_patterns(labels_of(self.options))

    @property
    def cue(self) -> re.Pattern[str]:  # type: ignore[override]  # depends on the options
        """Where an option may be announced."""
        return self._with.cue

    @property
    def any_cue(self) -> re.Pattern[str]:  # type: ignore[override]
        """The same in a text with other letters than ASCII."""
        return self._with.any_cue

    @property
    def forms(self) -> tuple[Form, ...]:  # type: ignore[override]
        """The ways to announce one."""
        return self._with.forms

    def find(self, text: str) -> Answer | None:
        """The option that `text` chooses; `None` where it chooses none, hedges between several, or declines to."""
        if answer := super().find(text):
            return answer
        if self._latin and (read := self._latin.find(text)) and read.key in self._latin.options:
            label = list(self.options)[list(self._latin.options).index(read.key)]
            return replace(read, value=label, key=label)
        labelled = with_labels(text, tuple(self.options))
        answer = super().find(labelled) if labelled != text else None
        return answer or self._polar(text) or named_and_left(text, *self._known)

    @property
    def _known(self) -> tuple[Labels, Mapping[str, str], str]:
        return self._with.labels, self.options, self.question

    @cached_property
    def _latin(self) -> ChoiceReader | None:
        """The same options labelled A, B, C, where theirs are letters or signs that none of these is: ج, ③."""
        if not self.options or any(map(str.isascii, self.options)):
            return None
        return replace(self, options=dict(zip(ascii_uppercase, self.options.values(), strict=False)))

    def _polar(self, text: str) -> Answer | None:
        """The option "yes" or "no" that `text` comes to."""
        named = {option.casefold().strip(" ."): label for label, option in self.options.items()}
        if (
            not named.keys() >= _YES_NO
            or declines(text)
            or any(map(text.casefold().__contains__, self._beside_yes_and_no))
        ):
            return None
        answer = LabelReader(("yes", "no"), self._asking.strip()).find(text)
        return replace(answer, value=(label := named[answer.key]), key=label) if answer else None

    @cached_property
    def _beside_yes_and_no(self) -> frozenset[str]:
        """The longer words of the options beside yes and no: "cannot be determined"."""
        others = (option.casefold() for option in self.options.values() if option.casefold().strip(" .") not in _YES_NO)
        return frozenset(word for option in others for word in re.findall(r"\w{5,}", option))

    def _without_asides(self, text: str) -> str:
        return without_asides(text, self._stem)

    @cached_property
    def _stem(self) -> frozenset[str]:
        """The words of the question before its options."""
        return frozenset(self.question.partition("\n")[0].casefold().rstrip("?.!").split())

    def _parse_whole(self, piece: str) -> Candidate | None:
        if self.several and (chosen := self._set(piece)):
            return chosen
        found = self._with.start.match(piece)
        if found:
            rest = strip_markup(piece[found.end() :]).strip(")]>}")
            if not rest or self._is_text_of(_after(rest), _label(found)):
                return self._chosen(_label(found), piece)
        chain = _CHAIN.match(piece) if _ARROW.search(piece) else None
        ends = self._with.start.match(piece, chain.end()) if chain else None
        if ends and not strip_markup(piece[ends.end() :]).strip(")]>}"):
            return self._chosen(_label(ends), piece)
        if ":" in piece:
            head = _HEAD_OF_LINE.match(piece)
            if head and (marked := self._with.start.match(piece, head.end())):
                rest = strip_markup(piece[marked.end() :]).strip(")]>}")
                if rest and self._is_text_of(_after(rest), _label(marked)):
                    return self._chosen(_label(marked), piece)
            if head := _BEST_HEAD.match(piece):
                return self._by_text(strip_markup(piece[head.end() :]))
        if whole := self._by_text(piece):
            return whole
        return self._by_text(piece[it.end() :]) if (it := _IT.match(piece)) else None

    def _parse_announced(self, piece: str) -> Candidate | None:
        if self.several and (chosen := self._set(first_sentence(piece))):
            return chosen
        found = self._with.start.match(piece)
        if found and (found["small"] or found["letter"] not in "AI" or not _A_WORD.match(piece, found.end())):
            return self._unless_hedged(_label(found), found.end(), piece)
        several = _SEVERAL.match(piece)
        if several and all(map(self._is_option, several[1])):
            return NO_ANSWER
        if declines(piece):
            return self._by_text(first_sentence(piece)) or self._by_first_words(piece)
        sentence = first_sentence(piece)
        return (
            self._by_text(piece)
            or self._by_first_words(piece)
            or mentioned(sentence, self._with.labels, self.options, question=self.question)
        )

    def _infer(self, text: str) -> Answer | None:
        if self.several and (chosen := self._several_in(next(iter(last_sentences(text)), ""))):
            return chosen.found("last options named", explicit=False)
        if undecided := self._undecided(next(iter(last_sentences(text)), "")):
            return undecided.found("option's text stated", explicit=False)
        if _NONE.search(text) and not self._says_none:
            return None
        if others := beside_all_others(text, self.options, self._asking):
            return others.found("option left", explicit=False)
        if conclusion(text) and (affirmed := self._affirmed(text)):
            return affirmed.found("last option named", explicit=False)
        if (only := judged(text, self.question)) and only in self.options:
            return Answer(only, only, "options judged", only, explicit=False)
        stated = None if self._has_values else self._stated_texts(self._without_descriptions(last_sentences(text)))
        if stated and conclusion(text):
            return stated.found("option's text stated", explicit=False)
        for n, sentence in enumerate(self._without_descriptions(last_sentences(text))[:_LATEST]):
            sentence = self._without_declining_options(sentence)
            if not n and not conclusion(sentence):
                return None
            reading = mentioned(sentence, self._with.labels, self.options, question=self.question, last=not n)
            if not reading and not n and (rest := left(text, *self._known)):
                return rest.found("option left", explicit=False)
            if not reading and not n:
                reading = self._by_most_words(sentence)
            if reading:
                firm = reading is NO_ANSWER or (concludes(sentence) and names_label(sentence, self._with.labels))
                return ((None if firm else self._likeliest(text, _SURELY)) or reading).found(
                    "last option named", explicit=False
                )
        if conclusion(text) and (likeliest := self._likeliest(text, _LIKELY)):
            return likeliest.found("most speaks for it", explicit=False)
        stated = self._stated_texts(last_sentences(text)) if self._has_values and conclusion(text) else None
        return stated.found("option's text stated", explicit=False) if stated else None

    def _likeliest(self, text: str, least: float) -> Candidate | None:
        """The option for which most speaks in the sentences of `text`, if it is that likely to be meant."""
        if not self.options or not text.strip() or asks_for_none(self._asking):
            return None
        seen = signs(text, self._with.labels, self.options, self._asking)
        label, share = likeliest(seen)
        if share < _LIKELY / 2 and (only := left_alone(seen, self.options)):
            label, share = only, _SURELY
        return Candidate(label, self.options[label], label) if share >= least else None

    @cached_property
    def _has_values(self) -> bool:
        """Whether all options are numbers or formulas, of which a sentence may have several."""
        return all(map(is_value, self.options.values()))

    def _affirmed(self, text: str) -> Candidate | None:
        """The only option that the last sentences of `text`, or its first, affirm by its label."""
        sentences = self._without_descriptions(last_sentences(text))
        some = dict.fromkeys((*sentences[:_LATEST], *sentences[-1:]))
        found = {
            one.key: one
            for sentence in some
            if (one := mentioned(sentence, self._with.labels, self.options, question=self.question, last=False))
            and names_label(sentence, self._with.labels)
        }
        return next(iter(found.values())) if len(found) == 1 and NO_ANSWER.key not in found else None

    def _without_descriptions(self, sentences: list[str]) -> list[str]:
        """`sentences` without a list at the end that describes several options, one an item."""
        items = 0
        while items < len(sentences) and (
            _DESCRIBES.match(sentences[items]) or self._with.opening.match(sentences[items] + " ")
        ):
            items += 1
        described = {
            label
            for item in sentences[:items]
            for label in self.options
            if f"({label})" in item
            or ((head := self._with.opening.match(item.lstrip("-*• ") + " ")) and head[1] == label)
        }
        some = 1 < len(described) < len(self.options)
        return sentences[items:] if some and items < len(sentences) else sentences

    def _refuses(self, text: str) -> bool:
        refuses = super()._refuses(self._without_declining_options(text) if self._declining else text)
        return refuses and not self._stated_texts(self._without_descriptions(last_sentences(text)))

    @cached_property
    def _declining(self) -> list[str]:
        """The texts of the options that would else be taken for a refusal: "cannot be determined", "none of these"."""
        return [text.rstrip(".") for text in self.options.values() if declines(text)]

    @cached_property
    def _says_none(self) -> bool:
        return any(_NONE.search(text) or "none" in text.casefold() for text in self.options.values())

    def _undecided(self, sentence: str) -> Candidate | None:
        """The only option that says that there is no answer, where `sentence` has its text and names no other."""
        if len(self._declining) != 1 or (text := self._declining[0].casefold()) not in sentence.casefold():
            return None
        label = next(label for label, option in self.options.items() if option.rstrip(".").casefold() == text)
        others = (one.rstrip(". ").casefold() for name, one in self.options.items() if name != label)
        named = any(other in sentence.casefold() for other in others if len(other) > _FEW)
        return None if named or names_label(sentence, self._with.labels) else Candidate(label, sentence, label)

    def _without_declining_options(self, sentence: str) -> str:
        for text in self._declining:
            sentence = re.sub(re.escape(text), "_", sentence, flags=re.IGNORECASE)
        return sentence

    def _lists(self, text: str, announcement: Announcement) -> bool:
        start = announcement.end
        if announcement.form.rule == "option after colon":
            start -= len(announcement.piece)
        elif announcement.form.rule != "answer is" or text[start:].partition("\n")[0].strip(" *_:"):
            return False
        first = self._with.marked.match(text, *_next_line(text, start))
        second = self._with.marked.match(text, *_next_line(text, first.end())) if first else None
        return bool(first and second and first[1] != second[1])

    def _opening(self, text: str) -> Place | None:
        """The option that `text` opens with, if it does not go on to the others."""
        found = self._with.opening.match(text)
        if not found:
            return None
        label = found[1] if found[1] in self.options else found[1].upper()
        if (only := judged(text, self.question)) and only != label:
            return None  # "(A) ✗ (B) ✓ (C) ✗"
        first = next(iter(self.options), "A")
        in_order = label == first or not self.options
        if in_order and len(set(self._with.marked.findall(text[:_HEAD]))) != 1:
            return None
        line = text.partition("\n")[0]
        if is_supposed(line[found.end(1) :]):
            return None
        named = self._is_text_of(_after(line[found.end() - 1 :]), label, begins=True)
        return Place(self._chosen(label, line), "opening letter", named or not self.options, found.end())

    def _opening_line(self, text: str) -> Place | None:
        if place := super()._opening_line(text):
            return place
        first = first_sentence(text[:PIECE])
        if text.startswith("?", len(first)):
            return None
        if len(first) < len(text) and (named := self._by_last_name(first) or self._in_parentheses(first)):
            return Place(named, "opening line", True, len(first))
        whole = self._parse_whole(LEADS.sub("", first)) if first and len(first) < len(text) else None
        whole = whole or self._by_first_clause(first, text)
        if whole and self._may_open(first, text[len(first) :]) and not first.rstrip().endswith(":"):
            return Place(whole, "opening line", True, len(first))
        return self._opening(text)

    def _may_end(self, text: str, line: str) -> bool:
        """Whether no list of options ends with `line`."""
        before = text[: -len(line)].rstrip()
        previous = before[before.rfind("\n") + 1 :]
        return not (self._with.marked.match(line) and self._with.marked.match(previous))

    def _may_open(self, line: str, rest: str) -> bool:
        """Whether no list of options begins with `line`."""
        marked = self._with.marked.match(line)
        first = next(iter(self.options), "A")
        return not marked or marked[1] != first or not self._with.marked.search(rest, 0, _HEAD)

    def _target(self, target: str) -> str:
        reading = self._parse_whole(target) or self._parse_announced(target)
        if (not reading or reading is NO_ANSWER) and self._latin:
            places = dict(zip(self._latin.options, self.options, strict=True))
            places |= {str(n): label for n, label in enumerate(self.options, 1)}
            label = places.get(target.strip("(). "))
            reading = self._chosen(label, target) if label else None
        if not reading or reading is NO_ANSWER:
            reading = self._set(target)
        if not reading:
            raise UsageError(
                f"the target {target!r} is not an option of its question; write its letter, such as B or (B)"
            )
        return reading.key

    def _is_option(self, label: str) -> bool:
        if label in self.options or not self.options:
            return True  # a question may list them out of order, or miss one
        return (
            self._with.labels.letters
            and len(label) == 1
            and label <= max(name for name in self.options if len(name) == 1)
        )

    def _chosen(self, label: str, piece: str) -> Candidate:
        return Candidate(label, piece.strip(), label) if self._is_option(label) else NO_ANSWER

    def _unless_hedged(self, label: str, end: int, piece: str) -> Candidate:
        another = self._with.another.match(piece, end)
        later = _OR_LATER.match(piece, end) if not another and piece.find("or", end) >= 0 else None
        others = [other for found in (another, later) if found for other in found.groups() if other]
        if any(other != label for other in others):
            return NO_ANSWER
        rest = _after(piece[end:])
        plain = not rest or self._is_text_of(rest, label, begins=True)
        named = None if plain else self._by_text(first_sentence(rest))
        return NO_ANSWER if named and named.key != label else self._chosen(label, piece)

    def _set(self, piece: str) -> Candidate | None:
        """The labels that `piece` lists and nothing else, as one answer."""
        labels = self._with.labels
        listed = strip_markup(piece).strip("()[]{} ")
        joined = re.fullmatch(r"[A-Z]{2,10}", listed) if labels.letters else None
        names = (
            list(listed)
            if joined
            else [p.strip("()[]*. ") for p in re.split(r",\s*(?:and\s)?|\s+and\s+|\s*&\s*|/|和|及|\s+", listed)]
        )
        if len(names) < 2 or not all(re.fullmatch(labels.pattern, name) and self._is_option(name) for name in names):
            return None
        key = ",".join(sorted(set(names), key=lambda name: (len(name), name)))
        return Candidate(key, piece.strip(), key)

    def _several_in(self, sentence: str) -> Candidate | None:
        """The options that `sentence` names, two or more, by their labels or their texts; none where it denies one."""
        labels = not_denied(sentence, self._with.labels, self.options, self.question)
        return self._set(", ".join(labels)) if len(labels) > 1 else None

    def _in_parentheses(self, sentence: str) -> Candidate | None:
        """The option whose label in parentheses ends a `sentence` of a few words: "Da Vinci (C)"."""
        found = _ENDS_IN_LABEL.match(sentence)
        if not found and (found := _TEXT_AND_LABEL.fullmatch(LEADS.sub("", sentence))):
            named = self._by_text(found[1])
            return named if named and named.key == found[2] else None
        return self._chosen(found[1], sentence) if found and found[1] in self.options else None


_NONE = phrase(
    r"\b(?:mistake|error|typo)s? in the (?:options|choices|question)\b"
    r"|\bnone of (?:the (?:\w+ ){0,3}(?:options|choices|answers|statements)|these|them)\b"
    r"(?! (?:is|are|was|were|has|have|can) (?!right|correct|true|valid|suitable|appropriate|an? |the |be ))"
    r"(?!.{0,400}\b(?:closest|nearest) (?:option|answer|choice)\b)"
)


def _next_line(text: str, start: int) -> tuple[int, int]:
    """Where the next line of `text` that is not empty begins, and where it ends."""
    begin = text.find("\n", start)
    if begin < 0:
        return len(text), len(text)
    while begin < len(text) and text[begin].isspace():
        begin += 1
    begin = text.rfind("\n", 0, begin) + 1
    end = text.find("\n", begin)
    return begin, end if end >= 0 else len(text)


def _label(found: re.Match[str]) -> str:
    """The label of a match of `ChoicePatterns.start`."""
    return found["letter"] or str(found["small"]).upper()


def _after(text: str) -> str:
    """`text` without what separates an option's label from its text."""
    return text[found.end() :] if (found := _SEPARATOR.match(text)) else text
