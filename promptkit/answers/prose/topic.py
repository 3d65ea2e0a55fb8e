"""What a question is about: the words by which a sentence is known that answers it."""

from __future__ import annotations

import re
from functools import lru_cache

_LOOKED_AT = 2000  # characters at the end of a question
_STEM = 5  # letters in which two forms of a word agree: earns, earned
_LEAST = 3  # letters; a shorter word says little

_LONGEST = 600  # characters of a question without what it tells before
_END = re.compile(r"[?!。？！\n]|\.(?!\d)")
_WORD = re.compile(r"(?:[^\W\d_\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[\u0900-\u0963])+")  # with vowel signs
_CONDITION = re.compile(r"(?:^|\s)(?:if|when|given that|assuming|wenn|si|se)\s", re.IGNORECASE)
_THE_SAME = re.compile(
    r"\s(?:at|with|by|mit|bei|in|à|con|a|com)\s(?:(?:the|la|el|il|o)\s)?(?:same|derselben|demselben|gleiche[rnm]"
    r"|même|misma|mismo|stessa|stesso|mesma|mesmo|that|this)\s\w+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d.,]*\d)")
_NAME = re.compile(r"(?<=[^.?!:\"'\s]\s)[A-ZÀ-ÖØ-ÞА-ЯЁ]\w+")
_A_NAME = re.compile(r"\b[A-ZÀ-ÖØ-ÞА-ЯЁ][a-zß-öø-ÿа-яё]+\b")
_UNSPACED = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u0e01-\u0e4e]+")
_FILLER = frozenset(
    "the and for are was were can did does has have had his her its you your would could should will that this with "  # noqa: SIM905
    "from than who whom whose what which when where why how many much into there they them their she him not any all "
    "one one's also been being out use get give given answer question find calculate determine following each every "
    "per then now these those our was there's it's und der die das wie viel viele ist sind hat haben wird les des une "
    "ein eine einen einem einer eines gewesen worden "
    "est combien sont que quel quelle los las una cuántos cuántas cuánto qué cuál hay por del che quanti quante "
    "quanto quantos quantas quais qual wer wen wem welche welcher welches qui het een hoeveel zijn heeft".split()
)


@lru_cache(maxsize=512)
def topic(question: str) -> frozenset[str]:
    """The stems of the words with which `question` asks, and that it has nowhere else.

    It asks with its last sentence that ends with a question mark; names do not count, nor what is to be counted.
    """
    premise, asks = _asking(question[-_LOOKED_AT:])
    return stems(asks) - stems(premise) - stems(" ".join(_NAME.findall(asks)))


@lru_cache(maxsize=512)
def asked_stems(question: str) -> frozenset[str]:
    """The stems of all words with which `question` asks."""
    return stems(_asking(question[-_LOOKED_AT:])[1])


@lru_cache(maxsize=512)
def other_names(question: str) -> frozenset[str]:
    """The stems of the names that `question` tells of and does not ask about; none where it asks about no name."""
    text = question[-_LOOKED_AT:]
    asks = _asking(text)[1]
    if not _NAME.search(asks):
        return frozenset()
    short = {name.lower() for name in _NAME.findall(text) if len(name) < _LEAST}
    return (stems(" ".join(_A_NAME.findall(text))) | short) - stems(asks) - set(asks.lower().split())


@lru_cache(maxsize=512)
def asking(question: str) -> str:
    """The sentence with which `question` asks; all of it where that says nothing: "What is it?"."""
    text = question[-_LOOKED_AT:]
    _, found = _asking(text)
    return found if stems(found) else text


def _asking(text: str) -> tuple[str, str]:
    """What stands before the last sentence that asks, and that sentence without its condition."""
    text = text.rstrip()
    end = max(text.rfind("?"), text.rfind("？"))
    end = end if end >= 0 else len(text) - 1
    before = [found.end() for found in _END.finditer(text, max(0, end - _LONGEST), end)]
    start = before[-1] if before else 0
    whole = text[start : end + 1]
    asking, *_ = _CONDITION.split(whole, maxsplit=1)
    asking = _THE_SAME.sub("", asking)
    if not _WORD.search(asking):  # it opens with the condition
        asking = whole.rpartition(",")[2]
    return text[:start], asking


def stems(text: str) -> frozenset[str]:
    """The stems of the words of `text` that say something; of a script without blanks, its signs two by two."""
    words = set(_YEAR.findall(text))
    words |= {stem(word) for word in _WORD.findall(text.lower()) if len(word) >= _LEAST and word not in _FILLER}
    if not text.isascii():
        words |= {run[n : n + 2] for run in _UNSPACED.findall(text) for n in range(len(run) - 1)}
    return frozenset(words)


def stem(word: str) -> str:
    """The beginning of `word`, in which its forms agree."""
    return word.rstrip("s")[:_STEM] if len(word) > _LEAST else word
