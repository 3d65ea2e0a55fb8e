"""Turns with images as each API has them: texts and images are parts, and bytes are sent in base64."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from promptkit.image import Image
from promptkit.types import Message, Prompt

Part = dict[str, Any]


def chat_turn(message: Message) -> Part:
    """A turn of OpenAI's Chat Completions API."""
    return _turn(message, "text", lambda image: {"type": "image_url", "image_url": {"url": _url(image)}})


def responses_turn(message: Message) -> Part:
    """A turn of OpenAI's Responses API."""
    asked = "input_text"
    return _turn(message, asked, lambda image: {"type": "input_image", "image_url": _url(image), "detail": "auto"})


def anthropic_turn(message: Message) -> Part:
    """A turn of Anthropic's Messages API."""
    return _turn(message, "text", lambda image: {"type": "image", "source": _source(image)})


def refusal(prompt: Prompt) -> str:
    """Why no provider takes the images of a prompt where they stand, with the way out; empty where they do."""
    misplaced = next((m.role for m in prompt.messages if m.role != "user" and m.images), "")
    return misplaced and f"takes images only in user turns, and the {misplaced} turn has one; move it there"


def unsendable(prompt: Prompt) -> str:
    """Why the images of a prompt can't be sent now, with the way out: a record may have the reply to it."""
    for image in prompt.images:
        if not image.url and image.data is None:
            return f"needs the bytes of {image.shown}, of which only the hash is known; read its file again"
    return ""


def _turn(message: Message, text: str, part: Callable[[Image], Part]) -> Part:
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content}
    parts = [{"type": text, "text": one} if isinstance(one, str) else part(one) for one in message.content]
    return {"role": message.role, "content": parts}


def _source(image: Image) -> Part:
    if image.url:
        return {"type": "url", "url": image.url}
    return {"type": "base64", "media_type": image.media_type, "data": _base64(image)}


def _url(image: Image) -> str:
    return image.url or f"data:{image.media_type};base64,{_base64(image)}"


def _base64(image: Image) -> str:
    return base64.b64encode(image.data or b"").decode("ascii")
