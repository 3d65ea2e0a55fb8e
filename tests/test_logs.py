import asyncio
import contextlib
import logging
import subprocess
import sys

import pytest

from promptkit import (
    FunctionModel,
    OpenAI,
    Prompt,
    PromptkitError,
    RateLimited,
    Retry,
    SelfReflection,
    Unavailable,
    run,
)
from tests.loopback import Server
from tests.loopback.faults import failing, too_many
from tests.strategies.test_laws import name_of, nested, nestings

KEY = "sk-not-to-be-told"
QUESTION, REPLY = "How far swims the swordfish?", "the reply swims away: 7"


async def at_once(_seconds):
    pass


def told(caplog):
    return [(record.name, record.getMessage()) for record in caplog.records if record.name.startswith("promptkit")]


def nothing_was_quoted(caplog):
    records = [record for record in caplog.records if record.name.startswith("promptkit")]
    text = "".join(f"{record.getMessage()}{record.__dict__}" for record in records)
    return not any(words in text for words in (KEY, "swordfish", "swims away"))


ALONE_OR_REFLECTED = [n for n in nestings if len(n) == 1 or n[0] is SelfReflection]


@pytest.mark.parametrize("nesting", ALONE_OR_REFLECTED, ids=lambda n: ">".join(map(name_of, n)))
def test_no_strategy_tells_a_log_what_was_said(nesting, caplog):
    caplog.set_level(logging.DEBUG, "promptkit")
    failures = iter([Unavailable(f"broken: {QUESTION} {REPLY}", status=503)])

    def reply(prompt):
        for failure in failures:
            raise failure
        return f"{REPLY}\n{prompt.question}"

    model = Retry(FunctionModel(reply), sleep=at_once)
    with contextlib.suppress(PromptkitError):
        run(nested(nesting, model), Prompt.of(QUESTION))
    assert ("promptkit.retry", "function: attempt 1 of 6 failed with Unavailable (503)") in [
        (name, message.partition(";")[0]) for name, message in told(caplog)
    ]
    assert nothing_was_quoted(caplog)


def test_retries_at_a_server_are_told_without_prompt_reply_and_key(monkeypatch, caplog):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    caplog.set_level(logging.DEBUG, "promptkit")

    async def ask(url):
        async with Retry(OpenAI("mock", base_url=url, api_key=KEY), sleep=at_once) as model:
            await model.complete(QUESTION)

    with Server() as server:
        server.then(too_many(), failing(500))
        asyncio.run(ask(server.openai_url))
    assert [message.partition(";")[0] for _, message in told(caplog)] == [
        "openai/mock: attempt 1 of 6 failed with RateLimited (429)",
        "openai/mock: attempt 2 of 6 failed with Unavailable (500)",
    ]
    assert nothing_was_quoted(caplog)


def test_the_library_prints_nothing_by_itself():
    code = "from promptkit.logs import logger; logger('retry').error('told')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


def test_an_error_is_named_without_its_message():
    from promptkit.logs import kind

    assert kind(RateLimited(QUESTION, status=429)) == "RateLimited (429)"
    assert kind(ValueError(QUESTION)) == "ValueError"
