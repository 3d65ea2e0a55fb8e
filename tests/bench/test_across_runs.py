"""Runs made apart, compared on the items that they share."""

import contextlib
from pathlib import Path

import pytest

from promptkit import Image, UsageError
from promptkit.bench import Item, Task, compare
from promptkit.bench.across_runs import compare_runs, short_names
from promptkit.record.reader import open_run
from tests.pictures import picture
from tests.players import Player
from tests.record.runs import old_run, state


def right(_):
    return "The answer is 24."


def wrong(_):
    return "The answer is 7."


@pytest.fixture
def run(tmp_path):
    """Records a run."""

    def record(name, reply, strategies="direct,cot", *, model="m", items=range(40), **options):
        pairs = [(f"{i} + {24 - i}?", 24) for i in items]
        player = Player(reply=reply, name=model)
        compare(pairs, strategies, model=player, answer="number", directory=tmp_path / name, **options)
        return tmp_path / name

    return record


def across(*directories, **options):
    with contextlib.ExitStack() as opened:
        return compare_runs([opened.enter_context(open_run(directory)) for directory in directories], **options)


def test_each_strategy_is_compared_with_itself_in_the_first_run(run):
    found = across(run("a", wrong), run("b", right))
    assert found.runs == ("a", "b")
    assert found.items == {"questions": 40}
    assert [(c.strategy, c.model, c.baseline_model, c.verdict) for c in found.comparisons] == [
        ("direct", "m in b", "m in a", "better"),
        ("cot", "m in b", "m in a", "better"),
    ]
    assert "direct on m in b is better than direct on m in a" in found.comparisons[0].sentence()


def test_another_model_is_compared_with_the_only_one_there(run):
    found = across(run("a", wrong), run("b", right, model="other"))
    assert [(c.model, c.baseline_model) for c in found.comparisons] == [("other in b", "m in a")] * 2
    assert ("model", ("m", "other")) in [(d.name, d.values) for d in found.differences]


def test_single_strategies_are_compared_whatever_their_names(run):
    found = across(run("a", wrong, "direct"), run("b", right, "cot"))
    assert [(c.strategy, c.baseline) for c in found.comparisons] == [("cot", "direct")]


def test_only_what_both_asked_alike_is_counted(run):
    found = across(run("a", wrong, items=range(30)), run("b", right, items=range(40)))
    assert (found.items, found.left_out) == ({"questions": 30}, {"questions": 10})
    assert {row.items for rows in found.rows for row in rows} == {30}
    assert {c.n for c in found.comparisons} == {30}


def test_the_prompts_that_differ_are_shown_as_a_diff(run, tmp_path):
    wording = tmp_path / "mine" / "chain_of_thought" / "think.j2"
    wording.parent.mkdir(parents=True)
    wording.write_text("---\ninputs: {question: {type: text, sample: x}}\n---\n{{ question }}\n\nThink hard.")
    found = across(run("a", wrong), run("b", right, template_folders=[str(tmp_path / "mine")]))
    (wording,) = found.wordings
    assert (wording.strategy, wording.baseline) == ("cot", "cot")
    assert "+Think hard." in wording.diff
    assert any(line.startswith("-") and "step by step" in line for line in wording.diff)
    assert "template chain_of_thought/think" in {d.name for d in found.differences}


def test_runs_made_alike_differ_in_nothing(run):
    found = across(run("a", right), run("b", right, concurrency=3))
    assert found.differences == ()
    assert found.wordings == ()


def test_a_setting_that_differs_is_named(run):
    found = across(run("a", right), run("b", right, max_tokens=99))
    assert [(d.name, d.values) for d in found.differences] == [("max_tokens", ("unset", "99"))]


def test_runs_that_share_no_item_are_refused(run):
    with pytest.raises(UsageError, match="the runs share no item with the same question and target"):
        across(run("a", right, items=range(5)), run("b", right, items=range(5, 9)))


def test_runs_without_a_strategy_in_common_are_refused(run):
    with pytest.raises(UsageError, match="nothing can be compared"):
        across(run("a", right, "direct,cot"), run("b", right, "plan"))


def test_one_run_is_not_a_comparison(run):
    with pytest.raises(UsageError, match="takes two runs or more"):
        across(run("a", right))


def test_one_run_twice_is_refused(run):
    directory = run("a", right)
    with pytest.raises(UsageError, match="a run is given twice"):
        across(directory, directory)


def test_runs_of_one_name_are_told_apart_by_their_folders():
    assert short_names([Path("x/monday/run"), Path("x/tuesday/run")]) == ("monday/run", "tuesday/run")


def test_a_run_of_an_earlier_promptkit_is_read_and_nothing_is_written(tmp_path):
    first, second = old_run(tmp_path / "first"), old_run(tmp_path / "second")
    with contextlib.ExitStack() as opened:
        runs = [opened.enter_context(open_run(directory)) for directory in (first, second)]
        before = [{n: c for n, c in state(d).items() if n == "run.sqlite"} for d in (first, second)]
        found = compare_runs(runs)
    assert found.differences == ()
    assert {c.difference for c in found.comparisons} == {0}
    assert before == [{n: c for n, c in state(d).items() if n == "run.sqlite"} for d in (first, second)]


def test_the_command_prints_tables_what_differs_and_json(run, tmp_path, capsys, monkeypatch):
    from promptkit.cli.app import main

    first, second = run("a", wrong), run("b", right, max_tokens=99)
    for words in ([], ["--json"]):
        monkeypatch.setattr("sys.argv", ["promptkit", "compare", str(first), str(second), *words])
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
    shown = capsys.readouterr().out
    assert "task questions, 40 items in all runs" in shown
    assert "max_tokens: unset in a; 99 in b" in shown
    assert '"runs": [' in shown


def test_the_same_words_about_another_image_are_another_item(tmp_path):
    def record(name, *colours):
        items = [
            Item(str(number), "Which colour?", "red", images=(Image(data=picture(colour=colour)),))
            for number, colour in enumerate(colours)
        ]
        model = Player(reply=lambda _: "red", name="m")
        compare(Task.of(items, answer="text"), "direct", model=model, directory=tmp_path / name)
        return tmp_path / name

    found = across(record("a", (255, 0, 0), (1, 1, 1)), record("b", (255, 0, 0), (2, 2, 2)))
    assert (found.items, found.left_out) == ({"questions": 1}, {"questions": 1})
