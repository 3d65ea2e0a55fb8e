import json
import time
from pathlib import Path

import pytest

from promptkit.record.reader import open_run, read_configuration
from promptkit.wrappers.limit import START
from promptkit.wrappers.outage import CONTROL
from tests.loopback import faults
from tests.loopback.gates import AtMost

ROW_KEYS = {
    *("task", "strategy", "model", "n", "correct", "wrong", "unparsed", "truncated", "refused", "error", "accuracy"),
    *("low", "high", "calls", "calls_paid", "input_tokens", "output_tokens", "cost_usd"),
}
COMPARISON_KEYS = {
    *("task", "strategy", "baseline", "model", "n", "difference", "low", "high", "p", "p_holm", "gained", "lost"),
}
STRATEGIES = "direct,cot,self-consistency(draws=3)"


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "legs.jsonl"
    rows = [{"question": f"{i} + {24 - i}?", "target": 24 if i % 2 else 25} for i in range(20)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def bench(promptkit, questions, *more):
    arguments = ("bench", questions, "--answer", "number", "--model", "openai/mock", "--strategies", STRATEGIES)
    return promptkit(*arguments, "--json", *more)


def test_the_json_is_the_contract(promptkit, openai, questions):
    done = bench(promptkit, questions, "--run", "r")
    assert done.code == 0
    assert set(done.json) >= {"run", "model", "complete", "rows", "comparisons"}
    assert (done.json["run"], done.json["model"], done.json["complete"]) == ("r", "openai/mock", True)
    assert [row["strategy"] for row in done.json["rows"]] == ["direct", "cot", "self-consistency(draws=3)"]
    for row in done.json["rows"]:
        assert set(row) >= ROW_KEYS
        assert (row["n"], row["correct"], row["wrong"], row["accuracy"]) == (20, 10, 10, 0.5)
        assert row["low"] < 0.5 < row["high"]
        assert row["cost_usd"] is None
    for comparison in done.json["comparisons"]:
        assert set(comparison) >= COMPARISON_KEYS
        assert (comparison["baseline"], comparison["difference"], comparison["p"]) == ("direct", 0, 1)


def test_draw_0_is_shared_and_everything_else_is_asked_once(promptkit, openai, questions):
    done = bench(promptkit, questions)
    assert done.code == 0, done.out + done.err
    rows = done.json["rows"]
    assert [row["calls"] for row in rows] == [20, 20, 60]
    assert [row["calls_paid"] for row in rows] == [20, 20, 40]
    assert len(openai.requests) == 80


def test_strategies_together_make_the_calls_of_their_union(promptkit, openai, questions):
    strategies = "cot,cot+self-consistency(draws=8),cot+reflect(revises_unclear=true),cot+best-of-n(draws=8)"
    rows = bench(promptkit, questions, "--strategies", strategies, "--temperature", "0.8").json["rows"]
    # alone: 1 + 8 + (1 + 2) + (8 + 1) a question; together 8 draws, a critique, a revision and a pick
    assert [row["calls"] for row in rows] == [20, 160, 60, 180]
    assert [row["calls_paid"] for row in rows] == [20, 140, 40, 20]
    assert len(openai.requests) == 20 * (8 + 2 + 1)


def test_faults_lose_nothing_and_are_never_counted_as_wrong(promptkit, openai, questions):
    clean = bench(promptkit, questions, "--run", "clean").json
    openai.requests.clear()
    openai.then(
        faults.too_many(),
        faults.failing(500),
        faults.RESET,
        faults.CUT,
        faults.MALFORMED_JSON,
        faults.failing(503),
        faults.RESET_IN_BODY,
    )
    shaken = bench(promptkit, questions, "--run", "shaken").json
    assert len(openai.requests) == 80 + 7
    for row in [*clean["rows"], *shaken["rows"]]:
        row.pop("seconds")
    assert shaken["rows"] == clean["rows"]
    assert shaken["complete"]


def test_a_run_that_stays_incomplete_says_so_and_goes_on_where_it_stopped(promptkit, openai, questions):
    openai.then(*[faults.failing(400)] * 3)
    first = bench(promptkit, questions, "--run", "r", "--concurrency", "1")
    assert first.code == 1
    assert not first.json["complete"]
    assert sum(row["error"] for row in first.json["rows"]) == 3
    assert sum(row["wrong"] for row in first.json["rows"]) < 30
    assert first.err.endswith("incomplete: 3 attempts failed; try them again with: promptkit resume r\n")
    answered = len(openai.requests) - 3
    second = promptkit("resume", "r", "--json")
    assert second.code == 0
    assert second.json["complete"]
    assert len(openai.requests) == 3 + 80
    assert answered < 80


def test_a_second_run_asks_nothing_and_says_the_same(promptkit, openai, questions):
    first = bench(promptkit, questions, "--run", "r").json
    asked = len(openai.requests)
    second = bench(promptkit, questions, "--run", "r").json
    assert len(openai.requests) == asked
    for row in [*first["rows"], *second["rows"]]:
        row.pop("seconds")
    assert first == second


def test_the_table_shows_every_outcome_and_the_differences(promptkit, openai, questions):
    done = promptkit("bench", questions, "--answer", "number", "--model", "openai/mock", "--strategies", "direct,cot")
    for word in (
        "accuracy",
        "95 % interval",
        "− direct",
        "wrong",
        "unparsed",
        "truncated",
        "refused",
        "error",
        "calls",
    ):
        assert word in done.out
    assert "50.0 %" in done.out
    assert "recorded in runs/" in done.err


def test_the_key_is_nowhere_in_what_a_run_leaves(promptkit, openai, questions, tmp_path):
    openai.then(faults.Fault(status=500, message="your key {key} is bad"))
    done = bench(promptkit, questions, "--run", "r", "--attempts", "1")
    assert "sk-planted" not in done.out + done.err
    for file in (tmp_path / "r").iterdir():
        assert b"sk-planted" not in file.read_bytes()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.failing(401), "refused the key (401)"),
        (faults.failing(404), "was not found at"),
        (
            faults.Fault(status=429, code="insufficient_quota", message="pay first"),
            "has no credit left (429): pay first",
        ),
    ],
    ids=["key", "model", "credit"],
)
def test_what_no_call_survives_stops_the_run_within_a_few_calls_with_one_line(
    promptkit, openai, questions, fault, said
):
    openai.then(*[fault] * 100)
    done = bench(promptkit, questions, "--run", "my run")
    assert done.code == 2
    assert said in done.err
    assert done.err.endswith("; resume it with: promptkit resume 'my run'\nrecorded in my run\n")
    assert done.err.count("stopped: ") == 1
    assert len(openai.requests) <= START + 1
    openai.script.clear()
    assert promptkit("resume", "my run", "--json").json["complete"]


