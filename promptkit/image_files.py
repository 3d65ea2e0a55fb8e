"""Images that people name: a file or an address, read at once, with a mistake told in one line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from promptkit.errors import UsageError
from promptkit.image import Image


def read_image(name: str, *, folder: Path = Path()) -> Image:
    """The image called `name`: an address with http:// or https://, or a file, by its path from `folder`.

    Raises:
        UsageError: it can't be read, is too large, or is not an image that models take.
    """
    try:
        if name.lower().startswith(("http://", "https://", "data:")):
            return Image(url=name)
        return Image.from_path(folder / Path(name).expanduser())
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"image {name[:200]}: {reason}") from None
    except FileNotFoundError:
        raise UsageError(f"the image {name} does not exist; name a PNG, JPEG, GIF or WebP file") from None
    except OSError as error:
        raise UsageError(f"the image {name} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"the image {error}") from None
