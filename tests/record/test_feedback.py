import asyncio

import pytest

import promptkit
from promptkit import Cache, CallStore, ChainOfThought, Prompt
from promptkit.errors import UsageError
from promptkit.record.feedback import read_feedback
from tests.players import Player


@pytest.fixture
def store(tmp_path):
    with CallStore(tmp_path / "calls.sqlite") as kept:
        yield kept


def asked(store, question, reply="Oslo."):
    return asyncio.run(Cache(Player((reply,)), store).complete(Prompt.of(question)))


def test_the_last_thought_of_a_reply_counts(store):
    answer = asked(store, "Capital of Norway?")
    promptkit.feedback(store, answer, liked=False, correction="It is Oslo.")
    promptkit.feedback(store.path, answer.key, liked=True)
    (one,) = read_feedback(store)
    assert (one.question, one.call.text, one.feedback.liked, one.feedback.correction) == (
        "Capital of Norway?",
        "Oslo.",
        True,
        None,
    )


def test_the_question_of_the_app_can_be_given(store):
    answer = asked(store, "Capital of Norway?\n\nReason step by step.")
    promptkit.feedback(store, answer, liked=True, question="Capital of Norway?")
    assert read_feedback(store)[0].question == "Capital of Norway?"


def test_the_answer_of_a_strategy_is_that_of_the_call_it_came_from(store):
    ask = ChainOfThought(Cache(Player(("Oslo.",)), store))
    answer = asyncio.run(ask.complete("Capital of Norway?"))
    promptkit.feedback(store, answer, liked=True)
    assert read_feedback(store)[0].feedback.key == answer.calls()[-1].key


def test_an_answer_that_no_call_gave_is_refused(store):
    answer = asked(store, "Capital of Norway?").model_copy(update={"key": ""})
    with pytest.raises(UsageError, match="no recorded call has the text of this completion"):
        promptkit.feedback(store, answer, liked=True)


def test_the_beginning_of_a_key_is_enough_from_8_characters_on(store):
    answer = asked(store, "Capital of Norway?")
    promptkit.feedback(store, answer.key[:8], liked=True)
    assert read_feedback(store)[0].feedback.key == answer.key
    with pytest.raises(UsageError, match="has no call"):
        promptkit.feedback(store, answer.key[:7], liked=True)


def test_a_call_that_is_not_there_and_no_thought_are_refused(store):
    answer = asked(store, "?")
    with pytest.raises(UsageError, match="has no call 'nothing'"):
        promptkit.feedback(store, "nothing", liked=True)
    with pytest.raises(UsageError, match="is empty"):
        promptkit.feedback(store, answer)
    with pytest.raises(UsageError, match="there is no feedback"):
        read_feedback(store)


def test_a_place_without_calls_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there are no calls at"):
        promptkit.feedback(tmp_path / "nowhere.sqlite", "key", liked=True)


def test_a_correction_is_kept_whatever_it_is_written_in(store):
    promptkit.feedback(store, asked(store, "?"), correction="a\u2028b\udcff")
    promptkit.feedback(store, asked(store, "And?"), liked=True)
    assert [one.feedback.correction for one in read_feedback(store)] == ["a\u2028b?", None]
