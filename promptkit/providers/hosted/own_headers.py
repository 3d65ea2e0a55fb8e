"""The headers that a user adds to every request: which are secrets, and which tell calls apart."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from promptkit.errors import UsageError

# As headers with secrets are called: Authorization, X-Api-Key, Helicone-Auth, Ocp-Apim-Subscription-Key, Cookie.
_SECRET = re.compile(r"auth|key|token|secret|password|cookie|credential|signature", re.IGNORECASE)


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A copy of the headers.

    Raises:
        UsageError: one can't be sent.
    """
    for name, value in headers.items():
        usable = isinstance(name, str) and isinstance(value, str) and f"{name}{value}".isascii()
        if not (usable and name and name.isprintable() and value.isprintable()):
            raise UsageError(f"headers: {name!r} is not a header of printable ASCII; its value is not shown here")
    return dict(headers)


def digest(headers: Mapping[str, str]) -> dict[str, str]:
    """What distinguishes the calls with these headers from others, without a value that could be read back."""
    told = sorted([name.lower(), value] for name, value in headers.items() if not _SECRET.search(name))
    return {"headers": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]} if told else {}


def secrets(headers: Mapping[str, str]) -> list[str]:
    """The values of the headers whose name speaks of a secret."""
    return [value for name, value in headers.items() if _SECRET.search(name)]
