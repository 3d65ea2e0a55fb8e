"""A reply as an iterator: its pieces in order, the completion at last, nothing lost and nothing left running."""

import asyncio
import gc
from contextlib import aclosing

import pytest

from promptkit import (
    AnswerType,
    Budget,
    BudgetExceeded,
    Cache,
    CallStore,
    Completion,
    Delta,
    FunctionModel,
    Ledger,
    Limit,
    OpenAI,
    Prompt,
    SelfConsistency,
    SelfReflection,
    Strategy,
    TimedOut,
    Unavailable,
    UsageError,
    run,
    stream,
)
from promptkit.streaming import delta_stream
from promptkit.streams import AHEAD
from promptkit.wrappers.deadline import Deadline, time_limit
from tests import virtual_time
from tests.loopback import server  # noqa: F401 - a fixture
from tests.strategies.test_laws import QUESTION, each_nesting, helpful, nested
from tests.test_streaming import leaves


class Writer:
    """A model that writes `count` pieces, and counts those that it was let write."""

    name, endpoint, chat = "writer", "", True

    def __init__(self, count, *, waits_after=None):
        self.count, self.waits_after = count, waits_after
        self.written, self.cancelled = 0, 0

    async def complete(self, prompt):
        sent = delta_stream(self.name)
        try:
            for number in range(self.count):
                if number == self.waits_after:
                    await asyncio.Event().wait()
                self.written += 1
                sent.emit(f"{number} ")
                await sent.drain()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Completion(text="".join(f"{n} " for n in range(self.count)), prompt=Prompt.parse(prompt), by=self.name)

    async def aclose(self):
        pass


async def everything(pieces):
    return [piece async for piece in pieces]


async def read_into(paths, pieces):
    async for piece in pieces:
        paths += [piece.path]


async def others_turn():
    """Let everyone else go as far as they can."""
    for _ in range(1000):
        await asyncio.sleep(0)


@each_nesting
def test_the_pieces_are_those_of_every_call_and_the_last_is_the_completion(nesting):
    *deltas, answer = asyncio.run(everything(stream(nested(nesting, FunctionModel(helpful)), QUESTION)))
    assert sorted((d.path, d.text) for d in deltas) == sorted(leaves(answer))
    expected = run(nested(nesting, FunctionModel(helpful)), QUESTION)
    assert (answer.text, answer.usage, len(answer.calls())) == (expected.text, expected.usage, len(expected.calls()))


def test_the_pieces_of_a_hosted_reply_come_one_by_one(server):  # noqa: F811
    server.answer = lambda turns: "It is one of many. Verdict: wrong"

    async def read():
        model = OpenAI("m", base_url=server.openai_url, api_key="k")
        *deltas, answer = await everything(stream(SelfReflection(model), "q"))
        await model.aclose()
        return deltas, answer

    deltas, answer = asyncio.run(read())
    assert len(deltas) > 9
    assert {d.path for d in deltas} == {"draft", "critique", "revision"}
    assert "".join(d.text for d in deltas if d.path == "revision") == answer.text


def test_leaving_the_block_cancels_the_call():
    async def leave():
        model = Writer(9, waits_after=3)
        async with stream(model, "q") as pieces:
            async for _ in pieces:
                break
        assert (model.cancelled, await everything(pieces)) == (1, [])

    asyncio.run(leave())


def test_contextlib_closes_it_as_well():
    async def leave():
        model = Writer(9, waits_after=3)
        async with aclosing(stream(model, "q")) as pieces:
            await anext(pieces)
        assert model.cancelled == 1

    asyncio.run(leave())


def test_a_loop_that_is_left_without_closing_cancels_the_call_with_the_last_reference():
    async def leave():
        model = Writer(9, waits_after=3)
        async for _ in stream(model, "q"):
            break
        gc.collect()
        await others_turn()
        assert model.cancelled == 1
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(leave())


def test_nothing_is_asked_before_a_piece_is_wanted_or_after_it_was_closed():
    async def close():
        model = Writer(9)
        pieces = stream(model, "q")
        await others_turn()
        await pieces.aclose()
        assert (await everything(pieces), model.written) == ([], 0)

    asyncio.run(close())


def test_a_task_may_close_what_another_one_waits_for():
    async def close():
        model = Writer(9, waits_after=3)
        pieces = stream(model, "q")
        reading = asyncio.create_task(everything(pieces))
        await others_turn()
        await pieces.aclose()
        return len(await reading), model.cancelled

    assert asyncio.run(close()) == (3, 1)


