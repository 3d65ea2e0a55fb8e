"""`promptkit techniques`."""

import pytest

from promptkit.techniques.facts import all_facts
from promptkit.techniques.page import page


def test_all_techniques_are_listed_with_calls_and_paper(promptkit):
    done = promptkit("techniques")
    assert done.code == 0
    assert all(name in done.out for name in all_facts())
    assert "1 + n + 1" in done.out


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_list_can_be_read_on_a_terminal_of_any_width(promptkit, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = promptkit("techniques").out.splitlines()
    assert max(map(len, lines)) <= columns
    assert not any("…" in line for line in lines)
    assert "The question is shown, and" in "\n".join(lines)


def test_a_situation_chooses_and_several_choose_what_is_for_all_of_them(promptkit):
    chosen = {row["name"] for row in promptkit("techniques", "--for", "answers-vary", "--json").json["techniques"]}
    both = promptkit("techniques", "--for", "answers-vary", "--for", "it-must-be-right", "--json").json["techniques"]
    assert "self-consistency" in {row["name"] for row in both} < chosen
    assert "cot" not in chosen


def test_a_misspelt_situation_or_technique_is_met_with_the_right_one(promptkit):
    wrong = promptkit("techniques", "--for", "i-have-exampels")
    assert (wrong.code, "did you mean i-have-examples?" in wrong.err) == (2, True)
    wrong = promptkit("techniques", "show", "refelct")
    assert (wrong.code, wrong.err) == (2, "promptkit: unknown technique 'refelct'; did you mean reflect?\n")


def test_situations_that_exclude_each_other_are_an_error(promptkit):
    wrong = promptkit("techniques", "--for", "it-must-be-fast", "--for", "the-task-has-steps", "--for", "answers-vary")
    assert (wrong.code, "leave one out" in wrong.err) == (2, True)


def test_a_technique_is_shown_as_its_page(promptkit):
    assert promptkit("techniques", "show", "cot").out == page("cot")


def test_as_json_it_has_prompts_options_and_intervals(promptkit):
    shown = promptkit("techniques", "show", "self-consistency", "--json").json
    assert len(shown["example"]["calls"]) == 5
    assert shown["options"][1]["name"] == "draws"
    assert shown["published"][0]["intervals"]["difference"]["low"] > 0.1
    assert shown["example"]["python"].startswith("SelfConsistency(ChainOfThought(model)")
