"""The replies that a person can label on the page of a run, each without whose it is and without its score."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from promptkit.analysis.to_label import ToLabel, replies_to_label
from promptkit.formatting import plain
from promptkit.record.reader import Run

LONGEST = 4_000  # characters of a text on the page


def replies_on_page(run: Run) -> Mapping[str, Any] | None:
    """What the page's script shows, item by item, as `promptkit label` would; nothing where no reply was judged.

    The key tells the replies of this run from others that a browser keeps labels of.
    """
    items = [of_item for of_item in replies_to_label(run) if of_item]
    if not items:
        return None
    ids = " ".join(one.id for of_item in items for one in of_item)
    key = hashlib.sha256(ids.encode()).hexdigest()[:12]
    return {"key": key, "items": [_item(of_item) for of_item in items]}


def _item(replies: Iterable[ToLabel]) -> Mapping[str, Any]:
    first, *_ = listed = list(replies)
    shown = [{"id": one.id, "reply": _cut(one.reply)} for one in listed]
    return {"question": _cut(first.question), "target": _cut(first.target), "replies": shown}


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return plain(text)
    return plain(text[:LONGEST]) + f" … (cut here: {LONGEST:,} of {len(text):,} characters)"
