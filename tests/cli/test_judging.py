import csv
import io
import json

import pytest

from promptkit.record.labels import LABELS
from tests.loopback import Fault
from tests.pictures import picture


@pytest.fixture
def run(promptkit, openai, tmp_path):
    """A recorded run `r` of two strategies on 24 items; cot is right, direct on every other item."""
    rows = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(1, 25)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def answer(turns):
        text = turns[-1]["content"]
        number = int(text.split(" + ")[0].split()[-1])
        return f"The answer is {number + 20 + (0 if 'step by step' in text else number % 2)}."

    openai.answer = answer
    task = ("sums.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--run", "r")
    assert promptkit("bench", *task).code == 0
    return tmp_path / "r"


def judging(turns):
    """A judge that sees what is right."""
    text = turns[-1]["content"]
    right = f"The answer is {text.split('A right answer is: ')[1].split()[0]}."
    if "Better:" in text:
        first, second = text.split("[reply 1 ")[2], text.split("[reply 2 ")[2]
        wins = (right in first, right in second)
        return f"Better: {'tie' if wins[0] == wins[1] else 1 if wins[0] else 2}"
    return f"Look.\nScore: {int(right in text.split('[reply ')[-2])}"


def test_every_reply_is_judged_and_paid_once(promptkit, openai, run):
    openai.answer = judging
    judged = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.", "--json")
    assert judged.code == 0, judged.err
    assert {row["strategy"]: row["accuracy"] for row in judged.json["rows"]} == {"direct": 0.5, "cot": 1.0}
    assert judged.json["grading"][0]["calls"] == 48
    asked = len(openai.requests)
    again = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.")
    assert (again.code, len(openai.requests)) == (0, asked)
    assert "grading by openai/judge took 48 calls" in again.out


def test_two_strategies_are_compared_in_both_orders(promptkit, openai, run):
    openai.answer = judging
    compared = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.", "--pair", "direct,cot")
    assert compared.code == 0, compared.err
    assert "cot is preferred to direct: preferred in 75.0 % of 24" in compared.out
    assert "12 wins, 12 ties, 0 losses" in compared.out


def test_what_the_judge_says_without_a_score_is_not_counted(promptkit, openai, run):
    openai.answer = lambda turns: "I like it."
    judged = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.")
    assert judged.code == 1
    assert "the last line of the judgement is not a score: 'I like it'" in " ".join(judged.out.split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "give --rubric or --rubric-file"),
        (("--rubric", "x", "--pair", "direct"), "name two strategies"),
        (("--rubric", "x", "--pair", "direct,plan"), "plan is not one of the strategies of r: direct, cot"),
        (("--rubric-file", "nowhere.md"), "nowhere.md"),
        (("--rubric", "x", "--wording", "nope"), "no wording 'nope'"),
    ],
)
def test_a_judge_that_can_not_be_asked_is_refused(promptkit, openai, run, arguments, expected):
    asked = len(openai.requests)
    ran = promptkit("judge", "r", "-m", "openai/judge", *arguments)
    assert (ran.code, len(openai.requests)) == (2, asked)
    assert expected in ran.err


def test_replies_are_labelled_in_a_spreadsheet_without_whose_they_are(promptkit, run, tmp_path):
    assert promptkit("label", "r", "--items", "12", "--export", "x.csv").code == 0
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["label"] for row in rows} == {""}
    assert "cot" not in text
    assert 12 <= len(rows) <= 24
    for row in rows:
        row["label"] = "y" if f" {row['target']}." in row["reply"] else "n"
    with (tmp_path / "x.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    labelled = promptkit("label", "r", "--import", "x.csv", "--json")
    assert labelled.code == 0, labelled.err
    assert labelled.json["agreement"]["agree"]["share"] == 1.0
    assert [one["labels"] for one in labelled.json["strategies"]] == [12, 12]
    assert labelled.json["strategies"][1]["difference"]["estimate"] == pytest.approx(0.5, abs=0.2)


def test_the_judge_is_corrected_by_the_labels_of_the_run(promptkit, openai, run, tmp_path):
    promptkit("label", "r", "--items", "12", "--export", "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig"))))
    (tmp_path / "x.csv").write_text("id,label\n" + "".join(f"{row['id']},y\n" for row in rows))
    assert promptkit("label", "r", "--import", "x.csv").code == 0
    openai.answer = judging
    judged = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.", "--json")
    assert judged.json["labelled"]["strategies"][0]["accuracy"]["labelled"] == 12


@pytest.mark.parametrize(
    ("label", "expected"),
    [("maybe", "'maybe' is not a label"), ("2", "'2' is not a label"), ("y", "no reply of the run")],
)
def test_labels_that_can_not_be_used_are_named_by_line(promptkit, run, tmp_path, label, expected):
    promptkit("label", "r", "--export", "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig"))))
    given = "0" * 12 if label == "y" else rows[0]["id"]
    (tmp_path / "y.csv").write_text(f"id,label\n{given},{label}\n")
    ran = promptkit("label", "r", "--import", "y.csv")
    assert ran.code == 2
    assert "line 2" in ran.err
    assert expected in ran.err
    assert not (run / LABELS).exists()


