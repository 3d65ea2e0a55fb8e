"""The rows of a task: what each record of a file asks, found by the names of its columns or the kind of the file."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from promptkit.errors import UsageError
from promptkit.tasks.columns import Columns, Names, Raw, at, folded
from promptkit.tasks.options import Options, read_options
from promptkit.tasks.problems import Problems, Unusable
from promptkit.tasks.row_text import RowText
from promptkit.tasks.shapes import ODD, Part, Shape, recognised
from promptkit.types import Example, Message

# The usual names of each part, the likeliest first, where the kind of the file is not known.
USUAL: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "input", "prompt", "query", "problem", "instruction", "user_input", "text"),
    "target": (
        *("target", "answer", "expected", "expected_output", "expected output", "ideal", "reference", "label"),
        *("reference_answer", "ground_truth", "gold", "correct_answer", "correct answer", "completion", "solution"),
        *("output", "__expected"),
    ),
    "options": ("options", "choices"),
    "context": ("context", "passage"),
    "system": ("system", "system_prompt"),
    "id": ("id",),
    "cluster": ("cluster",),
    "split": ("split",),
    "reasoning": ("reasoning",),
    "wrong_reasoning": ("wrong_reasoning",),
    "examples": ("examples",),
    "image": ("image",),
    "tolerance": ("tolerance",),
}
_SHOWN = frozenset({"train", "training", "few-shot", "fewshot", "few_shot", "example", "examples", "shot", "shots"})
_ASKED = ("test", "eval", "evaluation", "validation", "val", "dev")  # the first of these that a file has is asked
Split: TypeAlias = Literal["test", "train"]  # what a row is for: it is asked, or only shown
_AT_FIRST = 50  # records, by which the kind of a file is recognised
_EXAMPLES = TypeAdapter(tuple[Example, ...])
_MESSAGES = TypeAdapter(tuple[Message, ...])


class NoSuchPart(UsageError):
    """No column is known to be the question, or the target."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a record asks.

    Attributes:
        images: their names, or what stands in the file itself.
        target: as it stands in the file: a text, a number, a list of several; empty where only a grader needs it.
        others: the columns that are not a part of the item.
    """

    place: str
    id: str
    question: str
    target: Any
    before: tuple[Message, ...] = ()
    options: Options | None = None
    cluster: str = ""
    split: Split = "test"
    reasoning: str | None = None
    wrong_reasoning: str | None = None
    examples: tuple[Example, ...] = ()
    images: tuple[Any, ...] = ()
    tolerance: str = ""
    others: Raw = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The rows of a file, and what had to be found out about it.

    Attributes:
        shape: the kind of file, where it is a known one.
        found: how the parts were found that are not called by their own names: "target from 'answer'".
        unused: the columns that nothing reads.
        left: how many rows there are of splits that are neither asked nor shown.
    """

    rows: tuple[Row, ...]
    shape: Shape | None
    found: tuple[str, ...]
    unused: tuple[str, ...]
    left: Mapping[str, int]


@dataclass(frozen=True)
class Wording:
    """The texts of a task file that a row is put into."""

    question: RowText | None = None
    system: RowText | None = None

    def uses(self) -> set[str]:
        """The columns that they show."""
        return {name for text in (self.question, self.system) if text for name in text.uses}


def read_table(
    records: Sequence[tuple[str, int, Raw]],
    path: Path,
    problems: Problems,
    *,
    columns: Columns,
    names: Iterable[str],
    wording: Wording,
    graded: bool = False,
) -> Table:
    """The rows that these records ask.

    Args:
        records: of a file, each with its place and its number.
        path: of the file, for errors.
        problems: where records that can't be used are noted.
        columns: where parts stand, as far as it is stated; else they are found.
        names: the columns of a table, some of which may be empty in all rows.
        wording: the texts that rows are put into.
        graded: rows that are asked need no target.

    Raises:
        UsageError: a column that is named is not there, or there is no question or, unless `graded`, no target.
    """
    raws = [raw for _, _, raw in records]
    known = Names(raws, names)
    needed = ["question"] * (wording.question is None) + ["target"] * (not graded)
    parts = _Parts(known, raws, columns, path, needed=needed)
    asked = _asked_split(parts, raws)
    rows, left = [], Counter[str]()
    for place, number, raw in records:
        try:
            split = _split(word := _word(parts.of(raw, "split")), asked)
            if split is None:
                left[word] += 1
            else:
                rows.append(_row(place, number, raw, parts, split, wording, graded=graded))
        except Unusable as reason:
            problems.add(place, reason)
    _check_ids(rows, path)
    shown = {column for name in wording.uses() if (column := known.find(name))}
    unused = [name for name in known.all if name not in parts.used and name not in shown]
    return Table(tuple(rows), parts.shape, parts.found(), tuple(map(str, unused)), left)


