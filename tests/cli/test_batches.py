"""`promptkit bench --batch`, `resume` and `status`, against a real server."""

import json
import os
import re
import shlex
import signal
from pathlib import Path

import pytest

from tests.endurance.batch_kills import HASTY
from tests.json_page import faults
from tests.loopback import Fault


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    for module, name, seconds in HASTY:
        monkeypatch.setattr(module, name, seconds)


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "legs.jsonl"
    rows = [{"question": f"{i} + {24 - i}?", "target": 24} for i in range(4)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_commands_of_the_page_do_what_it_says(promptkit, openai, tmp_path):
    (tmp_path / "questions.csv").write_text("question,target\n2 + 22?,24\n3 + 21?,24\n")
    page = (Path(__file__).parents[2] / "docs" / "batches.md").read_text(encoding="utf-8")
    commands = re.findall(r"^promptkit (.+)$", page, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        assert promptkit(*shlex.split(command)).code == 0
    (block,) = re.findall(r"<!-- python -->\n```python\n(.*?)```", page, re.DOTALL)
    named = {}
    exec(block, named)
    assert named["result"].complete
    assert not openai.requests


@pytest.fixture
def bench(promptkit, openai, questions):
    def run(*more, model="openai/gpt-4o-mini", strategies="direct,cot", how=("--batch",)):
        return promptkit(
            *("bench", questions, "--answer", "number", "--model", model, "--strategies", strategies),
            *("--run", "r", "--json", *how, *more),
        )

    return run


def test_a_run_ends_with_75_and_one_line_while_batches_are_under_way_and_resume_goes_on(promptkit, openai, bench):
    openai.batches.polls = 10**6
    ended = bench("--batch-wait", "0")
    assert ended.code == 75
    line = "stopped: 8 calls wait for 1 batch at the provider; resume it with: promptkit resume r"
    assert line in ended.err.splitlines()
    assert promptkit("resume", "r", "--batch-wait", "0").code == 75
    openai.batches.made[0].polls = 0
    done = promptkit("resume", "r", "--json")
    assert [done.code, done.json["complete"], len(openai.batches.made), len(openai.requests)] == [0, True, 1, 0]


def test_ctrl_c_while_batches_are_under_way_ends_with_75(openai, bench):
    openai.batches.polls = 10**6
    openai.batches.polled = lambda: os.kill(os.getpid(), signal.SIGINT)
    ended = bench()
    assert ended.code == 75
    assert "resume it with: promptkit resume r" in ended.err


def test_status_shows_the_batches_and_what_to_do_next(promptkit, openai, bench):
    openai.batches.polls = 10**6
    bench("--batch-wait", "0")
    assert promptkit("status", "r").out.splitlines() == [
        "r: 0 of 8 attempts done; 0 calls on record",
        "openai/gpt-4o-mini: batch batch_0, made 0 min ago, at the provider (in_progress), 0 of 8 calls done",
        "next: promptkit resume r waits for the batches; with --batch-wait 0 it takes what has ended",
    ]
    assert list(faults(promptkit("status", "r", "--json").json, "status")) == []
    openai.batches.made[0].polls = 0
    promptkit("resume", "r")
    assert promptkit("status", "r").out.splitlines() == [
        "r: 8 of 8 attempts done; 8 calls on record",
        "openai/gpt-4o-mini: batch batch_0, made 0 min ago, ended (completed), 8 of 8 calls done",
        "next: promptkit report r",
    ]


def test_status_of_a_live_run_with_failures_advises_to_resume(promptkit, openai, questions):
    openai.answer = lambda turns: "The answer is 24."
    openai.fails = lambda body: None if "0 +" not in str(body) else Fault(status=400)
    arguments = ("bench", questions, "--answer", "number", "-m", "openai/mock", "-s", "direct", "--run", "r")
    promptkit(*arguments)
    found = promptkit("status", "r", "--json").json
    assert {name: found[name] for name in ("attempts", "failed", "planned", "calls", "batches", "at_work", "next")} == {
        "attempts": 3,
        "failed": 1,
        "planned": 4,
        "calls": 3,
        "batches": [],
        "at_work": False,
        "next": "promptkit resume r",
    }


def test_status_of_no_run_is_one_line(promptkit, tmp_path):
    done = promptkit("status", ".")
    assert [done.code, done.err.count("\n")] == [2, 1]


def test_a_dry_run_shows_waves_times_and_half_the_price(openai, bench):
    strategies = "direct,cot+reflect"
    by_batches = bench("--dry-run", "--max-tokens", "100", strategies=strategies).json
    assert by_batches["batches"] == {"waves": [2, 3], "hours": 24, "models": ["openai/gpt-4o-mini"], "live": []}
    assert list(faults(by_batches, "bench --dry-run")) == []
    live = bench("--dry-run", "--max-tokens", "100", strategies=strategies, how=()).json
    assert by_batches["at_most"]["usd"] == pytest.approx(live["at_most"]["usd"] / 2)
    for one, other in zip(by_batches["forecast"], live["forecast"], strict=True):
        assert one["paid_usd"] == pytest.approx([usd / 2 for usd in other["paid_usd"]])
    assert not openai.batches.requests


def test_a_dry_run_says_so_in_words(promptkit, openai, questions):
    arguments = ("bench", questions, "--answer", "number", "-m", "openai/gpt-4o-mini", "-s", "direct")
    shown = promptkit(*arguments, "--dry-run", "--batch").out
    assert "by batches of openai/gpt-4o-mini: 1 wave; each is answered within 24 h" in " ".join(shown.split())


def test_a_model_without_a_batch_api_is_refused_in_one_line(bench):
    done = bench(model="nano")
    assert done.code == 2
    assert "--batch: nano has no batch API" in done.err
