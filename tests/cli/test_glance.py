"""The overview of several tasks, as it is printed; what is golden is a file in `tests/golden/overview`.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/cli/test_glance.py` writes them anew.
"""

import io
import json
import os
import re
from pathlib import Path

import pytest
from rich.console import Console

from promptkit.analysis.glance import glance
from promptkit.cli.glance import print_glance
from promptkit.cli.results import print_results
from tests.analysis.attempts import attempts, counted, tokens

FOLDER = Path(__file__).parents[1] / "golden" / "overview"
VOTE = "cot+self-consistency(draws=5,temperature=0.8)"
TASKS = {  # right of 60, of each strategy
    "stories": {"direct": 13, "instructions": 14, "few-shot": 12, "cot": 60, "plan": 60, "cot+reflect": 57, VOTE: 60},
    "dead-ends": {"direct": 5, "instructions": 5, "few-shot": 4, "cot": 30, "plan": 60, "cot+reflect": 54, VOTE: 51},
    "labels": {"direct": 15, "few-shot": 60, "cot": 12, "plan": 1, "cot+reflect": 10, VOTE: 13},
    "formats-json": {"direct": 0, "instructions": 60, "few-shot": 0, "cot": 0, "plan": 0, "cot+reflect": 0, VOTE: 0},
}
COSTS = {"direct": 63, "instructions": 91, "few-shot": 318, "cot": 114, "plan": 799, "cot+reflect": 524, VOTE: 570}


def summary(tasks=TASKS, models=("nano",), end=""):
    made = [
        attempts(s, "c" * right + "w" * (60 - right) + end, task=task, model=model, usage=tokens(COSTS[s], 0))
        for task, strategies in tasks.items()
        for model in models
        for s, right in strategies.items()
    ]
    return counted(*made).summary()


def printed(found, width=80, colour=None, show=print_glance, **more):
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=colour, legacy_windows=False)
    show(found, console=console, **more)
    return out.getvalue()


