"""Arguments of the wrong type, refused when an object is made: before anything is asked, and paid."""

from __future__ import annotations

from numbers import Integral, Real

_KINDS = {
    "a text": str,
    "a whole number": Integral,  # those of numpy too
    "a number": Real,
}


def require_type(option: str, value: object, kind: str, *, optional: bool = False) -> None:
    """Refuse a `value` that is not of `kind`: "a text", "a whole number" or "a number".

    Raises:
        TypeError: it is not; names the option, and what it was given.
    """
    if value is None and optional:
        return
    if isinstance(value, bool) or not isinstance(value, _KINDS[kind]):
        raise TypeError(f"{option} must be {kind}, got {value!r:.80}")


def require_methods(option: str, value: object, methods: tuple[str, ...], kind: str) -> None:
    """Refuse a `value` without one of `methods`; `kind` describes what is taken.

    Raises:
        TypeError: it lacks one, or is a class.
    """
    if isinstance(value, type):
        name = value.__name__
        raise TypeError(f"{option} must be {kind}, got the class {name}; make one, such as {name}(…)")
    if not all(callable(getattr(value, method, None)) for method in methods):
        raise TypeError(f"{option} must be {kind}, got {value!r:.80}")
