"""A model's reply made ready to read: thinking left out, and one form for signs that have several."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = ("think", "thinking", "thought", "reasoning", "seed:think")
_BRACKETS = (("<", ">"), ("[", "]"), ("◁", "▷"))
_APART = "..."  # between the two markers of thinking that is not marked by tags of one name

_CHANNEL = re.compile(
    r"<\|channel\|>(\w{0,20})[^<]{0,80}<\|message\|>(.*?)(?=<\|(?:end|return|start|channel)\|>|\Z)", re.DOTALL
)
_BARE_CHANNEL = "assistantfinal"  # what is left of a channel's markers where a server drops special tokens

_ONE_FORM = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width letters, digits and signs
_ONE_FORM |= dict.fromkeys("−﹣‐‑–", "-") | dict.fromkeys("“”„«»「」『』", '"') | dict.fromkeys("‘’‚", "'")
_ONE_FORM |= {"\u00a0": " ", "\u3000": " ", "、": ",", "【": "[", "】": "]", "٫": ".", "٬": ",", "،": ",", "؟": "?"}
_ONE_FORM |= dict.fromkeys("\u200b\ufeff\u00ad\u200e\u200f\u2060\u202a\u202b\u202c\u2066\u2067\u2068\u2069", "")
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០"  # of the scripts that have digits of their own
_ONE_FORM |= {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)}
_VARIANT = re.compile(f"[{''.join(map(re.escape, _ONE_FORM))}]")


def visible_text(reply: str, *, think_tags: tuple[str, ...] = ()) -> str:
    """The part of a reply that is meant for its reader, in plain signs.

    Thinking is left out: `<think>…</think>` and its relatives, `[THINK]…[/THINK]`, `◁think▷…◁/think▷`, and all channels
    but the final one. An unclosed block goes to the end of the reply; one that was opened in the prompt begins with it.

    Args:
        reply: as it came.
        think_tags: other names of such tags (`scratchpad`), or two markers with `...` between them (`BEGIN...END`).
    """
    return plain_signs(without_thinking(reply, think_tags=think_tags))


def without_thinking(reply: str, *, think_tags: tuple[str, ...] = ()) -> str:
    """`reply` without its thinking, else to the letter."""
    if "<|channel|>" in reply:
        reply = "\n".join(text for channel, text in _CHANNEL.findall(reply) if channel == "final")
    elif reply.startswith("analysis") and _BARE_CHANNEL in reply:
        reply = reply.rpartition(_BARE_CHANNEL)[2]
    if think_tags or "<" in reply or "[" in reply or "◁" in reply:
        block, closing = _patterns(think_tags)
        *_, reply = closing.split(block.sub("", reply))
    return reply


def plain_signs(text: str) -> str:
    """`text` with full-width, typographic and invisible signs, and the digits of every script, in their plain form."""
    return text if text.isascii() else _VARIANT.sub(lambda sign: _ONE_FORM[sign[0]], text)


@lru_cache(maxsize=16)
def _patterns(think_tags: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A block of thinking, and a closing marker."""
    names = "|".join(map(re.escape, (*_NAMES, *(tag for tag in think_tags if _APART not in tag))))
    pairs = [
        (rf"{re.escape(a)}(?:{names}){re.escape(z)}", rf"{re.escape(a)}/(?:{names}){re.escape(z)}")
        for a, z in _BRACKETS
    ]
    for opening, _, closing in (tag.partition(_APART) for tag in think_tags if _APART in tag):
        pairs.append((re.escape(opening), re.escape(closing)))
    flags = re.IGNORECASE | re.DOTALL
    block = "|".join(rf"{opening}.*?(?:{closing}|\Z)" for opening, closing in pairs)
    return re.compile(block, flags), re.compile("|".join(closing for _, closing in pairs), flags)
