"""Runs whose answers are graded in another process."""

import json
import sys

import pytest


def rows(path, *pairs):
    path.write_text("".join(json.dumps({"question": q, "target": t}) + "\n" for q, t in pairs))


def test_a_pattern_that_explodes_leaves_the_run_incomplete_and_names_itself(promptkit, openai, tmp_path):
    openai.answer = lambda turns: "a" * 60 + "b" if "explode" in str(turns[-1]) else "an apple"
    rows(tmp_path / "t.jsonl", ("Please explode.", "(a|aa)+$"), ("A fruit?", "apple"))
    done = promptkit("bench", "t.jsonl", "--answer", "regex", "-m", "openai/m", "-s", "direct", "--run", "r")
    assert done.code == 1
    assert "direct: 1 reply was not graded: the pattern '(a|aa)+$' could not be tried on this reply" in done.out
    assert "direct lies between 50.0 % and 100.0 %" in done.out
    assert "grade the recorded replies again with: promptkit resume r" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits for processes")
def test_code_is_run_only_with_allow_code_and_nothing_is_asked_before(promptkit, openai, tmp_path):
    openai.answer = lambda turns: "```python\ndef two():\n    return 2\n```"
    rows(tmp_path / "t.jsonl", ("Write two().", "assert two() == 2"), ("Write three().", "assert three() == 3"))
    asked = ["bench", "t.jsonl", "--answer", "code", "-m", "openai/m", "-s", "direct", "--run", "r"]
    refused = promptkit(*asked)
    assert (refused.code, len(openai.requests)) == (2, 0)
    assert refused.err.endswith("read docs/security.md, and allow it with --allow-code\n")
    done = promptkit(*asked, "--allow-code", "--json")
    assert (done.code, done.json["rows"][0]["correct"], done.json["rows"][0]["wrong"]) == (0, 1, 1)
    assert promptkit("resume", "r").code == 2
    assert promptkit("rescore", "r").err.endswith("allow it by --allow-code\n")
    assert promptkit("rescore", "r", "--allow-code").code == 0


def test_a_forecast_runs_no_code(promptkit, openai, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr("promptkit.answers.code.run_once", refuse)
    rows(tmp_path / "t.jsonl", ("Write two().", "assert two() == 2"))
    done = promptkit(
        "bench", "t.jsonl", "--answer", "code", "-m", "openai/m", "-s", "direct", "--allow-code", "--dry-run"
    )
    assert (done.code, len(openai.requests)) == (0, 0)