def test_labels_in_a_file_are_never_written_over(promptkit, run, tmp_path):
    (tmp_path / "x.csv").write_text("mine")
    ran = promptkit("label", "r", "--export", "x.csv")
    assert (ran.code, (tmp_path / "x.csv").read_text()) == (2, "mine")


def test_without_a_terminal_nobody_is_asked(promptkit, run):
    ran = promptkit("label", "r")
    assert ran.code == 2
    assert "--export" in ran.err


def test_a_person_labels_and_stops_and_goes_on(promptkit, run, monkeypatch):
    given = iter(["y", "x", "n", "s", "q", "q"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: next(given))
    first = promptkit("label", "r", "--items", "5")
    assert first.code == 0, first.err
    kept = (run / LABELS).read_text().splitlines()
    assert len(kept) >= 2
    second = promptkit("label", "r", "--items", "5")
    assert second.code == 0
    assert (run / LABELS).read_text().splitlines() == kept
    assert "cot" not in first.out.split("the scores beside")[0]


def test_a_judge_that_refuses_the_key_ends_in_one_line_and_is_asked_again_later(promptkit, openai, run):
    asked = ("judge", "r", "-m", "openai/judge", "--rubric", "It is right.")
    openai.fails = lambda body: Fault(401, message="bad key {key}")
    refused = promptkit(*asked)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "sk-planted" not in refused.err + "".join(map(str, run.glob("judge*")))
    openai.fails, openai.answer = lambda body: None, judging
    assert promptkit(*asked).code == 0


def test_a_pair_about_which_the_judge_can_not_be_asked_does_not_end_the_others(promptkit, openai, run):
    openai.answer = judging
    openai.fails = lambda body: Fault(400, message="too long") if "What is 5 +" in str(body) else None
    compared = promptkit("judge", "r", "-m", "openai/judge", "--rubric", "It is right.", "--pair", "direct,cot")
    assert compared.code == 1
    assert "11 wins, 12 ties, 0 losses" in compared.out
    assert "1 item could not be judged: openai/judge refused the request (400): too long" in compared.out


def test_neither_judge_nor_person_sees_thinking(promptkit, openai, tmp_path):
    (tmp_path / "one.jsonl").write_text('{"question": "Which?", "target": ["a", "b"]}\n')
    openai.answer = lambda turns: f"<think>{len(turns[-1]['content'])} secrets</think>\n{turns[-1]['content'][-3:]}"
    promptkit("bench", "one.jsonl", "--answer", "text", "-m", "openai/mock", "-s", "direct,cot", "--run", "t")
    promptkit("label", "t", "--export", "x.csv")
    promptkit("judge", "t", "-m", "openai/judge", "--rubric", "x", "--pair", "direct,cot")
    assert "secrets" not in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert '"a"" or ""b"' in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert "secrets" not in str(openai.requests[-1].body)


def test_a_label_of_0_in_json_is_a_label(promptkit, run, tmp_path):
    promptkit("label", "r", "--export", "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig"))))
    (tmp_path / "x.json").write_text(json.dumps([{"id": row["id"], "label": 0} for row in rows]))
    assert promptkit("label", "r", "--import", "x.json").code == 0
    assert {json.loads(line)["score"] for line in (run / LABELS).read_text().splitlines()} == {0.0}


def test_columns_of_labels_may_be_in_capitals_and_must_be_there(promptkit, run, tmp_path):
    promptkit("label", "r", "--export", "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig"))))
    assert all(row["id"].startswith("r") for row in rows)  # 12e4 would come back as 120000
    (tmp_path / "y.csv").write_text("ID;Label\n" + "".join(f"{row['id']};y\n" for row in rows))
    assert promptkit("label", "r", "--import", "y.csv").code == 0
    (tmp_path / "z.csv").write_text("id;verdict\n" + "".join(f"{row['id']};y\n" for row in rows))
    ran = promptkit("label", "r", "--import", "z.csv")
    assert (ran.code, "z.csv has no column label" in ran.err) == (2, True)


def test_a_run_without_scores_has_nothing_to_label(promptkit, openai, tmp_path):
    (tmp_path / "one.jsonl").write_text('{"question": "Which?", "target": "a"}\n')
    openai.answer = lambda turns: "I like it."
    task = ("one.jsonl", "--answer", "text", "-m", "openai/mock", "-s", "direct", "--run", "t")
    promptkit("bench", *task, "--grader", "judge(model=openai/judge,rubric=x)")
    ran = promptkit("label", "t", "--export", "x.csv")
    assert (ran.code, (tmp_path / "x.csv").exists()) == (2, False)
    assert "no reply of t has a score" in ran.err


