import asyncio
import hashlib
import json
import sqlite3

import pytest

from promptkit import (
    AnswerType,
    Cache,
    CallStore,
    Completion,
    FunctionModel,
    InvalidRequest,
    Prompt,
    RateLimited,
    RecordError,
    SelfConsistency,
    TimedOut,
    Token,
    Unavailable,
    Usage,
)
from promptkit.bench.stores import CallsInMemory
from promptkit.record.identity import call_key
from promptkit.wrappers.deadline import Deadline, time_limit
from tests import virtual_time
from tests.players import Player


@pytest.fixture
def store(tmp_path):
    opened = CallStore(tmp_path / "calls.sqlite")
    yield opened
    opened.close()


def ask(model, *prompts):
    async def together():
        return await asyncio.gather(*(model.complete(p) for p in prompts))

    return asyncio.run(together())


def test_a_call_is_asked_once_and_told_with_its_usage_afterwards(store):
    model = Player()
    (first,) = ask(Cache(model, store), Prompt.of("?"))
    (again,) = ask(Cache(model, store), Prompt.of("?"))
    assert len(model.asked) == 1
    assert (first.cached, again.cached) == (False, True)
    assert again.usage == first.usage
    assert again == first.model_copy(update={"cached": True})


def test_the_same_call_at_the_same_time_is_sent_once(store):
    model = Player()
    replies = ask(Cache(model, store), *[Prompt.of("?")] * 10)
    assert len(model.asked) == 1
    assert sum(not r.cached for r in replies) == 1


@pytest.mark.parametrize(
    "other",
    [
        Prompt.of("?").with_draw(1),
        Prompt.of("?", temperature=0.5),
        Prompt.of("?", max_tokens=7),
        Prompt.of("?", stop=("!",)),
        Prompt.of("?", logprobs=0),
        Prompt.of("?", system="s"),
        Prompt.of("??"),
    ],
)
def test_any_difference_in_the_request_is_another_call(store, other):
    model = Player()
    ask(Cache(model, store), Prompt.of("?"), other)
    assert len(model.asked) == 2


def test_stop_and_logprobs_are_in_the_identity_only_when_set():
    parts = ["player", "", [["user", "é?"]], 0.5, 7, 2]
    asked = Prompt.of("é?", temperature=0.5, max_tokens=7).with_draw(2)
    for prompt, added in [
        (asked, []),
        (asked.with_stop("!"), [{"stop": ["!"]}]),
        (asked.with_stop("!").model_copy(update={"logprobs": 0}), [{"stop": ["!"]}, {"logprobs": 0}]),
    ]:
        text = json.dumps([*parts, *added], ensure_ascii=False, separators=(",", ":"))
        assert call_key(Player(), prompt) == hashlib.sha256(text.encode()).hexdigest()


def test_log_probabilities_are_kept(store):
    told = (Token(text="n", logprob=-0.25, alternatives=(Token(text="y", logprob=-1.5),)), Token(text="o", logprob=-3))

    def answer(prompt):
        return Completion(text="no", prompt=prompt, by="function", tokens=told if prompt.logprobs else ())

    model = Cache(FunctionModel(answer), store)
    plain, asked = Prompt.of("?"), Prompt.of("?", logprobs=1)
    ask(model, plain, asked)
    again = ask(model, plain, asked)
    assert [(reply.cached, reply.tokens) for reply in again] == [(True, ()), (True, told)]


def test_a_record_from_before_log_probabilities_is_gone_on_with(tmp_path):
    path, prompt = tmp_path / "calls.sqlite", Prompt.of("?")
    old = sqlite3.connect(path)
    old.execute(
        "CREATE TABLE calls (key TEXT PRIMARY KEY, model TEXT NOT NULL, endpoint TEXT NOT NULL, prompt TEXT NOT NULL,"
        " text TEXT NOT NULL, finish_reason TEXT NOT NULL, usage TEXT NOT NULL, seconds REAL NOT NULL,"
        " asked_at TEXT NOT NULL)"
    )
    asked = '{"messages":[{"role":"user","content":"?"}],"temperature":null,"max_tokens":null,"draw":0}'
    row = (call_key(Player(), prompt), "player", "", asked, "kept", "stop", "{}", 0.5, "2026-01-01T00:00:00.000+00:00")
    old.execute("INSERT INTO calls VALUES (?,?,?,?,?,?,?,?,?)", row)
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()
    store = CallStore(path)
    kept, new = ask(Cache(Player(), store), prompt, Prompt.of("??"))
    store.close()
    assert (kept.text, kept.cached, kept.prompt, new.cached) == ("kept", True, prompt, False)


