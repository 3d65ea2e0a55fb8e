"""Every transcript as HTML: packed into the page as long as it stays small enough to mail, else in pages beside it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2

from promptkit.record.reader import ItemAttempts, Run
from promptkit.report.thumbnails import shown_images

BLOCK = 256 * 1024  # characters of HTML that are packed, and unpacked by a click, together
PACKED = 24 * 1024 * 1024  # bytes of packed transcripts in a page, at most; with them a page stays under 30 MB


@dataclass(frozen=True)
class Transcripts:
    """Where the transcripts are. Block `i` holds the items from number `starts[i]` on.

    Attributes:
        packed: the blocks, compressed (zlib) and in base64, for the page to hold.
        pages: instead of those, links to pages that were written beside it, relative to it.
    """

    starts: list[int]
    packed: list[str]
    pages: list[str]


class TooMuch(Exception):
    """The transcripts are larger than a page should be."""


def packed(run: Run, environment: jinja2.Environment) -> Transcripts:
    """The transcripts for the page itself.

    Raises:
        TooMuch: they take more than `PACKED` bytes.
    """
    made = Transcripts([], [], [])
    size = 0
    for start, html in _blocks(run, environment):
        made.starts.append(start)
        made.packed.append(base64.b64encode(zlib.compress(html.encode("utf-8"), 9)).decode("ascii"))
        size += len(made.packed[-1])
        if size > PACKED:
            raise TooMuch
    return made


def beside(run: Run, environment: jinja2.Environment, folder: Path) -> Transcripts:
    """The transcripts in pages of their own in `folder`, which is made when missing."""
    folder.mkdir(mode=0o700, exist_ok=True)
    made = Transcripts([], [], [])
    page = environment.get_template("transcripts.html.j2")
    for number, (start, html) in enumerate(_blocks(run, environment), start=1):
        name = f"{number:04}.html"
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(page.render(items=html), encoding="utf-8")
        made.starts.append(start)
        made.pages.append(f"{quote(folder.name)}/{name}")
    return made


def _blocks(run: Run, environment: jinja2.Environment) -> Iterator[tuple[int, str]]:
    template = environment.get_template("item.html.j2")
    start, size, gathered = 0, 0, list[str]()
    for number, asked in enumerate(run.item_attempts()):
        html = _item(number, asked, run, template)
        if gathered and size + len(html) > BLOCK:
            yield start, "".join(gathered)
            start, size, gathered = number, 0, []
        gathered.append(html)
        size += len(html)
    yield start, "".join(gathered)


def _item(number: int, asked: ItemAttempts, run: Run, template: jinja2.Template) -> str:
    calls = run.calls(key for attempt in asked.attempts for _, key in attempt.calls)
    images = shown_images(calls.values(), run)
    return template.render(number=number, asked=asked, calls=calls, images=images)
