"""What all adapters promise, through the real SDKs and a real server."""

import asyncio
import gc
import socket
import subprocess
import sys
import traceback

import anthropic
import httpx2
import openai
import pytest

from promptkit.backend import Model
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    RateLimited,
    TimedOut,
    Unavailable,
    UnknownModel,
    UsageError,
)
from promptkit.providers.hosted import keep_alive
from promptkit.types import Prompt, Quota
from promptkit.wrappers.limit import Limit
from tests.loopback import Fault, Server, faults
from tests.loopback.gates import Bucket
from tests.providers.hosted import ADAPTERS, KEY, Make, ask

TURNS = [{"role": "user", "content": "hello"}]
BODY = {"model": "m", "messages": TURNS, "input": TURNS, "max_tokens": 9}
ENDLESS = {"late": faults.LATE, "trickling": faults.TRICKLING}

REFUSALS = {
    400: InvalidRequest,
    401: AuthenticationError,
    402: AuthenticationError,
    403: AuthenticationError,
    404: UnknownModel,
    413: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
}


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest, server: Server) -> Make:
    return ADAPTERS[request.param](server)


def failure(model: Model) -> BackendError:
    with pytest.raises(BackendError) as caught:
        ask(model)
    return caught.value


def test_it_is_a_model(make):
    assert isinstance(make(), Model)


def test_a_text_is_one_user_turn(make):
    async def once():
        model = make()
        answer = await model.complete("What is 6 times 7?")
        await model.aclose()
        return answer

    assert asyncio.run(once()).prompt == Prompt.of("What is 6 times 7?")


def test_what_is_no_prompt_is_an_error_that_says_what_to_do(make):
    with pytest.raises(TypeError, match=r"build one with Prompt\.of"):
        asyncio.run(make().complete(42))


def test_the_answer_is_the_models(make, server):
    server.answer = lambda turns: f"{turns[-1]['role']} {turns[-1]['content']}"
    answer = ask(make(), "hello")
    assert (answer.text, answer.finish_reason) == ("user hello", "stop")
    assert answer.by == make().name
    assert answer.prompt == Prompt.of("hello")


def test_the_tokens_of_prompt_and_reply_are_counted(make, server):
    server.answer = lambda turns: "one two three"
    usage = ask(make(), Prompt.of("four words of question", system="two words")).usage
    assert (usage.calls, usage.unmetered, usage.input_tokens, usage.output_tokens) == (1, 0, 6, 3)


def test_the_draw_is_not_sent(make, server):
    ask(make(), Prompt.of("q", max_tokens=5))
    ask(make(), Prompt.of("q", max_tokens=5).with_draw(3))
    assert server.requests[0].body == server.requests[1].body


def test_a_reply_at_the_token_limit_is_kept_as_such(make, server):
    server.then(faults.CUT_BY_LIMIT)
    answer = ask(make(), "q")
    assert (answer.text, answer.finish_reason) == ("you said: q", "length")


def test_a_filtered_reply_is_a_refusal(make, server):
    server.then(faults.FILTERED)
    assert ask(make()).finish_reason == "refusal"


@pytest.mark.parametrize("fault", [faults.UNMETERED, faults.MALFORMED_USAGE], ids=["missing", "malformed"])
def test_a_reply_without_token_counts_is_unmetered(make, server, fault):
    server.then(fault)
    answer = ask(make(), "q")
    assert answer.text == "you said: q"
    assert (answer.usage.calls, answer.usage.unmetered, answer.usage.input_tokens) == (1, 1, 0)


def test_null_content_is_a_paid_reply_without_text(make, server):
    server.then(faults.NULL_CONTENT)
    answer = ask(make(), "two words")
    assert (answer.text, answer.finish_reason) == ("", "stop")
    assert (answer.usage.calls, answer.usage.unmetered, answer.usage.input_tokens) == (1, 0, 2)


@pytest.mark.parametrize("fault", faults.UNAVAILABLE.values(), ids=faults.UNAVAILABLE)
def test_no_usable_reply_is_unavailable(make, server, fault):
    server.then(fault)
    assert type(failure(make())) is Unavailable
    assert len(server.requests) == 1  # asked once: attempts are counted in one place


@pytest.mark.parametrize("fault", ENDLESS.values(), ids=ENDLESS)
def test_the_deadline_is_for_the_whole_call(make, server, fault):
    server.then(fault)
    error = failure(make(timeout_seconds=0.3))
    assert type(error) is TimedOut
    assert str(error) == f"{make().name} did not answer within 0.3 s; raise timeout_seconds"


