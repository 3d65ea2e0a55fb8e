"""Where a model is asked: the base URL, what of it tells its calls from others, and which keys belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from promptkit.arguments import require_type
from promptkit.errors import UsageError

_SECRET = {"auth", "code", "credential", "sig", "signature"}  # words in the names of a query, and ends of them
_SECRET_ENDS = ("key", "token", "secret", "password")


class Address(NamedTuple):
    """A base URL, taken apart.

    Attributes:
        url: without its query.
        query: what every request has behind its path, such as `api-version=…`.
        endpoint: what identifies it in records: without credentials.
        has_password: whether it holds a user name or password.
    """

    url: str
    query: str
    endpoint: str
    has_password: bool

    @classmethod
    def parse(cls, base_url: str, model: str) -> Address:
        """The parts of the base URL of `model`.

        Raises:
            UsageError: it is not an address.
        """
        text = base_url.strip()
        try:
            parts = urlsplit(text)
            complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
            usable = complete and text.isascii() and text.isprintable() and " " not in text
        except ValueError:  # a port that is not a number, a broken IPv6 address
            usable = False
        if not usable:  # not quoted: it may hold a password
            raise UsageError(f"the base URL of {model} is not an address; give one such as http://localhost:8000/v1")
        shown = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _secret(name)]
        server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
        return cls(
            url=f"{parts.scheme}://{parts.netloc}{parts.path}",
            query=parts.query,
            endpoint=f"{server}?{urlencode(shown)}" if shown else server,
            has_password="@" in parts.netloc,
        )


def belongs(base_url: str, own: str, environment: str | None) -> bool:
    """Whether the keys of a provider at `own`, or of the server that the environment names, are for `base_url`.

    Raises:
        TypeError: the base URL is not a text.
    """
    require_type("base_url", base_url, "a text")
    try:
        asked, named, home = urlsplit(base_url.strip()), urlsplit((environment or "").strip()), urlsplit(own).hostname
    except ValueError:
        return False  # not an address, as `Address.parse` reports
    host = asked.hostname or ""
    if asked.scheme == "https" and (host == home or host.endswith(f".{home}")):
        return True
    return bool(named.netloc) and (asked.scheme, asked.netloc) == (named.scheme, named.netloc)


def header_names(variables: Iterable[str]) -> frozenset[str]:
    """The names, in lower case, of the headers that an SDK takes from these variables, a line each."""
    lines = (line for variable in variables for line in os.environ.get(variable, "").split("\n"))
    return frozenset(line.partition(":")[0].strip().lower() for line in lines if ":" in line)


def _secret(name: str) -> bool:
    words = name.lower().replace("-", "_").split("_")
    return bool(_SECRET.intersection(words)) or name.lower().endswith(_SECRET_ENDS)
