"""Every error of both SDKs is one of ours."""

import inspect
from collections.abc import Iterator
from types import SimpleNamespace

import anthropic
import anthropic._error_classes
import httpx2
import openai
import pytest

from promptkit.errors import AuthenticationError, BackendError, InvalidRequest, RateLimited, Unavailable, UnknownModel
from promptkit.providers.hosted.errors import Access, SdkErrors, translated

ACCESS = Access("openai/m", "http://host/v1", "sk-key-0123", "OPENAI_API_KEY")

SDKS = [
    SdkErrors(
        openai.OpenAIError,
        openai.APIError,
        openai.APIConnectionError,
        openai.APIStatusError,
        httpx2.RequestError,
    ),
    SdkErrors(
        anthropic.AnthropicError,
        anthropic.APIError,
        anthropic.APIConnectionError,
        anthropic.APIStatusError,
        httpx2.RequestError,
    ),
]

REFUSED = httpx2.Response(400, request=httpx2.Request("POST", "http://host/v1"))

BY_STATUS: dict[int, type[BackendError]] = {
    404: UnknownModel,
    **dict.fromkeys((400, 412, 413, 418, 422, 431), InvalidRequest),
    **dict.fromkeys((401, 402, 403), AuthenticationError),
    **dict.fromkeys((408, 409, 499, 500, 501, 503, 504, 529), Unavailable),
    429: RateLimited,
}


def below(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for kind in error.__subclasses__():
        yield from below(kind)


def made(kind: type[Exception], status: int) -> Exception:
    request = httpx2.Request("POST", "http://host/v1")
    response = httpx2.Response(status, request=request)
    fitting = {"request": request, "response": response, "completion": SimpleNamespace(usage=None)}
    try:
        parameters = inspect.signature(kind).parameters.values()
    except ValueError:  # the constructor of Exception has no signature
        return kind("no")
    needed = [
        p.name for p in parameters if p.default is p.empty and p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}
    ]
    return kind(**{name: fitting.get(name, "no") for name in needed})


def status_of(kind: type[Exception]) -> int:
    default = 500 if "InternalServerError" in kind.__name__ else 418
    return getattr(kind, "status_code", default)


CLASSES = [pytest.param(sdk, kind, id=f"{kind.__module__}.{kind.__name__}") for sdk in SDKS for kind in below(sdk.root)]


@pytest.mark.parametrize(("sdk", "kind"), CLASSES)
def test_each_error_of_an_sdk_is_one_of_ours(sdk, kind):
    status = status_of(kind)
    ours = type(translated(made(kind, status), sdk, ACCESS))
    if issubclass(kind, sdk.status):
        assert ours is BY_STATUS[status]
    elif issubclass(kind, sdk.api):
        assert ours is Unavailable
    else:
        assert ours is InvalidRequest


def test_the_errors_of_both_sdks_were_found():
    names = {(sdk, kind.__name__) for sdk in SDKS for kind in below(sdk.root)}
    assert all((sdk, name) in names for sdk in SDKS for name in ("APITimeoutError", "RateLimitError", "ConflictError"))
    assert len(names) > 150


def test_an_error_without_words_is_still_a_sentence():
    error = translated(openai.BadRequestError("", response=REFUSED, body=None), SDKS[0], ACCESS)
    assert str(error) == "openai/m refused the request (400)"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "too long"}}, "too long"),
        ({"message": "too long"}, "too long"),
        ({"error": "too long"}, "too long"),
        ({"detail": "too long"}, "{'detail': 'too long'}"),
        ("too\n  long", "too long"),
    ],
    ids=["error with message", "message", "error", "something else", "text"],
)
def test_the_words_of_any_server_are_passed_on(body, words):
    error = openai.BadRequestError("no", response=REFUSED, body=body)
    assert str(translated(error, SDKS[0], ACCESS)) == f"openai/m refused the request (400): {words}"


def test_a_key_of_any_form_is_hidden():
    access = Access("vllm/m", "http://host/v1", "my own key", "api_key")
    assert access.redacted("no such key: my own key") == "no such key: [key]"


def test_a_placeholder_for_a_key_is_not_hidden_from_words_that_contain_it():
    access = Access("vllm/m", "http://host/v1", "EMPTY", "api_key")
    assert access.redacted("an EMPTY prompt") == "an EMPTY prompt"
