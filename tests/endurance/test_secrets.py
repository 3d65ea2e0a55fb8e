"""A key that providers echo back is in nothing that a run full of failures leaves, says, reports, logs or traces."""

import json
import logging
import traceback
import zipfile
from contextlib import nullcontext

import pyarrow.parquet as pq
import pytest

from promptkit import BackendError, ChainOfThought, OpenAI, PromptkitError, stream_to, trace_tree
from promptkit.report.write import write_report
from tests.endurance.oracle import Oracle
from tests.endurance.runs import KEY, Bench, write_questions
from tests.loopback import Fault, Server, faults
from tests.providers.hosted import ask

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
STREAMED = [
    Fault(events=faults.then_error("overloaded_error", f"Incorrect key: {KEY}"), headers={"x-debug": KEY}),
    Fault(events=faults.then_error("authentication_error", f"Bearer {KEY}")),
    Fault(events=lambda events: [*events[:2], {"error": {"headers": {"authorization": KEY}}}]),
    Fault(events=lambda events: [*events[:2], json.dumps({"choices": KEY})]),
    Fault(events=lambda events: [*events[:2], json.dumps([KEY])]),
    Fault(events=lambda events: [*events[:2], '{"' + KEY]),
    Fault(framing=lambda data: data[:300] + f": {KEY}\n\n{KEY}: {KEY}\n\nevent: {KEY}\ndata: {KEY}\n\n".encode()),
    Fault(events=faults.before_last_piece, headers={"x-debug": KEY}),
]


@pytest.fixture
def server():
    with Server(answer=Oracle()) as running:
        yield running


@pytest.mark.parametrize("last", [None, 401, 403, 404])
def test_the_key_is_nowhere_after_a_run_full_of_failures(server, tmp_path, last):
    questions = write_questions(tmp_path / "questions.jsonl", 6)
    answered = (Fault(), Fault(), Fault())  # after each failure, or they would be an outage, which is waited out
    server.then(
        *(reply for leak in LEAKS for reply in (leak, *answered)),
        *([Fault(status=last, message="no {key}", headers={"x-key": KEY})] * 99 if last else []),
    )
    process = Bench(tmp_path / "run", questions, server.openai_url).start()
    out, err = process.communicate(timeout=300)
    assert process.returncode in {0, 1, 2}
    assert PLANTED.decode() not in out + err
    assert len(list((tmp_path / "run").iterdir())) > 0
    for file in (tmp_path / "run").rglob("*"):
        assert PLANTED not in file.read_bytes(), file
        assert file.stat().st_mode & 0o077 == 0, f"{file} may be read by others"
    assert any(KEY in request.headers["authorization"] for request in server.requests)


def test_the_key_is_in_no_report_of_a_run_full_of_failures(server, tmp_path):
    questions = write_questions(tmp_path / "questions.jsonl", 6)
    leaks = [fault for fault in LEAKS if fault.status in {400, 422}]  # which fail for good, and are reported
    server.then(*[leaks[0], *leaks] * 5)
    Bench(tmp_path / "run", questions, server.openai_url).start().communicate(timeout=300)
    (tmp_path / "out").mkdir()
    for name in ("report.html", "report.md", "rows.csv", "rows.parquet"):
        write_report(tmp_path / "run", output=tmp_path / "out" / name)
    write_report(tmp_path / "run", output=tmp_path / "out" / "logs", format="eval")
    written = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert "Incorrect key: [key]" in (tmp_path / "out" / "rows.csv").read_text()
    assert len(written) >= 5
    for file in written:
        assert PLANTED not in whole(file), file


def whole(file):
    """What a file says, unpacked where it is packed."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    if file.suffix == ".parquet":
        return str(pq.read_table(file).to_pylist()).encode()
    return file.read_bytes()


CALLS = [*((leak, streamed) for leak in LEAKS for streamed in (False, True)), *((leak, True) for leak in STREAMED)]


@pytest.mark.parametrize(("fault", "streamed"), CALLS, ids=range(len(CALLS)))
def test_the_key_is_in_no_traceback_no_trace_and_no_log(server, fault, streamed, caplog):
    caplog.set_level(logging.DEBUG)
    server.then(fault)
    model = ChainOfThought(OpenAI("m", base_url=server.openai_url, api_key=KEY))
    heard = []
    with stream_to(heard.append) if streamed else nullcontext(), pytest.raises(PromptkitError) as caught:
        ask(_Closing(model))
    told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + caplog.text + str(heard)
    told += "".join(trace_tree(completion) for completion in caught.value.completions)
    assert isinstance(caught.value, BackendError)
    assert PLANTED.decode() not in told
    assert caplog.records


class _Closing:
    """A strategy that is closed with its model."""

    def __init__(self, strategy):
        self.complete, self.aclose = strategy.complete, strategy.backend.aclose
