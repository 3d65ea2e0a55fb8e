"""A model's reply made ready to read: thinking left out, and one form for signs that have several."""

from __future__ import annotations

import re

_TAG = "(?:think|thinking|thought|reasoning)>"
_BLOCK = re.compile(rf"<{_TAG}.*?(?:</{_TAG}|\Z)", re.IGNORECASE | re.DOTALL)
_CLOSING = re.compile(rf"</{_TAG}", re.IGNORECASE)

_ONE_FORM = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width letters, digits and signs
_ONE_FORM |= dict.fromkeys("−﹣‐‑–", "-") | dict.fromkeys("“”„«»「」『』", '"') | dict.fromkeys("‘’‚", "'")
_ONE_FORM |= {"\u00a0": " ", "\u3000": " ", "、": ",", "【": "[", "】": "]", "\u200b": "", "\ufeff": "", "\u00ad": ""}
_VARIANT = re.compile(f"[{''.join(map(re.escape, _ONE_FORM))}]")


def visible_text(reply: str) -> str:
    """The part of a reply that is meant for its reader.

    Thinking blocks (`<think>…</think>` and its relatives) are left out: an unclosed one to the end of the reply, one
    whose opening tag stood in the prompt from the beginning. Full-width, typographic and invisible signs become plain.
    """
    if "<" in reply:
        *_, reply = _CLOSING.split(_BLOCK.sub("", reply))
    return reply if reply.isascii() else _VARIANT.sub(lambda sign: _ONE_FORM[sign[0]], reply)
