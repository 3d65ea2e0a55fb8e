"""Questions that are the same but for how they are put: case, punctuation, a leading phrase, the order of words."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from promptkit.scripts import WIDE

_TOKENS = re.compile(rf"\d+(?:[.,:]\d+)*|[{WIDE}]|(?:(?![{WIDE}])[^\W\d_])+(?:['’](?:(?![{WIDE}])[^\W\d_])+)*|\S")
_MARKS = frozenset("?!.,;:\"“”‘’'…。，？！；：、「」『』")  # of a sentence; any other sign may be the question: + ( <
_OPENERS = re.compile(
    r"(?:(?:please|kindly|hello|hi|hey|(?:(?:can|could|would|will) you )?(?:please )?(?:tell me|answer|solve)"
    r"(?: (?:this|the following)(?: (?:question|problem|task))?)?"
    r"|(?:here is (?:a|the|my) |i have a )?(?:question|problem|task|exercise)(?: \d+)?|q ?\d*)(?:[\s,.:!–—-]+|\Z)"
    r"|請問|请问|你好|您好|請(?:回答|解答)(?:下列|以下)?(?:的)?(?:問題)?|请(?:回答|解答)(?:下列|以下)?(?:的)?(?:问题)?|問題|问题"
    r"|[\s,.:!，。：！])+"
)
_CLOSERS = re.compile(r"[\s,.?!]*(?:please|thanks|thank you)[\s.?!]*\Z")
_ASKING = frozenset(("what", "which", "who", "whom", "whose", "when", "where", "how"))
_VERBS = frozenset(("is", "are", "was", "were", "do", "does", "did"))
_MOVABLE = _ASKING | _VERBS  # where they stand makes no other question, if there is one of each at most
_SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)|[。？！](?=.)")
_LEAST = 3  # words without the movable ones: shorter texts can be turned round and mean something else
_TURNED = range(5, 41)  # words of a sentence that may begin at another of its words


@functools.lru_cache(maxsize=65_536)
def near_keys(text: str) -> frozenset[int]:
    """What two questions share when one is a near copy of the other; no other two share any of it.

    These are hashes, which are small and hold in this process alone.

    They may differ in case, blanks and line breaks, marks of a sentence, a leading phrase of courtesy ("Could you
    tell me:", "Question 3:"), where a question word or a form of "be" or "do" stands ("The capital of France is
    what?"), and in which part of one sentence comes first ("In 1990, who was pope?"). They may not differ in a number,
    a name, a sign of arithmetic or code, or the order of anything else: "Is 3 more than 5?" is not "Is 5 more than 3?".
    """
    lines = [line for line in (_words(line) for line in _bare(text).splitlines()) if line[0]]
    whole = tuple(word for words, _ in lines for word in words)
    if not whole:
        return frozenset({hash(("to the letter", text.strip()))})
    moved = tuple(_moved(words) if single else words for words, single in lines)
    turned = tuple(_turned(words) if single else words for words, single in lines)
    return frozenset(map(hash, (("in order", whole), ("moved", moved), ("turned", turned))))


def _bare(text: str) -> str:
    """The text without phrases of courtesy around it, unless these are nearly all of it."""
    folded = unicodedata.normalize("NFC", text).casefold().strip()
    opened = _OPENERS.match(folded)
    rest = folded[opened.end() :] if opened else folded
    rest = _CLOSERS.sub("", rest)
    return rest if len(_words(rest)[0]) >= _LEAST else folded


def _words(line: str) -> tuple[tuple[str, ...], bool]:
    """The words and signs without the marks of a sentence, and whether it is one sentence."""
    return tuple(_without_marks(line)), not _SENTENCE_END.search(line.strip())


def _without_marks(line: str) -> Iterator[str]:
    for found in _TOKENS.finditer(line):
        token = found[0]
        if token not in _MARKS:
            yield token.replace("'", "").replace("’", "")
        elif _is_meant(token, line[: found.start()][-1:], line[found.end() :][:1]):
            yield token


def _is_meant(mark: str, before: str, after: str) -> bool:
    """Whether a mark is more than one of a sentence: 5!, .5, f'(x), y', a.b."""
    if mark == "!" and before.isdigit():
        return True
    if mark in "'’" and before.isalnum():
        return True
    return mark.isascii() and after.isalnum() and (after.isdigit() or before.isalnum()) and mark not in "\"'"


def _moved(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...] | tuple[str, ...]:
    """The words whose order matters, in order, and those that may stand elsewhere."""
    fixed = tuple(word for word in words if word not in _MOVABLE)
    several = any(sum(word in kind for word in words) > 1 for kind in (_ASKING, _VERBS))
    if len(fixed) < _LEAST or several:  # "Ann is where Ben was" and "Ann was where Ben is" are two things
        return words
    return fixed, tuple(sorted(word for word in words if word in _MOVABLE))


def _turned(words: tuple[str, ...]) -> tuple[str, ...]:
    """Of all the ways to begin the sentence at another word, and go on at its beginning, the first by alphabet."""
    fixed = sum(word not in _MOVABLE for word in words)
    if len(words) not in _TURNED or not _LEAST <= fixed < len(words):
        return words
    return min(words[start:] + words[:start] for start in range(len(words)))
