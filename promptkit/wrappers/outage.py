"""A model that answers nothing: one call at a time tries again for all, until it answers or patience ends."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    RateLimited,
    Unavailable,
)
from promptkit.logs import kind, logger
from promptkit.types import Prompt
from promptkit.wrappers.silence import SILENT_SECONDS
from promptkit.wrappers.stop import Stop, ends_the_run

_log = logger("outage")

FIRST, GROWTH, LONGEST = 1.0, 1.5, 60.0  # seconds between two probes
CONTROL_EVERY = 5  # the last of so many probes is the control question
CONTROL = Prompt.of("Reply with the word OK.", max_tokens=16)
PATIENCE = 3600.0  # seconds without an answer
PATIENCE_AT_FIRST = 60.0  # before the first answer: more likely a mistake than an outage
_REFUSED_KEY = {401, 403}  # by a gateway that restarts, or for what one prompt holds; missing credit has other numbers


class Trouble(NamedTuple):
    """What is wrong with a model that answers nothing. Times are seconds of the clock of event loops.

    Attributes:
        model: its name.
        error: what came instead of an answer, the last time.
        since: when that came first.
        next_try: when it is asked again.
    """

    model: str
    error: BackendError
    since: float
    next_try: float


class Postponed(PromptkitError):
    """The model does not answer at the moment, and whoever asks has something else to do meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How an outage is waited out.

    Attributes:
        seconds: without any answer, until the model is given up; `None` is an hour, and a minute for a model that has
            never answered.
        on_trouble: called with the model's name when calls begin to be held back, with every further probe that fails,
            and with no trouble when the model answers again.
        postpones: whether calls are turned away with `Postponed` at the moment, instead of being held back, once a
            probe has failed; whoever comes when the next one is due is sent.
        silent_seconds: for how long nothing may be heard of a call to a model behind an address, before it is left
            (see `Silence`); `None` leaves that to the model.
    """

    seconds: float | None = None
    on_trouble: Callable[[str, Trouble | None], None] = lambda _model, _trouble: None
    postpones: Callable[[], bool] = lambda: False
    silent_seconds: float | None = SILENT_SECONDS


class Outage:
    """Whether a model answers, and what its failures mean. Whoever calls it sees to it that one thread does at a time.

    *What a failure is.* A refused or reset connection, a time-out, a 5xx, a malformed reply, a 429, a 401 or 403. A
    request that is refused for what it asks (400) shows that the model is there; and what no waiting mends, such as a
    missing credit or an unknown model, stops all at once.

    *Whose failure it is.* The call's own, when a call that was sent after it is answered: then it is raised, so that a
    `Retry` outside counts an attempt; unless it was sent before the end of an outage, of which it may tell late.
    Otherwise nothing is answered: that call is held back instead, and so are all
    others. One of them at a time, in the order in which they wait, is sent as a probe: after a second, and then
    after 1.5 times as long with every probe that fails, up to a minute, up to a quarter less at random; not before
    the model asks to be asked again. The first answer, to whichever call, ends it.

    *A prompt that always fails when no other is left to be answered.* Every fifth probe is a short question instead of
    the call whose turn it is. When that is answered, the failures were the prompts' own after all: they are raised, and
    so is every further one until they are answered. The question is sent and paid for, and stands in no record.

    *A refused key* (401, 403) is asked about once more, with that question: when it is refused as well, all is stopped.
    While others are answered it is a failure of that prompt alone, raised as `Unavailable`.

    Attributes:
        trouble: what is wrong; `None` while the model answers.
        down: why it was given up, when it was.
        ends_at: when patience ends, in trouble.
    """

    def __init__(self, model: str, patience: Patience, stop: Stop, on_down: Callable[[], None]) -> None:
        self.trouble: Trouble | None = None
        self.down: ModelDown | None = None
        self.ends_at = math.inf
        self._model, self._patience, self._stop, self._on_down = model, patience, stop, on_down
        self._answered = 0  # the number of the last sent call that was answered
        self._sent = 0  # the number of the last call that was sent
        self._recovered = 0  # the number of the last call that was sent when the last outage ended
        self._probe = 0  # the number of the call in flight that asks for all
        self._failed_probes = 0
        self._held: set[Prompt] = set()
        self._failing_alone: set[Prompt] = set()  # they failed, and the control question was answered

    @property
    def confirmed(self) -> bool:
        """Whether a probe failed, too."""
        return self._failed_probes > 0

    @property
    def next_probe(self) -> float:
        """In trouble, when the next probe may be sent; never while there is one."""
        return self.trouble.next_try if self.trouble and not self._probe else math.inf

    def end_patience(self, now: float) -> None:
        """Give the model up, if it has answered nothing for too long by now."""
        if self.trouble and now >= self.ends_at and not self.down:
            ever = "has answered nothing for" if self._answered else "has never answered, for"
            self.ends_at = math.inf
            self._give_up(f"{self._model} {ever} {now - self.trouble.since:.0f} s: {self.trouble.error}")

    def check(self, now: float) -> None:
        """Raise what a call gets that can't wait for its turn: the model was given up, or calls are turned away."""
        self.end_patience(now)
        if self.down:
            raise copy.copy(self.down)
        if self.trouble and self.confirmed and self._patience.postpones():
            raise Postponed(f"{self._model} does not answer at the moment: {self.trouble.error}")

    def sent(self, number: int) -> None:
        """Note that the call `number` is sent; in trouble it is the probe."""
        self._sent = max(self._sent, number)
        if self.trouble:
            self._probe = number

    def asks_control(self, number: int) -> bool:
        """Whether the call `number` is to send the control question instead of its prompt."""
        if not self.trouble or number != self._probe:
            return False
        return _refused_key(self.trouble.error) or self._failed_probes % CONTROL_EVERY == CONTROL_EVERY - 1

    def withdrawn(self, number: int) -> None:
        """Note that the call `number` ended without a result."""
        if number == self._probe:
            self._probe = 0

    def answered(self, number: int, prompt: Prompt) -> None:
        """Note that `prompt`, the call `number`, was answered."""
        if number > self._answered:
            self._answered = number
        if number == self._probe:
            self._probe = 0
        if self._failing_alone:
            self._failing_alone.discard(prompt)
        if self.trouble:
            if prompt is CONTROL:
                self._failing_alone |= self._held
            self._held.clear()
            self._recovered = self._sent
            self.trouble, self._failed_probes, self.ends_at = None, 0, math.inf
            _log.info("%s answers again", self._model)
            self._patience.on_trouble(self._model, None)

    def failed(
        self, first: int, number: int, prompt: Prompt, error: BackendError, not_before: float, now: float
    ) -> PromptkitError | None:
        """Note that the call `number` failed now, a further attempt of the one that was `first`.

        Returns:
            What its caller gets, or nothing when it is held back. No probe is sent before `not_before`.
        """
        was_probe, before = number == self._probe, self.trouble
        if is_there(error):
            self.answered(number, prompt)
            return error
        self.withdrawn(number)
        if ends_the_run(error):
            again = was_probe and before is not None and _refused_key(before.error)
            if again or not _refused_key(error):
                self._stop(error)
                return error
        if error.retry_after is not None and error.retry_after > (self._patience.seconds or PATIENCE):
            self._give_up(f"{self._model} asks to wait {error.retry_after:.0f} s; resume later")
        alone = prompt in self._failing_alone and not was_probe
        if self._answered < number and not alone:
            self._worsen(error, not_before, now, by_probe=was_probe)
        if alone or (self._answered > first and number > self._recovered):
            return own_failure(error)
        try:
            self.check(now)
        except PromptkitError as reason:
            return reason
        self._held.add(prompt)
        return None

    def _worsen(self, error: BackendError, not_before: float, now: float, *, by_probe: bool) -> None:
        """Begin to hold calls back, or take longer until the next probe."""
        if self.trouble and not by_probe:
            return  # it was sent before the trouble began
        self._failed_probes += by_probe
        since = self.trouble.since if self.trouble else now
        if not self.trouble:
            self.ends_at = now + self._patience_seconds
        wait = 0.0 if isinstance(error, RateLimited) else seconds_until_probe(self._failed_probes)  # else `Pace` waits
        self.trouble = Trouble(self._model, error, since, max(now + wait, not_before))
        wait = self.trouble.next_try - now
        _log.warning("%s answers nothing: %s; asked again in %.1f s", self._model, kind(error), wait)
        self._patience.on_trouble(self._model, self.trouble)

    @property
    def _patience_seconds(self) -> float:
        if self._patience.seconds is not None:
            return self._patience.seconds
        return PATIENCE if self._answered else PATIENCE_AT_FIRST

    def _give_up(self, reason: str) -> None:
        _log.error("%s is given up", self._model)
        self.down = self.down or ModelDown(reason)
        self._on_down()


def seconds_until_probe(failed: int) -> float:
    """How long to wait after so many probes that failed, up to a quarter less at random."""
    return min(LONGEST, FIRST * GROWTH**failed) * random.uniform(0.75, 1)  # noqa: S311 - no secret


def own_failure(error: BackendError) -> BackendError:
    """The failure of a call while others are answered: what is raised for it.

    Then a refused key is worth another attempt, and no reason to stop.
    """
    if not _refused_key(error):
        return error
    message = f"{error}; other calls are answered"
    return Unavailable(message, model=error.model, status=error.status, request_id=error.request_id)


def is_there(error: BackendError) -> bool:
    """Whether the error shows that the model answers, and refuses this request for what it asks."""
    return isinstance(error, InvalidRequest) and not ends_the_run(error)


def _refused_key(error: PromptkitError) -> bool:
    return isinstance(error, AuthenticationError) and error.status in _REFUSED_KEY
