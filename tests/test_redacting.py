"""What looks like a key in words of others."""

import time

import pytest

from promptkit.redacting import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Incorrect API key provided: sk-proj-abc***xyz.", "Incorrect API key provided: [key]."),
        ("gsk_0123456789abcdef is over its limit", "[key] is over its limit"),
        (f"key AIza{'b' * 35} is not valid", "key [key] is not valid"),
        ("for url 'https://a.test/v1?alt=sse&key=abc123'", "for url 'https://a.test/v1?alt=sse&key=[key]'"),
        ("https://a.test/?api_key=abc#top", "https://a.test/?api_key=[key]#top"),
        ("https://a.test/?X-Amz-Signature=abc&x=1", "https://a.test/?X-Amz-Signature=[key]&x=1"),
        ("https://me:secret@a.test/v1", "https://[key]@a.test/v1"),
        ("{'authorization': 'Bearer abcdefghijklmnop.q'}", "{'authorization': 'Bearer [key]'}"),
        ("authorization: Basic bWU6c2VjcmV0bWU6cw==", "authorization: Basic [key]"),
    ],
)
def test_what_looks_like_a_key_is_not_shown(text, shown):
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "it failed: basic arithmetic of the risk-averse (line 3)",
        "KeyError: 'question' at /home/me/task-key.py, line 12",
        "https://a.test/v1?model=gpt&keyboard=1 was not found",
        "the bearer of bad news: token count is 5",
    ],
)
def test_other_words_stay(text):
    assert redacted(text) == text


@pytest.mark.parametrize("unit", ["sk-", "://", "?key", "bearer ", "a-", "&token=", "authorization: "])
def test_long_texts_take_time_in_proportion(unit):
    started = time.process_time()
    redacted(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 2
