"""A list of short texts or numbers in a reply: in one line, as bullets or numbered, or as JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from promptkit.answers.answer import Answer
from promptkit.answers.prose.sentences import declines, first_sentence, last_sentences, strip_markup, without_closing
from promptkit.answers.reader import NO_ANSWER, Candidate, Reader
from promptkit.errors import UsageError

_MOST = 500  # items; a longer list is not an answer
_LONGEST = 12  # words of an item
_PHRASE = 4  # words; what has more is a part of a sentence, where the line ends as one
_THREE = 3
_TAIL = 20_000  # characters at the end of a reply in which a list is looked for
_BULLET = re.compile(r"[ \t]{0,12}(?:[-*•‣◦]|\(?(\d{1,3})[.):])[ \t]{1,4}(.{1,400})")
_INLINE = re.compile(r"(?:^|\s)\(?(\d{1,2})[.)]\s")
_JSON_LIST = re.compile(r"\[[^\[\]]{1,4000}\]")
_ARROW = re.compile(r"\s{0,9}(?:-{1,9}>|={1,9}>|→|⇒|>)\s{0,9}|\s{1,9}<\s{1,9}")
_LAST_AND = re.compile(
    r"^(?:and|or|und|et|y|e|&)\s+|\s+(?:and|or|und|et|&|(?-i:y|e|sowie|oraz|och|og))\s+", re.IGNORECASE
)
_STATES = re.compile(r"\b(?:is|are|was|were|includes?|son|sind|sont)\b:?\s*", re.IGNORECASE)
_HEAD = re.compile(r"^[^:,;]{1,80}:(?:\s+(?=\S)|(?=[^\x00-\x7f]))")
_LEFT_OUT = re.compile(
    r"[\s*_#-]*(?:not?|non|without|excluded?|left out|others?|the rest|remaining)\b[^:,;]{0,60}:", re.IGNORECASE
)
_NOTED = re.compile(r"\s\([^()\n]{1,40}\s[^()\n]{1,100}\)\W{0,9}$")
_COPULA = re.compile(r"(?<=\S)(?:입니다|이에요|예요|です|でした)$")
_DASHED = re.compile(r"\s[-–—]\s.*$")
_REMARK = re.compile(r"\s(?:[-–—→]|->)\s|:\s|\s\(")
_NUMBER = re.compile(r"[-+]?\d{1,30}(?:\.\d{1,30})?")
_ARTICLE = re.compile(r"^(?:(?:the|an?|le|la|les|el|los|las|der|die|das|il|lo|gli|het|de|o|os|as)\s+|l')(?=\S)")
_WHILE = re.compile(r",?\s(?:while|whereas|but)\s.*$", re.DOTALL)
_EDGE = " \t.,;:!?'\"*_`$“”‘’()《》〈〉"


@dataclass(frozen=True)
class ListReader(Reader):
    """Finds a list: the last one that the reply presents, in whatever form it is written.

    Items are compared without case, articles and punctuation around them, numbers by value.

    Attributes:
        ordered: whether the order of the items counts, and how often one occurs.
        question: what was asked.
    """

    ordered: bool = True
    question: str = ""

    def find(self, text: str) -> Answer | None:
        """The list that `text` ends with or announces; else the only one that it has."""
        reply = without_closing(text.strip())[-_TAIL:].strip()
        if final := self._final(reply):
            return final
        found = super().find(reply)
        if found is not None and (found.explicit or found.rule == "bold"):
            return found
        blocks = list(_blocks(reply))
        listed = self._candidate(blocks[0][0], blocks[0][1]) if len(blocks) == 1 else None
        return listed.found("only list", explicit=False) if listed else found

    def _final(self, reply: str) -> Answer | None:
        """The list in JSON, or of bullets, that nothing follows."""
        bare = re.sub(r"^```\w{0,12}\n|\n?```$", "", reply).strip()
        if bare.endswith(("]", "}")) and (listed := _json_list(bare)) is not None:
            made = self._candidate(listed, bare)
            return made.found("JSON list", explicit=True) if made else None
        last = None
        for block in _blocks(reply):
            last = block
        if last and last[2] == len(reply):
            made = self._candidate(last[0], last[1])
            return made.found("final list", explicit=True) if made else None
        return None

    def _may_end(self, text: str, line: str) -> bool:
        """Whether `line` is not the list of what was left out, below another one."""
        return len(line) == len(text) or not _LEFT_OUT.match(line)

    def _parse_whole(self, piece: str) -> Candidate | None:
        """A line that is a list and nothing else: no sentence."""
        line = _HEAD.sub("", strip_markup(piece))
        if _STATES.search(line) or first_sentence(line).strip() != line.strip() or piece.rstrip(" *_").endswith(":"):
            return None
        if piece.rstrip(" *_").endswith((".", "!")) and any(len(one.split()) > _PHRASE for one in line.split(",")):
            return None
        split = split_items(line)
        items = _without_frame(split)
        if piece.rstrip(" *_").endswith(".") and items[:1] != split[:1]:
            return None
        return self._candidate(items, piece) if len(items) > 1 else None

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece):
            return NO_ANSWER
        return self._candidate(split_items(strip_markup(first_sentence(piece))), piece)

    def _infer(self, text: str) -> Answer | None:
        """What the last sentence states, such as "The primes are 2, 3 and 5"."""
        sentence = next(iter(last_sentences(text)), "")
        if len(sentence) > 400 or declines(sentence):
            return None
        sides = _STATES.split(strip_markup(_NOTED.sub("", _WHILE.sub("", sentence))), maxsplit=1)
        stated = sides[-1]
        if len(sides) > 1 and len(split_items(sides[0])) > 1 and len(split_items(stated)) == 1:
            stated = sides[0]  # "2 and 11 are prime"
        items = _without_frame(split_items(stated))
        made = self._candidate(items, sentence) if len(items) > 1 else None
        return made.found("sentence", explicit=False) if made else None

    def _target(self, target: str) -> str:
        items = target_items(target)
        if not items:
            raise UsageError("the target is an empty list; write its items, separated by commas, or as a JSON list")
        return self._key(items)

    def _candidate(self, items: list[str], text: str) -> Candidate | None:
        """`items` as an answer; `None` where they are sentences, or far too many."""
        named = [item for item in items if item_key(item)]
        heads = [_REMARK.split(item, maxsplit=1)[0] for item in named]
        if len(named) > 1 and all(len(head) < len(item) for head, item in zip(heads, named, strict=True)):
            named = heads  # each has a remark
        if not named or len(named) > _MOST or any(len(item.split()) > _LONGEST for item in named):
            return None
        return Candidate(list(named), text.strip(), self._key(named))

    def _key(self, items: list[str]) -> str:
        keys = [item_key(item) for item in items]
        return json.dumps(keys if self.ordered else sorted(set(keys)), ensure_ascii=False)


def list_reader(question: str) -> ListReader:
    """The reader of kind `list`, whose order counts."""
    return ListReader(question=question)


def set_reader(question: str) -> ListReader:
    """The reader of kind `set`, in any order."""
    return ListReader(ordered=False, question=question)


def target_items(target: str) -> list[str]:
    """The items of a target: a JSON list, or separated by commas, semicolons or lines.

    Raises:
        UsageError: it is a JSON list of something other than texts and numbers.
    """
    if target.lstrip().startswith("["):
        try:
            listed = json.loads(target)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list):
            if not all(isinstance(one, str | int | float) for one in listed):
                raise UsageError(f"the target {target!r:.80} is not a list of texts or numbers")
            return [str(one) for one in listed if item_key(str(one))]
    return [item for item in split_items(target) if item_key(item)]


def split_items(text: str) -> list[str]:
    """The items of a list written in a line: separated by semicolons, commas, arrows, or lines."""
    text = text.strip().strip("[](){}\\").strip()
    for separator in ("\n", ";"):
        if separator in text:
            return [_BULLET.sub(r"\2", item).strip() for item in text.split(separator) if item.strip(_EDGE)]
    if "," not in text and len(parts := text.split("・")) > 1:
        return [part.strip() for part in parts]
    if len(numbers := [*map(int, _INLINE.findall(text))]) > 1 and numbers == [*range(1, len(numbers) + 1)]:
        return [part.strip(_EDGE) for part in _INLINE.split(text)[2::2]]
    if "," not in text and len(parts := _ARROW.split(text)) > 1:
        return parts
    *first, last = text.split(",")
    items = [*first, *_LAST_AND.split(last.strip(), maxsplit=1)]
    return [item.strip() for item in items if item.strip(_EDGE)]


def _without_frame(items: list[str]) -> list[str]:
    """`items` of a sentence without what frames them: "Switzerland borders" before names, a remark after the last."""
    if len(items) < _THREE:
        return items
    first, *middle, last = items
    last = _COPULA.sub("", last.rstrip(_EDGE))
    if not any(map(_DASHED.search, (first, *middle))):
        last = _DASHED.sub("", last)
    others = (*middle, last)
    words = first.split()
    frame = len(words) - sum(1 for _ in takewhile(_is_capitalised, words[::-1]))
    if 1 < frame < len(words) and all(all(map(_is_capitalised, other.split())) for other in others):
        first = " ".join(words[frame:])
    return [first, *others]


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper()


def item_key(item: str) -> str:
    """An item's canonical form: equal items have equal ones."""
    plain = unicodedata.normalize("NFKC", strip_markup(item)).casefold().strip(_EDGE)
    if _NUMBER.fullmatch(plain):
        return str(Fraction(plain))
    return " ".join(_ARTICLE.sub("", plain).split())


def _json_list(text: str) -> list[str] | None:
    """The JSON list that `text` is, or ends with, or that is the only list in the object that it is."""
    whole: object = None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        for found in _JSON_LIST.finditer(text):
            if found.end() == len(text):
                try:
                    whole = json.loads(found[0])
                except ValueError:
                    return None
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = lists[0] if len(lists) == 1 else None
    if not isinstance(whole, list) or not all(isinstance(one, str | int | float) for one in whole):
        return None
    return [str(one) for one in whole]


def _blocks(text: str) -> Iterator[tuple[list[str], str, int]]:
    """The runs of two or more bullets or numbered lines: their items, the text, and where each ends."""
    items: list[str] = []
    start = place = 0
    for line in text.splitlines(keepends=True):
        found = _BULLET.fullmatch(line.rstrip("\r\n"))
        if found:
            start = start if items else place
            items.append(found[2])
        elif line.strip():
            if len(items) > 1:
                yield items, text[start:place], place
            items = []
        place += len(line)
    if len(items) > 1:
        yield items, text[start:place], place
