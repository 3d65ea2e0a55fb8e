"""Words of others without what looks like a key: libraries quote whole addresses, headers, and keys in parts."""

from __future__ import annotations

import re

_KEY = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|r8|pplx|nvapi)[-_][\w*-]{6,}|\bsk-[\w*-]+|\bAIza[\w-]{30,}")
_IN_ADDRESS = re.compile(
    r"([?&;](?:[\w-]{0,30}(?:key|token|secret|signature)|sig|password|passwd|auth)=)[^&\s#'\"<>]+", re.IGNORECASE
)
_IN_HEADER = re.compile(r"\b(bearer\s{1,3}|authorization\W{1,6}basic\s{1,3})[\w.~+/=-]{16,}", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"(://)[^/\s@'\"]{1,500}@")


def redacted(text: str) -> str:
    """`text` with `[key]` for what looks like one: a word of a provider's form, a part of an address, a header."""
    text = _BEFORE_HOST.sub(r"\1[key]@", _IN_HEADER.sub(r"\1[key]", text))
    return _IN_ADDRESS.sub(r"\1[key]", _KEY.sub("[key]", text))
