"""A record of a log, made of what stands there; one of another form than its tool writes is a problem of its own."""

from __future__ import annotations

from collections.abc import Callable

from promptkit.tasks.problems import Unusable
from promptkit.tasks.records.record import Record
from promptkit.tasks.shapes import ODD


def guarded(place: str, number: int, make: Callable[[], dict[str, object]]) -> Record:
    """The record with the value that `make` makes, without what is `None`; why it can't, as its problem."""
    try:
        value = make()
    except Unusable as reason:
        return Record(place, number, problem=str(reason))
    except ODD:
        return Record(place, number, problem="it does not have the form that its tool writes")
    return Record(place, number, {name: part for name, part in value.items() if part is not None})