class _Parts:
    """Where each part of an item stands."""

    def __init__(
        self, names: Names, raws: Sequence[Raw], columns: Columns, path: Path, *, needed: Sequence[str]
    ) -> None:
        self._names = names
        self.shape = recognised(names, raws[:_AT_FIRST]) if not (columns.question and columns.target) else None
        self._parts: dict[str, Part | tuple[str, ...]] = {}
        self.used: set[str] = set()
        self._usual: dict[str, str] = {}
        if self.shape:
            for name, part in self.shape.parts_in(names).items():
                self._take(name, part)
            if not columns.target:
                self.used |= {column for one in self.shape.uses if (column := names.find(one))}
        for name, column in columns.given().items():
            listed = [names.require(one.strip(), raws, path) for one in column.split(",")] if name == "options" else []
            self._set(name, tuple(listed) if len(listed) > 1 else names.require(column, raws, path))
        for name, usual in USUAL.items():
            if name not in self._parts and (name != "question" or name in needed):
                self._find(name, usual)
        if "options" not in self._parts and (lettered := _lettered(names, self.used)):
            self._set("options", lettered)
            self._usual["options"] = " … ".join((lettered[0], lettered[-1]))
        for name in needed:
            if name not in self._parts:
                has = ", ".join(str(one) for one in names.all) or "none"
                way_out = f"name one by `{name}_column`" + ", or score replies by a `grader`" * (name == "target")
                raise NoSuchPart(f"{path} has no column {name!r}; it has {has}; {way_out}")
        self._target_column = self._column_of("target")

    def _find(self, name: str, usual: tuple[str, ...]) -> None:
        for one in usual:
            column = self._names.find(one)
            if column is not None and column not in self.used:
                self._set(name, column)
                if folded(column) != name:
                    self._usual[name] = column
                return

    def _take(self, name: str, part: Part) -> None:
        """The part of a known kind of file; one of several names with `|`, several columns with commas."""
        if not isinstance(part, str):
            self._parts[name] = part
        elif "," in part:
            self._set(name, tuple(found for one in part.split(",") if (found := self._names.find(one))))
        else:
            found = next((path for one in part.split("|") if (path := self._names.path(one))), None)
            if found is not None:
                self._set(name, found)

    def _set(self, name: str, part: str | tuple[str, ...]) -> None:
        self._parts[name] = part
        self.used |= {self._names.column(one) for one in ((part,) if isinstance(part, str) else part)}

    def _column_of(self, name: str) -> frozenset[str]:
        part = self._parts.get(name)
        if isinstance(part, str):
            return frozenset({self._names.column(part)})
        uses = self.shape.uses if self.shape and part is not None else ()
        return frozenset(column for one in uses if (column := self._names.find(one)))

    def found(self) -> tuple[str, ...]:
        """How parts were found that have other names."""
        return tuple(f"{name} from {column!r}" for name, column in self._usual.items())

    def has(self, name: str) -> bool:
        return name in self._parts

    def of(self, raw: Raw, name: str) -> Any:  # noqa: ANN401 - whatever stands there
        """What stands in a record for this part."""
        part = self._parts.get(name)
        if part is None:
            return None
        if isinstance(part, str):
            return at(raw, part)
        if isinstance(part, tuple):
            found = [at(raw, one) for one in part]
            return None if all(value is None for value in found) else found
        try:
            return part(self.shape.seen(self._names, raw) if self.shape else raw)
        except ODD:
            raise Unusable(f"it is not as the others: no {name}") from None

    def values(self, raw: Raw) -> Raw:
        """What templates may show of a record: everything but its target."""
        return {name: value for name, value in raw.items() if name not in self._target_column}

    def others(self, raw: Raw) -> Raw:
        """What is not a part of the item."""
        return {name: value for name, value in raw.items() if name not in self.used}


_LETTERED = (  # how several columns of options are called, and how many of them there are at least
    ("{letter}", 3),
    *(
        (f"{word}{gap}{{{sign}}}", 2)
        for word in ("option", "choice")
        for gap in ("_", " ", "")
        for sign in ("letter", "number")
    ),
)


def _lettered(names: Names, used: Set[str]) -> tuple[str, ...]:
    """The columns A, B, C, … of a table, or option_a, option1, …; empty where there are not enough."""
    for form, least in _LETTERED:
        found: list[str] = []
        for number, letter in enumerate("ABCDEFGHIJ", start=1):
            column = names.find(form.format(letter=letter, number=number))
            if column is None or column in used:
                break
            found.append(column)
        if len(found) >= least:
            return tuple(found)
    return ()


