"""Ctrl-C and SIGTERM, sent to a real process: what is in the air is finished, nothing more is sent, nothing is lost."""

import contextlib
import dataclasses
import signal
import threading
import time

import pytest

from tests.endurance.oracle import Oracle
from tests.endurance.runs import Bench, result, write_questions
from tests.loopback import Server, faults

IN_THE_AIR = 4
PATIENCE = 120  # seconds; then something hangs


class Holding(Oracle):
    """Keeps every reply back until it is released; `full` when so many calls as may be are in the air."""

    def __init__(self):
        super().__init__(seen=lambda n: self.full.set() if n == IN_THE_AIR else None)
        self.full, self.released = threading.Event(), threading.Event()

    def __call__(self, turns):
        reply = super().__call__(turns)
        self.released.wait(PATIENCE)
        return reply


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    """A run that nobody interrupts: its result, its record, and what it asked."""
    folder = tmp_path_factory.mktemp("undisturbed")
    bench = Bench(folder / "run", write_questions(folder / "questions.jsonl", 4), server.openai_url, IN_THE_AIR)
    oracle = server.answer = Oracle()
    return bench.finish(), bench.tables(), oracle.asked


@pytest.fixture
def oracle(server, undisturbed):
    server.answer = holding = Holding()
    server.requests.clear()
    yield holding
    holding.released.set()


@pytest.fixture
def bench(server, oracle, tmp_path):
    return Bench(tmp_path / "run", write_questions(tmp_path / "questions.jsonl", 4), server.openai_url, IN_THE_AIR)


def signalled(process, number):
    """Send the signal; the line that the process says to it."""
    process.send_signal(number)
    return next(line for line in process.stderr if line.startswith("stopping: "))


def assert_it_goes_on_as_if_nothing_had_happened(bench, server, undisturbed, lost=0):
    result, tables, asked = undisturbed
    before, server.answer = server.answer.asked, Oracle()
    assert bench.finish() == result
    assert bench.tables() == tables
    assert (server.answer.asked + before).total() == asked.total() + lost


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_lets_the_calls_in_the_air_end(bench, server, oracle, undisturbed, number, code):
    process = bench.start()
    assert oracle.full.wait(PATIENCE)
    said = signalled(process, number)
    oracle.released.set()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert said.endswith(f"resume it with: promptkit resume {bench.directory}\n")
    assert len(server.requests) == len(bench.tables()["calls"]) == IN_THE_AIR
    assert_it_goes_on_as_if_nothing_had_happened(bench, server, undisturbed)


def test_a_machine_that_slept_pays_twice_for_no_more_than_was_in_flight(bench, server, oracle, undisturbed):
    bench = dataclasses.replace(bench, more=("--timeout-seconds=5",))
    process = bench.start()
    assert oracle.full.wait(PATIENCE)
    process.send_signal(signal.SIGSTOP)
    oracle.released.set()
    time.sleep(6)  # longer than a call may take; one that a busy machine answers late is no other call
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=PATIENCE)
    expected, tables, asked = undisturbed
    assert result(process.returncode, out, err) == expected
    assert bench.tables() == tables
    assert server.answer.asked.total() <= asked.total() + IN_THE_AIR


def test_the_second_signal_waits_for_nothing(bench, server, oracle, undisturbed):
    process = bench.start()
    assert oracle.full.wait(PATIENCE)
    signalled(process, signal.SIGINT)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert not oracle.released.is_set()
    oracle.released.set()
    assert_it_goes_on_as_if_nothing_had_happened(bench, server, undisturbed, lost=IN_THE_AIR)


def test_waits_between_retries_end_at_once(bench, server, undisturbed):
    refused = threading.Event()

    @contextlib.contextmanager
    def refuse():
        refused.set()
        yield faults.Fault(status=503, headers={"Retry-After": "600"})

    server.gate = refuse
    process = bench.start()
    assert refused.wait(PATIENCE)
    signalled(process, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert len(server.requests) <= IN_THE_AIR
    server.gate = contextlib.nullcontext
    assert_it_goes_on_as_if_nothing_had_happened(bench, server, undisturbed)