@pytest.mark.parametrize(("status", "kind"), REFUSALS.items(), ids=str)
def test_a_refusal_is_one_of_ours(make, server, status, kind):
    server.then(Fault(status=status, message="because"))
    error = failure(make())
    assert type(error) is kind
    assert (error.model, error.status, error.request_id) == (make().name, status, "req-1")
    assert f"({status}): because" in str(error)


def test_an_unknown_model_is_told_with_where_it_was_looked_for(make, server):
    server.then(Fault(status=404, message="The model `m` does not exist"))
    model = make()
    assert str(failure(model)) == (
        f"{model.name} was not found at {model.endpoint} (404): The model `m` does not exist; "
        "check the name of the model"
    )


@pytest.mark.parametrize("code", ["insufficient_quota", "contract_spend_limit_reached", "enforced_spend_limit_reached"])
def test_a_429_for_want_of_credit_is_not_worth_a_retry(make, server, code):
    server.then(Fault(status=429, code=code, message="pay first"))
    error = failure(make())
    assert type(error) is AuthenticationError
    assert str(error) == (
        f"{make().name} has no credit left (429): pay first; add credit at the provider or use another key"
    )


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.too_many(), None),
        (faults.too_many(7), 7.0),
        (faults.too_many("Thu, 01 Jan 1970 00:00:00 GMT"), 0.0),
        (faults.too_many("soon"), None),
        (faults.too_many("inf"), None),
        (faults.too_many(-3), 0.0),
        (Fault(status=429, headers={"retry-after-ms": "250", "Retry-After": "1"}), 0.25),
        (Fault(status=503, headers={"Retry-After": "2"}), 2.0),
    ],
    ids=["none", "seconds", "past date", "no time", "endless", "negative", "milliseconds", "with a 503"],
)
def test_the_wait_that_the_provider_asks_for_is_passed_on(make, server, fault, seconds):
    server.then(fault)
    assert failure(make()).retry_after == seconds


def test_a_date_to_retry_after_counts_from_now(make, server):
    server.then(faults.too_many("Fri, 31 Dec 2100 23:59:59 GMT"))
    assert failure(make()).retry_after > 365 * 24 * 3600


QUOTAS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1s",
    "Date": "Mon, 01 Jan 2024 00:00:00 GMT",
    "anthropic-ratelimit-input-tokens-limit": "1000",
    "anthropic-ratelimit-input-tokens-remaining": "400",
    "anthropic-ratelimit-input-tokens-reset": "2024-01-01T00:00:30Z",
}
TOLD = (
    Quota(unit="requests", left=59, limit=60, reset_seconds=1),
    Quota(unit="input tokens", left=400, limit=1000, reset_seconds=30),
)


def test_what_is_left_of_the_providers_limits_is_told_with_a_reply(make, server):
    server.then(Fault(headers=QUOTAS))
    answer = ask(make())
    assert answer.quotas == TOLD
    assert "quotas" not in answer.model_dump()


def test_what_is_left_of_the_providers_limits_is_told_with_a_refusal(make, server):
    server.then(Fault(status=429, headers=QUOTAS))
    assert failure(make()).quotas == TOLD


def test_a_server_that_is_not_there_is_named(make):
    with Server() as gone:
        url = f"{gone.url}/v1"
    error = failure(make(base_url=url))
    assert type(error) is Unavailable
    assert str(error) == f"could not reach {url} (connection refused); is the server running?"


def test_a_connection_that_breaks_is_not_told_as_a_missing_server(make, server):
    server.then(faults.RESET)
    model = make()
    assert str(failure(model)) == (
        f"the connection to {model.endpoint} broke off (connection reset by peer); try again"
    )


def test_a_web_page_makes_one_doubt_the_base_url(make, server):
    server.then(faults.WEB_PAGE)
    model = make()
    assert (
        str(failure(model)) == f"{model.endpoint} sent no usable reply (body: no JSON object); is the base URL right?"
    )


def test_a_missing_key_is_told_before_anything_is_sent(make, server):
    error = failure(make(api_key=None))
    assert type(error) is AuthenticationError
    name = "ANTHROPIC_API_KEY" if "anthropic" in make().name else "OPENAI_API_KEY"
    assert str(error) == f"{name} is not set; export it, or ask the model nano, which needs no key"
    assert server.requests == []


