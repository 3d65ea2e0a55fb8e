"""A key that providers echo back is in nothing that a run full of failures leaves, says or traces."""

import traceback

import pytest

from promptkit import BackendError, ChainOfThought, OpenAI, Prompt, PromptkitError, trace_tree
from tests.backends.hosted import ask
from tests.endurance.oracle import Oracle
from tests.endurance.runs import KEY, Bench, write_questions
from tests.loopback import Fault, Server, faults

PLANTED = b"planted-0123456789"  # what is told of the key in no case: all but its customary beginning
LEAKS = [
    *(Fault(status=s, message="Incorrect key: {key}", headers={"x-debug": KEY}) for s in (400, 422, 429, 500, 503)),
    Fault(status=500, body=f"<pre>Authorization: Bearer {KEY}</pre>".encode(), content_type="text/html"),
    Fault(status=502, body=f'{{"error": "{KEY}"}}'.encode()),
    Fault(status=503, body=f'{{"detail": {{"headers": {{"authorization": "Bearer {KEY}"}}}}}}'.encode()),
    Fault(body=f'{{"choices": "{KEY}"}}'.encode()),
    Fault(body=f'{{"{KEY}'.encode(), headers={"x-api-key": KEY}),
    Fault(status=429, message="{key}", headers={"Retry-After": KEY}),
    faults.RESET,
    faults.CUT,
]


@pytest.fixture
def server():
    with Server(answer=Oracle()) as running:
        yield running


@pytest.mark.parametrize("last", [None, 401, 403, 404])
def test_the_key_is_nowhere_after_a_run_full_of_failures(server, tmp_path, last):
    questions = write_questions(tmp_path / "questions.jsonl", 6)
    server.then(*LEAKS, *([Fault(status=last, message="no {key}", headers={"x-key": KEY})] * 99 if last else []))
    process = Bench(tmp_path / "run", questions, server.openai_url).start()
    out, err = process.communicate(timeout=300)
    assert process.returncode in {0, 1, 2}
    assert PLANTED.decode() not in out + err
    assert len(list((tmp_path / "run").iterdir())) > 0
    for file in (tmp_path / "run").rglob("*"):
        assert PLANTED not in file.read_bytes(), file
    assert any(KEY in request.headers["authorization"] for request in server.requests)


@pytest.mark.parametrize("fault", LEAKS, ids=range(len(LEAKS)))
def test_the_key_is_in_no_traceback_and_no_trace(server, fault):
    model = ChainOfThought(OpenAI("m", base_url=server.openai_url, api_key=KEY))
    ask(model.backend, Prompt.of("warm"))
    server.then(fault)
    model = ChainOfThought(OpenAI("m", base_url=server.openai_url, api_key=KEY))
    with pytest.raises(PromptkitError) as caught:
        ask(_Closing(model))
    told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    told += "".join(trace_tree(completion) for completion in caught.value.completions)
    assert isinstance(caught.value, BackendError)
    assert PLANTED.decode() not in told


class _Closing:
    """A strategy that is closed with its model."""

    def __init__(self, strategy):
        self.complete, self.aclose = strategy.complete, strategy.backend.aclose