def _row(place: str, number: int, raw: Raw, parts: _Parts, split: Split, wording: Wording, *, graded: bool) -> Row:
    values = parts.values(raw) if wording.question or wording.system else {}
    question, before = _question(parts.of(raw, "question"), wording, values)
    if system := wording.system.render(values) if wording.system else plain_text(parts.of(raw, "system")):
        before = (Message(role="system", content=system), *(turn for turn in before if turn.role != "system"))
    if (context := plain_text(parts.of(raw, "context"))) and not wording.question:
        question = f"{context}\n\n{question}"
    target = parts.of(raw, "target")
    if target is None or target in ("", []):
        if split == "train":
            raise Unusable("it has no target, and an example shows one")
        if not graded:
            raise Unusable("it has no target (a `grader` needs none)")
        target = ""
    options = read_options(parts.of(raw, "options"))
    return Row(
        place,
        plain_text(parts.of(raw, "id")) or str(number),
        question,
        target,
        before,
        options,
        plain_text(parts.of(raw, "cluster")) or "",
        split,
        plain_text(parts.of(raw, "reasoning")),
        plain_text(parts.of(raw, "wrong_reasoning")),
        _examples(parts.of(raw, "examples")),
        tuple(images) if isinstance(images := parts.of(raw, "image"), list) else (images,) if images else (),
        plain_text(parts.of(raw, "tolerance")) or "",
        parts.others(raw),
    )


def _question(value: object, wording: Wording, values: Raw) -> tuple[str, tuple[Message, ...]]:
    """What is asked at last, and the turns before it."""
    if wording.question:
        text = wording.question.render(values)
        if not text:
            raise Unusable("its question is empty")
        return text, ()
    if isinstance(value, str) and value.lstrip().startswith("[{") and '"role"' in value:
        value = _json(value)
    if isinstance(value, list):
        return _last_turn(value)
    asked = plain_text(value)
    if asked is None or not asked.strip():
        raise Unusable("it has no question")
    return asked, ()


def _last_turn(value: list[Any]) -> tuple[str, tuple[Message, ...]]:
    try:
        turns = _MESSAGES.validate_python([_as_turn(turn) for turn in value])
    except (ValidationError, TypeError, KeyError, AttributeError):
        raise Unusable("its question is a list, and not of messages with role and content") from None
    if not turns or turns[-1].role != "user" or not turns[-1].text.strip():
        raise Unusable("its last message is not one of the user, which would be asked")
    return turns[-1].text, turns[:-1]


def _as_turn(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A message of chat data: `developer` is the system, and content may come in parts of text."""
    content = turn["content"]
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content)
    role = {"developer": "system", "human": "user", "gpt": "assistant"}.get(turn["role"], turn["role"])
    return {"role": role, "content": content}


def _examples(value: object) -> tuple[Example, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = _json(value)
    try:
        return _EXAMPLES.validate_python(value)
    except ValidationError as error:
        raise Unusable(f"examples: {error.errors()[0]['msg']}") from None


def _asked_split(parts: _Parts, raws: Sequence[Raw]) -> str:
    """The split that is asked: test, and where a file has none, validation or the like."""
    if not parts.has("split"):
        return "test"
    values = [parts.of(raw, "split") for raw in raws]
    there = {_word(value) for value in values if not isinstance(value, (list, Mapping, bytes))}
    return next((name for name in _ASKED if name in there), "test")


def _split(word: str, asked: str) -> Split | None:
    """What a row is for; nothing for the rows of a split that is neither asked nor shown."""
    if word in ("", asked):
        return "test"
    if word in _SHOWN or (word == "dev" and asked != "dev"):
        return "train"
    if word in _ASKED:
        return None
    raise Unusable(f"split: {word!r:.40} is not known; write test or train")


def _word(value: object) -> str:
    return (plain_text(value) or "").strip().casefold()


def plain_text(value: object) -> str | None:
    """A value of a file as the text that a reader of the file sees.

    Raises:
        Unusable: it is no single value.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, (bytes, list, Mapping)):
        raise Unusable(f"a {'list' if isinstance(value, list) else 'value'} stands where a text should: {value!r:.60}")
    return str(value)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _check_ids(rows: Sequence[Row], path: Path) -> None:
    seen: dict[str, str] = {}
    for row in rows:
        if row.id in seen:
            twice = f"the id {row.id!r} is there twice ({seen[row.id]})"
            raise UsageError(
                f"{path}, {row.place}: {twice}; ids pair the strategies' answers; `id_column` names another"
            )
        seen[row.id] = row.place