def test_another_model_or_endpoint_is_another_call(store):
    models = [Player(), Player(name="other"), Player(endpoint="http://127.0.0.1:1")]
    for model in models:
        ask(Cache(model, store), Prompt.of("?"))
    assert [len(m.asked) for m in models] == [1, 1, 1]


def test_an_error_is_not_kept(store):
    def answer(_):
        if len(asked) == 1:
            raise Unavailable("gone")
        return "ok"

    asked = []
    model = Cache(FunctionModel(lambda prompt: (asked.append(prompt), answer(prompt))[1]), store)

    async def twice():
        with pytest.raises(Unavailable):
            await model.complete("?")
        return await model.complete("?")

    assert asyncio.run(twice()).text == "ok"
    assert len(asked) == 2


def test_everyone_who_waits_for_a_failed_call_gets_an_error_of_their_own(store):
    asked = []

    async def fail(prompt):
        asked.append(prompt)
        await asyncio.sleep(0)
        raise RateLimited("busy", model="m", status=429, retry_after=3)

    async def together():
        model = Cache(FunctionModel(fail), store)
        return await asyncio.gather(*(model.complete("?") for _ in range(3)), return_exceptions=True)

    errors = asyncio.run(together())
    assert len(asked) == 1
    assert len({id(error) for error in errors}) == 3
    assert [(type(e), str(e), e.status, e.retry_after) for e in errors] == [(RateLimited, "busy", 429, 3)] * 3


def test_votes_that_share_a_failed_call_account_for_their_own_draws_alone():
    """Draws 0 and 1 are both votes', draws 3 and 4 the larger one's, and draw 2 fails when all others are answered."""

    async def answer(prompt):
        if prompt.draw == 2:
            for _ in range(20):
                await asyncio.sleep(0)
            raise InvalidRequest("no")
        return Completion(text="18", prompt=prompt, by="m", usage=Usage(calls=1, input_tokens=90, output_tokens=10))

    async def both():
        model, number = Cache(FunctionModel(answer, name="m"), CallsInMemory()), AnswerType("number")
        votes = [SelfConsistency(model, answer=number, draws=draws) for draws in (3, 5)]
        asked = Prompt.of("?", temperature=1)
        return await asyncio.gather(*(vote.complete(asked) for vote in votes), return_exceptions=True)

    three, five = asyncio.run(both())
    assert [c.prompt.draw for c in three.completions] == [0, 1]
    assert [c.prompt.draw for c in five.completions] == [0, 1, 3, 4]


def test_a_call_that_nobody_waits_for_any_more_is_still_recorded(store):
    release = []

    async def cancelled():
        opened = asyncio.Event()

        async def answer(_):
            await opened.wait()
            release.append("answered")
            return "paid"

        model = Cache(FunctionModel(answer), store)
        waiting = asyncio.ensure_future(model.complete("?"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        opened.set()
        await model.aclose()
        return (await model.complete("?")).text

    assert asyncio.run(cancelled()) == "paid"
    assert release == ["answered"]


def test_a_deadline_inside_cancels_the_call_and_what_was_answered_before_is_kept():
    cancelled = []

    async def answer(prompt):
        try:
            await asyncio.sleep(60 * prompt.draw)
        except asyncio.CancelledError:
            cancelled.append(prompt.draw)
            raise
        return "ok"

    async def attempt():
        model = Cache(Deadline(FunctionModel(answer)), CallsInMemory())
        with time_limit(10):
            await model.complete("?")
            with pytest.raises(TimedOut):
                await model.complete(Prompt.of("?").with_draw(1))
            return await model.complete("?")

    assert virtual_time.run(attempt()).cached
    assert cancelled == [1]


def test_a_recorded_call_survives_the_process(tmp_path):
    for _ in range(2):
        store = CallStore(tmp_path / "calls.sqlite")
        model = Player()
        ask(Cache(model, store), Prompt.of("?"))
        store.close()
    assert not model.asked


def test_many_calls_at_the_same_time_are_all_kept(store):
    prompts = [Prompt.of(str(i)) for i in range(300)]
    ask(Cache(Player(), store), *prompts)
    model = Player()
    ask(Cache(model, store), *prompts)
    assert not model.asked


def test_the_record_is_for_its_owner_only(tmp_path):
    CallStore(tmp_path / "calls.sqlite").close()
    assert (tmp_path / "calls.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_record_is_refused(tmp_path):
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"this is not a database, and long enough to be looked at" * 20)
    with pytest.raises(RecordError, match=r"calls\.sqlite"):
        CallStore(path)


def test_a_record_of_a_newer_promptkit_is_refused(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "calls.sqlite") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(RecordError, match="newer promptkit"):
        CallStore(tmp_path / "calls.sqlite")
