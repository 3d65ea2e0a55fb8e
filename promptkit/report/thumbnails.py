"""The images of an item as a page shows them: small, inside the page, and each once."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from promptkit.image import Image
from promptkit.record.reader import Run
from promptkit.types import Completion

PIXELS = 160  # on the longer side
MOST = 12  # of an item; further images are named
_LARGEST = 20_000  # bytes of a thumbnail, which has some 5,000
_MOST_PIXELS = 80_000_000  # of an image that is opened: more would take gigabytes


@dataclass(frozen=True)
class Shown:
    """An image: its name, type and size in a line, and a `data:` URL of its thumbnail, or `""` where there is none."""

    line: str
    thumbnail: str


def shown_images(calls: Iterable[Completion], run: Run) -> list[Shown]:
    """The images of the prompts of `calls`, in the order asked.

    Thumbnails are made from the record where Pillow is installed. What stands at an address is not fetched.
    """
    images = dict.fromkeys(image for call in calls for image in call.prompt.images)
    return [Shown(image.shown, _thumbnail(image, run) if place < MOST else "") for place, image in enumerate(images)]


def _thumbnail(image: Image, run: Run) -> str:
    data = run.image(image.sha256) if image.sha256 else None
    small = _shrunk(data) if data else None
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode('ascii')}" if small else ""


def _shrunk(data: bytes) -> bytes | None:
    """A small JPEG of an image; nothing where it can't be opened, or Pillow is not installed."""
    try:
        from PIL import Image as Pillow
    except ImportError:
        return None
    small = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of many pixels: they are counted here
            image = Pillow.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP"))
        with image as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            opened.draft("RGB", (PIXELS, PIXELS))
            opened.thumbnail((PIXELS, PIXELS))
            whole = opened.convert("RGBA")
            ground = Pillow.new("RGB", whole.size, "white")
            ground.paste(whole, mask=whole.getchannel("A"))
            ground.save(small, "JPEG", quality=70)
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, Pillow.DecompressionBombError):
        return None  # a file that is cut off, or made to do harm
    return small.getvalue() if small.tell() <= _LARGEST else None
