"""What sort of text a question asks for, and which of its words ask."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from promptkit.answers.prose.topic import asking, stem, stems
from promptkit.answers.texts.text_sites import plain

_TOLD = 4000  # characters beside the sentence that asks

_PERSON = re.compile(
    r"\b(?:who|whom|whose|which (?:character|person|man|woman|author|president|king|queen|actor|actress|astronaut"
    r"|scientist|philosopher|composer|painter|poet|writer|friend|girl|boy)|wer|wen|wem|qui|quién|quien|chi|quem|wie|kto"
    r"|кто|kim)\b|谁|誰|누가|누구|कौन|किस|من\s",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:where|in which|in what|on which|wo|où|dónde|dove|onde|waar|gdzie|где|nerede)\b|哪里|どこ|어디|أين|कहाँ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:when|year|date|wann|quand|cuándo|quando|когда|number|how|wie viele)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:what|which|was|welche\w*|quel\w*|qu[eé]|cuál|quale|qual|wat|welk\w*|jak\w*|co|как\w*|что|hangi\w*)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|except|no|never|nicht|kein\w*|pas|no|non|não|niet|nie|не)\b|n't\b", re.IGNORECASE)
_OR = re.compile(
    r"\b(?:or|oder|ou|o|of|czy|или|yoksa|veya)\b|还是|還是|または|それとも|아니면|혹은|\sأم\s|\sया\s", re.IGNORECASE
)


class Asked(NamedTuple):
    """What a question asks for: a person, a place, a time or number; what is not so; or which of several."""

    person: bool
    place: bool
    number: bool
    what_is_not: bool
    which_of_several: bool


@lru_cache(maxsize=512)
def asked(question: str) -> Asked:
    """What `question` asks for; of several words that ask, the first tells it."""
    about = asking(question)
    found = [pattern.search(about) for pattern in (_PERSON, _PLACE, _NUMBER, _THING)]
    first = min((one.start() for one in found if one), default=0)
    person, place, number, _ = (one is not None and one.start() == first for one in found)
    return Asked(person, place, number, bool(_NOT.search(about)), bool(_OR.search(about)))


@lru_cache(maxsize=512)
def asked_head(question: str) -> frozenset[str]:
    """The stem of the first word in lower case with which `question` asks that says something: "capital", "wrote"."""
    return next(
        (found for word in asking(question).split() if not word[:1].isupper() and (found := stems(word))), _NONE
    )


_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def told(question: str) -> frozenset[str]:
    """The stems of the words that stand beside the sentence with which `question` asks."""
    beside = question.replace(asking(question), " ")[:_TOLD]
    return frozenset(stem(plain(word.strip(".,;:!?\"'()"))) for word in beside.split())
