import asyncio

import pytest

from promptkit import Cache, CallStore, Prompt, RecordError, Unavailable
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
        Prompt.of("?", system="s"),
        Prompt.of("??"),
    ],
)
def test_any_difference_in_the_request_is_another_call(store, other):
    model = Player()
    ask(Cache(model, store), Prompt.of("?"), other)
    assert len(model.asked) == 2


def test_another_model_or_endpoint_is_another_call(store):
    models = [Player(), Player(model="other"), Player(endpoint="http://127.0.0.1:1")]
    for model in models:
        ask(Cache(model, store), Prompt.of("?"))
    assert [len(m.asked) for m in models] == [1, 1, 1]


def test_an_error_is_not_kept(store):
    class Shaky(Player):
        async def complete(self, prompt):
            if not self.asked:
                self.asked.append(prompt)
                raise Unavailable("gone")
            return await super().complete(prompt)

    model = Shaky()
    with pytest.raises(Unavailable):
        ask(Cache(model, store), Prompt.of("?"))
    (reply,) = ask(Cache(model, store), Prompt.of("?"))
    assert reply.text == "ok"


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
