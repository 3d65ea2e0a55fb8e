"""choose, power, rescore, and what bench tells and limits beforehand."""

import json
import sqlite3

import pytest

from tests.cli.test_bench import bench


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "legs.jsonl"
    rows = [{"question": f"{i} + {24 - i}?", "target": 24 if i % 2 else 25} for i in range(20)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def reasoning_helps(openai):
    """A model that is right when it is asked to reason, and wrong otherwise."""
    openai.answer = lambda turns: "The answer is 24." if "step by step" in turns[-1]["content"] else "The answer is 7."
    return openai


@pytest.fixture
def easy(tmp_path):
    path = tmp_path / "easy.jsonl"
    path.write_text("".join(json.dumps({"question": f"{i} + {24 - i}?", "target": 24}) + "\n" for i in range(60)))
    return path


def test_the_verdicts_are_said_in_words(promptkit, reasoning_helps, easy):
    done = promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot")
    assert "cot is better than direct: +100.0 points" in done.out
    told = promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--json").json
    assert told["comparisons"][0]["verdict"] == "better"
    assert not told["comparisons"][0]["fragile"]


def test_the_cheapest_strategy_that_is_good_enough_is_chosen(promptkit, reasoning_helps, easy):
    strategies = "direct,cot,cot+self-consistency(draws=3)"
    promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", strategies, "--run", "r")
    (choice,) = promptkit("choose", "r", "--margin", "0.1", "--json").json["choices"]
    assert choice["chosen"] == "cot"
    assert next(c["strategy"] for c in choice["candidates"]) == "direct"
    assert not choice["candidates"][0]["admitted"]
    assert "easy: cot" in promptkit("choose", "r", "--margin", "0.1").out


def test_power_plans_from_assumptions_and_from_a_pilot(promptkit, reasoning_helps, easy):
    assumed = promptkit("power", "--difference", "0.1", "--discordance", "0.3", "--json").json
    assert 200 < assumed["comparisons"][0]["items_needed"] < 300
    promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--run", "r")
    pilot = promptkit("power", "r", "--items", "100", "--json").json
    assert pilot["comparisons"][0]["comparison"] == "easy, cot"
    assert pilot["comparisons"][0]["discordance"] == 1


def test_a_run_is_judged_again_without_a_call(promptkit, reasoning_helps, easy):
    promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--run", "r")
    asked = len(reasoning_helps.requests)
    found = promptkit("rescore", "r", "--json").json
    assert found["total"] == 120
    assert set(found["readings"]) == {"strict", "lenient"}
    assert found["disagreements"] == found["flips"] == []
    as_text = promptkit("rescore", "r", "--answer", "exact", "--json").json
    assert {row["accuracy"] for row in as_text["readings"]["lenient"]["rows"]} == {0}
    assert len(reasoning_helps.requests) == asked


def test_a_conclusion_that_depends_on_how_answers_are_read_is_shown(promptkit, tmp_path):
    rows = [
        {"question": f"{i}?", "target": "24", "output": said, "strategy": s, "official_correct": s == "direct"}
        for i in range(40)
        for s, said in (("direct", "The answer is 7."), ("cot", "There are 3 with 8 legs each, so they have 24."))
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = promptkit("rescore", "r.jsonl", "--answer", "number", "--json").json
    verdicts = {name: reading["comparisons"][0]["verdict"] for name, reading in found["readings"].items()}
    assert verdicts["lenient"] == "better"
    assert verdicts["source"] == "worse"
    assert {flip["reading"] for flip in found["flips"]} >= {"source"}
    shown = promptkit("rescore", "r.jsonl", "--answer", "number", "--show", "1").out
    assert "Verdicts that change:" in shown
    assert " of 80 replies are judged differently." in shown


def test_a_dry_run_tells_calls_and_sends_nothing(promptkit, openai, questions):
    done = bench(promptkit, questions, "--dry-run")
    assert not openai.requests
    assert [row["calls"] for row in done.json["forecast"]] == [[20, 20], [20, 20], [60, 60]]
    assert [row["paid"] for row in done.json["forecast"]] == [[20, 20], [20, 20], [40, 40]]
    assert done.json["forecast"][0]["paid_usd"] is None
    assert "in all" in promptkit("bench", "--dry-run").out


def test_a_dry_run_brackets_what_the_run_takes(promptkit, openai, questions):
    openai.answer = lambda turns: "1. One?\n2. Two?\nThe answer is 24. Verdict: wrong"
    arguments = ("bench", questions, "--answer", "number", "-m", "openai/mock", "-s", "plan,cot+reflect", "--json")
    told = promptkit(*arguments, "--dry-run").json["forecast"]
    took = promptkit(*arguments).json["rows"]
    for forecast, row in zip(told, took, strict=True):
        low, high = forecast["calls"]
        assert low <= row["calls"] <= high


def test_no_more_calls_are_sent_than_allowed_and_the_rest_can_be_run_later(promptkit, openai, questions):
    done = bench(promptkit, questions, "--run", "r", "--max-calls", "30")
    assert done.code == 1
    assert len(openai.requests) == 30
    assert not done.json["complete"]
    assert "raise --max-calls" in done.err
    rest = promptkit("bench", "--run", "r", "--json")
    assert rest.code == 0
    assert len(openai.requests) == 80


def test_a_limit_in_dollars_needs_a_known_price_and_a_longest_reply(promptkit, openai, questions):
    assert "--max-tokens" in bench(promptkit, questions, "--max-cost", "1").err
    done = bench(promptkit, questions, "--max-cost", "1", "--max-tokens", "50")
    assert done.code == 2
    assert "price of openai/mock is not known" in done.err
    assert not openai.requests


@pytest.mark.parametrize(
    "arguments",
    [
        ["choose", "nowhere"],
        ["power"],
        ["power", "--difference", "0.05"],
        ["power", "--difference", "0", "--discordance", "0.1"],
        ["power", "nowhere", "--difference", "0.1"],
        ["rescore", "nowhere"],
        ["rescore", "."],
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(promptkit, arguments):
    done = promptkit(*arguments)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert done.err.count("\n") == 1


def test_the_curve_tells_what_fewer_draws_would_have_scored(promptkit, openai, easy):
    seen = {}

    def two_of_three(turns):
        question = turns[-1]["content"]
        seen[question] = seen.get(question, -1) + 1
        return "The answer is 7." if seen[question] % 3 == 0 else "The answer is 24."

    openai.answer = two_of_three
    promptkit(
        *("bench", easy, "--answer", "number", "-m", "openai/mock", "--run", "r", "--limit", "30"),
        *("-s", "self-consistency(draws=3,temperature=1)"),
    )
    (curve,) = promptkit("curve", "r", "--json").json["curves"]
    assert curve["items"] == 30
    assert [round(point["accuracy"], 6) for point in curve["points"]] == [round(2 / 3, 6), round(2 / 3, 6), 1]
    assert "self-consistency" in promptkit("curve", "r").out


def test_the_curve_of_recorded_draws(promptkit, tmp_path):
    rows = [{"question": f"{i}?", "target": "24", "outputs": ["24", "24", "7"], "strategy": "s"} for i in range(9)]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (curve,) = promptkit("curve", "r.jsonl", "--answer", "number", "--json").json["curves"]
    assert [round(point["accuracy"], 6) for point in curve["points"]] == [round(2 / 3, 6), round(2 / 3, 6), 1]


def test_reflection_is_told_with_what_it_fixed_and_what_it_broke(promptkit, openai, easy):
    def reply(turns):
        number = int(turns[0]["content"].partition(" ")[0])
        if "Verdict:" in turns[-1]["content"]:
            return f"Verdict: {'correct' if number % 4 == 0 else 'wrong'}"
        right = number % 2 == 0 if len(turns) == 1 else number % 4 == 1
        return "The answer is 24." if right else "The answer is 7."

    openai.answer = reply
    promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "reflect(rounds=1)", "--run", "r")
    (found,) = promptkit("flips", "r", "--json").json["reflections"]
    (told,) = found["rounds"]
    assert (told["answers"], told["right_before"], told["fixed"], told["broken"]) == (60, 30, 15, 15)
    assert (told["accepted_right"], told["accepted_wrong"], told["p"]) == (15, 0, 1)
    assert "reflect(rounds=1)" in promptkit("flips", "r").out


def test_what_a_run_does_not_hold_is_said(promptkit, openai, easy):
    promptkit("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct", "--run", "r", "--limit", "5")
    assert "no strategy of r reflects" in promptkit("flips", "r").err
    assert "drawn more than once" in promptkit("curve", "r").err


def test_a_run_that_stops_when_decided_asks_less_and_says_the_same(promptkit, reasoning_helps, easy):
    arguments = ("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--concurrency", "2")
    done = promptkit(*arguments, "--stop-when-decided", "--json")
    assert done.code == 0
    assert done.json["comparisons"][0]["verdict"] == "better"
    assert done.json["rows"][0]["n"] < 40
    assert len(reasoning_helps.requests) < 80


def test_nothing_is_chosen_where_failed_calls_could_decide(promptkit, openai, easy):
    def reply(turns):
        question = turns[-1]["content"]
        number = int(question.partition(" ")[0])
        return "The answer is 24." if number < 30 or "step by step" in question else "The answer is 7."

    openai.answer = reply
    arguments = ("bench", easy, "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--run", "r")
    promptkit(*arguments)
    assert promptkit("choose", "r", "--margin", "0.1", "--json").json["choices"][0]["chosen"] == "cot"
    with sqlite3.connect("r/run.sqlite") as connection:
        connection.execute("UPDATE attempts SET outcome = 'error' WHERE strategy = 'direct' AND outcome = 'wrong'")
    connection.close()
    done = promptkit("choose", "r", "--margin", "0.1")
    assert done.code == 1
    assert "easy: no choice, for it depends on attempts that could not be judged (30 of direct)" in done.out
    assert done.err == "undecided: try what could not be judged again with: promptkit resume r\n"
    assert promptkit("choose", "r", "--margin", "0.1", "--json").json["choices"][0]["chosen"] is None


def test_disagreements_of_a_rescore_are_one_valid_json_list(promptkit, tmp_path):
    rows = [
        {"question": f"{i}?", "target": "24", "output": "They have 24 legs,\nor “so”.", "strategy": "s"}
        for i in range(3)
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = promptkit("rescore", "r.jsonl", "--answer", "number", "--json").json
    assert [(row["item"], row["text"], row["rule"]) for row in found["disagreements"]] == [
        (f"{i}?", "They have 24 legs,\nor “so”.", "last number") for i in range(3)
    ]
    shown = promptkit("rescore", "r.jsonl", "--answer", "number", "--show", "2").out
    assert (shown.count("target 24"), "3 of 3 replies are judged differently." in shown) == (2, True)
