"""How the machine is used for a file, by its size."""

import inspect

import pytest

from promptkit import GGUF, UsageError
from promptkit.providers.llama import fields, work
from promptkit.providers.llama.work import Work, planned
from tests.providers.test_gguf import NANO

OPEN = {"exact": None, "engines": None, "slots": None, "reuse_prompts": None, "gpu": None}
MB = 1_000_000


@pytest.fixture(autouse=True)
def four_cores_and_32_gigabytes(monkeypatch):
    monkeypatch.setattr(work, "cores", lambda: 4)
    monkeypatch.setattr(work, "memory_left", lambda: 32_000 * MB)


def test_a_tiny_file_s_replies_are_exact_on_each_core_one():
    assert planned(2 * MB, MB, **OPEN) == Work(4, 1, 1, reuse_prompts=False, mapped=False, gpu=0)


def test_a_small_file_has_an_engine_on_each_core_that_reuse_prompts_and_share_the_weights():
    assert planned(98 * MB, MB, **OPEN) == Work(4, 1, 1, reuse_prompts=True, mapped=True, gpu=None)


def test_a_large_file_has_one_engine_on_all_cores_that_writes_eight_replies_at_a_time():
    assert planned(300 * MB, 100 * MB, **OPEN) == Work(1, 4, 8, reuse_prompts=True, mapped=True, gpu=None)


def test_slots_take_no_more_than_half_of_the_memory_that_is_left_beside_the_weights():
    assert planned(8_000 * MB, 4_000 * MB, **OPEN).slots == 3
    assert planned(31_000 * MB, 4_000 * MB, **OPEN).slots == 1


def test_exactness_is_an_option_of_any_file():
    exact = planned(300 * MB, MB, **{**OPEN, "exact": True})
    assert (exact.slots, exact.reuse_prompts) == (1, False)
    assert planned(2 * MB, MB, **{**OPEN, "exact": False}).reuse_prompts


@pytest.mark.parametrize("contradiction", [{"slots": 2}, {"reuse_prompts": True}])
def test_what_contradicts_exactness_is_refused(contradiction):
    with pytest.raises(UsageError, match="exact=True computes each reply by itself; leave out slots and reuse_prompts"):
        GGUF(NANO, exact=True, **contradiction)


def test_what_is_asked_for_is_done():
    asked = planned(300 * MB, MB, exact=None, engines=2, slots=3, reuse_prompts=False, gpu=7)
    assert asked == Work(2, 2, 3, reuse_prompts=False, mapped=True, gpu=7)


def test_each_option_is_known_to_who_asks_what_was_meant():
    options = set(inspect.signature(GGUF).parameters) - {"path", "name", "extra"}
    assert set(fields._OF_GGUF.split()) == options


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("contxt", "did you mean context?"),
        ("repeat_penalti", "did you mean repeat_penalty?"),
        ("zzz", "the README of its"),
    ],
)
def test_a_field_that_llama_cpp_would_ignore_is_refused(given, meant):
    with pytest.raises(
        UsageError, match=rf"^{given!r} is no option of a GGUF model, and no field .*; {meant}".replace("?", r"\?")
    ):
        GGUF(NANO, extra={given: 1})
