"""GGUF files of Hugging Face, downloaded by its own library, which knows of tokens, mirrors and broken downloads."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError

_USUAL = ("Q4_K_M", "Q4_0", "Q5_K_M", "Q8_0", "F16")  # what is taken when nothing is asked for: the first there is
_PART = re.compile(r"-(\d+)-of-\d+$")


def download(model: str, hub: Any) -> Path:  # noqa: ANN401 - huggingface_hub, or what stands in for it
    """Download `REPO` or `REPO:QUANT`, and return where the file is; of a model in several parts, the first.

    Raises:
        UsageError: there is no such repository or file, or it can't be reached.
    """
    repository, _, quantisation = model.partition(":")
    if repository.count("/") != 1:
        raise UsageError(f"{model!r} names no repository; write OWNER/NAME or OWNER/NAME:QUANT")
    with _errors(repository):
        files = [name for name in hub.list_repo_files(repository) if name.lower().endswith(".gguf")]
    chosen = _chosen(repository, quantisation, files)
    with _errors(repository):
        paths = [Path(hub.hf_hub_download(repository, name)) for name in chosen]
    return paths[0]


@contextlib.contextmanager
def _errors(repository: str) -> Iterator[None]:
    import httpx2

    try:
        yield
    except (OSError, ValueError, httpx2.HTTPError) as error:  # of replies and the disk, of names, of connections
        raise UsageError(f"{repository} can't be downloaded: {str(error).strip().splitlines()[0]}") from error


def _chosen(repository: str, quantisation: str, files: Sequence[str]) -> list[str]:
    """The file of this quantisation, or its parts in order."""
    models = [name for name in files if "mmproj" not in name.lower()]
    if not models:
        raise UsageError(f"{repository} has no GGUF files; look for a repository whose name ends in -GGUF")
    for wanted in (quantisation,) if quantisation else _USUAL:
        if found := [name for name in models if _is_of(name, wanted)]:
            return _one(repository, found)
    if not quantisation and len({_PART.sub("", Path(name).stem) for name in models}) == 1:
        return _one(repository, models)
    asked = f"no file of {quantisation}" if quantisation else "several files"
    raise UsageError(f"{repository} has {asked}; write {repository}:QUANT for one of {', '.join(sorted(models))}")


def _is_of(name: str, quantisation: str) -> bool:
    stem = _PART.sub("", Path(name).stem)
    return re.search(rf"(?:^|[-._/]){re.escape(quantisation)}$", stem, re.IGNORECASE) is not None


def _one(repository: str, found: Sequence[str]) -> list[str]:
    if len({_PART.sub("", name.removesuffix(".gguf")) for name in found}) > 1:
        raise UsageError(f"{repository} has several such files: {', '.join(sorted(found))}; give the end of one name")
    return sorted(found)
