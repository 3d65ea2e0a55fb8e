"""What a run says: every template as it was when the run began, so that an edit meanwhile changes nothing."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from promptkit.bench.earlier_wording import says_the_same
from promptkit.bench.used_wording import UsedWording, held_inside
from promptkit.data_files import data_path
from promptkit.errors import TemplateError
from promptkit.record.wordings import RecordedText
from promptkit.specs import wordings_of
from promptkit.wording.folders import SHIPPED, SUFFIX, Folders, Source
from promptkit.wording.header import parsed
from promptkit.wording.revisions import with_revisions
from promptkit.wording.snapshot import Snapshot, pinned_wording
from promptkit.wording.templates import Templates

_SHOWN = 3  # lines of a diff, and names of templates, in a sentence
_WIDTH = 60


@dataclass(frozen=True)
class RunWording:
    """The templates of a run, at one moment.

    Attributes:
        templates: the run's own.
        others: those that strategies given as objects brought along, by their folders.
    """

    templates: Templates
    others: Mapping[tuple[Path, ...], Snapshot] = field(default_factory=dict)

    @classmethod
    def of(
        cls, folders: Iterable[str], strategies: Iterable[object], recorded: Iterable[RecordedText] = ()
    ) -> RunWording:
        """As the files in `folders` and of the `strategies` are now; as a run has `recorded` them, where it has.

        Raises:
            TemplateError: a folder does not exist, and nothing is recorded.
        """
        own = Templates(tuple(map(Path, folders)))
        known = _by_folders(recorded)
        named = [wording for asked in strategies if isinstance(asked, str) for wording in wordings_of(asked)]
        if not known:
            return cls(with_revisions(own, named).frozen(), _brought(strategies))
        snapshot = Snapshot(Folders(own.search_path(must_exist=False)), known.get(""))
        brought = {path: Snapshot(Folders(path), known.get(_key(path))) for path in _brought(strategies)}
        return cls(with_revisions(Templates(own.folders, reload=False, snapshot=snapshot), named), brought)

    def pinned(self) -> AbstractContextManager[None]:
        """What is rendered in this block is rendered from these."""
        own = self.templates.snapshot
        return pinned_wording({**self.others, **({own.path: own} if own else {})})

    def digests(self) -> dict[str, str]:
        """The hash of each template of the run, by name."""
        return dict(_digests(self.templates))

    def texts(self, used: UsedWording) -> Iterator[RecordedText]:
        """What a record keeps: the templates that are `used`."""
        yield from _texts("", self.templates, used)
        for path, snapshot in self.others.items():
            yield from _texts(_key(path), Templates(path[:-1], reload=False, snapshot=snapshot), used)


@dataclass(frozen=True)
class WordingChange:
    """A template that is not what a run was asked with.

    Attributes:
        before: its text then; `None` where only its hash was recorded.
        after: its text now.
    """

    name: str
    before: str | None
    after: str

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.name} (only a hash of its earlier text is on record)"
        lines = list(difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=0))[2:]
        changed = [line[:_WIDTH] for line in lines if not line.startswith("@@")]
        more = f" and {len(changed) - _SHOWN} more lines" if len(changed) > _SHOWN else ""
        return f"{self.name} ({' '.join(map(repr, changed[:_SHOWN]))}{more})"


def wording_changes(
    wording: RunWording, used: UsedWording, digests: Mapping[str, str], texts: Iterable[RecordedText]
) -> list[WordingChange]:
    """The templates that a run may have `used` and that are not worded as its record has it, by hash and by text."""
    known = {(text.folders, text.path): text for text in texts}
    now = {(text.folders, text.path): text for text in wording.texts(used)}
    before = {place: text.digest for place, text in known.items()}
    before |= {("", name + SUFFIX): digest.removeprefix("sha256:") for name, digest in digests.items()}
    return [
        WordingChange(text.path.removesuffix(SUFFIX), known[place].text if place in known else None, text.text)
        for place, text in now.items()
        if before.get(place, text.digest) != text.digest and not _same(known.get(place), before[place], text)
    ]


def _brought(strategies: Iterable[object]) -> dict[tuple[Path, ...], Snapshot]:
    """The templates that objects hold, by their folders."""
    found: dict[tuple[Path, ...], Snapshot] = {}
    for held in held_inside(tuple(strategies)):
        for value in vars(held).values():
            if isinstance(value, Templates) and value.folders and (kept := value.frozen().snapshot) is not None:
                found.setdefault(kept.path, kept)
    return found


def _by_folders(recorded: Iterable[RecordedText]) -> dict[str, dict[str, Source]]:
    """Recorded texts by their folders and paths; those of shipped templates under both of their names."""
    found: dict[str, dict[str, Source]] = {}
    for text in recorded:
        of_folders = found.setdefault(text.folders, {})
        of_folders[text.path] = source = Source(Path(text.file), text.text, text.digest)
        if not text.path.startswith(SHIPPED):
            of_folders.setdefault(SHIPPED + text.path, source)
    return found


def _key(path: tuple[Path, ...]) -> str:
    return os.pathsep.join(str(folder.resolve()) for folder in path[:-1])


def _digests(templates: Templates) -> Iterator[tuple[str, str]]:
    for name in templates.names():
        try:
            yield name, "sha256:" + templates.digest(name)
        except TemplateError:  # who uses it gets the error
            continue


def _texts(key: str, templates: Templates, used: UsedWording) -> Iterator[RecordedText]:
    kept = dict(templates.snapshot.texts()) if templates.snapshot else {}
    names = used.among(templates)
    for path, source in kept.items():
        if path.startswith(SHIPPED) and kept.get(path.removeprefix(SHIPPED)) == source:
            continue  # not overridden: it is there under its name
        if not names.isdisjoint({path, path.removesuffix(SUFFIX), path.removesuffix(SUFFIX).removeprefix(SHIPPED)}):
            yield RecordedText(key, path, str(source.file), source.digest, source.text)


def _same(before: RecordedText | None, digest: str, after: RecordedText) -> bool:
    """Whether both make the same messages: what only describes a template is no wording."""
    name = after.path.removesuffix(SUFFIX)
    try:
        now = parsed(name, after.text, Path(after.file))
        if before is None:  # a hash alone
            return Path(after.file).is_relative_to(data_path("templates")) and says_the_same(name, digest, now.body)
        then = parsed(name, before.text, Path(before.file))
    except TemplateError:
        return False
    defaults = [{key: given.default for key, given in text.header.inputs.items()} for text in (then, now)]
    return then.body.strip() == now.body.strip() and defaults[0] == defaults[1]
