"""Candidates: what each changes, what became of it, and its templates in a folder that anybody can read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from promptkit.errors import RecordError

FOLDER, INDEX = "candidates", "candidates.json"  # in the run's directory
Fate = Literal["original", "proposed", "scored", "no better on train items", "rejected"]


@dataclass(frozen=True)
class Candidate:
    """One wording, or choice of examples.

    Attributes:
        number: in the order proposed; 0 is the original.
        parent: the candidate that it was made of.
        texts: of all components, by their names.
        changed: the component that differs from the parent.
        fate: what became of it: rejected before anything was sent, no better than its parent on a few train items, or
            scored on the validation items.
        notes: what was mended; or why it was rejected.
        train: right answers of the parent and its own on those train items, and how many they are.
        validation: its mean score on the validation items.
        requests: sent by the search until its fate was known.
    """

    number: int
    parent: int | None
    texts: Mapping[str, str]
    changed: str = ""
    fate: Fate = "proposed"
    notes: tuple[str, ...] = ()
    train: tuple[float, float, int] | None = None
    validation: float | None = None
    requests: int = 0

    def about(self) -> str:
        """It in a line."""
        made = "the original" if self.parent is None else f"candidate {self.number}, made of candidate {self.parent}"
        score = "" if self.validation is None else f"; {100 * self.validation:.1f} % right on validation items"
        return made + score


class Candidates:
    """All candidates of a search; with each that is kept, their file is rewritten, whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.all: dict[int, Candidate] = {}
        self._by_texts: dict[tuple[tuple[str, str], ...], int] = {}

    def keep(self, candidate: Candidate) -> Candidate:
        """Keep it, in place of an earlier state of it."""
        self.all[candidate.number] = candidate
        if candidate.fate != "rejected":
            self._by_texts.setdefault(_key(candidate.texts), candidate.number)
        write_json(self._directory / INDEX, {"candidates": [asdict(one) for one in self.all.values()]})
        return candidate

    def update(self, number: int, **changes: Any) -> Candidate:  # noqa: ANN401 - fields of a candidate
        """Keep what became of one."""
        return self.keep(replace(self.all[number], **changes))

    def find(self, texts: Mapping[str, str]) -> Candidate | None:
        """The candidate with these texts."""
        number = self._by_texts.get(_key(texts))
        return None if number is None else self.all[number]

    @property
    def best(self) -> Candidate:
        """The one with the best score on the validation items; the earliest of several."""
        scored = [one for one in self.all.values() if one.validation is not None]
        return max(scored or self.all.values(), key=lambda one: (one.validation or 0.0, -one.number))


def read_candidates(listed: list[dict[str, Any]]) -> list[Candidate]:
    """Candidates as they are written."""
    return [
        Candidate(**{**one, "notes": tuple(one["notes"]), "train": one["train"] and tuple(one["train"])})
        for one in listed
    ]


def folder_of(directory: Path, number: int) -> Path:
    """The folder with the templates of a candidate."""
    return directory / FOLDER / f"{number:03}"


def write_files(folder: Path, files: Mapping[str, str], about: str) -> None:
    """Write templates into a folder, each with a comment in its first line."""
    for path, text in files.items():
        write_text(folder / path, _commented(text, about))


def write_refused(folder: Path, candidate: Candidate, text: str) -> None:
    """Write a proposal that became no template, with the reason above it."""
    write_text(folder / "rejected.txt", f"{candidate.about()}: {'; '.join(candidate.notes)}\n\n{text}\n")


def write_json(file: Path, value: object) -> None:
    """Write a file of JSON, whole or not at all."""
    write_text(file, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_text(file: Path, text: str) -> None:
    """Write a file, whole or not at all, and its folder where there is none.

    Raises:
        RecordError: it can't be written.
    """
    beside = file.with_name(f"{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)  # noqa: PTH105 - the same
    except OSError as error:
        raise RecordError(f"{file} can't be written: {error.strerror}; make room, or name another place") from None


def _commented(text: str, about: str) -> str:
    """With a line about it: a comment of the front matter where there is some."""
    head, rule, rest = text.partition("---\n")
    if rule and not head.strip():
        return f"---\n# {about}\n{rest}"
    return f"{{# {about} #}}\n{text}"


def _key(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(texts.items()))