def test_an_outage_is_waited_out(promptkit, openai, questions):
    openai.then(*[faults.failing(529)] * 15, *[faults.RESET] * 5)
    done = bench(promptkit, questions, "--attempts", "1")
    assert done.code == 0
    assert done.json["complete"]
    controls = sum(ask.body["messages"][-1]["content"] == CONTROL.question for ask in openai.requests)
    assert len(openai.requests) - controls <= 80 + 20
    assert controls <= 5


def test_a_server_that_loads_its_model_at_first_is_waited_for(promptkit, openai, questions):
    openai.then(*[faults.Fault(status=503, message="Loading model", code="unavailable_error")] * 12)
    done = bench(promptkit, questions, "--attempts", "1")
    assert done.code == 0
    assert done.json["complete"]


def test_a_model_that_is_down_for_too_long_stops_the_run_with_one_line_and_it_can_be_resumed(
    promptkit, openai, questions
):
    openai.then(*[faults.failing(503)] * 2000)
    done = bench(promptkit, questions, "--run", "r", "--patience", "0.05")
    assert done.code == 75
    assert "stopped: openai/mock has never answered, for 0 s: " in done.err
    assert "; resume it with: promptkit resume r\n" in done.err
    openai.script.clear()
    assert promptkit("resume", "r", "--json").json["complete"]


HOT = "self-consistency(draws=3,temperature=0.8)"


@pytest.mark.parametrize("limit", [2, 20])
def test_a_strategy_that_is_refused_altogether_ends_with_its_reason_and_the_others_go_on(
    promptkit, openai, questions, limit
):
    openai.fails = lambda body: faults.failing(400) if "temperature" in body else None
    options = ("--limit", limit, "-s", f"direct,{HOT}", "-m", "openai/mock", "--answer", "number", "--run", "r")
    done = promptkit("bench", questions, *options, "--json")
    assert done.code == 1
    direct, hot = done.json["rows"]
    assert (direct["n"], direct["error"]) == (limit, 0)
    assert hot["error"] >= min(limit, 5)
    (line,) = [line for line in done.err.splitlines() if line.startswith("ended: ")]
    assert line.startswith(f"ended: {HOT} is refused by openai/mock, which resuming can't fix: ")
    assert "a fault by script" in line
    assert "resume r" not in done.err
    openai.fails = lambda body: None
    assert promptkit("resume", "r", "--json").json["complete"]


