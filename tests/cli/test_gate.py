"""A run as a gate: the three exits, on a run that is made and on one that is there."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.loopback import faults


@pytest.fixture
def asked(openai, tmp_path):
    """Right with steps; without them right on every other question."""
    rows = [{"question": f"Number {i}?", "target": "24"} for i in range(40)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def answer(turns):
        question = str(turns[-1])
        number = int("".join(filter(str.isdigit, question)))
        return "The answer is 24." if "step by step" in question or number % 2 else "The answer is 7."

    openai.answer = answer
    return openai


BENCH = ("bench", "t.jsonl", "--answer", "number", "-m", "openai/m", "-s", "direct,cot", "--run", "r")
EXITS = [
    ("cot < direct - 0.02", 0, "passed: cot < direct - 0.02 is excluded (t on openai/m: +50.0 points, 95 % interval "),
    ("direct < cot - 0.02", 3, "FAILED: direct < cot - 0.02 is shown (t on openai/m: −50.0 points, 95 % interval "),
    (
        "direct < 0.45",
        4,
        "unclear: direct < 0.45 can't be told from so few items (t on openai/m: 50.0 %, 95 % interval ",
    ),
]


@pytest.mark.parametrize(("condition", "code", "line"), EXITS)
def test_bench_ends_by_its_condition(promptkit, asked, condition, code, line):
    done = promptkit(*BENCH, "--fail-if", condition)
    assert done.code == code
    assert line in done.out


def test_check_ends_as_bench_does_and_asks_nothing(promptkit, asked):
    assert promptkit(*BENCH).code == 0
    before = len(asked.requests)
    for condition, code, line in EXITS:
        done = promptkit("check", "r", "--fail-if", condition)
        assert (done.code, done.out.startswith(line)) == (code, True)
    assert promptkit("check", "r", "--min-accuracy", "cot>=0.8").code == 0
    assert promptkit("check", "r", "--min-accuracy", "0.8").code == 3
    assert len(asked.requests) == before


def test_one_condition_that_is_shown_outweighs_one_that_can_not_be_told(promptkit, asked):
    assert promptkit(*BENCH, "--fail-if", EXITS[2][0], "--fail-if", EXITS[1][0], "--fail-if", EXITS[0][0]).code == 3


def test_conditions_stand_in_json_beside_the_result(promptkit, asked):
    done = promptkit(*BENCH, "--fail-if", EXITS[1][0], "--json")
    (condition,) = done.json["conditions"]
    assert (condition["condition"], condition["state"], condition["n"]) == (EXITS[1][0], "shown", 40)
    assert "FAILED: direct < cot" in done.err
    assert len(done.json["rows"]) == 2


@pytest.mark.parametrize(
    "option",
    [
        ("--fail-if", "cto < direct"),
        ("--min-accuracy", "80"),
        ("--junit", "x.xml"),
        ("--fail-if", "cot<direct", "--junit", "no/x.xml"),
    ],
)
def test_a_condition_that_can_not_be_meant_is_found_before_anything_is_asked(promptkit, asked, option):
    done = promptkit(*BENCH, *option)
    assert (done.code, len(asked.requests), done.err.count("\n")) == (2, 0, 1)


def test_an_error_names_the_strategies_that_there_are(promptkit, asked):
    assert "there are direct, cot" in promptkit(*BENCH, "--fail-if", "plan < direct").err


def test_an_incomplete_run_ends_with_1_whatever_its_conditions_are(promptkit, asked):
    asked.fails = lambda body: faults.failing(400) if "Number 3?" in json.dumps(body) else None
    done = promptkit(*BENCH, "--fail-if", EXITS[1][0], "--attempts", "1")
    assert done.code == 1
    assert "FAILED: direct < cot - 0.02 is shown" in done.out
    assert promptkit("check", "r", "--fail-if", EXITS[1][0]).code == 1


def test_junit_has_a_case_a_condition_and_escapes_what_others_wrote(promptkit, asked, tmp_path):
    arguments = [word for condition, _, _ in EXITS for word in ("--fail-if", condition)]
    assert promptkit(*BENCH, *arguments, "--junit", "gate.xml").code == 3
    root = ET.parse(tmp_path / "gate.xml").getroot()
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
        "t · openai/m",
        "3",
        "1",
        "1",
    )
    assert [(case.get("name"), case[0].tag) for case in suite] == [
        ("cot < direct - 0.02", "system-out"),
        ("direct < cot - 0.02", "failure"),
        ("direct < 0.45", "error"),
    ]
    assert "FAILED: direct < cot - 0.02 is shown" in suite[1][0].get("message")
    assert b"cot &lt; direct" in (tmp_path / "gate.xml").read_bytes()