def test_a_model_without_a_key_has_an_identity(make, server):
    assert make(api_key=None).name == make().name
    assert make(api_key=None).endpoint == make().endpoint


@pytest.mark.parametrize("key", ["sk-\N{EN DASH}not-ascii", "sk-two\nlines"], ids=["not ASCII", "two lines"])
def test_a_key_that_no_header_can_carry_is_told_before_anything_is_sent(make, server, key):
    error = failure(make(api_key=key))
    assert type(error) is AuthenticationError
    assert key not in str(error)
    assert server.requests == []


def test_blanks_around_the_key_are_not_sent(make, server):
    ask(make(api_key=f" {KEY}\n"))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_key_is_not_shown_with_the_model(make):
    assert KEY not in repr(make())
    assert KEY not in str(vars(make()))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401, message="Incorrect API key provided: {key}"),
        Fault(status=401, message="Incorrect API key provided: sk-secret-0123****6789"),
        Fault(status=429, message="too much of {key}"),
        Fault(status=500, body=b"<pre>Authorization: Bearer sk-secret-0123456789</pre>", content_type="text/html"),
        Fault(body=b'{"sk-secret-0123456789'),
        faults.RESET,
    ],
    ids=["quoted", "masked", "with a 429", "in a page", "in a reply", "reset"],
)
def test_no_error_tells_the_key(make, server, fault):
    server.then(fault)
    error = failure(make())
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert "sk-secret" not in told
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_long_page_is_cut(make, server):
    server.then(Fault(status=502, body=b"<p>" + b"so sorry " * 1000, content_type="text/html"))
    assert len(str(failure(make()))) < 500


def test_the_endpoint_tells_no_credentials(make):
    model = make(base_url="https://me:password@host.example:8443/v1/?token=secret")
    assert model.endpoint == "https://host.example:8443/v1"


@pytest.mark.parametrize(
    ("prompt", "fault"),
    [
        (Prompt.of("half a pair: \ud800"), r"it has half a character, '\ud800' (an unpaired surrogate); replace it"),
        (Prompt.of("q").with_temperature(float("inf")), "its temperature, inf, is not a finite number"),
    ],
    ids=["half a character", "an endless temperature"],
)
def test_what_json_has_no_words_for_is_refused_before_anything_is_sent(make, server, prompt, fault):
    with pytest.raises(InvalidRequest) as caught:
        ask(make(), prompt)
    assert str(caught.value) == f"the prompt can't be sent to {make().name}: {fault}"
    assert server.requests == []


def test_a_base_url_with_a_password_is_refused_before_anything_is_sent(make, server):
    model = make(base_url=server.openai_url.replace("http://", "http://me:password@"))
    with pytest.raises(UsageError, match="has a password, which can't be sent beside a key; remove it"):
        ask(model)
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["host/v1", "localhost:8000", "ftp://host", "http://", "http://host:port", "http://[::1", "http://a\nb"]
)
def test_a_base_url_that_is_none_is_a_mistake(make, url):
    with pytest.raises(UsageError, match="give one such as http://localhost:8000/v1"):
        make(base_url=url)


@pytest.mark.parametrize("option", ["timeout_seconds", "idle_seconds"])
@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_deadline_that_nothing_can_meet_is_a_mistake(make, option, seconds):
    with pytest.raises(UsageError, match=f"{option} must be positive, got"):
        make(**{option: seconds})


def test_a_closed_model_cannot_be_asked(make):
    model = make()
    ask(model)
    with pytest.raises(UsageError, match="is closed"):
        ask(model)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the first loop ends with its connection open
def test_a_model_can_be_asked_in_one_event_loop_after_another(make, server):
    model = make()
    first, second = asyncio.run(model.complete(Prompt.of("q"))), ask(model, "q")
    gc.collect()  # while the warning is ignored
    assert (first.text, second.text) == ("you said: q", "you said: q")


def test_many_calls_can_be_under_way(make, server):
    model = make()

    async def all_of_them():
        answers = await asyncio.gather(*(model.complete(Prompt.of(str(i))) for i in range(20)))
        await model.aclose()
        return [answer.text for answer in answers]

    assert asyncio.run(all_of_them()) == [f"you said: {i}" for i in range(20)]


