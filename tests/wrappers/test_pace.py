"""How many calls are sent to a provider that refuses: played on virtual time, so that hours take milliseconds."""

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from promptkit.errors import BackendError, InvalidRequest, RateLimited, TimedOut, Unavailable
from promptkit.providers.function import FunctionModel
from promptkit.types import Completion, Prompt, Quota, Usage
from promptkit.wrappers.limit import START, Limit
from promptkit.wrappers.pace import Pace
from promptkit.wrappers.retry import Retry
from tests import virtual_time
from tests.virtual_time import now

LATENCY = 0.5  # seconds, half as much to one and a half as much
REPLY = Usage(calls=1, input_tokens=60, output_tokens=40)


@dataclass
class Provider:
    """Answers after a while, or refuses at once; counts both."""

    refused: int = 0
    answered: int = 0
    in_air: int = 0
    most: int = 0
    times: list[float] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def __call__(self, prompt: Prompt) -> Completion:
        self.times.append(now())
        try:
            self.admit()
        except BackendError:
            self.refused += 1
            await asyncio.sleep(0.02)
            raise
        quotas = self.quotas()
        self.in_air += 1
        self.most = max(self.most, self.in_air)
        await asyncio.sleep(LATENCY * self.chance.uniform(0.5, 1.5))
        self.in_air -= 1
        self.answered += 1
        return Completion(text="ok", prompt=prompt, by="m", usage=REPLY, quotas=quotas)

    def admit(self) -> None:
        """Raise when the call is refused."""

    def quotas(self) -> tuple[Quota, ...]:
        return ()


@dataclass
class Narrow(Provider):
    """Takes so many calls at the same time."""

    allowed: int = 1

    def admit(self):
        if self.in_air >= self.allowed:
            raise RateLimited("busy")


@dataclass
class Bucket(Provider):
    """Takes `rate` calls a second, and `size` at once after a rest; tells what is left when it `tells`."""

    rate: float = 1.0
    size: float = 10.0
    unit: str = "requests"
    need: float = 1.0
    tells: bool = False
    left: float = -1.0
    at: float = 0.0

    def admit(self):
        self.left = self.size if self.left < 0 else min(self.size, self.left + (now() - self.at) * self.rate)
        self.at = now()
        if self.left < self.need:
            raise RateLimited("busy", quotas=self.quotas())
        self.left -= self.need

    def quotas(self):
        resets = (self.size - self.left) / self.rate
        quota = Quota(unit=self.unit, left=int(self.left), limit=self.size, reset_seconds=resets)
        return (quota,) if self.tells else ()


@dataclass
class Window(Provider):
    """Takes so many calls a minute by the clock, and says how long to wait."""

    allowed: int = 100
    used: int = 0
    minute: int = -1

    def admit(self):
        if self.minute != now() // 60:
            self.minute, self.used = now() // 60, 0
        if self.used >= self.allowed:
            raise RateLimited("busy", retry_after=(self.minute + 1) * 60 - now())
        self.used += 1


def play(provider, calls, concurrency=64, endpoint="http://host", attempts=6):
    """Ask so many calls at once; the seconds it took. All must be answered."""

    async def all_of_them():
        limit = Limit(FunctionModel(provider, endpoint=endpoint), concurrency)
        model = Retry(limit, attempts=attempts, total_seconds=1e9, clock=now)
        await asyncio.gather(*(model.complete(Prompt.of(str(i))) for i in range(calls)))
        return now()

    return virtual_time.run(all_of_them())


@pytest.mark.parametrize("allowed", [2, 5, 8, 20, 50])
def test_a_provider_that_takes_so_many_at_once_is_kept_busy_and_seldom_refuses(allowed):
    provider = Narrow(allowed=allowed)
    seconds = play(provider, 3000)
    assert provider.answered == 3000
    assert provider.refused <= 60
    assert seconds < 1.2 * 3000 * LATENCY / allowed


@pytest.mark.parametrize(("rate", "size"), [(8.3, 10), (2, 10), (30, 60), (0.5, 5)])
def test_a_provider_that_takes_so_many_a_second_is_kept_busy_and_seldom_refuses(rate, size):
    provider = Bucket(rate=rate, size=size)
    seconds = play(provider, 1500)
    assert provider.answered == 1500
    assert provider.refused <= 150
    assert seconds < 1.1 * (1500 - size) / rate


@pytest.mark.parametrize(("rate", "size"), [(8.3, 500), (8.3, 10), (2, 10), (30, 60)])
def test_a_provider_that_tells_what_is_left_need_not_refuse(rate, size):
    provider = Bucket(rate=rate, size=size, tells=True)
    seconds = play(provider, 1500)
    assert provider.refused == 0
    assert seconds < 1.1 * (1500 - size) / rate


