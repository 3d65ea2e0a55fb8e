"""What providers report in place of a reply: of any shape, as a status, in a 200, or in a stream."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    Unavailable,
    UnknownModel,
)
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.providers.hosted.errors import Access, held_back, translated
from promptkit.providers.hosted.replies import ErrorReply
from promptkit.streaming import stream_to
from promptkit.types import Usage
from tests.loopback import Fault
from tests.providers.hosted import ADAPTERS, ask

ACCESS = Access("openai/m", "http://host/v1", "sk-key-0123", "OPENAI_API_KEY")

BY_STATUS: dict[int, type[BackendError]] = {
    **dict.fromkeys((400, 405, 412, 413, 418, 422, 431), InvalidRequest),
    **dict.fromkeys((401, 402, 403), AuthenticationError),
    **dict.fromkeys((101, 300, 302, 304, 408, 409, 499, 500, 501, 503, 504, 529, 599), Unavailable),
    404: UnknownModel,
    429: RateLimited,
}

AZURE = {
    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "type": None,
    "param": "prompt",
    "code": "content_filter",
    "status": 400,
    "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": True}}},
}
OPENROUTER = {
    "code": 403,
    "message": 'm requires moderation on Azure. Your input was flagged for "violence/graphic".',
    "metadata": {"reasons": ["violence/graphic"], "flagged_input": "How do I", "provider_name": "Azure"},
}
MODERATED = {
    "Azure": (400, AZURE),
    "Azure, by its inner error alone": (400, {**AZURE, "code": None, "message": "no"}),
    "OpenAI": (400, {"message": "blocked", "type": "image_generation_user_error", "code": "moderation_blocked"}),
    "OpenAI, reasoning": (
        400,
        {
            "message": "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
            "type": "invalid_request_error",
            "code": "invalid_prompt",
        },
    ),
    "a proxy": (400, {"message": "no", "code": "content_policy_violation"}),
    "OpenRouter": (403, OPENROUTER),
    "OpenRouter, for another": (
        403,
        {"code": 403, "message": "Provider returned error", "metadata": {"raw": json.dumps({"error": AZURE})}},
    ),
    "Anthropic": (400, {"type": "invalid_request_error", "message": "Output blocked by content filtering policy"}),
    "DeepSeek": (400, {"message": "Content Exists Risk", "type": "invalid_request_error"}),
    "Alibaba": (400, {"code": "data_inspection_failed", "message": "Input data may contain inappropriate content."}),
}

# What is refused for another reason, in words that are not far from those.
NOT_MODERATED = {
    "a refused key": (403, {"code": 403, "message": "Key limit exceeded"}, AuthenticationError),
    "an account that was flagged": (403, {"message": "Your account was flagged for abuse"}, AuthenticationError),
    "a refused option": (400, {"message": "content_filter is not an option", "code": "unknown"}, InvalidRequest),
    "a rate limit": (429, {"message": "Too many flagged requests"}, RateLimited),
    "a broken filter": (500, {"message": "down", "code": "content_filter"}, Unavailable),
}


@pytest.fixture(params=ADAPTERS)
def make(request, server):
    return ADAPTERS[request.param](server)


def told(status, body):
    return translated(ErrorReply(body, status=status), ACCESS)


def sent(status, body):
    return Fault(status=status, body=json.dumps(body).encode())


def failure(model):
    with pytest.raises(BackendError) as caught:
        ask(model)
    return caught.value


@pytest.mark.parametrize(("status", "kind"), BY_STATUS.items(), ids=str)
def test_each_status_is_one_of_our_errors(status, kind):
    error = told(status, {"error": {"message": "because"}})
    assert (type(error), error.status) == (kind, status)
    assert f"({status}): because" in str(error)


@pytest.mark.parametrize(("status", "error"), MODERATED.values(), ids=MODERATED)
def test_what_was_held_back_by_a_filter_is_a_refusal_in_the_words_of_the_provider(make, server, status, error):
    server.then(sent(status, {"error": error}))
    answer = ask(make())
    assert answer.finish_reason == "refusal"
    assert answer.text.startswith(error["message"])
    assert answer.usage == Usage(calls=1, unmetered=1)


@pytest.mark.parametrize(("status", "error", "kind"), NOT_MODERATED.values(), ids=NOT_MODERATED)
def test_other_refusals_are_errors(make, server, status, error, kind):
    server.then(sent(status, {"error": error}))
    assert type(failure(make())) is kind


def test_a_refusal_in_the_place_of_a_reply_or_of_a_stream_is_one(make, server):
    body = {"error": OPENROUTER}
    server.then(sent(200, body), sent(200, body), sent(403, body))
    assert ask(make()).finish_reason == "refusal"
    for _ in range(2):
        with stream_to(lambda delta: None):
            assert ask(make()).text == OPENROUTER["message"]


IN_A_200 = {
    "a rate limit": ({"code": 429, "message": "Rate limit exceeded"}, RateLimited),
    "a rate limit in words": ({"code": "rate_limit_exceeded", "message": "slow down"}, RateLimited),
    "a rate limit as text": ({"code": "429", "message": "slow down"}, RateLimited),
    "a refused key": ({"code": 401, "message": "no key"}, AuthenticationError),
    "no credit": ({"code": 402, "message": "pay"}, AuthenticationError),
    "a refused request": ({"type": "invalid_request_error", "message": "no"}, InvalidRequest),
    "a prompt that is too long": ({"code": 400, "message": "maximum context length is 8"}, PromptTooLong),
    "an unknown model": ({"code": 404, "message": "no such model"}, UnknownModel),
    "a provider that is down": ({"code": 502, "message": "down"}, Unavailable),
    "no code": ({"message": "no"}, Unavailable),
    "only words": ("no", Unavailable),
}


@pytest.mark.parametrize(("error", "kind"), IN_A_200.values(), ids=IN_A_200)
@pytest.mark.parametrize("around", [{}, {"choices": [], "content": None}, {"choices": None}], ids=str)
def test_an_error_in_a_200_is_that_error(make, server, error, kind, around):
    server.then(sent(200, {**around, "error": error}))
    caught = failure(make())
    assert type(caught) is kind
    assert (error if isinstance(error, str) else error["message"]) in str(caught)


def test_an_error_in_a_200_keeps_the_wait_of_its_headers(make, server):
    body = json.dumps([{"error": {"code": 429, "message": "no"}}]).encode()
    server.then(Fault(body=body, headers={"Retry-After": "7"}))
    error = failure(make())
    assert (type(error), error.status, error.retry_after) == (RateLimited, 429, 7)


def test_an_error_beside_a_choice_is_that_error(server):
    choice = {"message": {"content": "so"}, "finish_reason": "error", "error": {"code": 429, "message": "slow down"}}
    server.then(Fault(fields={"choices": [choice]}))
    error = failure(ADAPTERS["openai"](server)())
    assert (type(error), error.status) == (RateLimited, 429)


def of_google(wait):
    details = [{"@type": "type.googleapis.com/google.rpc.Help"}, {"@type": "RetryInfo", "retryDelay": wait}]
    return [{"error": {"code": 429, "message": "no", "status": "RESOURCE_EXHAUSTED", "details": details}}]


WAITS = [
    (of_google("20s"), 20),
    (of_google("1.5s"), 1.5),
    (of_google("soon"), None),
    ({"error": {"message": "no", "retry_after": 3}}, 3),
    ({"error": {"message": "no", "retry_after_ms": 250}}, 0.25),
    ({"error": {"message": "no", "retry_after": "4"}}, 4),
    ({"error": {"message": "no"}, "retry_after_seconds": 5.5}, 5.5),
    ({"error": {"message": "no", "metadata": {"retry_after": 6}}}, 6),
    ({"error": {"message": "no", "retry_after": None}}, None),
    ({"error": {"message": "no", "retry_after": [1]}}, None),
    ({"error": {"message": "no", "retry_after": -1}}, None),
    ({"error": {"message": "no", "retry_after": 10**400}}, None),
    ({"error": {"message": "Rate limit reached for m. Please try again in 1.5s. Visit …"}}, 1.5),
    ({"error": {"message": "Please try again in 20ms."}}, 0.02),
    ({"error": {"message": "Please try again in 6m0s."}}, 360),
    ({"error": {"message": "Please try again in 1h2m3.5s."}}, 3723.5),
    ({"error": {"message": "Please retry after 26 seconds. To raise the limit …"}}, 26),
    ({"error": {"message": "Please retry in 20.5s."}}, 20.5),
    ({"error": {"message": "please try again in 2 minutes"}}, 120),
    ({"error": {"message": "try again in 3 moons"}}, None),
    ({"error": {"message": "please try again later"}}, None),
]


@pytest.mark.parametrize(("body", "seconds"), WAITS, ids=str)
def test_a_wait_in_the_body_is_passed_on(make, server, body, seconds):
    server.then(sent(429, body))
    assert failure(make()).retry_after == pytest.approx(seconds)


def test_a_moment_at_which_a_limit_is_whole_again_is_a_wait(make, server):
    moment = str(int(1000 * (time.time() + 3600)))
    metadata = {"headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": moment}}
    server.then(sent(429, {"error": {"code": 429, "message": "free-models-per-min", "metadata": metadata}}))
    assert 3500 < failure(make()).retry_after <= 3600


def test_a_wait_in_the_headers_comes_before_one_in_the_body(make, server):
    server.then(Fault(status=429, body=json.dumps(of_google("20s")).encode(), headers={"Retry-After": "3"}))
    assert failure(make()).retry_after == 3


UNKNOWN_MODELS = {
    "OpenAI": (404, {"message": "The model `m` does not exist", "code": "model_not_found"}),
    "OpenAI, of a project": (403, {"message": "Project `p` does not have access", "code": "model_not_found"}),
    "a 400": (400, {"message": "no m here", "type": "invalid_request_error", "code": "model_not_found"}),
    "Ollama": (404, {"message": 'model "m" not found, try pulling it first', "type": "api_error"}),
    "Anthropic": (404, {"type": "not_found_error", "message": "model: m"}),
    "someone": (404, {"message": "I know no m"}),
    "OpenRouter": (400, {"message": "m is not a valid model ID", "code": 400}),
    "DeepSeek": (400, {"message": "Model Not Exist", "type": "invalid_request_error"}),
}


@pytest.mark.parametrize(("status", "error"), UNKNOWN_MODELS.values(), ids=UNKNOWN_MODELS)
def test_an_unknown_model_is_told_as_one(status, error):
    caught = told(status, {"error": error})
    assert type(caught) is UnknownModel
    assert str(caught) == (
        f"openai/m was not found at http://host/v1 ({status}): {error['message']}; check the name of the model"
    )


@pytest.mark.parametrize(
    "words",
    [
        "This model is only supported in v1/responses and not in v1/chat/completions.",
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
    ],
)
def test_a_model_of_the_responses_api_alone_is_told_with_its_name_there(words):
    error = told(404, {"error": {"message": words, "type": "invalid_request_error", "param": "model", "code": None}})
    assert type(error) is UnknownModel
    assert str(error) == f"openai/m is not served by Chat Completions (404): {words}; write openai-responses/NAME"


@pytest.mark.parametrize(
    "body",
    [
        "<html>404: this model of a page is not there</html>",
        {"detail": "Not Found"},
        {"error": {"message": "Unknown request URL: POST /chat/completions", "code": "unknown_url"}},
        {"error": {"type": "not_found_error", "message": "Not found"}},
        "404 page not found\n",
        {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}},
        "",
    ],
    ids=str,
)
def test_an_address_at_which_nothing_is_makes_one_doubt_the_base_url(body):
    error = told(404, body)
    assert type(error) is UnknownModel
    assert str(error).startswith("there is no API at http://host/v1 (404)")
    assert str(error).endswith("; is the base URL right?")


def test_an_error_without_words_is_still_a_sentence():
    assert str(told(400, None)) == "openai/m refused the request (400)"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "too long"}}, "too long"),
        ({"message": "too long"}, "too long"),
        ({"error": "too long"}, "too long"),
        ({"detail": "too long"}, "too long"),
        ({"detail": [{"loc": ["body"], "msg": "too long"}]}, "[{'loc': ['body'], 'msg': 'too long'}]"),
        ({"fault": "too long"}, "{'fault': 'too long'}"),
        (["too long"], "too long"),
        ([{"error": {"message": "too long"}}], "too long"),
        ("too\n  long", "too long"),
        (7, "7"),
        ("half \ud83d, \x00, \x1b[31m", "half \ufffd, \ufffd, \ufffd[31m"),
    ],
    ids=ascii,
)
def test_the_words_of_any_server_are_passed_on(body, words):
    assert str(told(400, body)) == f"openai/m refused the request (400): {words}"


def test_words_of_any_length_are_one_short_line():
    for body in ("no " * 10**6, {"error": {"message": "\n" * 10**6 + "no"}}, [0] * 10**5):
        assert len(str(told(400, body))) < 500
        assert len(str(told(400, body)).splitlines()) == 1


# fmt: off
NAMES = st.sampled_from([
    *("error", "message", "code", "type", "status", "details", "metadata", "raw", "headers", "innererror"),
    *("retryDelay", "retry_after", "X-RateLimit-Reset", "detail", "error_code"),
])
# fmt: on
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@given(body=JSON, status=st.none() | st.integers(100, 999))
def test_any_error_of_a_provider_is_one_of_ours_or_a_refusal(body, status):
    error = ErrorReply(body, status=status)
    refused, ours = held_back(error, ACCESS), translated(error, ACCESS)
    assert refused is None or refused.finish_reason == "refusal"
    assert isinstance(ours, BackendError)
    assert str(ours).isprintable()
    assert len(str(ours)) < 500
    assert ours.retry_after is None or 0 <= ours.retry_after < float("inf")


def test_an_error_nested_without_end_has_words():
    nested: object = "no"
    for _ in range(100_000):
        nested = {"inner": nested}
    assert ErrorBody.of({"error": nested}).words == "an error that can't be shown"
    while isinstance(nested, dict):  # or taking it apart would be as deep
        nested = nested.pop("inner")


def test_a_key_of_any_form_is_hidden():
    access = Access("vllm/m", "http://host/v1", "my own key", "api_key")
    assert access.redacted("no such key: my own key") == "no such key: [key]"


def test_a_placeholder_for_a_key_is_not_hidden_from_words_that_contain_it():
    access = Access("vllm/m", "http://host/v1", "EMPTY", "api_key")
    assert access.redacted("an EMPTY prompt") == "an EMPTY prompt"
