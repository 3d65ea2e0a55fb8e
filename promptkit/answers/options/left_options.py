"""The option that is left: a reply rules out all others, or says of them what the one asked for is not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from promptkit.answers.answer import Answer
from promptkit.answers.options.mentions import Labels, denied
from promptkit.answers.prose.announced import PIECE
from promptkit.answers.prose.sentences import conclusion, last_sentences
from promptkit.answers.reader import Candidate

_FEW = 2  # options
_ASKS_NOT = re.compile(r"\bNOT\b|\bEXCEPT\b|\b(?:not|except|kein\w*|n'est pas|no es)\b|n't\b")
_WHILE = re.compile(r"[,;]\s(?:while|but|whereas|and only|only)\b|;\s", re.IGNORECASE)
_UNDECIDED = re.compile(r"\b(?:or|maybe|perhaps|possibly|unsure|none|might|could)\b|\?", re.IGNORECASE)
_RULED_OUT = re.compile(r"\b(?:rul|exclu|eliminat|discard|not\b|neither|wrong|incorrect|false)", re.IGNORECASE)


def left(text: str, labels: Labels, options: Mapping[str, str], question: str) -> Candidate | None:
    """The only option that a short `text` does not deny, where it denies all others."""
    if len(text) > PIECE or not _RULED_OUT.search(text) or len(options) <= _FEW:
        return None
    said = [denied(one, labels, options, question) for one in last_sentences(text)]
    others = set(options).difference(*said)
    return Candidate(label := others.pop(), label, label) if len(others) == 1 else None


def named_and_left(text: str, labels: Labels, options: Mapping[str, str], question: str) -> Answer | None:
    """The same where the last sentence names it by its text: what is denied is else left out before a reply is read."""
    only = left(text, labels, options, question) if not _UNDECIDED.search(text) and conclusion(text) else None
    last = next(iter(last_sentences(text)), "")
    return only.found("option left", explicit=False) if only and _names(last, options[only.key]) else None


def beside_all_others(text: str, options: Mapping[str, str], asking: str) -> Candidate | None:
    """The option left where a sentence says that all others are what none was asked to be: "A, B and C are gases"."""
    if len(text) > PIECE or len(options) <= _FEW or not _ASKS_NOT.search(asking):
        return None
    for sentence in last_sentences(text):
        clause = _WHILE.split(sentence, maxsplit=1)[0]
        others = {label for label in options if f"({label})" not in clause}
        if len(others) == 1 and not _RULED_OUT.search(clause):
            label = others.pop()
            return Candidate(label, sentence, label) if _names(text, options[label]) or _names(text, label) else None
    return None


def _names(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name.rstrip('. '))}(?!\w)", text, re.IGNORECASE))