def test_tokens_count_as_calls_do():
    provider = Bucket(rate=400, size=5000, unit="tokens", need=100, tells=True)
    seconds = play(provider, 1000)
    assert provider.refused == 0
    assert seconds < 1.1 * (1000 * 100 - 5000) / 400


def test_all_calls_wait_as_long_as_one_was_told_to():
    provider = Window(allowed=100)
    seconds = play(provider, 1000)
    assert provider.refused <= 30
    assert seconds < 10 * 60
    # from the first refusal in a minute until the next minute nothing was sent but what was in the air
    assert all(sum(t // 60 == minute for t in provider.times) <= 100 + START for minute in range(10))


def first_calls_fail(error, then=300):
    """What a provider sees whose first calls, sent at once, fail like this, and whose later ones are answered."""
    provider = Provider()

    def admit():
        if now() == 0:
            raise error

    async def all_of_them():
        limit = Limit(FunctionModel(provider, endpoint="http://host"), 64)
        await asyncio.gather(*(limit.complete(Prompt.of("q")) for _ in range(START + then)), return_exceptions=True)

    provider.admit = admit
    virtual_time.run(all_of_them())
    assert (provider.refused, provider.answered) == (START, then)
    return provider


def sent(provider, start, end):
    return sum(start <= t < end for t in provider.times)


@pytest.mark.parametrize("wait", [10, 300])
def test_many_refusals_at_once_take_places_away_once_and_hold_all_calls(wait):
    provider = first_calls_fail(RateLimited("busy", retry_after=wait))
    assert sent(provider, 0.01, wait) == 0
    assert sent(provider, wait, wait + LATENCY / 2) == int(0.7 * START)


def test_a_refusal_that_does_not_say_how_long_holds_all_calls_for_a_second():
    provider = first_calls_fail(RateLimited("busy"))
    assert sent(provider, 0.01, 1) == 0
    assert sent(provider, 1, 1 + LATENCY / 2) == int(0.7 * START)


def test_a_server_that_fails_may_ask_to_wait_too():
    provider = first_calls_fail(Unavailable("overloaded", status=529, retry_after=10))
    assert sent(provider, 0.01, 10) == 0
    assert sent(provider, 10, 10 + LATENCY / 2) == START


def test_calls_that_timed_out_take_places_away_and_hold_none():
    provider = first_calls_fail(TimedOut("late"))
    assert sent(provider, 0.01, LATENCY / 2) == int(0.7 * START)


def test_places_don_t_grow_for_replies_that_are_unusable_and_do_afterwards():
    provider = first_calls_fail(Unavailable("down", status=503))
    assert sent(provider, 0.01, LATENCY / 2) == START
    assert provider.most == 64


@pytest.mark.parametrize(
    ("error", "places"),
    [(Unavailable("down", status=503), 2), (InvalidRequest("no"), 3)],
    ids=["failure", "no failure"],
)
def test_places_don_t_grow_for_answers_to_calls_sent_before_a_failure(error, places):
    pace = Pace(2, 64)
    first, second = pace.send(0), pace.send(0)
    pace.failed(first, error, 0)
    third = pace.send(0)
    pace.answered(second, REPLY, (), 0)
    assert pace.places == places
    while pace.has_place:
        pace.send(0)
    pace.answered(third, REPLY, (), 0)
    assert pace.places == places + 1


def test_a_refused_request_says_nothing_about_the_pace():
    provider = first_calls_fail(InvalidRequest("no"))
    assert sent(provider, 0.01, LATENCY / 2) == START
    assert provider.most == 64


def test_a_model_behind_an_address_starts_modestly_and_grows_up_to_the_cap():
    provider = Provider()
    play(provider, 300, concurrency=32)
    assert provider.times.count(0) == START
    assert provider.most == 32


def test_a_model_in_this_process_has_all_places_at_once():
    provider = Provider()
    play(provider, 300, concurrency=32, endpoint="sha256:0123")
    assert provider.times.count(0) == 32


def test_few_places_are_all_there_from_the_start():
    provider = Provider()
    play(provider, 30, concurrency=3)
    assert (provider.times.count(0), provider.most) == (3, 3)


def test_a_provider_that_takes_more_later_is_asked_more():
    provider = Narrow(allowed=4)

    async def wider():
        await asyncio.sleep(100)
        provider.allowed = 1000

    async def all_of_them():
        limit = Limit(FunctionModel(provider, endpoint="http://host"), 40)
        model = Retry(limit, total_seconds=1e9, clock=now)
        await asyncio.gather(wider(), *(model.complete(Prompt.of(str(i))) for i in range(8000)))

    virtual_time.run(all_of_them())
    assert provider.most == 40
