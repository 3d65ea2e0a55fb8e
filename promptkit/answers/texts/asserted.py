"""How likely a reply asserts a given text as its answer, weighed against the other texts that it has.

Only grading asks this, which knows the target. A text that a reply mentions beside its own answer is not asserted: each
place at which the text stands is weighed, and each run of other words that the question has not is weighed as its
rival. The chances of all of them, and of there being no answer, make one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from promptkit.answers.prose.reply import plain_signs
from promptkit.answers.prose.topic import asking
from promptkit.answers.texts.asked_text import asked
from promptkit.answers.texts.excluded_texts import is_excluded
from promptkit.answers.texts.text_evidence import signals
from promptkit.answers.texts.text_sites import Sentence, Site, described_from, parsed, rivals, sites
from promptkit.answers.texts.text_weights import NO_ANSWER, WEIGHTS
from promptkit.answers.texts.text_words import ALL

_LOOKED_AT = 6000  # characters of a reply
_TEXT = re.compile(r"[\w$][^<>≤≥=(){}\[\]\\^*|~]+|\d")  # no intervals, formulas or code
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_UNKNOWN = re.compile(
    r"\b(?:nobody|no one|no-one) (?:really )?knows|\bdisputed question|(?:cannot|can't) be (?:determined|known)"
    r"|\b(?:is|are|was|were|it's) (?:\w+ )?(?:not known|unknown|disputed|debated)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


class Weighed(NamedTuple):
    """The signals of each place where a text stands, and of each of its rivals."""

    text: list[dict[str, float]]
    rivals: list[dict[str, float]]


def likelihood(reply: str, target: str, question: str) -> float | None:
    """How likely `reply` asserts `target` as the answer to `question`; `None` where it can't be told."""
    found = weighed(reply, target, question)
    if found is None:
        return None
    if not found.text:
        return 0.0
    for_it, against = [_power(one) for one in found.text], [_power(one) for one in found.rivals]
    return sum(for_it) / (sum(for_it) + sum(against) + math.exp(NO_ANSWER))


def likeliest(reply: str, question: str) -> tuple[str, float] | None:
    """The text that `reply` most likely asserts as the answer to `question`, and how likely it is."""
    sentences = parsed(reply[:_LOOKED_AT], question)
    if not question or not sentences or not _may_assert(sentences):
        return None
    found = _others(reply[:_LOOKED_AT], question)
    if not found:
        return None
    powers: dict[str, float] = {}
    texts: dict[str, str] = {}
    for site, evidence in found:
        first, last = site.tokens[site.start], site.tokens[site.end - 1]
        key = " ".join(token.plain for token in site.tokens[site.start : site.end])
        texts.setdefault(key, sentences[site.sentence].text[first.start : last.end])
        powers[key] = powers.get(key, 0) + _power(evidence)
    best = max(powers, key=powers.__getitem__)
    return texts[best], powers[best] / (sum(powers.values()) + math.exp(NO_ANSWER))


def weighed(reply: str, target: str, question: str) -> Weighed | None:
    """What speaks for `target` and for its rivals: `None` where `reply` has it not, nothing where it is denied."""
    target, text = plain_signs(target).strip(), reply[:_LOOKED_AT]
    if not question or not _TEXT.fullmatch(target) or _is_asked(target, question):
        return None
    if _UNSPACED.search(target):
        text = text.replace(target, f" {target} ")
    sentences = parsed(text, question)
    if not _may_assert(sentences):
        return None
    inflected = sentences[0].words is ALL
    all_sites = list(sites(target, sentences, inflected=inflected, person=asked(question).person))
    own = [site for site in all_sites if not is_excluded(site, sentences, question)]
    if not all_sites:
        return None
    others = _rivals(sentences, all_sites, _others(text, question))
    return Weighed(
        [signals(site, sentences, question, places=len(own)) for site in own],
        list(others),
    )


def _power(one: dict[str, float]) -> float:
    return math.exp(sum(WEIGHTS[name] * value for name, value in one.items() if value))


@lru_cache(maxsize=16)  # asked for by finding an answer, and by grading it
def _others(text: str, question: str) -> tuple[tuple[Site, dict[str, float]], ...]:
    """The texts that the question has not, and what speaks for each."""
    sentences = parsed(text, question)
    return tuple(
        (site, signals(site, sentences, question, places=1))
        for site in rivals(sentences)
        if not is_excluded(site, sentences, question)
    )


def _rivals(
    sentences: Sequence[Sentence], own: Sequence[Site], others: Sequence[tuple[Site, dict[str, float]]]
) -> Iterator[dict[str, float]]:
    """What speaks for each of `others` that is not the same text, nor a part or a description of it."""
    known = {token.plain for site in own for token in site.tokens[site.start : site.end]}
    for rival, evidence in others:
        beside = [site for site in own if (site.sentence, site.beside) == (rival.sentence, rival.beside)]
        words = sentences[rival.sentence].words
        if any(
            described_from(site, words) <= rival.start < site.end or site.start < rival.end <= site.end
            for site in beside
        ):
            continue
        if not {token.plain for token in rival.tokens[rival.start : rival.end]} <= known:
            yield evidence


def _may_assert(sentences: Sequence[Sentence]) -> bool:
    """Whether these are no bare text, and do not say that there is no answer."""
    if any(_UNKNOWN.search(one.text) and (one.asked or not n) for n, one in enumerate(sentences)):
        return False
    return len(sentences) > 1 or any(map(_states_anything, sentences))


def _states_anything(sentence: Sentence) -> bool:
    words = sentence.words
    linking = words.be | words.pronouns | words.called
    return any(token.known or token.plain in linking for token in sentence.tokens)


def _is_asked(target: str, question: str) -> bool:
    """Whether the sentence that asks has all words of `target`, and does not ask which of several it is."""
    about = asking(question)
    said = set(_WORD.findall(about.casefold()))
    return (
        said.issuperset(set(_WORD.findall(target.casefold())) - ALL.articles) and not asked(question).which_of_several
    )