@pytest.mark.parametrize("colour", [None, "standard"], ids=["plain", "colour"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_overview_is_that_of_the_golden_file(width, colour):
    text = printed(glance(summary()), width, colour, more=["more: promptkit resume r --details"])
    lines = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    file = FOLDER / f"{width}-{'colour' if colour else 'plain'}.txt"
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(lines, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == lines


@pytest.mark.parametrize("width", [50, 60, 80, 100])
def test_nothing_is_wider_than_the_terminal_and_no_name_is_broken_inside_a_word(width):
    lines = printed(glance(summary()), width).splitlines()
    assert max(map(len, lines)) <= width
    words = set(re.findall(r"[a-z]{4,}", "\n".join(lines)))
    assert {"instructions", "consistency", "reflect", "direct"} <= words


def test_more_strategies_than_fit_come_in_parts_each_with_the_tasks():
    many = {f"technique-number-{n}": n for n in range(12)} | {"direct": 0}
    made = [attempts(s, "c" * n + "w" * 30, task=task) for task in ("a", "b") for s, n in many.items()]
    lines = printed(glance(counted(*made).summary()), 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith(" a ") for line in lines) > 1
    assert "number-" in "".join(lines)


def test_every_verdict_has_a_sign_of_its_own_beside_the_number():
    text = printed(glance(summary()), 120)
    (line,) = [line for line in text.splitlines() if line.startswith(" labels")]
    assert line.split() == ["labels", "25", "·", "100", "▲", "20", "?", "2", "▼", "17", "?", "22", "?"]
    assert "▲ better than direct (10), ▼ worse (1), ? not enough data (12), · not run" in text


def test_an_accuracy_is_called_0_or_100_only_where_it_is():
    made = [attempts("direct", "c" + "w" * 999, task=task) for task in "ab"]
    made += [attempts("cot", "c" * 999 + "w", task=task) for task in "ab"]
    (line,) = [x for x in printed(glance(counted(*made).summary())).splitlines() if x.startswith(" a ")]
    assert line.split() == ["a", "<1", ">99", "▲"]


def test_calls_and_tokens_of_an_answer_stand_below_the_cells():
    lines = printed(glance(summary()), 120).splitlines()
    (calls,) = [line for line in lines if line.startswith(" calls ")]
    (used,) = [line for line in lines if line.startswith(" tokens ")]
    assert calls.split()[1:] == ["1.0"] * 7
    assert used.split()[1:] == ["63", "91", "318", "114", "799", "524", "570"]


def test_each_model_has_its_own_rows_and_its_own_cost():
    text = printed(glance(summary(models=("large", "small"))), 140)
    for name in ("stories · large", "stories · small", "tokens · large", "tokens · small"):
        assert f"\n {name} " in text


def test_what_could_not_be_judged_is_told_below():
    text = " ".join(printed(glance(summary(end="ee"))).split())
    assert (
        "54 attempts could not be judged: direct on stories, instructions on stories, few-shot on stories and" in text
    )


def test_one_task_is_printed_as_its_tables_and_several_as_an_overview():
    one = {"stories": TASKS["stories"]}
    assert "adjusted" in printed(summary(one), show=print_results)
    assert "in per cent" not in printed(summary(one), show=print_results)
    assert "adjusted" not in printed(summary(), show=print_results)
    assert "4 tasks" in printed(summary(), show=print_results)


def test_details_print_the_tables_below_the_overview():
    text = printed(summary(), show=print_results, details=True)
    assert (
        text.index("4 tasks, 60 items each") < text.index("task stories, model nano") < text.index("task formats-json")
    )


@pytest.fixture
def two(tmp_path):
    rows = [{"question": f"{i} + {24 - i}?", "target": 24} for i in range(20)]
    for name in ("sums", "legs"):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ("bench", "sums.jsonl", "legs.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "direct,cot")


def test_bench_of_two_tasks_prints_the_overview_and_where_the_rest_is(promptkit, openai, two):
    done = promptkit(*two, "--run", "my run")
    assert done.code == 0
    assert "accuracy in per cent, 2 tasks, 20 items each, openai/mock" in done.out
    assert "promptkit resume 'my run' --details" in done.out
    assert "promptkit report 'my run' --open" in done.out
    assert "adjusted" not in done.out


@pytest.mark.parametrize("width", [60, 100])
def test_what_is_piped_is_as_wide_as_columns_says(promptkit, openai, two, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = promptkit(*two, "--run", "r", "--details").out.splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith(" accuracy in per cent") or "2 tasks, 20 items each" in line for line in lines)


def test_resume_follows_the_same_rule(promptkit, openai, two):
    promptkit(*two, "--run", "r")
    assert "adjusted" not in promptkit("resume", "r").out
    assert "adjusted" in promptkit("resume", "r", "--details").out


def test_score_follows_the_same_rule(promptkit, tmp_path):
    rows = [
        {"task": t, "question": f"{i}?", "target": 1, "output": "1", "strategy": "a"} for i in range(3) for t in "xy"
    ]
    (tmp_path / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "2 tasks, 3 items each" in promptkit("score", "o.jsonl", "--answer", "number").out
    assert "task x" in promptkit("score", "o.jsonl", "--answer", "number", "--details").out
    assert "model unknown, strategy a" not in promptkit("score", "o.jsonl", "--answer", "number").out


def test_compare_follows_the_same_rule(promptkit, openai, two):
    openai.answer = lambda turns: f"The answer is {24 if 'step by step' in turns[-1]['content'] else 0}."
    promptkit(*two, "--run", "before")
    openai.answer = lambda turns: "The answer is 24."
    promptkit(*two, "--run", "after")
    text = " ".join(promptkit("compare", "before", "after").out.split())
    assert "sums · openai/mock in before 0 100" in text
    assert "sums · openai/mock in after 100 ▲ 100 ?" in text
    assert (
        "1. openai/mock in after is better than openai/mock in before with direct on sums and direct on legs, by"
        in text
    )
    assert "not enough data for 2 of 4 cells." in text
    assert "settings, versions, templates and prompts are the same" in text
    assert "adjusted p" not in text
    assert "adjusted p" in promptkit("compare", "before", "after", "--details").out


def test_the_json_of_several_tasks_has_no_overview(promptkit, openai, two):
    found = promptkit(*two, "--run", "r", "--json").json
    assert {row["task"] for row in found["rows"]} == {"sums", "legs"}
    assert "added" not in found