def test_a_reader_that_is_cancelled_loses_no_piece():
    async def read():
        model = Writer(9, waits_after=3)
        async with stream(model, "q") as pieces:
            first = [await anext(pieces) for _ in range(3)]
            reading = asyncio.create_task(anext(pieces))
            await others_turn()
            reading.cancel()
            await asyncio.wait([reading])
            assert model.cancelled == 0
            return "".join(d.text for d in first)

    assert asyncio.run(read()) == "0 1 2 "


def test_tasks_share_the_pieces_among_them():
    async def share():
        pieces = stream(Writer(500), "q")
        parts = await asyncio.gather(*(everything(pieces) for _ in range(3)))
        return [piece for part in parts for piece in part]

    shared = asyncio.run(share())
    assert sorted(int(d.text) for d in shared if isinstance(d, Delta)) == list(range(500))
    assert len(shared) == 501


def test_who_reads_slowly_holds_the_writer_back():
    async def read():
        model = Writer(10 * AHEAD)
        async with stream(model, "q") as pieces:
            for number in range(5):
                assert (await anext(pieces)).text == f"{number} "
                await others_turn()
                assert model.written <= AHEAD + number + 1
            rest = await everything(pieces)
        return len(rest)

    assert asyncio.run(read()) == 10 * AHEAD - 5 + 1


def test_who_reads_slowly_holds_a_hosted_reply_back(server):  # noqa: F811
    server.answer = lambda turns: "word " * 5000

    async def read():
        model = OpenAI("m", base_url=server.openai_url, api_key="k")
        async with stream(model, "q") as pieces:
            await anext(pieces)
            while len(pieces._pieces._waiting) < AHEAD:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.001)
            await others_turn()
            assert len(pieces._pieces._waiting) == AHEAD
            *_, answer = await everything(pieces)
        await model.aclose()
        return answer.text

    assert asyncio.run(read()) == "word " * 5000


def test_a_strategy_asks_no_further_call_while_nobody_reads():
    asked = []

    def wrong(prompt):
        asked.append(prompt)
        return "Verdict: wrong"

    async def read():
        async with stream(SelfReflection(FunctionModel(wrong), rounds=10 * AHEAD), "q") as pieces:
            await anext(pieces)
            await others_turn()
            return len(asked)

    assert asyncio.run(read()) <= AHEAD + 1


def test_who_reads_slowly_holds_nobody_else_back_who_shares_the_call(tmp_path):
    store = CallStore(tmp_path / "calls.sqlite")

    async def read():
        model = Cache(Writer(10 * AHEAD), store)
        async with stream(model, "q") as slow:
            await anext(slow)
            quick = await asyncio.wait_for(everything(stream(model, "q")), 10)
        await model.aclose()
        return quick[-1]

    answer = asyncio.run(read())
    store.close()
    assert answer.text.endswith(f"{10 * AHEAD - 1} ")


def test_closing_gives_the_place_of_a_limit_free():
    async def twice():
        model = Limit(Writer(9, waits_after=3), 1)
        for _ in range(2):
            async with stream(model, "q") as pieces:
                await anext(pieces)
        return model.backend.cancelled

    assert asyncio.run(twice()) == 2


def failing_at(call, reply="The answer is 24. Verdict: wrong"):
    made = []

    def answer(prompt):
        made.append(prompt)
        if len(made) == call:
            raise Unavailable("down", model="m")
        return reply

    return FunctionModel(answer, name="m")


def test_an_error_comes_out_of_the_loop_after_the_pieces_before_it():
    async def read():
        heard = []
        pieces = stream(SelfReflection(failing_at(3)), "q")
        with pytest.raises(Unavailable) as failed:
            await read_into(heard, pieces)
        assert heard == ["draft", "critique"]
        assert failed.value.usage.calls == 2 == pieces.usage.calls
        assert await everything(pieces) == []

    asyncio.run(read())


def test_what_was_answered_before_it_was_closed_is_in_its_account():
    async def read():
        vote = SelfConsistency(FunctionModel(helpful), answer=AnswerType("number"), draws=2)
        async with stream(SelfReflection(vote, critic=Writer(9, waits_after=1)), "q") as pieces:
            async for piece in pieces:
                if piece.path == "critique":
                    break
        return pieces

    pieces = asyncio.run(read())
    assert pieces.usage.calls == 2
    assert [c.step for c in pieces.completions] == ["draft"]


def test_the_account_of_a_stream_that_was_read_is_its_completion():
    async def read(backend):
        pieces = stream(backend, "q")
        *_, answer = await everything(pieces)
        return pieces.completions == (answer,) and pieces.usage == answer.usage

    assert asyncio.run(read(SelfReflection(FunctionModel(helpful))))
    assert asyncio.run(read(FunctionModel(helpful)))


