"""What a run's directory keeps when another plan, another model or a dead server meets it."""

import json
from pathlib import Path

import pytest

from promptkit.analysis.summary import tally
from promptkit.bench import read_run
from promptkit.record.reader import open_run, read_configuration
from promptkit.tasks.first_run import FirstRun
from tests.loopback import faults
from tests.record.runs import old_run

STRATEGIES = "direct,cot"


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "legs.jsonl"
    write(path)
    return path


def write(path, **changed):
    rows = [{"question": f"{i} + {24 - i}?", "target": 24, **(changed if i == 3 else {})} for i in range(10)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def bench(promptkit, questions, *more, model="openai/mock"):
    arguments = ("bench", questions, "--answer", "number", "--model", model, "--strategies", STRATEGIES)
    return promptkit(*arguments, "--run", "r", "--json", *more)


def judged():
    return {(a.strategy, a.model, a.item): a.outcome for a in read_run("r").attempts}


def test_another_model_in_the_same_directory_is_kept_beside(promptkit, openai, questions):
    bench(promptkit, questions)
    done = bench(promptkit, questions, model="openai/other")
    assert {row["model"] for row in done.json["rows"]} == {"openai/other"}
    assert {model for _, model, _ in judged()} == {"openai/mock", "openai/other"}
    assert len(judged()) == 40
    asked = len(openai.requests)
    assert bench(promptkit, questions).json["complete"]  # and back again
    assert len(openai.requests) == asked == 40
    assert len(promptkit("choose", "r", "--json").json["choices"]) == 2


def test_other_strategies_and_items_are_kept_beside(promptkit, openai, questions):
    bench(promptkit, questions)
    done = bench(promptkit, questions, "--strategies", "plan", "--limit", "2")
    assert [(row["strategy"], row["n"]) for row in done.json["rows"]] == [("plan", 2)]
    assert len(judged()) == 22


def test_a_resume_with_the_server_off_makes_the_record_no_poorer(promptkit, openai, questions):
    openai.then(*[faults.failing(400)] * 2)
    bench(promptkit, questions, "--concurrency", "1")
    before = judged()
    assert list(before.values()).count("error") == 2
    openai.then(*[faults.failing(503)] * 500)
    done = promptkit("resume", "r", "--patience", "0.05", "--json")
    assert done.code == 75
    assert [row["correct"] + row["error"] for row in done.json["rows"]] == [10, 10]
    after = judged()
    assert {key: outcome for key, outcome in after.items() if before[key] != "error"} == {
        key: outcome for key, outcome in before.items() if outcome != "error"
    }
    openai.script.clear()
    assert promptkit("resume", "r", "--json").json["complete"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--temperature", "0.5"], "the run in r has --temperature unset, not 0.5; give another --run"),
        (["--seed", "1"], "the run in r has --seed 0, not 1; give another --run"),
        (["--max-tokens", "9"], "the run in r has --max-tokens unset, not 9; give another --run"),
        (["--independent"], "the run in r has --independent False, not True; give another --run"),
    ],
)
def test_what_would_make_other_attempts_is_refused_in_one_line(promptkit, openai, questions, more, message):
    bench(promptkit, questions)
    before, asked = judged(), len(openai.requests)
    done = bench(promptkit, questions, *more)
    assert (done.code, done.err) == (2, f"promptkit: {message}\n")
    assert (judged(), len(openai.requests)) == (before, asked)


def test_it_can_be_changed_while_nothing_is_judged(promptkit, openai, questions):
    openai.then(*[faults.failing(401)] * 100)
    assert bench(promptkit, questions, "--temperature", "9").code == 2
    openai.script.clear()
    assert bench(promptkit, questions, "--temperature", "0.9").json["complete"]


def test_a_changed_question_is_refused_and_a_changed_target_judged_anew_for_nothing(promptkit, openai, questions):
    bench(promptkit, questions)
    asked = len(openai.requests)
    write(questions, question="What else?")
    done = bench(promptkit, questions)
    assert done.code == 2
    assert done.err == "promptkit: the run in r asks another question as item 4 of legs; give another --run\n"
    write(questions, target=7)
    assert [row["wrong"] for row in bench(promptkit, questions).json["rows"]] == [1, 1]
    assert len(openai.requests) == asked


def test_another_wording_is_refused(promptkit, openai, questions):
    bench(promptkit, questions)
    folder = Path("mine/chain_of_thought")
    folder.mkdir(parents=True)
    shown = promptkit("template", "show", "chain_of_thought/think").out
    (folder / "think.j2").write_text(shown.replace("step by step", "in small steps"))
    done = bench(promptkit, questions, "--templates", "mine")
    assert done.code == 2
    assert done.err == (
        "promptkit: the run in r was asked with another wording of chain_of_thought/think "
        "('-Reason step by step, then give the answer.' '+Reason in small steps, then give the answer.'); "
        "give --wording: recorded keeps the texts on record, current asks again where the wording differs\n"
    )


def test_a_run_that_a_newer_promptkit_recorded_is_refused(promptkit, openai, questions):
    import sqlite3

    bench(promptkit, questions)
    settings = read_configuration(Path("r")) | {"tools": "search"}
    with sqlite3.connect("r/run.sqlite") as connection:
        connection.execute("UPDATE run SET configuration = ?", (json.dumps(settings),))
    connection.close()
    done = promptkit("resume", "r")
    assert done.code == 2
    assert "was recorded with the setting 'tools', which this promptkit lacks; upgrade" in done.err
    assert done.err.count("\n") == 1


def test_a_run_that_an_earlier_promptkit_recorded_is_resumed(promptkit, tmp_path):
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    place = old_run(tmp_path / "r")
    with open_run(place) as run:
        before = [(row.task, row.strategy, row.n) for row in tally(run.attempts()).summary().rows]
    done = promptkit("resume", place, "--json")
    assert (done.code, done.json["complete"]) == (0, True)
    assert [(row["task"], row["strategy"], row["n"]) for row in done.json["rows"]] == before


def test_a_first_look_records_its_tasks_so_that_a_later_one_may_differ(promptkit, monkeypatch):
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    monkeypatch.setattr("promptkit.bench.planning.first_run", lambda: FirstRun(limit=25, tasks={"stories": ""}))
    promptkit("bench", "-s", "direct", "--run", "r", "--limit", "1")
    with open_run(Path("r")) as run:
        assert (run.configuration["tasks"], run.configuration["limit"]) == (["stories"], 1)
