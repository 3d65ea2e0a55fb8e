"""The options of a multiple-choice question: as files have them, as the question shows them, and the right ones."""

from __future__ import annotations

import ast
import json
import random
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptkit.answers.options.options import options as options_in
from promptkit.answers.options.options import squashed
from promptkit.formatting import counted
from promptkit.tasks.problems import Unusable

LETTERS = string.ascii_uppercase
_LABELLED = re.compile(r"\s*\(?([A-Z])[).:]\s*(.*)", re.DOTALL)
_REFERS = re.compile(  # to other options, by their place or letter, which shuffling would change
    r"\b(?:of|all|none) (?:of )?(?:the )?(?:above|below|others?|these)\b|\b(?:both|neither)\b"
    r"|^\W*[A-E]\W* (?:and|or|but) \W*[A-E]\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\s*(?:\(?([A-Za-z])\)?[.:)]?|\[([A-Za-z])\])\s*")


@dataclass(frozen=True)
class Options:
    """The options of a question, as it shows them.

    Attributes:
        texts: in the order in which they are shown.
        labels: what the file labels each with, such as 1, 2, 3; letters where it does not.
        order: the place that each has in the file, from 0.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    order: tuple[int, ...]

    def shown(self) -> str:
        """A line each, with capital letters."""
        return "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, self.texts, strict=False))

    def stand_in(self, question: str) -> bool:
        """Whether the question shows them itself, in this order."""
        found = [squashed(text) for text in options_in(question).values()]
        return found == [squashed(text) for text in self.texts]

    def only_letters(self) -> bool:
        """Whether they are nothing but A, B, C: then the question shows what they stand for."""
        return list(self.texts) == list(LETTERS[: len(self.texts)])

    def refer(self) -> bool:
        """Whether one refers to others by their letter or place, so that they have to stay where they are."""
        return any(_REFERS.search(text) for text in self.texts)

    def shuffled(self, seed: str) -> Options:
        """The same in another order, drawn with `seed`; targets follow."""
        places = list(range(len(self.texts)))
        random.Random(seed).shuffle(places)  # noqa: S311 - not for secrets
        columns = (self.texts, self.labels, self.order)
        texts, labels, order = (tuple(column[place] for place in places) for column in columns)
        return Options(texts, labels, order)  # type: ignore[arg-type]  # each is of its own kind

    def letter(self, target: object, first: int) -> str:
        """The letter of the option that `target` names: by its label, its text, or its number, counted from `first`.

        Raises:
            Unusable: it names none of them, or several.
        """
        if isinstance(target, bool) or target is None:
            raise Unusable(f"the target {target!r} is not one of its options")
        if isinstance(target, int):
            return self._at(target - first, target)
        text = str(target).strip()
        if text in self.labels:
            return LETTERS[self.labels.index(text)]
        same = [i for i, option in enumerate(self.texts) if squashed(option) == squashed(text)]
        if len(same) == 1:
            return LETTERS[same[0]]
        if found := _ONE.fullmatch(text):
            return self._at(LETTERS.index((found[1] or found[2]).upper()), text)
        if re.fullmatch(r"\d{1,2}(?:\.0)?", text):
            return self._at(int(float(text)) - first, text)
        raise Unusable(f"the target {text[:60]!r} is {'several' if same else 'not one'} of its options")

    def _at(self, place: int, target: object) -> str:
        """The letter of the option that has this place in the file."""
        if place not in self.order:
            raise Unusable(f"the target {target!r} is not one of its {len(self.texts)} options")
        return LETTERS[self.order.index(place)]


def letters_of(count: int) -> tuple[str, ...]:
    """The first so many capital letters."""
    return tuple(LETTERS[:count])


def read_options(given: object) -> Options | None:
    """The options in what stands in a file; `None` where it has none.

    A list of texts, with or without their letters, or of objects with `label` and `text`; an object of texts by their
    labels, or of the two lists `text` and `label`. In the cell of a table, one of these as text, or parts of the cell
    that lines, `|` or `;` separate.

    Raises:
        Unusable: it is something else, or has one option, or more than there are letters.
    """
    value: Any = _parsed(given) if isinstance(given, str) else given
    labels: Sequence[object] | None = None
    if isinstance(value, Mapping) and isinstance(value.get("text"), list):
        value, stated = value["text"], value.get("label")
        labels = stated if isinstance(stated, list) else None
    elif isinstance(value, Mapping):
        value, labels = list(value.values()), list(value)
    if value is None or value == []:
        return None
    if not isinstance(value, list):
        raise Unusable(f"its options are {value!r:.60}; give a list of texts")
    if all(isinstance(one, Mapping) and "text" in one for one in value):
        labels = [one.get("label", "") for one in value]
        value = [one["text"] for one in value]
    return _options(value, labels)


def _options(texts: Sequence[object], labels: Sequence[object] | None) -> Options:
    """Those that are there; one that is empty keeps its letter and its number, and is not shown."""
    if any(isinstance(text, (list, Mapping)) for text in texts):
        raise Unusable("its options are not texts")
    named = [str(label).strip() for label in labels or ()]
    if len(named) != len(texts) or len(set(named)) < len(texts):
        named = [LETTERS[i] if i < len(LETTERS) else str(i) for i in range(len(texts))]
    there = [i for i, text in enumerate(texts) if text is not None and str(text).strip()]
    if not 2 <= len(there) <= len(LETTERS):
        count = counted(len(there), "option")
        raise Unusable(f"it has {count}; give 2 to {len(LETTERS)}")
    plain = [" ".join(str(texts[i]).split()) for i in there]
    found = [_LABELLED.fullmatch(text) for text in plain]
    if all(one and one[1] == letter and one[2] for one, letter in zip(found, LETTERS, strict=False)):
        plain = [one[2] for one in found if one]
    return Options(tuple(plain), tuple(named[i] for i in there), tuple(there))


def _parsed(text: str) -> object:
    """The list in the text of a cell: JSON, as Python writes it, or separated by lines or bars."""
    stripped = text.strip()
    if stripped[:1] in ("[", "{"):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(stripped)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    for separator in ("\n", "|", ";"):
        if separator in stripped:
            return [part.strip() for part in stripped.split(separator) if part.strip()]
    return [stripped] if stripped else None


def first_number(targets: Iterable[object], count: int) -> int:
    """From where targets that are the numbers of options are counted: from 0, unless some shows that it is from 1."""
    numbers = [int(text) for target in targets if re.fullmatch(r"\d{1,2}", text := str(target).strip())]
    return 1 if numbers and 0 not in numbers and max(numbers) >= count else 0
