"""The streams of Amazon Bedrock: frames of its own, with the events of Anthropic's API in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from promptkit.providers.hosted.replies import Broken, Silent, Unusable

CONTENT_TYPE = "application/vnd.amazon.eventstream"


async def as_server_sent(pieces: AsyncIterator[bytes], client: Any) -> AsyncIterator[bytes]:  # noqa: ANN401 - of an SDK
    """The same stream as server-sent events, unpacked by the SDK's own decoder.

    Raises:
        Unusable: its frames can't be read.
        Broken, Silent: as `pieces` does.
    """
    decoder = getattr(client, "_make_sse_decoder", None)
    if decoder is None:
        raise Unusable(f"a stream as {CONTENT_TYPE}, which {type(client).__name__} can't read")
    try:
        async for event in decoder().aiter_bytes(pieces):
            yield f"data: {event.data}\n\n".encode()
    except (Broken, Silent, Unusable):
        raise
    except Exception as error:  # noqa: BLE001 - of botocore: a checksum that does not match, a frame that is too long
        raise Unusable(f"a stream of {CONTENT_TYPE} that can't be read ({type(error).__name__})") from None
