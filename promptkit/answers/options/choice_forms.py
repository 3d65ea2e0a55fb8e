"""How replies announce an option of a multiple-choice question, for labels of one sort."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from promptkit.answers.options.mentions import BY_ITSELF, Labels
from promptkit.answers.prose.announced import ANY_CUES, CUES, FORMS, PIECE, VERB, Form, either_case
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import by_first_letter, one_of, phrase

_SHORT = 3  # letters; a shorter noun is an article

_NOUN = r"(?:option|choice|answer|statement|completion|letter|alternative)"
_BEST = (
    r"(?:correct|right|best|only|appropriate|suitable|reasonable|accurate|(?:most|more) [\w-]{1,16}(?: [\w-]{1,16})?)"
)


_OPTION_NOUNS = one_of(
    {
        form
        for language in LANGUAGES
        for noun in language.options.split()
        for form in (noun, noun.capitalize())
        if form[1:] or form.islower()
    }
)


def _other_nouns() -> str:
    """The nouns of other languages, and the adjectives, that announce an option."""
    nouns = (noun for language in LANGUAGES for noun in (*language.options.split(), *language.answers))
    return one_of({re.escape(noun) for noun in nouns if len(noun) > _SHORT and noun != "option"})


def _other_verbs() -> str:
    return one_of(re.escape(verb) for language in LANGUAGES for verb in language.verbs if verb[-1].isalpha())


def _forms(label: str) -> tuple[Form, ...]:
    """The ways to announce an option whose label matches `label`."""
    marker = rf"[(*]{{0,3}}{label}[).:]"
    best = (
        rf"(?:{_NOUN} )?[(\[\"'*]{{0,4}}(?P<answer>{label})[)\]\"'*]{{0,4}}(?:[:.] [^\n.]{{1,200}}?)?"
        rf" (?:is|would be|seems|appears to be|must be)(?: indeed)? (?:the )?(?:single )?{_BEST}(?: {_NOUN}|[.,;]|$)"
    )
    after_colon = rf":[\s*]{{0,6}}\n\s{{0,8}}(?P<answer>{marker}[^\n]{{0,{PIECE}}}+)(?!\s{{0,8}}{marker})"
    return (
        *(form if form.rule != "boxed" else replace(form, firm=False) for form in FORMS),
        Form(
            "answer is",
            phrase(rf"{_NOUN}\b[^\n.:?!;]{{0,80}}? {VERB}[\s*]{{0,4}}:?"),
            phrase(rf"\b(?:{_BEST}|true|false|incorrect|wrong)\W{{1,3}}$"),
            starts="OoCcAaSsLl",
        ),
        Form(
            "answer is",
            phrase(r"(?:option|choice|letter|correct|selection|final|ans)\W{0,4}:(?! ?\n)"),
            phrase(rf"(?:\b{_BEST}|\bmy|\bfinal|^|\n)\W{{0,4}}$"),
            starts="OoCcLlSsFfAa",
        ),
        Form(
            "answer is",
            re.compile(
                '(?:故|應|应|所以|我|本題|本题|因此|應該|应该|答)?[選选][擇择]?(?=[\\s「"(*]{0,3}[A-Z](?![A-Za-z]))'
                "|[選选][項项][^\n。:A-Z]{0,12}?(?:是|為|为|:)"
            ),
            unless=re.compile("(?:人|者|會|会|可能|想|不|別|别|勿)(?:會|会|要)?$"),
            starts="故應应所我本因答選选",
        ),
        Form(
            "option is best",
            re.compile(rf"[選选][項项]\s?(?P<answer>{label})\s?(?:是|為|为)?(?:正確|正确|最佳|最好|對|对)"),
            starts="選选",
        ),
        Form(
            "option is best",
            re.compile(
                rf"(?P<answer>{label})[)\s*\"]{{0,3}}(?:[項项]|[選选][項项])?(?:才)?(?:是)?(?:唯一)?(?:正確|正确|最佳|最好|對的"
                rf"|对的)(?![嗎吗?])"
            ),
            re.compile(r"(?<![A-Z]),$|[^,A-Z和及與与]$|^$"),
        ),
        Form(
            "option after colon",
            re.compile(after_colon),
            phrase(rf"(?:\b(?:is|be|was|chose|choose|select|answer)|{_BEST} (?:option|choice))\W{{0,3}}$"),
            starts=":",
        ),
        Form(
            "answer is",
            phrase(
                rf"(?:{_other_nouns()})"
                rf"(?: (?=[(\"*]{{0,3}}{label}\b)|[^\n。.:?!]{{0,30}}?(?: (?:{_other_verbs()})\b|:))"
            ),
        ),
        Form(
            "is option",
            phrase(rf"(?:option|choice)\b(?=\W{{1,4}}{label}\b(?! (?:is|was|are|has|had|would|does|can)\b))"),
            phrase(r"(?:\b(?:is|be|choose|select|pick|chose|with)\W{1,4}|:(?:[^\S\n]|[*_]){0,4})$"),
            phrase(r"\b(?:would|could|might) be\W{1,4}$"),
            starts="OoCc",
        ),
        Form("option is best", phrase(best), re.compile(r"(?:^|\W)$")),
    )


class ChoicePatterns(NamedTuple):
    """The patterns of options whose labels are of one sort."""

    labels: Labels
    cue: re.Pattern[str]
    any_cue: re.Pattern[str]
    forms: tuple[Form, ...]
    start: re.Pattern[str]
    opening: re.Pattern[str]
    marked: re.Pattern[str]
    another: re.Pattern[str]


BEFORE_LABEL = (
    r"(?:[\s*_`\"'$(\[{<>:-]|\\(?:text|math)[a-z]{0,4}|\\boxed|\\[(\[]"
    r"|(?i:option|choice|answer|letter|statement|either|both|most|likely|probably|clearly|definitely|number|the)s?"
    rf"{BY_ITSELF}|(?:{_OPTION_NOUNS})(?=[\s'’:「\"(]|(?<=[\u3040-\u9fff\u0e00-\u0e7f])))*+"
)


@lru_cache(maxsize=8)
def choice_patterns(labels: Labels) -> ChoicePatterns:
    """The patterns of options with these labels."""
    label = labels.pattern
    small = r"|(?P<small>[a-z])(?=[)\]}\"'*]|[.\s]*$)" if labels.letters else "|(?P<small>(?!))"
    small_label = "|[a-z](?=[).])" if labels.letters else ""
    judged = r"(?=\W{0,4}\s(?:is|would|seems|appears|must)\b)"
    in_chinese = r"(?=[)\s*\"]{0,3}(?:[項项]|[選选]|才|是|唯|正|最|對|对))"
    foreign = (noun for language in LANGUAGES for noun in language.options.split() if len(noun) > _SHORT)
    english = (
        "option",
        "choice",
        "statement",
        "completion",
        "letter",
        "alternative",
        "correct",
        "selection",
        "final",
        "ans",
    )
    nouns = either_case(*english)
    others = (r":[\s*]{0,6}\n", rf"[{labels.starts}]{judged}")
    more = (*either_case(*foreign), *"故應应所我本因答選选")
    any_cue = (by_first_letter((*ANY_CUES, *nouns, *more)), *others, f"[{labels.starts}]{in_chinese}")
    return ChoicePatterns(
        labels,
        re.compile("|".join((by_first_letter((*CUES, *nouns)), *others))),
        re.compile("|".join(any_cue)),
        _forms(label),
        re.compile(rf"{BEFORE_LABEL}(?:(?P<letter>{label}){BY_ITSELF}{small})"),
        re.compile(rf"[\s*>]{{0,4}}(?!A:)\(?({label}{small_label})[).:]\W"),  # "A:" opens an answer, too
        re.compile(rf"^[ \t*>-]{{0,6}}\(?({label})[).:]", re.MULTILINE),
        re.compile(
            r"[)\]}*\"'.\s\\$]*(?:,\s*(?:and|or)?|/|&|\+|(?:and|or|AND|OR)(?:/or)?|以及|和|或|及|與"
            r"|与)\s*(?:(?i:maybe|perhaps|possibly|even|also|answer)\s?)?(?:(?i:option|choice)s?\s)?"
            rf"[\s(\[\"'*]*(?![AI]\s[a-z])({label}){BY_ITSELF}"
        ),
    )
