# Random numbers that depend on a name and on nothing else.
from random import Random


def dice(name: object) -> Random:
    """The same numbers for the same name, on every machine."""
    return Random(str(name))  # noqa: S311 - reproducible data, not a secret
