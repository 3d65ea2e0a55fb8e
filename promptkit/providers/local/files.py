"""The GGUF files of other programs and of installed packages. Nothing is written there, and nothing downloaded."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.providers.llama.gguf_header import read_header
from promptkit.types import Value

_NO_MODEL = re.compile(r"mmproj|-0*(?!0*1-of-)\d+-of-\d+\.gguf$", re.IGNORECASE)  # an image encoder, a later part


class Place(NamedTuple):
    """A GGUF file, and whose it is."""

    path: Path
    of: str


class LocalFile(Value):
    """A model in a GGUF file.

    Attributes:
        model: its name for `--model`.
        path: where the file is.
        of: the program or package that has it.
        size: in bytes.
        quantisation: how its weights are written, as in `Q4_K_M`; `""` when the file does not state it.
        context: the longest text that it was trained on, in tokens; 0 when unknown.
        chat: whether it takes conversations, or only continues text.
        layers: how many it has; 0 when unknown.
        token_bytes: what a token of context takes of memory, at least; 0 when unknown.
        problem: why it can't be used; `""` when it can.
    """

    model: str
    path: Path
    of: str
    size: int
    quantisation: str = ""
    context: int = 0
    chat: bool = False
    layers: int = 0
    token_bytes: int = 0
    problem: str = ""


def local_files() -> list[LocalFile]:
    """All of them, by name."""
    places = list(_places())
    stems = [place.path.stem.lower() for place in places]
    files = [_described(place, unique=stems.count(place.path.stem.lower()) == 1) for place in places]
    return sorted(files, key=lambda file: file.model.lower())


def find_file(name: str) -> Path:
    """The file called `name`: a path, or the name of a file in one of these places, with or without `.gguf`.

    A path may lead nowhere: who opens it reports it.

    Raises:
        UsageError: there is none, or several; names them.
    """
    path = Path(name).expanduser()
    if path.is_file() or path.parent != Path():
        return path
    wanted = name.lower().removesuffix(".gguf")
    places = list(_places())
    found = [place.path for place in places if place.path.stem.lower() == wanted]
    if not found and path.suffix == ".gguf":
        return path
    if not found:
        hint = _alike(wanted, {place.path.stem for place in places})
        raise UsageError(f"there is no file {name}, and no GGUF file of this name on this machine; {hint}")
    if len(found) > 1:
        raise UsageError(f"several GGUF files are called {name}; name one of them: {', '.join(map(str, found))}")
    return found[0]


def _alike(wanted: str, stems: Collection[str]) -> str:
    if longer := sorted(stem for stem in stems if wanted in stem.lower()):
        return f"did you mean {' or '.join(f'gguf/{stem}' for stem in longer)}?"
    return did_you_mean(wanted, stems, "promptkit models lists those there are", shown="gguf/{}".format)


def _described(place: Place, *, unique: bool) -> LocalFile:
    name = f"gguf/{place.path.stem if unique else place.path}"
    size = place.path.stat().st_size
    try:
        header = read_header(place.path)
    except UsageError as error:
        return LocalFile(model=name, path=place.path, of=place.of, size=size, problem=str(error))
    return LocalFile(
        model=name,
        path=place.path,
        of=place.of,
        size=size,
        quantisation=header.quantisation,
        context=header.context,
        chat=bool(header.chat_template),
        layers=header.layers,
        token_bytes=header.token_bytes,
    )


def _places() -> Iterator[Place]:
    """Each file once, also where several names lead to it."""
    seen = set()
    for place in (*_of_programs(), *_of_packages()):
        where = place.path.resolve()
        if where not in seen and not _NO_MODEL.search(place.path.name) and where.is_file():
            seen.add(where)
            yield place


def _of_programs() -> Iterator[Place]:
    home = Path.home()
    for of, folder in (
        ("LM Studio", home / ".lmstudio" / "models"),
        ("LM Studio", home / ".cache" / "lm-studio" / "models"),
        ("llama.cpp", _llama_cpp(home)),
        ("Hugging Face", _hugging_face(home)),
    ):
        yield from (Place(path, of) for path in sorted(folder.rglob("*.gguf")))


def _llama_cpp(home: Path) -> Path:
    if cache := os.environ.get("LLAMA_CACHE"):
        return Path(cache).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "llama.cpp"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "llama.cpp"
    return Path(os.environ.get("XDG_CACHE_HOME", home / ".cache")) / "llama.cpp"


def _hugging_face(home: Path) -> Path:
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache).expanduser()
    base = Path(os.environ.get("XDG_CACHE_HOME", home / ".cache")) / "huggingface"
    return Path(os.environ.get("HF_HOME", base)).expanduser() / "hub"


def _of_packages() -> Iterator[Place]:
    """Files of installed packages; our own are called `nano` and `nano-base`."""
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        for file in distribution.files or ():
            if file.suffix == ".gguf" and name != "promptkit":
                yield Place(Path(str(distribution.locate_file(file))), f"package {name}")