def test_a_wait_that_is_too_long_stops_the_run_with_one_line(promptkit, openai, questions):
    openai.then(*[faults.too_many(7200)] * START)
    done = bench(promptkit, questions, "--run", "r")
    assert done.code == 75
    assert "stopped: openai/mock asks to wait 7200 s; resume later; resume it with: promptkit resume r\n" in done.err
    assert len(openai.requests) <= START


def test_a_provider_that_takes_few_calls_at_once_is_not_asked_in_vain_again_and_again(promptkit, openai, questions):
    openai.gate = gate = AtMost(3)
    openai.answer = lambda turns: time.sleep(0.01) or "The answer is 24."
    done = bench(promptkit, questions)
    assert done.json["complete"]
    assert len(openai.requests) == 80 + gate.refused
    assert gate.most == 3
    assert gate.refused <= 20


def test_nothing_is_sent_when_the_time_of_the_run_is_over(promptkit, openai, questions):
    first = bench(promptkit, questions, "--run", "r", "--run-seconds", "0.001")
    assert first.code == 1
    assert not first.json["complete"]
    assert "stopped: the 0.001 s of --run-seconds are over; resume it with: promptkit resume r\n" in first.err
    assert len(openai.requests) < 80
    assert promptkit("resume", "r", "--json").json["complete"]
    assert len(openai.requests) == 80


def test_an_item_that_takes_too_long_is_an_error_with_its_reason_and_what_was_answered_is_kept(
    promptkit, openai, questions
):
    options = ("--strategies", "cot+reflect", "--limit", "1", "--json")
    planned = ("bench", questions, "--answer", "number", "--model", "openai/mock", *options)
    assert promptkit(*planned, "--run", "clean").json["complete"]
    needed = len(openai.requests)
    openai.then(faults.Fault(), faults.LATE)
    done = promptkit(*planned, "--run", "r", "--item-seconds", "2")
    assert done.code == 1
    with open_run(Path("r")) as run:
        (attempt,) = run.attempts()
    assert attempt.outcome == "error"
    assert attempt.error == "TimedOut: openai/mock was not done within the 2 s of an item; raise `item_seconds`"
    assert attempt.usage.calls == 1
    assert promptkit("resume", "r", "--item-seconds", "60", "--json").json["complete"]
    assert len(openai.requests) == needed + needed + 1


def test_a_call_that_takes_too_long_is_tried_again(promptkit, openai, questions):
    openai.then(faults.LATE)
    assert bench(promptkit, questions, "--timeout-seconds", "1").json["complete"]
    assert len(openai.requests) >= 81  # 80 are needed; on a busy machine others may take too long as well


def test_a_run_is_resumed_as_it_was(promptkit, openai, questions):
    bench(promptkit, questions, "--run", "r", "--concurrency", "3", "--max-calls", "5")
    promptkit("resume", "r", "--attempts", "2")
    settings = read_configuration(Path("r"))
    assert (settings["concurrency"], settings["attempts"]) == (3, 2)
    assert "max_calls" not in settings


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_only_a_run_can_be_resumed(promptkit, folder):
    done = promptkit("resume", folder)
    assert done.code == 2
    assert done.err == (
        f"promptkit: {folder} is not a run directory: it has no run.sqlite; `promptkit bench --run DIR` makes one\n"
    )
    assert not Path("run.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "no task named 'nothing'"),
        (["."], ". is a folder; name the file of the task in it"),
        (["stories", "--model", "opnai/x"], "did you mean openai?"),
        (["stories", "--model", "gguf/none.gguf"], "none.gguf"),
        (["stories", "--strategies", "cott"], "did you mean cot?"),
        (["stories", "--strategies", "direct,cot", "--baseline", "plan"], "the baseline 'plan'"),
        (["stories", "--answer", "colour"], "--answer colour"),
        (["stories", "--model", "openai/mock"], "OPENAI_API_KEY is not set"),
        (["stories", "--templates", "nowhere"], "does not exist"),
        (["stories", "stories"], "two tasks are called stories"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(promptkit, arguments, said):
    done = promptkit("bench", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_mistake_leaves_no_run_behind(promptkit, tmp_path):
    promptkit("bench", "stories", "--strategies", "cott")
    assert not (tmp_path / "runs").exists()


def test_the_bundled_model_is_compared_offline(promptkit):
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    done = promptkit("bench", "stories", "--strategies", "direct,cot", "--limit", "60", "--json")
    assert done.code == 0
    direct, cot = done.json["rows"]
    assert (direct["model"], direct["n"], direct["cost_usd"]) == ("nano", 60, 0)
    assert cot["accuracy"] > direct["accuracy"] + 0.2
    assert cot["output_tokens"] > direct["output_tokens"]


def test_without_a_key_no_directory_is_made(promptkit, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    done = promptkit("bench", "stories", "-m", "openai/mock", "--limit", "3")
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
