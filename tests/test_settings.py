"""The settings of a run: declared once, and the same on the command line, in a record, on resume and in print."""

import shlex

import pytest

from promptkit import UsageError
from promptkit.cli.options import as_typed
from promptkit.settings import RunLimits, RunSettings

OTHERS = {  # a value of each setting that is not its default
    "tasks": ("stories", "my tasks/sums.csv"),
    "model": ("openai/gpt-5-mini", "nano"),
    "strategies": ("direct", "cot+self-consistency(draws=3,temperature=0.8)"),
    "baseline": "direct",
    "limit": 5,
    "seed": 3,
    "temperature": 0.7,
    "max_tokens": 50,
    "effort": "low",
    "answer": "label",
    "grader": ("mine:polite", "mine:brief"),
    "labels": ("yes", "no"),
    "template_folders": ("/tmp/a", "/tmp/b c"),
    "think_tags": ("scratchpad",),
    "replicates": 2,
    "example_sets": 3,
    "independent": True,
    "margin": 0.05,
    "stop_when_decided": True,
    "concurrency": 7,
    "attempts": 2,
    "patience": 600.0,
    "timeout_seconds": 9.5,
    "silent_seconds": 45.0,
    "item_seconds": 60.0,
    "question_column": "data.frage",
    "target_column": "gold",
    "options_column": "A,B,C",
    "context_column": "passage",
    "id_column": "key",
    "cluster_column": "group",
    "split_column": "fold",
    "tolerance": "1%",
    "shuffle_options": True,
    "examples_seed": 9,
    "strict": True,
}


def test_there_is_another_value_of_every_setting_here():
    assert set(OTHERS) == set(RunSettings.model_fields)


def test_what_is_recorded_is_read_back_whole():
    settings = RunSettings(**OTHERS)
    assert RunSettings.recorded(settings.to_record()) == settings
    assert RunSettings.recorded(RunSettings().to_record()) == RunSettings()


def test_defaults_are_recorded_so_that_later_ones_change_nothing():
    assert RunSettings().to_record()["concurrency"] == 64


@pytest.fixture
def parsed(monkeypatch):
    """What `promptkit bench` makes of a command line."""
    given = {}
    monkeypatch.setattr("promptkit.cli.bench.run_benchmark", lambda run, values, **_: given.update(values))

    def parse(words):
        from promptkit.cli.app import main

        monkeypatch.setattr("sys.argv", list(words))
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        return RunSettings(**given)

    return parse


def test_the_command_that_a_run_prints_is_parsed_as_its_settings(parsed):
    settings = RunSettings(**OTHERS)
    assert parsed(shlex.split(shlex.join(settings.command()))) == settings


def test_the_command_has_only_what_differs_from_the_defaults():
    assert RunSettings(tasks=("stories",), limit=3).command() == ["promptkit", "bench", "stories", "--limit", "3"]


def test_lists_that_were_recorded_as_they_are_typed_are_read():
    old = {"tasks": ["stories"], "strategies": "direct,self-consistency(draws=2,temperature=1)", "labels": "a, b"}
    settings = RunSettings.recorded({**old, "versions": {"promptkit": "0.1.0"}, "templates": {"a/b": "sha256:0"}})
    assert settings.strategies == ("direct", "self-consistency(draws=2,temperature=1)")
    assert settings.labels == ("a", "b")


def test_a_setting_of_a_newer_promptkit_is_refused_and_not_ignored():
    with pytest.raises(UsageError, match="recorded with the setting 'tools', which this promptkit lacks; upgrade"):
        RunSettings.recorded({"tasks": ["stories"], "tools": "search"})


def test_what_identifies_an_attempt_is_told_apart_from_its_plan_and_pace():
    changed = RunSettings(**OTHERS).identity_changes(RunSettings())
    kept = ["seed", "temperature", "max_tokens", "effort", "answer", "grader", "labels", "think_tags"]
    kept += [
        "example_sets",
        "independent",
        "question_column",
        "target_column",
        "options_column",
        "context_column",
        "id_column",
        "cluster_column",
    ]
    kept += ["split_column", "tolerance", "shuffle_options", "examples_seed"]
    assert changed == kept


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"concurrency": 0}, "`concurrency`: it should be greater than or equal to 1, got 0"),
        ({"timeout_seconds": 0}, "`timeout_seconds`: it should be greater than 0, got 0"),
        ({"temperature": float("inf")}, "`temperature`: it should be a finite number, got inf"),
        ({"margin": 0}, "`margin`: it should be greater than 0, got 0"),
        ({"margin": 2}, "`margin`: it should be less than 1, got 2"),
        (
            {"strategies": "direct,(cot"},
            "`strategies`: unclosed bracket in 'direct,(cot'; write both of a pair, as in self-consistency(draws=5)",
        ),
        ({"temprature": 1}, "there is no option `temprature`; did you mean `temperature`?"),
    ],
)
def test_a_value_that_can_not_be_is_a_usage_error_in_one_line(given, message):
    with pytest.raises(UsageError) as raised:
        RunSettings(**given)
    assert str(raised.value) == message


def test_limits_are_not_part_of_what_is_recorded():
    assert not set(RunLimits.model_fields) & set(RunSettings.model_fields)


@pytest.mark.parametrize(
    ("message", "typed"),
    [
        ("`max_cost` needs `max_tokens`", "--max-cost needs --max-tokens"),
        ("raise max_calls, or wait", "raise --max-calls, or wait"),
        ("a `limit` is no limit", "a --limit is no limit"),
        ("give another `directory`", "give another --run"),
        ("`template_folders`: no such folder", "--templates: no such folder"),
        ("runs/max_calls can't be read", "runs/max_calls can't be read"),
        ("raise --max-calls", "raise --max-calls"),
        ("`resume_all` is unknown", "`resume_all` is unknown"),
    ],
)
def test_errors_of_the_library_are_in_the_words_of_the_command_line_there(message, typed):
    assert as_typed(message) == typed