def test_a_provider_that_tells_what_is_left_is_hardly_asked_for_more(make, server):
    server.gate = bucket = Bucket(size=20, rate=40)
    limit = Limit(make(), 16)

    async def all_of_them():
        answers = await asyncio.gather(*(limit.complete(Prompt.of(str(i))) for i in range(80)), return_exceptions=True)
        await limit.aclose()
        return sum(isinstance(answer, RateLimited) for answer in answers)

    assert asyncio.run(all_of_them()) == bucket.refused
    assert len(server.requests) == 80
    assert bucket.refused <= 2


def test_no_sdk_is_imported_before_the_first_call():
    code = (
        "import sys\n"
        "from promptkit.providers.anthropic import Anthropic\n"
        "from promptkit.providers.openai import OpenAI\n"
        "OpenAI('m', api_key='k'), Anthropic('m', api_key='k')\n"
        "print({'openai', 'anthropic', 'httpx2'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_request_says_of_itself_what_the_sdks_own_says(name, server, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)

    async def through_the_sdk():
        timeout = {"timeout": openai.Timeout(None, connect=10)}
        if name != "anthropic":
            client = openai.AsyncOpenAI(api_key=KEY, base_url=server.openai_url, **timeout)
            path = "/responses" if name == "openai-responses" else "/chat/completions"
            await client.post(path, cast_to=httpx2.Response, body=BODY)
        else:
            client = anthropic.AsyncAnthropic(api_key=KEY, base_url=server.url, **timeout)
            await client.post("/v1/messages", cast_to=httpx2.Response, body=BODY)
        await client.close()

    asyncio.run(through_the_sdk())
    ask(ADAPTERS[name](server)(), "é")
    theirs, ours = ({k.lower(): v for k, v in request.headers.items()} for request in server.requests)
    assert theirs.pop("x-stainless-retry-count") == "0"
    theirs.pop("x-stainless-timeout", None)
    assert theirs.pop("content-length") != ours.pop("content-length")
    assert ours == theirs


def test_connections_have_tcp_keep_alive(make, monkeypatch):
    made, make_socket = [], keep_alive._socket
    monkeypatch.setattr(keep_alive, "_socket", lambda address: made.append(make_socket(address)) or made[-1])
    seen = []

    async def asked():
        model = make()
        await model.complete("q")
        seen.extend(one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) for one in made)
        await model.aclose()

    asyncio.run(asked())
    assert len(seen) == 1
    assert seen[0]


@pytest.mark.parametrize("version", ["2024-06-01", "2025-01-01"])
def test_a_base_url_keeps_its_path_and_query_and_its_identity_tells_versions_apart(make, server, version):
    base = f"{server.url}/proxy/v1?api-version={version}&api-key=hidden#there"
    model = make(base_url=base)
    failure(model)
    paths = {"openai": "chat/completions", "openai-responses": "responses", "anthropic": "v1/messages"}
    path = paths[model.name.partition("/")[0]]
    assert server.requests[-1].path == f"/proxy/v1/{path}?api-version={version}&api-key=hidden"
    assert model.endpoint == f"{server.url}/proxy/v1?api-version={version}"


def test_a_key_of_the_environment_goes_to_no_other_server(make, server, monkeypatch):
    provider = make().name.partition("/")[0]
    prefix = "ANTHROPIC" if provider == "anthropic" else "OPENAI"
    variable = f"{prefix}_API_KEY"
    monkeypatch.setenv(variable, "sk-of-the-provider")
    model = make(api_key=None)
    error = failure(model)
    fact = f"the base URL is not {provider}'s, and {variable} is sent only there"
    assert str(error) == f"{fact}; set {prefix}_BASE_URL or give api_key"
    assert server.requests == []
    monkeypatch.setenv(f"{prefix}_BASE_URL", server.url)
    ask(make(api_key=None))
    assert "sk-of-the-provider" in str(server.requests[-1].headers)


def test_headers_of_the_environment_go_to_no_other_server(make, server, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-hidden")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "hidden")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-hidden")
    for provider in ("OPENAI", "ANTHROPIC"):
        monkeypatch.setenv(f"{provider}_CUSTOM_HEADERS", "X-Secret: hidden")
    ask(make())
    assert "hidden" not in str(server.requests[-1].headers)


@pytest.mark.parametrize(
    ("option", "value"), [("base_url", 3), ("api_key", 3), ("timeout_seconds", "5"), ("idle_seconds", True)]
)
def test_an_argument_of_the_wrong_type_is_told_when_the_model_is_made(make, option, value):
    with pytest.raises(TypeError, match=rf"{option} must be a (text|number), got {value!r}"):
        make(**{option: value})
