"""Commands that have a model read the answers that rules don't find."""

import json

import pytest

from tests.loopback import Fault

READ = "read(model=openai/reads)"


@pytest.fixture
def sums(tmp_path):
    """Twelve questions of which the odd ones are answered without a statement."""
    rows = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(1, 13)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outputs = [{**row, "output": reply(n), "strategy": "a"} for n, row in enumerate(rows, start=1)]
    (tmp_path / "outputs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in outputs))
    return ("sums.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "direct", "--run", "r")


def reply(n):
    """For odd numbers the answer is shown in strokes, which no rule reads."""
    return f"The answer is {n + 20}." if n % 2 == 0 else f"I draw a stroke for each of them: {'|' * (n + 20)}"


def answer(turns):
    """The strategy's model and the reader in one: what is read stands between marks."""
    text = turns[-1]["content"]
    if "[reply " in text:
        return f"Answer: {text.split('[reply ')[2].count('|')}"
    return reply(int(text.split(" + 20")[0].split()[-1]))


def read_by_the_model(openai):
    return [sent.body["messages"][-1]["content"] for sent in openai.requests if sent.body["model"] == "reads"]


def test_a_run_is_read_as_it_goes_on_and_resumed_without_asking_again(promptkit, openai, sums):
    openai.answer = answer
    ran = promptkit("bench", *sums, "--grader", READ)
    assert ran.code == 0, ran.err
    assert len(read_by_the_model(openai)) == 6
    assert "reader openai/reads: 6 of 12 replies read by the model, the others by rules; that took 6 calls" in ran.out
    resumed = promptkit("resume", "r", "--json")
    assert (resumed.code, len(openai.requests)) == (0, 18)
    assert (resumed.json["rows"][0]["correct"], resumed.json["rows"][0]["calls"]) == (12, 12)
    (grading,) = resumed.json["grading"]
    assert (grading["by_model"], grading["by_rules"], grading["model"]) == (6, 6, "openai/reads")


def test_a_recorded_run_is_read_and_each_call_paid_once(promptkit, openai, sums, tmp_path):
    openai.answer = answer
    assert promptkit("bench", *sums).code == 0
    by_rules = promptkit("score", "r", "--json").json["rows"][0]["correct"]
    read = promptkit("judge", "r", "--read", "-m", "openai/reads")
    assert read.code == 0, read.err
    assert (by_rules, len(read_by_the_model(openai)), (tmp_path / "r" / "judge.sqlite").exists()) == (6, 6, True)
    assert "compared with the run's own verdicts, 6 more replies are right, and 0 are no longer" in read.out
    again = promptkit("judge", "r", "--read", "-m", "openai/reads", "--json")
    assert (again.code, len(read_by_the_model(openai))) == (0, 6)
    assert (again.json["now_right"], again.json["no_longer_right"]) == (6, 0)
    assert again.json["rows"][0]["correct"] == 12
    assert promptkit("score", "r", "--json").json["rows"][0]["correct"] == 6  # the run itself is as it was


def test_recorded_outputs_are_read_and_calls_kept_where_it_is_wanted(promptkit, openai, sums, tmp_path):
    openai.answer = answer
    score = ("score", "outputs.jsonl", "--answer", "number", "--grader", READ, "--calls", "calls.sqlite", "--json")
    first, second = promptkit(*score), promptkit(*score)
    assert (first.code, second.code, len(openai.requests)) == (0, 0, 6), first.err
    assert first.json == second.json
    assert (first.json["rows"][0]["correct"], first.json["grading"][0]["by_rules"]) == (12, 6)
    promptkit(*score[:6])
    assert len(openai.requests) == 12  # without it they are paid again


def test_recorded_outputs_are_judged_by_a_rubric_too(promptkit, openai, sums):
    openai.answer = lambda turns: "Score: 1"
    judged = promptkit(
        "score", "outputs.jsonl", "--grader", "judge(model=openai/judge,rubric='It is right.')", "--json"
    )
    assert (judged.code, judged.json["rows"][0]["correct"], len(openai.requests)) == (0, 12, 12), judged.err


@pytest.mark.parametrize("command", ["judge", "score", "bench"])
def test_a_limit_of_calls_holds(promptkit, openai, sums, command):
    openai.answer = answer
    if command == "judge":
        assert promptkit("bench", *sums).code == 0
    before = len(openai.requests)
    ran = promptkit(
        *{
            "judge": ("judge", "r", "--read", "-m", "openai/reads", "--max-calls", "2"),
            "score": ("score", "outputs.jsonl", "--answer", "number", "--grader", READ, "--max-calls", "2"),
            "bench": ("bench", *sums, "--grader", READ, "--max-calls", "2"),
        }[command]
    )
    assert (ran.code, len(openai.requests) - before) == (1, 2)
    assert "--max-calls" in ran.err


def test_a_limit_in_dollars_needs_a_longest_reading(promptkit, openai, sums):
    limits = ("--max-cost", "1", "--max-tokens", "50")
    priced = (*sums[:3], "-m", "openai/gpt-4o", *sums[5:])
    refused = promptkit("bench", *priced, *limits, "--grader", "read(model=openai/gpt-4o)")
    assert (refused.code, openai.requests) == (2, [])
    assert "give read(…,max_tokens=N)" in refused.err
    refused = promptkit("score", "outputs.jsonl", "--answer", "number", "--max-cost", "1", "--grader", READ)
    assert (refused.code, openai.requests) == (2, [])


def test_beforehand_the_most_calls_are_told(promptkit, openai, sums):
    ahead = promptkit("bench", *sums, "--grader", READ, "--dry-run")
    assert ahead.code == 0, ahead.err
    assert "grading by openai/reads: at most 12 calls more, none for a reply that states its answer" in ahead.out
    judged = promptkit("bench", *sums, "--grader", "judge(model=openai/j,rubric=x)", "--dry-run", "--json")
    assert [(one["calls"], one["reads"]) for one in judged.json["grading"]] == [(12, False)]
    assert openai.requests == []


def test_a_refused_key_ends_the_reading_in_one_line(promptkit, openai, sums):
    openai.fails = lambda body: Fault(401, message="bad key")
    ran = promptkit("score", "outputs.jsonl", "--answer", "number", "--grader", READ)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("bench", "sums.jsonl", "-m", "openai/mock", "--grader", READ), "answer"),
        (("bench", "sums.jsonl", "--answer", "number", "--grader", "read(model=nobody)"), "unknown model 'nobody'"),
        (("rescore", "r", "--grader", READ), "promptkit judge RUN"),
        (("judge", "r", "-m", "openai/reads", "--read", "--rubric", "x"), "--read takes none of --rubric"),
    ],
)
def test_what_can_not_be_read_is_refused_before_anything_is_asked(promptkit, openai, sums, arguments, expected):
    if "r" in arguments:
        assert promptkit("bench", *sums).code == 0
    before = len(openai.requests)
    refused = promptkit(*arguments)
    assert (refused.code, len(openai.requests)) == (2, before)
    assert expected in refused.err


