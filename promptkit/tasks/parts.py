"""Where each part of an item stands in a record: as it is stated, by the kind of the file, or by the usual names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from shlex import quote
from typing import Any

from promptkit.errors import UsageError
from promptkit.tasks.columns import Columns, Names, Raw, at, folded
from promptkit.tasks.problems import Unusable
from promptkit.tasks.shapes import ODD, Part, recognised

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
_AT_FIRST = 50  # records, by which the kind of a file is recognised
_LETTERED = (  # how several columns of options are called, and how many of them there are at least
    ("{letter}", 3),
    *(
        (f"{word}{gap}{{{sign}}}", 2)
        for word in ("option", "choice")
        for gap in ("_", " ", "")
        for sign in ("letter", "number")
    ),
)


class NoSuchPart(UsageError):
    """No column is known to be the question, or the target."""


class Parts:
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
                way_out += f", or let promptkit task init {quote(str(path))} guess it" * (len(names.all) > 1)
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

    def columns(self) -> dict[str, str]:
        """The column of each part, several separated by commas, as `Columns` takes them."""
        found = {name: part for name, part in self._parts.items() if isinstance(part, str)}
        listed = {name: part for name, part in self._parts.items() if isinstance(part, tuple)}
        return found | {name: ",".join(part) for name, part in listed.items() if not any("," in one for one in part)}

    def has(self, name: str) -> bool:
        """Whether it stands anywhere."""
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
            raise Unusable(f"unlike the others, it has no {name}") from None

    def values(self, raw: Raw) -> Raw:
        """What templates may show of a record: everything but its target."""
        return {name: value for name, value in raw.items() if name not in self._target_column}

    def others(self, raw: Raw) -> Raw:
        """What is not a part of the item."""
        return {name: value for name, value in raw.items() if name not in self.used}


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
