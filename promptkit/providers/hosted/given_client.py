"""A client of an SDK that a user gives: where it asks, and what of it must never be shown."""

from __future__ import annotations

import inspect

from promptkit.errors import UsageError

_SECRET_FIELDS = ("auth_token", "access_token", "aws_secret_key", "aws_session_token")


def url_of(client: object, model: str) -> str:
    """Where a client of an SDK asks.

    Raises:
        UsageError: it is not one, or not an asynchronous one.
    """
    kind = client.__name__ if isinstance(client, type) else type(client).__name__
    if isinstance(client, type):
        raise UsageError(f"{model}: the client is the class {kind}; make one, such as {kind}(…)")
    if not (hasattr(client, "base_url") and hasattr(client, "post")):
        such = "AsyncAnthropic" if model.startswith("anthropic/") else "AsyncOpenAI"
        raise UsageError(f"{model}: the client is of type {kind}; give one of the SDK, such as {such}(…)")
    if not inspect.iscoroutinefunction(client.post):
        raise UsageError(
            f"{model}: the client is of type {kind}; give an asynchronous one of the SDK, such as Async{kind}"
        )
    return str(client.base_url)


def secrets_of(client: object) -> list[str]:
    """What it identifies itself with, beside a key."""
    values = (getattr(client, field, "") for field in _SECRET_FIELDS)
    return [value for value in values if isinstance(value, str)]
