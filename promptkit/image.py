"""An image in a prompt: its bytes, or the address where a provider gets it."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MediaType = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]

MOST_BYTES = 20 * 2**20  # in base64 27 MB; requests to Anthropic may have 32 MB in all
_BEGINNINGS: Mapping[re.Pattern[bytes], MediaType] = {
    re.compile(rb"\x89PNG\r\n\x1a\n"): "image/png",
    re.compile(rb"\xff\xd8\xff"): "image/jpeg",
    re.compile(rb"GIF8[79]a"): "image/gif",
    re.compile(rb"RIFF.{4}WEBP", re.DOTALL): "image/webp",
}


class Image(BaseModel):
    """An image, for models that see: `Image.from_path("cat.png")`, `Image(data=…)`, `Image(url="https://…")`.

    It is a PNG, JPEG, GIF or WebP file of at most 20 MB, as its first bytes show. Two images are equal if their bytes
    are, or their addresses. Written as JSON it has no bytes: a record keeps them once for all calls.

    Attributes:
        data: the bytes of the file; `None` for an address, and for what was read from JSON.
        url: the address where the provider gets it, instead of bytes: http or https, without a password.
        name: the name of the file, without its folder; for those who read prompts, not for models.
        media_type: what the bytes are.
        sha256: of the bytes, in hex; `""` for an address.
        size: how many bytes.

    Raises:
        ValueError: neither bytes nor an address, both, or some that can't be sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: bytes | None = Field(default=None, exclude=True, repr=False)
    url: str = Field(default="", exclude_if=lambda url: not url)
    name: str = Field(default="", exclude_if=lambda name: not name)
    media_type: MediaType | None = Field(default=None, exclude_if=lambda kind: kind is None)
    sha256: str = Field(default="", exclude_if=lambda digest: not digest)
    size: int = Field(default=0, ge=0, exclude_if=lambda size: not size)

    @classmethod
    def from_path(cls, path: str | Path) -> Self:
        """The image in a file, which is read now.

        Raises:
            OSError: it can't be read.
            ValueError: it is not a file, too large, or not an image that models take.
        """
        path = Path(path).expanduser()
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
            raise ValueError(f"{path} is not a file")
        if fault := _fault_of_size(found.st_size):
            raise ValueError(f"{path} {fault}")
        data = path.read_bytes()
        if _media_type(data) is None:
            raise ValueError(f"{path} {_NO_IMAGE}")
        return cls(data=data, name=path.name)

    @model_validator(mode="before")
    @classmethod
    def _describe(cls, given: Any) -> Any:  # noqa: ANN401 - checked here
        if not isinstance(given, Mapping) or given.get("data") is None:
            return given
        data = given["data"]
        if not isinstance(data, bytes):
            raise ValueError(f"data must be bytes, got {type(data).__name__}")
        kind, fault = _media_type(data), _fault_of_size(len(data))
        if fault or kind is None:
            raise ValueError(f"the data {fault or _NO_IMAGE}")
        return {**given, "media_type": kind, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    @model_validator(mode="after")
    def _have_one_source(self) -> Self:
        if bool(self.url) == bool(self.sha256):
            raise ValueError("an image has data, or a url: give one of them")
        return self

    @field_validator("url")
    @classmethod
    def _reachable(cls, url: str) -> str:
        if not url:
            return url
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the url must begin with http:// or https://; give the bytes of another one as data")
        if parts.password:
            raise ValueError("the url has a password, and prompts are recorded; give the bytes as data")
        return url

    @field_validator("name")
    @classmethod
    def _without_folder(cls, name: str) -> str:
        return re.split(r"[/\\]", name)[-1]

    @property
    def shown(self) -> str:
        """A line for those who read prompts: `[image cat.png, PNG, 12.3 kB]`."""
        if self.url:
            return f"[image {self.url}]"
        kind = (self.media_type or "image/?").removeprefix("image/").upper()
        size = f"{self.size / 1000:.1f} kB" if self.size < 1_000_000 else f"{self.size / 1e6:.1f} MB"
        return f"[image {', '.join(part for part in (self.name, kind, size) if part)}]"

    @property
    def identity(self) -> str:
        """What distinguishes it from other images."""
        return self.url or f"sha256:{self.sha256}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


_NO_IMAGE = "is not a PNG, JPEG, GIF or WebP image, as its first bytes show; convert it"


def _media_type(data: bytes) -> MediaType | None:
    """What the bytes are, as they show themselves: names lie."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if beginning.match(data)), None)


def _fault_of_size(size: int) -> str:
    if size > MOST_BYTES:
        return f"has {size / 1e6:.1f} MB, and an image may have {MOST_BYTES / 1e6:.0f} MB; make it smaller"
    return "" if size else "is empty"
