"""What the papers print, beside what is asked here: each test says which technique it holds to which source."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T", bound=Callable[..., object])


@dataclass(frozen=True)
class Fidelity:
    """One promise: what of a technique is checked against which source."""

    technique: str
    source: str
    checks: str
    test: str


PROMISES: list[Fidelity] = []


def fidelity(technique: str, *, source: str, checks: str) -> Callable[[T], T]:
    """Say of a test that it holds `technique`, as the command line names it, to `source`."""

    def told(test: T) -> T:
        PROMISES.append(Fidelity(technique, source, checks, f"{test.__module__}::{test.__name__}"))
        return test

    return told
