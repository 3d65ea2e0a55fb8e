"""A resume never makes a record poorer, and pays for nothing twice."""

import json
import sqlite3
import stat
from pathlib import Path

import pytest

from promptkit import ChainOfThought, Limit, SelfReflection
from promptkit.bench import compare, read_run
from promptkit.record.reader import open_run
from tests.loopback import faults
from tests.players import Player

STRATEGIES = "direct,cot,self-consistency(draws=3)"


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "legs.jsonl"
    rows = [{"question": f"{i} + {24 - i}?", "target": 24 if i % 2 else 25} for i in range(10)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def run(promptkit, openai, questions):
    done = promptkit(
        *("bench", questions, "--answer", "number", "-m", "openai/mock", "-s", STRATEGIES, "--run", "r", "--json")
    )
    assert done.code == 0
    openai.requests.clear()
    return done.json


def outcomes():
    with open_run(Path("r")) as opened:
        return sorted((a.strategy, a.item, a.outcome) for a in opened.attempts())


def lose_calls():
    """As if the record had lost what was answered, so that every call has to be made again."""
    with sqlite3.connect("r/run.sqlite") as connection:
        connection.execute("DELETE FROM calls")
    connection.close()


def test_a_resume_whose_calls_fail_keeps_what_was_judged(promptkit, openai, run):
    before = outcomes()
    lose_calls()
    openai.then(*[faults.failing(400)] * 200)
    done = promptkit("resume", "r", "--json")
    assert openai.requests
    assert outcomes() == before
    assert [row["correct"] for row in done.json["rows"]] == [row["correct"] for row in run["rows"]]
    assert not any(row["error"] for row in done.json["rows"])


def test_another_address_is_refused_in_one_line_that_names_both(promptkit, openai, run, monkeypatch):
    old = openai.openai_url
    new = old.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("OPENAI_BASE_URL", new)
    done = promptkit("resume", "r")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert old in done.err
    assert new in done.err
    assert "--moved" in done.err
    assert not openai.requests
    again = promptkit("resume", "r", "--moved", "--json")
    assert again.code == 0
    assert not openai.requests
    assert again.json["rows"] == run["rows"]


def test_what_is_new_is_asked_at_the_new_address_and_kept_under_the_old_one(promptkit, openai, run, monkeypatch):
    new = openai.openai_url.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("OPENAI_BASE_URL", new)
    more = ("bench", "--run", "r", "-s", f"{STRATEGIES},instructions(rules=('Be brief.',))", "--json")
    assert promptkit(*more, "--moved").code == 0
    assert len(openai.requests) == 10
    monkeypatch.setenv("OPENAI_BASE_URL", openai.openai_url)
    assert promptkit(*more).code == 0
    assert len(openai.requests) == 10


def test_compare_refuses_another_address_too(tmp_path):
    items = [("How many legs?", "24")]
    compare(items, strategies="direct", model=Player(["24"], endpoint="a"), answer="number", directory=tmp_path)
    moved = Player(["25"], endpoint="b")
    with pytest.raises(ValueError, match=r"player at a, and it is now at b, .*`moved` if it is the same"):
        compare(items, strategies="direct", model=moved, answer="number", directory=tmp_path)
    compare(items, strategies="direct", model=moved, answer="number", directory=tmp_path, moved=True)
    assert not moved.asked
    assert [row.correct for row in read_run(tmp_path).rows] == [1]


@pytest.mark.parametrize(
    "held", [lambda critic: critic, lambda critic: Limit(critic, 4)], ids=["critic", "Limit(critic)"]
)
def test_a_side_model_inside_a_strategy_object_is_compared_as_well(tmp_path, held):
    def compared(endpoint, **options):
        model, critic = Player(["The answer is 24."]), Player(["Verdict: right"], name="critic", endpoint=endpoint)
        strategies = {"checked": SelfReflection(ChainOfThought(model), critic=held(critic))}
        compare([("How many legs?", "24")], strategies, answer="number", directory=tmp_path, **options)
        return len(critic.asked)

    assert compared("a") == 1
    with pytest.raises(ValueError, match=r"asked critic at a, and it is now at b, .*`moved` if it is the same"):
        compared("b")
    assert compared("b", moved=True) == 0
    assert compared("a") == 0


def test_a_dry_run_of_a_resume_shows_what_is_left(promptkit, openai, questions):
    arguments = ("bench", questions, "--answer", "number", "-m", "openai/mock", "-s", STRATEGIES, "--run", "r")
    promptkit(*arguments, "--max-calls", "13", "--json")
    assert len(openai.requests) == 13
    left = promptkit("resume", "r", "--dry-run", "--json").json["forecast"]
    assert sum(row["paid"][1] for row in left) == 40 - 13
    promptkit("resume", "r")
    assert len(openai.requests) == 40
    left = promptkit("resume", "r", "--dry-run", "--json").json["forecast"]
    assert [row["paid"] for row in left] == [[0, 0]] * 3
    assert len(openai.requests) == 40


def test_a_dry_run_of_a_resume_writes_nothing(promptkit, openai, run, tmp_path):
    folder = tmp_path / "r"
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert promptkit("resume", "r", "--dry-run").code == 0
    finally:
        folder.chmod(stat.S_IRWXU)
    after = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    assert before == after


def test_a_run_whose_wording_is_gone_can_go_on_with_the_recorded_one(promptkit, openai, questions, tmp_path):
    wording = tmp_path / "mine" / "chain_of_thought" / "think.a.j2"
    wording.parent.mkdir(parents=True)
    wording.write_text("{{ question }}\n\nThink.\n")
    task = (questions, "--answer", "number", "-m", "openai/mock", "--templates", "mine", "-s", "cot@a", "--run", "w")
    assert promptkit("bench", *task, "--max-calls", "4").code == 1
    wording.unlink()
    refused = promptkit("resume", "w")
    assert refused.code == 2
    assert "--wording recorded keeps the texts on record" in refused.err
    assert promptkit("resume", "w", "--wording", "recorded").code == 0
