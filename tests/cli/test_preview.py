"""preview: the prompts of strategies for a question, or for rows of a task."""

import pytest


def test_rows_of_a_task_show_every_default_strategy(promptkit):
    shown = promptkit("preview", "--task", "stories", "--rows", "2", "--json").json
    assert shown["task"] == "stories"
    names = ["direct", "instructions", "few-shot", "cot", "plan", "cot+reflect", "cot+self-consistency(draws=5)"]
    assert [row["strategy"] for row in shown["prompts"]] == 2 * names
    assert len({row["of"] for row in shown["prompts"]}) == 2


def test_messages_name_the_templates_that_their_text_is_from_with_file_and_line(promptkit, tmp_path):
    (tmp_path / "mine/chain_of_thought").mkdir(parents=True)
    (tmp_path / "mine/chain_of_thought/think.j2").write_text("---\nversion: 2\n---\n\n{{ question }} Think.")
    done = promptkit("preview", "--task", "stories", "-s", "cot", "--templates", "mine")
    assert "· chain_of_thought/think (mine/chain_of_thought/think.j2:5)\n" in done.out
    assert "[user] about 4" in done.out


def test_the_examples_and_instructions_of_the_task_are_shown(promptkit):
    out = promptkit("preview", "--task", "stories", "-s", "instructions,few-shot").out
    assert "You are a careful assistant." in out
    assert out.count("[assistant]") == 4


def test_calls_that_differ_in_the_draw_alone_are_shown_once(promptkit):
    out = promptkit("preview", "1 + 1?", "-s", "self-consistency(draws=5)").out
    assert "calls 1 to 5" in out
    assert out.count("1 + 1?") == 1


def test_several_strategies_of_a_question_are_named(promptkit):
    out = promptkit("preview", "1 + 1?", "-s", "direct,cot").out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("──")] == ["direct", "call", "cot", "call"]


def test_the_tokens_of_each_call_are_in_its_json(promptkit):
    (call,) = promptkit("preview", "One two three?", "-s", "direct", "--json").json["calls"]
    assert (call["tokens"], call["sources"]) == (4, [[]])


@pytest.mark.parametrize(
    "arguments",
    [[], ["1?"], ["1?", "--task", "stories", "-s", "cot"], ["--task", "storis"], ["--task", "stories", "-s", "ct"]],
)
def test_a_mistake_is_one_line_and_exit_code_2(promptkit, arguments):
    done = promptkit("preview", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_questions_without_targets_are_shown_for_a_judge(promptkit, tmp_path):
    (tmp_path / "q.csv").write_text("question\nHow do I pay?\n")
    asked = ("preview", "--task", "q.csv", "-s", "direct")
    assert "score replies by a --grader" in promptkit(*asked).err
    assert "How do I pay?" in promptkit(*asked, "--grader", "judge(model=openai/x,rubric=kind)").out
