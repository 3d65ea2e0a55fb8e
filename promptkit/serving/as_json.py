"""JSON as it is sent: half a character, which a client or a model may have in a text, becomes U+FFFD."""

from __future__ import annotations

import json
import re

from starlette.responses import JSONResponse

_HALVES = re.compile("[\ud800-\udfff]")


def as_json(data: object) -> str:
    """`data` as JSON that can be sent."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


class Reply(JSONResponse):
    """A reply of JSON."""

    def render(self, content: object) -> bytes:
        """The body."""
        return as_json(content).encode()
