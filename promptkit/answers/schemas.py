"""Whether JSON follows a JSON schema, by the package `jsonschema`."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from promptkit.distribution import pip_install
from promptkit.errors import UsageError

_SHOWN = 80  # characters of a value in an error


@functools.lru_cache(maxsize=64)
def schema_validator(schema: str) -> Any:  # noqa: ANN401 - of an untyped package
    """The validator of a schema, given as JSON text. Schemas elsewhere are never fetched.

    Raises:
        UsageError: it is not a JSON schema, it refers to something that is not in it, or `jsonschema` is not installed.
    """
    try:
        import jsonschema
        import referencing
        import referencing.exceptions
        from referencing.jsonschema import specification_with
    except ImportError:
        raise UsageError(f"answers that follow a schema need jsonschema: {pip_install('bench')}") from None
    parsed = json.loads(schema)
    kind = jsonschema.validators.validator_for(parsed, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(parsed)
    except jsonschema.SchemaError as error:
        where = f" at {'.'.join(map(str, error.absolute_path))}" if error.absolute_path else ""
        raise UsageError(f"the schema is not a JSON schema{where}: {error.message[:_SHOWN]}") from None
    resource = specification_with(kind.META_SCHEMA["$schema"]).create_resource(parsed)
    registry = referencing.Registry()
    for reference in _references(parsed):
        try:
            registry.resolver_with_root(resource).lookup(reference)
        except referencing.exceptions.Unresolvable:
            raise UsageError(f"the schema refers to {reference!r}, which is not in it; put it below $defs") from None
    return kind(parsed, registry=registry)


def schema_fault(schema: str, text: str) -> str:
    """The first thing in which JSON `text` does not follow the schema, with its place; `""` where it follows it."""
    import jsonschema

    try:
        error = jsonschema.exceptions.best_match(schema_validator(schema).iter_errors(json.loads(text)))
    except RecursionError:
        return "it is nested too deep"
    if error is None:
        return ""
    where = ".".join(map(str, error.absolute_path))
    message = error.message if len(error.message) <= 2 * _SHOWN else f"{error.message[: 2 * _SHOWN]}…"
    return f"{where}: {message}" if where else message


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(part, str):
                yield part
            elif name not in ("const", "enum", "default", "examples"):
                yield from _references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)
