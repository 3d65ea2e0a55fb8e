"""What was measured: each technique beside the bare model, by a command that goes on where it stopped."""

import json
import sys

import pytest

from benchmarks.techniques import __main__ as command
from benchmarks.techniques import measure as measuring
from promptkit import FunctionModel
from promptkit.techniques.facts import all_facts, facts_of
from promptkit.techniques.measured import Row, Run, merged, read_results, results_of, write_results

ROW = Row(
    technique="cot",
    spec="cot",
    task="t",
    n=2,
    accuracy=1,
    low=0.3,
    high=1,
    difference=0.5,
    difference_low=-0.2,
    difference_high=0.9,
    calls=1,
    input_tokens=9,
    output_tokens=4,
)
DIRECT = ROW.model_copy(
    update={
        "technique": "direct",
        "spec": "direct",
        "difference": None,
        "difference_low": None,
        "difference_high": None,
    }
)


def a_run(*rows: Row, model: str = "m") -> Run:
    return Run(model=model, command="c", date="d", versions={}, rows=[DIRECT, *rows])


def of(name: str) -> Row:
    return ROW.model_copy(update={"technique": name})


def test_what_is_on_file_is_of_techniques_that_exist_as_they_are_shown():
    facts = all_facts()
    for run in read_results():
        for row in run.rows:
            assert row.technique == "direct" or row.spec == facts[row.technique].spec, "measure it again"


def test_a_technique_is_shown_beside_the_bare_model_of_its_own_run():
    (found,) = results_of("cot", [a_run(ROW)])
    assert (found.row, found.direct) == (ROW, DIRECT)
    assert results_of("plan", [a_run(ROW)]) == []


def test_the_machine_that_was_named_stands_beside_the_date():
    run = a_run(ROW)
    assert run.when == "d"
    assert run.model_copy(update={"machine": "8 cores"}).when == "d, on 8 cores"


def test_what_is_measured_again_replaces_what_was_and_nothing_else():
    old, other = a_run(ROW, of("plan")), a_run(ROW, model="another")
    assert merged([old, other], a_run(ROW)) == [a_run(of("plan")), other, a_run(ROW)]
    assert merged([a_run(ROW)], a_run(ROW, of("plan"))) == [a_run(ROW, of("plan"))]


def test_results_are_read_as_they_were_written_a_row_a_line(tmp_path):
    file = tmp_path / "results.json"
    write_results([a_run(ROW), a_run(of("plan"), model="another")], file)
    assert read_results(file) == [a_run(ROW), a_run(of("plan"), model="another")]
    assert len(file.read_text().splitlines()) == 10
    assert read_results(tmp_path / "none.json") == []


def test_the_command_on_record_names_no_folder_of_the_machine():
    typed = ["x", "measure", "--model", "gguf/some/where/small.gguf", "--folder", "some/where", "--limit", "2"]
    typed += ["--machine", "a fast one"]
    shown = command._command(typed)
    assert shown == "python -m benchmarks.techniques measure --model gguf/small.gguf --limit 2"


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Measures two techniques on two questions with a model that is right when it is asked for steps."""
    asked = []

    def model(prompt):
        asked.append(prompt)
        return "The answer is 7." if "step" in prompt.question else "The answer is 8."

    (tmp_path / "sums.jsonl").write_text(
        '{"question": "3 + 4?", "target": "7"}\n{"question": "2 + 5?", "target": "7"}\n'
    )
    (tmp_path / "sums.yaml").write_text("name: sums\nanswer: number\ndata: sums.jsonl\n")
    monkeypatch.setattr(measuring, "load_model", lambda name: FunctionModel(model, name="played"))

    def measure():
        names = ["cot", "few-shot"]
        return measuring.measure("played", [str(tmp_path / "sums.yaml")], names, 2, tmp_path / "runs", "c"), asked

    return measure


def test_techniques_are_compared_with_the_bare_model_item_by_item(measured, capsys):
    run, _ = measured()
    direct, cot = run.rows
    assert (direct.technique, direct.accuracy, direct.difference) == ("direct", 0, None)
    assert (cot.technique, cot.spec, cot.n, cot.accuracy, cot.difference, cot.calls) == ("cot", "cot", 2, 1, 1, 1)
    assert "not measured: few-shot on sums" in capsys.readouterr().err


def test_the_first_items_are_measured_where_they_are_asked_for(measured, tmp_path):
    _, asked = measured()
    asked.clear()
    run = measuring.measure("played", [str(tmp_path / "sums.yaml")], ["cot"], 2, tmp_path / "one", "c", first=1)
    assert [row.n for row in run.rows] == [1, 1]
    assert {prompt.question.partition("\n")[0] for prompt in asked} == {"3 + 4?"}


def test_what_asks_another_model_is_measured_with_the_one_that_is_named(measured, tmp_path, monkeypatch):
    measured()
    cheap = FunctionModel(lambda prompt: f"The answer is {prompt.draw}.", name="cheap")
    monkeypatch.setattr(measuring, "load_model", lambda _: cheap)
    tasks = [str(tmp_path / "sums.yaml")]
    run = measuring.measure("cheap", tasks, ["cascade"], 2, tmp_path / "two", "c", "nano")
    (_, row) = run.rows
    assert (row.technique, row.spec) == ("cascade", facts_of("cascade").spec)
    assert row.calls == 4  # three draws that differ, and nano
    assert run.shown_model == "cheap, other: nano"


def test_a_technique_is_measured_on_the_tasks_that_suit_it_unless_some_are_named():
    chosen = {name: facts_of(name) for name in ("few-shot", "cot")}
    assert list(measuring.planned((), chosen)["labels"]) == ["few-shot"]
    assert list(measuring.planned((), chosen)["stories"]) == ["few-shot", "cot"]
    assert list(measuring.planned(["labels"], chosen)) == ["labels"]


def test_what_is_on_record_is_not_asked_again(measured):
    first, asked = measured()
    count = len(asked)
    again, _ = measured()
    assert (again, len(asked)) == (first, count)


def test_the_command_writes_results_and_pages(measured, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(command, "read_results", list)
    monkeypatch.setattr(command, "write_results", lambda runs: write_results(runs, tmp_path / "results.json"))
    tasks = str(tmp_path / "sums.yaml")
    monkeypatch.setattr(
        sys, "argv", ["x", "measure", "--tasks", tasks, "--techniques", "cot", "--folder", str(tmp_path / "r")]
    )
    command.main()
    assert len(json.loads((tmp_path / "results.json").read_text())["runs"][0]["rows"]) == 2
    assert (tmp_path / "docs" / "cot.md").exists()
    monkeypatch.setattr(sys, "argv", ["x", "measure", "--techniques", "ctt"])
    with pytest.raises(SystemExit, match=r"did you mean cot\?"):
        command.main()
