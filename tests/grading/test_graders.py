"""What functions of others may be and return, and what becomes of their mistakes."""

import asyncio
import threading

import pytest

from promptkit import Score, UsageError
from promptkit.grading.graders import Grader, named_graders
from promptkit.grading.threads import in_own_thread
from promptkit.tasks import Item

ITEM = Item("1", "Say hello.", "hello")


def grade(function, text="Hello."):
    return asyncio.run(Grader("g", function).grade(text, ITEM))


@pytest.mark.parametrize(
    ("given", "score", "reason"),
    [
        (True, 1, ""),
        (False, 0, ""),
        (0.25, 0.25, ""),
        (1, 1, ""),
        (Score(0.5, "half"), 0.5, "half"),
        (Score(True), 1, ""),
    ],
)
def test_a_grader_returns_a_truth_a_number_or_a_score(given, score, reason):
    async def later(reply, item):
        return given

    for function in (lambda reply, item: given, later):
        found = grade(function)
        assert (found.score, found.reason, found.error) == (score, reason, "")


def test_a_scalar_of_numpy_is_a_number():
    numpy = pytest.importorskip("numpy")
    assert grade(lambda reply, item: numpy.float32(0.5)).score == 0.5
    assert grade(lambda reply, item: numpy.bool_(True)).score == 1


@pytest.mark.parametrize("given", [1.01, -0.1, float("nan"), float("inf"), None, "yes", Score(2)])
def test_what_is_no_score_is_an_error_that_shows_it(given):
    found = grade(lambda reply, item: given)
    assert found.score is None
    assert found.error == f"g returned {given!r}; a score is True, False, or a number between 0 and 1"


def test_what_a_grader_raises_is_named_with_its_place():
    def fails(reply, item):
        return {}["x"]

    found = grade(fails)
    assert found.score is None
    assert found.error.startswith(f"g failed with KeyError: 'x' ({__file__}, line ")


def test_it_is_given_the_reply_and_its_item():
    assert grade(lambda reply, item: (reply, item.target) == ("Hello.", "hello")).score == 1


def test_a_function_that_is_not_async_has_one_reply_at_a_time_in_another_thread():
    here, busy, most = threading.get_ident(), 0, 0

    def counting(reply, item):
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        for _ in range(1000):
            pass
        busy -= 1
        return threading.get_ident() != here

    async def many():
        grader = Grader("g", counting)
        return await asyncio.gather(*(grader.grade("x", ITEM) for _ in range(20)))

    assert {found.score for found in asyncio.run(many())} == {1}
    assert most == 1


def test_async_functions_have_many_replies_at_the_same_time():
    async def many():
        met = asyncio.Barrier(5)

        async def meets(reply, item):
            await met.wait()
            return True

        grader = Grader("g", meets)
        return await asyncio.gather(*(grader.grade("x", ITEM) for _ in range(5)))

    assert {found.score for found in asyncio.run(many())} == {1}


def test_a_thread_that_never_ends_does_not_keep_a_loop_from_ending():
    async def gives_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_own_thread(threading.Event().wait), 0.01)

    asyncio.run(gives_up())


class Polite:
    def __call__(self, reply, item):
        return "please" in reply


def test_an_object_that_can_be_called_is_a_grader():
    assert list(named_graders(Polite())) == ["Polite"]
    assert list(named_graders({"a": Polite(), "b": Polite()})) == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        (Polite, "is a class"),
        (lambda reply: True, r"can't be called with \(reply, item\)"),
        ([Polite(), Polite()], "two graders are called Polite"),
        ("polite", "unknown grader 'polite'"),
        (3, "give a function"),
        ("promptkit.answers.numbers.numbers:NumberReader", "give it as `answer`"),
    ],
)
def test_what_is_no_grader_is_refused(given, fact):
    with pytest.raises(UsageError, match=fact):
        named_graders(given)
