"""Wordings of the past: `cot@HEAD~1` is `cot` as the templates were at that commit of their git repository."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from promptkit.wording.folders import SUFFIX, Source, decoded
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name

_REVISION = re.compile(r"[\w.][\w.~^-]*")
_SECONDS = 30


def with_revisions(templates: Templates, wordings: Iterable[str]) -> Templates:
    """The same templates, in which a wording that no file has, and that is a commit, is what was there at that commit.

    They are then those of this moment. Only folders of one's own are looked at; git is asked for nothing but contents.

    Raises:
        TemplateError: a template of that commit is not UTF-8.
    """
    known = {base_and_variant(name)[1] for name in templates.names()} if any(wordings) else set()
    found: dict[str, Source] = {}
    for wording in dict.fromkeys(wordings):
        if wording not in known and _REVISION.fullmatch(wording):
            for folder in reversed(templates.search_path()[:-1]):  # the first folder wins
                found.update(_at(folder, wording))
    return templates.with_texts(found) if found else templates


def _at(folder: Path, revision: str) -> Iterator[tuple[str, Source]]:
    """The templates of `folder` at a commit, named as a wording of that name; nothing where there is no such commit."""
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    listed = _git(folder, "ls-tree", "-r", "-z", commit.decode().strip(), ".") if commit else b""
    for entry in (listed or b"").split(b"\0"):
        about, _, path = entry.partition(b"\t")
        name = path.decode(errors="replace")
        if not name.endswith(SUFFIX) or base_and_variant(name.removesuffix(SUFFIX))[1]:
            continue
        blob = about.split()[2].decode()
        content = _git(folder, "cat-file", "blob", blob)
        worded = variant_name(name.removesuffix(SUFFIX), revision)
        if content is not None:
            file = folder / (worded + SUFFIX)
            digest = hashlib.sha256(content).hexdigest()[:16]
            yield worded + SUFFIX, Source(file, decoded(worded, file, content), digest)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints; `None` where it fails, or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and a revision can't be an option
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - as the user has it on the path
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