def test_items_without_a_target_can_not_be_read(promptkit, openai, sums, tmp_path):
    (tmp_path / "one.jsonl").write_text('{"question": "Which?"}\n')
    one = ("one.jsonl", "--answer", "text", "-m", "openai/mock", "-s", "direct", "--run", "t")
    assert promptkit("bench", *one, "--grader", READ).code == 2
    assert promptkit("task", "check", "one.jsonl", "--answer", "text", "--grader", READ).code == 2
    openai.answer = lambda turns: "Score: 1"
    assert promptkit("bench", *one, "--grader", "judge(model=openai/j,rubric=x)").code == 0
    ran = promptkit("judge", "t", "--read", "-m", "openai/reads")
    assert ran.code == 2
    assert "has no target to read answers by" in ran.err


def test_labels_show_how_far_the_reader_can_be_trusted(promptkit, openai, sums, tmp_path):
    openai.answer = answer
    assert promptkit("bench", *sums, "--grader", READ).code == 0
    promptkit("label", "r", "--items", "12", "--export", "x.csv")
    ids = [line.split(",")[0] for line in (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]
    (tmp_path / "y.csv").write_text("id,label\n" + "".join(f"{one},y\n" for one in ids))
    labelled = promptkit("label", "r", "--import", "y.csv", "--json")
    assert labelled.json["agreement"]["agree"]["share"] == 1.0
    read = promptkit("judge", "r", "--read", "-m", "openai/reads", "--json")
    assert read.json["labelled"]["agreement"]["agree"]["cases"] == 12


def test_the_page_and_the_strict_reading_of_a_run_tell_what_the_model_read(promptkit, openai, sums, tmp_path):
    openai.answer = answer
    assert promptkit("bench", *sums, "--grader", READ).code == 0
    assert promptkit("report", "r", "--format", "md").code == 0
    assert "6 of 12 replies read by the model" in next((tmp_path / "r").glob("*.md")).read_text(encoding="utf-8")
    again = promptkit("rescore", "r", "--json").json["readings"]
    assert {name: read["rows"][0]["correct"] for name, read in again.items()} == {
        "source": 12,
        "strict": 6,
        "lenient": 6,
    }


def test_code_is_run_and_not_read(promptkit, openai, sums, tmp_path):
    openai.answer = lambda turns: answer(turns) if " + 20" in str(turns) else "```python\ndef one():\n    return 1\n```"
    rows = [{"question": "Write one().", "target": "assert one() == 1"}]
    (tmp_path / "code.yaml").write_text("name: code\ndata: code.jsonl\nanswer: code\n")
    (tmp_path / "code.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "plain.yaml").write_text("name: plain\ndata: sums.jsonl\nanswer: number\n")
    asked = ("-m", "openai/mock", "-s", "direct", "--allow-code", "--run")
    assert promptkit("bench", "code.yaml", *asked, "one").code == 0
    done = promptkit("judge", "one", "--read", "-m", "openai/reads")
    assert (done.code, done.out) == (2, "")
    assert "the replies of one are code, which is run: there is nothing to read" in done.err
    assert promptkit("bench", "code.yaml", "plain.yaml", *asked, "two").code == 0
    done = promptkit("judge", "two", "--read", "-m", "openai/reads")
    assert done.code == 0, done.err
    assert "left out, since code is run and not read: code\n" in done.err
    assert len(read_by_the_model(openai)) == 6