def test_after_its_seconds_it_is_timed_out_and_hands_over_what_was_answered():
    async def read():
        pieces = stream(SelfReflection(FunctionModel(helpful), critic=Writer(9, waits_after=2)), "q", seconds=20)
        heard = []
        with pytest.raises(TimedOut, match=r"SelfReflection was not done within 20 s; raise `seconds`") as over:
            await read_into(heard, pieces)
        assert virtual_time.now() == 20
        return heard, over.value

    heard, over = virtual_time.run(read())
    assert heard == ["draft", "critique", "critique"]
    assert [c.step for c in over.completions] == ["draft"]
    assert over.usage.calls == 1


def test_a_time_limit_around_it_holds_and_hands_over_what_was_answered():
    async def read():
        asked = SelfReflection(Deadline(Stuck(1, helpful)))
        with time_limit(20):
            pieces = stream(asked, "q")
        with pytest.raises(TimedOut) as over:
            await everything(pieces)
        return over.value.usage.calls, pieces.usage.calls, virtual_time.now()

    assert virtual_time.run(read()) == (1, 1, 20)


def test_a_timeout_that_the_backend_raises_itself_is_not_taken_for_ours():
    async def broken(prompt):
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        asyncio.run(everything(stream(FunctionModel(broken), "q", seconds=20)))


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(UsageError, match="seconds must be positive"):
        stream(FunctionModel(helpful), "q", seconds=seconds)


def test_without_await_it_is_the_same_and_breaking_off_closes_it():
    *deltas, answer = stream(SelfReflection(FunctionModel(helpful)), "q")
    assert [d.path for d in deltas] == ["draft", "critique", "revision"]
    assert answer.text == deltas[-1].text
    model = Writer(9, waits_after=3)
    for _ in stream(model, "q"):
        break
    assert model.cancelled == 1


def test_an_error_comes_out_of_the_blocking_loop():
    pieces = stream(SelfReflection(failing_at(2)), "q")
    assert next(iter(pieces)).path == "draft"
    with pytest.raises(Unavailable):
        list(stream(SelfReflection(failing_at(2)), "q"))


class Stuck:
    """Answers `calls` calls, and never the next."""

    name, endpoint, chat = "stuck", "", True

    def __init__(self, calls, answer):
        self.left, self.answer = calls, answer

    async def complete(self, prompt):
        if not self.left:
            await asyncio.Event().wait()
        self.left -= 1
        return Completion(text=self.answer(prompt), prompt=prompt, by=self.name)

    async def aclose(self):
        pass


@each_nesting
def test_a_ledger_has_what_was_answered_before_the_call_was_cancelled(nesting):
    total = len(run(nested(nesting, FunctionModel(helpful)), QUESTION).calls())

    async def timed_out(strategy: Strategy):
        with Ledger() as ledger, pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await strategy.complete(QUESTION)
        return ledger

    ledger = virtual_time.run(timed_out(nested(nesting, Stuck(total - 1, helpful))))
    calls = [path for step in ledger.completions for path, _ in (list(leaves(step, step.step)) or [(step.step, "")])]
    assert ledger.usage.calls == total - 1 == len(calls)


def test_a_ledger_has_the_answers_of_all_strategies_in_the_block_also_of_tasks_and_ledgers_inside():
    reflect = SelfReflection(FunctionModel(helpful))

    async def several():
        with Ledger() as outer:
            first = await reflect.complete("1")
            with Ledger() as inner:
                second, third = await asyncio.gather(reflect.complete("2"), reflect.complete("3"))
        await reflect.complete("4")
        assert inner.completions == (second, third)
        assert outer.completions == (first, second, third)
        assert outer.usage == first.usage + second.usage + third.usage

    asyncio.run(several())


def test_when_the_money_is_gone_the_error_has_what_was_answered():
    model = Budget(FunctionModel(helpful), max_calls=2)
    with pytest.raises(BudgetExceeded) as over:
        run(SelfReflection(model), "q")
    assert over.value.usage.calls == 2


def test_a_stream_that_began_in_one_event_loop_is_refused_in_another_and_its_call_cancelled():
    writer = Writer(1000)
    pieces = stream(writer, "q")

    async def mixed():
        await anext(pieces)
        with pytest.raises(UsageError, match="the event loop in which it began"):
            next(iter(pieces))
        while not writer.cancelled:  # noqa: ASYNC110 - the writer has no event
            await asyncio.sleep(0)

    asyncio.run(mixed())
