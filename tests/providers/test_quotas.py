"""What a provider says is left of its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.providers.hosted.quotas import quotas
from promptkit.types import Quota


def told(**headers):
    return quotas((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())


def openai(**told_otherwise):
    usual = {"limit": "10", "remaining": "4", "reset": "6m0s"} | told_otherwise
    return told(**{f"x_ratelimit_{name}_requests": value for name, value in usual.items() if value})


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("6m0s", 360), ("1s", 1), ("12ms", 0.012), ("1h2m3.5s", 3723.5), ("2m59.56s", 179.56), ("1d", 86_400), ("7", 7)],
)
def test_a_duration_is_read_in_seconds(reset, seconds):
    assert openai(reset=reset) == (Quota(unit="requests", left=4, limit=10, reset_seconds=seconds),)


def test_a_moment_counts_from_the_date_of_the_reply():
    (quota,) = told(
        anthropic_ratelimit_output_tokens_remaining="4",
        anthropic_ratelimit_output_tokens_reset="2024-01-01T01:00:30+01:00",
        date="Mon, 01 Jan 2024 00:00:00 GMT",
    )
    assert quota == Quota(unit="output tokens", left=4, limit=None, reset_seconds=30)


def test_a_moment_in_the_past_is_now():
    assert openai(reset="2024-01-01T00:00:30Z")[0].reset_seconds == 0


def test_the_names_of_headers_may_be_written_in_any_case():
    assert quotas([(b"X-RateLimit-Remaining-Tokens", b"1"), (b"X-Ratelimit-Reset-Tokens", b"2s")]) == (
        Quota(unit="tokens", left=1, reset_seconds=2),
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"remaining": ""},
        {"remaining": "some"},
        {"remaining": "nan"},
        {"reset": ""},
        {"reset": "soon"},
        {"reset": "6m0s later"},
        {"reset": "2024-01-01T00:00:30"},
    ],
    ids=str,
)
def test_what_is_incomplete_or_unreadable_is_left_out(broken):
    assert openai(**broken) == ()


def test_other_headers_tell_nothing():
    assert told(content_type="application/json", x_ratelimit_policy="burst", x_ratelimit_remaining_images="1") == ()


@given(st.binary(), st.binary(), st.binary())
def test_any_bytes_are_read_or_left_out(left, reset, limit):
    names = (b"anthropic-ratelimit-tokens-" + part for part in (b"remaining", b"reset", b"limit"))
    for quota in quotas(zip(names, (left, reset, limit), strict=True)):
        assert quota.left >= 0
        assert quota.seconds_each >= 0


@pytest.mark.parametrize(
    ("quota", "seconds"),
    [
        (Quota(unit="requests", left=40, limit=60, reset_seconds=20), 1),  # 20 are given back within 20 s
        (Quota(unit="requests", left=60, limit=60, reset_seconds=0), 0),
        (Quota(unit="requests", left=4, reset_seconds=20), 4),
        (Quota(unit="requests", left=0, reset_seconds=20), 20),
    ],
)
def test_how_long_it_takes_until_one_more_is_left(quota, seconds):
    assert quota.seconds_each == seconds
