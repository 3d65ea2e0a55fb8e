"""Several models behind one question: which of them asks, as which draw, and what they are without strategies."""

from __future__ import annotations

from collections.abc import Sequence

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.draws import EqualDraws
from promptkit.strategy import Strategy
from promptkit.types import Prompt

MOST_MEMBERS = 100  # each is a call in flight, and every one reads what all the others wrote


def check_members(name: str, members: int, models: int) -> None:
    """Refuse fewer members than two or than models, and more than anyone can have meant.

    Raises:
        UsageError: names the option.
    """
    if not 2 <= members <= MOST_MEMBERS:
        raise UsageError(f"{name}={members}: give at least 2 and at most {MOST_MEMBERS}")
    if models > members:
        raise UsageError(f"{name}={members} and {models} models, the wrapped one included: give one for each")


def seats(
    prompt: Prompt, backends: Sequence[Backend], members: int, temperature: float | None, *, technique: str
) -> list[tuple[Backend, Prompt]]:
    """Whom each member asks first, and what: the backends in turn, each one's members as independent draws.

    Raises:
        EqualDraws: several draws of one backend at temperature 0; `technique` is who wants them.
    """
    sampled = prompt if temperature is None else prompt.with_temperature(temperature)
    if members > len(backends) and sampled.temperature == 0:
        raise EqualDraws(f"{technique} at temperature 0 draws the same answer every time; give a temperature")
    seated = []
    for member in range(members):
        place, first = divmod(member, len(backends))
        of_this_one = len(range(first, members, len(backends)))
        seated.append((backends[first], sampled.split_draw(place, of_this_one)))
    return seated


def base_of(backend: Backend) -> Backend:
    """The bare model under a backend: what looks again at what was answered goes to it, as other side calls do."""
    return backend.base if isinstance(backend, Strategy) else backend


def name_of(backend: Backend) -> str:
    """What a backend is called where it is told who answered."""
    return str(getattr(backend, "name", type(backend).__name__))