def test_that_images_are_not_shown_is_stated(promptkit, openai, tmp_path):
    (tmp_path / "red.png").write_bytes(picture())
    (tmp_path / "one.jsonl").write_text('{"question": "Which?", "target": "red", "image": "red.png"}\n')
    promptkit("bench", "one.jsonl", "--answer", "text", "-m", "openai/mock", "-s", "direct", "--run", "t")
    openai.answer = lambda turns: "Score: 1"
    judged = promptkit("judge", "t", "-m", "openai/judge", "--rubric", "x")
    assert "show images, which the judge does not see" in judged.err
    assert "show images" in promptkit("label", "t", "--export", "x.csv").err


def test_a_judge_whose_model_is_unknown_is_refused_before_a_run_is_made(promptkit, openai, tmp_path):
    (tmp_path / "one.jsonl").write_text('{"question": "Which?", "target": "a"}\n')
    task = ("one.jsonl", "--answer", "text", "-m", "openai/mock", "-s", "direct", "--run", "t")
    ran = promptkit("bench", *task, "--grader", "judge(model=nobody,rubric=x)")
    assert (ran.code, openai.requests, (tmp_path / "t").exists()) == (2, [], False)
    assert "unknown model 'nobody'" in ran.err


def test_labels_are_not_exported_and_imported_at_once(promptkit, run, tmp_path):
    ran = promptkit("label", "r", "--export", "x.csv", "--import", "y.csv")
    assert (ran.code, (tmp_path / "x.csv").exists()) == (2, False)
    assert "one of --export, --import and --results" in ran.err


RUBRIC = ("--rubric", "It is right.")


def test_with_a_limit_the_items_are_judged_that_are_labelled_first_and_more_of_them_pay_for_the_new_alone(
    promptkit, openai, run, tmp_path
):
    promptkit("label", "r", "--items", "6", "--export", "x.csv")
    labelled = {row["question"] for row in csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig")))}
    openai.answer, before = judging, len(openai.requests)
    judged = promptkit("judge", "r", "-m", "openai/judge", *RUBRIC, "--limit", "6", "--json")
    assert judged.code == 0, judged.err
    assert {row["n"] for row in judged.json["rows"]} == {6}
    asked = [sent.body["messages"][-1]["content"] for sent in openai.requests[before:]]
    assert len({*asked}) == len(asked) <= 12
    assert all(any(question in text for question in labelled) for text in asked)
    more = promptkit("judge", "r", "-m", "openai/judge", *RUBRIC, "--limit", "8")
    assert more.code == 0
    sent = [one.body["messages"][-1]["content"] for one in openai.requests[before:]]
    assert (sent[: len(asked)], len({*sent})) == (asked, len(sent))
    pair = promptkit("judge", "r", "-m", "openai/judge", *RUBRIC, "--limit", "3", "--pair", "direct,cot", "--json")
    assert pair.json["preferences"][0]["preferred"]["cases"] == 3


def test_a_limit_in_dollars_holds_what_could_exceed_it(promptkit, openai, run):
    openai.answer, before = judging, len(openai.requests)
    dear = ("judge", "r", "-m", "openai/gpt-4o", *RUBRIC, "--max-tokens", "100", "--max-cost")
    held = promptkit(*dear, "0.0000001")
    assert (held.code, len(openai.requests)) == (1, before), held.err
    assert "raise --max-cost" in held.err
    judged = promptkit(*dear, "1", "--json")
    assert judged.code == 0, judged.err
    sent = [sent.body for sent in openai.requests[before:]]
    assert {body.get("max_completion_tokens", body.get("max_tokens")) for body in sent} == {100}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--model", "openai/gpt-4o", "--max-cost", "1"), "--max-cost needs --max-tokens"),
        (("--model", "openai/judge", "--max-cost", "1", "--max-tokens", "9"), "the price of openai/judge is not known"),
    ],
)
def test_a_limit_in_dollars_that_can_not_be_kept_is_refused(promptkit, openai, run, options, expected):
    before = len(openai.requests)
    refused = promptkit("judge", "r", *RUBRIC, *options)
    assert (refused.code, len(openai.requests), (run / "judge.sqlite").exists()) == (2, before, False)
    assert expected in refused.err


def test_the_judge_of_a_run_with_a_limit_in_dollars_needs_one_of_its_own(promptkit, openai, tmp_path):
    (tmp_path / "sums.jsonl").write_text('{"question": "What is 1 + 20?", "target": "21"}\n')
    task = ("sums.jsonl", "--answer", "number", "-m", "openai/gpt-4o", "-s", "direct", "--run", "r")
    limits = ("--max-cost", "1", "--max-tokens", "50")
    refused = promptkit("bench", *task, *limits, "--grader", "judge(model=openai/gpt-4o,rubric=good)")
    assert (refused.code, openai.requests, (tmp_path / "r").exists()) == (2, [], False)
    assert "give judge(…,max_tokens=N)" in refused.err
    openai.answer = lambda turns: "Score: 1"
    held = promptkit("bench", *task, *limits, "--grader", "judge(model=openai/gpt-4o,rubric=good,max_tokens=300)")
    assert held.code == 0, held.err
    assert "grading by openai/gpt-4o took 1 call," in held.out
