"""Replies that others logged: what is scored of each kind of file, and which rows are named and left out."""

import json

import pytest
from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, write_eval_log
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score

from promptkit import UsageError
from promptkit.analysis.recorded import Reading, score_files
from promptkit.analysis.rescore import rejudge_files
from promptkit.record.reader import open_run
from promptkit.report import csv_file
from promptkit.tasks import Item, Task
from tests.record.runs import old_run

ITEMS = Task.of(
    [Item("a1", "What is 4 times 18?", "72"), Item("a2", "What is 2 + 2?", "4")], answer="number", name="sums"
)


@pytest.fixture
def scored(tmp_path):
    """What a file comes to: (item, outcome) of each attempt, the attempts, what is left out, and what is reported."""

    def score(name, content=None, **reading):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, list):
            path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
        elif content is not None:
            path.write_text(json.dumps(content), encoding="utf-8")
        left, noted = [], []
        attempts = list(score_files([path], Reading(**reading, unjudged=left.append, noted=noted.append)))
        plain = [line.replace(f"{path}, ", "").replace(f"{path}: ", "") for line in left]
        return [(a.item, a.outcome) for a in attempts], attempts, plain, [n.replace(f"{path}: ", "") for n in noted]

    return score


def inspect_log():
    def sample(name, asked, target, reply, **more):
        return EvalSample(
            id=name, epoch=1, input=asked, target=target, output=ModelOutput.from_content("m", reply), **more
        )

    gas = {"choices": ["oxygen", "carbon dioxide"], "scores": {"choice": Score(value="I")}}
    return EvalLog(
        eval=EvalSpec(
            created="2026-01-01T00:00:00+00:00",
            task="gas",
            model="openai/mock",
            dataset=EvalDataset(name="d", samples=3),
            config=EvalConfig(),
        ),
        samples=[
            sample("a", "Which gas?", "B", "ANSWER: B", **gas),
            sample("b", "Which other?", "A", "The answer is carbon dioxide.", choices=gas["choices"]),
            sample("c", "Iron?", ["Fe", "iron"], "Fe"),
        ],
        status="success",
    )


@pytest.mark.parametrize("name", ["log.eval", "log.json"])
def test_a_log_of_inspect_is_scored(tmp_path, scored, name):
    write_eval_log(inspect_log(), str(tmp_path / name))
    found, attempts, left, noted = scored(name, answer="text")
    assert found == [("a", "correct"), ("b", "wrong"), ("c", "correct")]
    assert {(a.task, a.model, a.strategy) for a in attempts} == {("gas", "openai/mock", "inspect")}
    assert (left, noted) == ([], ["read as Inspect, 3 rows"])


def test_the_verdict_of_inspect_is_that_of_the_source(tmp_path):
    write_eval_log(inspect_log(), str(tmp_path / "log.eval"))
    first, *_ = rejudge_files([tmp_path / "log.eval"], Reading("text"))
    assert (first.lenient.outcome, first.source.outcome) == ("correct", "wrong")


@pytest.mark.parametrize("content", ["", "no archive"])
def test_an_eval_that_is_none_is_refused(scored, content):
    with pytest.raises(UsageError, match=r"log.eval can't be read as a log of Inspect: File is not a zip file"):
        scored("log.eval", content)


LM_EVAL = {
    "doc_id": 0,
    "doc": {"question": "Mira packs 4 boxes of 18.", "answer": "#### 72"},
    "target": "4*18=72\n#### 72",
    "arguments": {"gen_args_0": {"arg_0": "Q: Mira packs 4 boxes of 18.\nA:", "arg_1": {"until": ["Q:"]}}},
    "resps": [["The answer is 72."]],
    "filtered_resps": ["72"],
    "filter": "strict-match",
    "exact_match": 0.0,
}


def test_samples_of_lm_eval_are_scored_once_and_not_once_a_filter(scored):
    rows = [
        LM_EVAL,
        {**LM_EVAL, "filter": "flexible-extract"},
        {**LM_EVAL, "doc_id": 1, "resps": [["It is 71."]]},
        {**LM_EVAL, "doc_id": 2, "resps": [[[-1.5, False]], [[-0.5, True]]]},
    ]
    found, (first, _), left, _ = scored("org__model/samples_gsm8k_2026-01-02T03-04-05.678.jsonl", rows, answer="number")
    assert found == [("0", "correct"), ("1", "wrong")]
    assert (first.task, first.model, first.strategy) == ("gsm8k", "org__model", "lm-eval")
    assert left == ["line 4: its replies are likelihoods, not texts"]


def test_outputs_of_promptfoo_are_scored_by_their_assertions(scored):
    def result(number, reply, kind="equals", value="{{right}}", **more):
        asserted = [{"type": "latency", "threshold": 1}, {"type": kind, "value": value}]
        return {
            "testIdx": number,
            "vars": {"word": "Haus", "right": "house"},
            "prompt": {"raw": "Translate Haus", "label": "short"},
            "provider": {"id": "openai:gpt-5-mini"},
            "response": {"output": reply},
            "success": True,
            "testCase": {"assert": asserted},
            **more,
        }

    results = [
        result(0, "house"),
        result(1, "a house"),
        result(2, "It is a house.", kind="icontains"),
        result(3, "house", kind="llm-rubric", value="polite"),
        result(4, None, response=None, error="timeout"),
    ]
    found, (first, *_), left, noted = scored("out.json", {"evalId": "e", "results": {"version": 3, "results": results}})
    assert found == [("0", "correct"), ("1", "wrong"), ("2", "correct")]
    assert (first.strategy, first.model) == ("short", "openai:gpt-5-mini")
    assert left[0].startswith("result 4: it has no assertion with a right answer")
    assert left[1] == "result 5: it has no output: 'timeout'"
    assert noted == ["read as promptfoo, 3 rows"]


def batch(name, text, **body):
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = body or {"model": "gpt-5-mini", "choices": [choice]}
    return {"custom_id": name, "response": {"status_code": 200, "body": body}, "error": None}


def test_a_batch_of_openai_is_joined_with_the_items_by_their_ids(scored):
    responses = {
        "model": "gpt-5-mini",
        "output": [{"type": "reasoning"}, {"content": [{"type": "output_text", "text": "4"}]}],
    }
    failed = {
        "custom_id": "a1",
        "response": {"status_code": 400, "body": {"error": {"message": "too long"}}},
        "error": None,
    }
    rows = [batch("a1", "It is 72."), batch("a2", "", **responses), batch("z", "1"), failed]
    found, (first, _), left, _ = scored("batch.jsonl", rows, answer="number", items=ITEMS)
    assert found == [("a1", "correct"), ("a2", "correct")]
    assert (first.task, first.model, first.strategy) == ("sums", "gpt-5-mini", "batch")
    assert left == ["line 3: no item of sums is called 'z'", "line 4: it failed: 'too long'"]


def test_a_batch_without_its_items_is_refused_with_the_way_out(scored):
    with pytest.raises(UsageError, match="is a batch's output, which has no targets; give the task with its `items`"):
        scored("batch.jsonl", [batch("a1", "72")], answer="number")


def test_a_table_of_langfuse_is_scored(scored):
    text = "id,name,input,output,expectedOutput,metadata\n"
    text += 'x,cot,"{""question"": ""4 times 18?""}","{""role"": ""assistant"", ""content"": ""72""}",72,{}\n'
    found, (attempt,), left, noted = scored("traces.csv", text, answer="number")
    assert found == [("4 times 18?", "correct")]
    assert (attempt.strategy, left, noted) == ("cot", [], ["columns not used: id, metadata"])


def test_a_table_of_phoenix_is_scored_with_the_items_that_were_asked(scored):
    asked = json.dumps({"messages": [{"role": "user", "content": "What is 4 times 18?"}]}).replace('"', '""')
    text = "attributes.input.value,attributes.output.value,attributes.llm.model_name\n"
    text += f'"{asked}",It is 72.,gpt-5\n"other","1",gpt-5\n'
    found, (attempt,), left, _ = scored("spans.csv", text, answer="number", items=ITEMS)
    assert (found, attempt.model) == ([("a1", "correct")], "gpt-5")
    assert left == ["line 3: no item of sums has its id or question"]


def test_columns_of_any_name_are_named(scored):
    rows = [{"frage": "4 times 18?", "gold": {"value": ["72", "72.0"]}, "antwort": "72", "nr": 7, "art": "kurz"}]
    columns = {"question": "frage", "target": "gold.value", "output": "antwort", "item": "nr", "strategy": "art"}
    found, (attempt,), _, noted = scored("r.jsonl", rows, answer="number", columns=columns)
    assert (found, attempt.strategy, noted) == ([("7", "correct")], "kurz", ["columns not used: gold"])
    with pytest.raises(UsageError, match="has no column 'soll'; it has frage, gold, antwort, nr, art"):
        scored("r.jsonl", answer="number", columns={"target": "soll"})


def test_recorded_outputs_may_be_a_table_or_an_array(scored):
    rows = [{"question": "1 + 1?", "target": [2, "two"], "output": "2", "strategy": "direct"}]
    assert scored("r.json", rows and json.dumps(rows), answer="number")[0] == [("1 + 1?", "correct")]
    assert scored("r.csv", "question;target;output\n1 + 1?;2;3\n", answer="number")[0] == [("1 + 1?", "wrong")]


def test_a_run_and_its_report_are_scored_as_the_run_judged(tmp_path, scored):
    old_run(tmp_path / "r")
    found, attempts, left, _ = scored("r")
    assert len(found) > 1
    assert left == []
    with open_run(tmp_path / "r") as run:
        csv_file.write(run, tmp_path / "report.csv")
    again = scored("report.csv")[1]
    assert sorted((*a.group, a.item, a.outcome, a.replicate) for a in again) == sorted(
        (*a.group, a.item, a.outcome, a.replicate) for a in attempts
    )


def test_a_run_is_judged_anew_by_another_kind_of_answer(tmp_path, scored):
    old_run(tmp_path / "r")
    found, attempts, _, _ = scored("r", answer="exact")
    assert {a.rule for a in attempts} <= {"whole reply", "empty reply", ""}
    assert found


def test_rows_that_are_no_recorded_outputs_are_named_and_left_out(scored):
    rows = '{"question": "1 + 1?", "target": "2", "output": "2"}\n{\n{"question": "a"}\n'
    rows += '{"question": "b", "loesung": "2", "output": "2"}\n'
    found, _, left, _ = scored("r.jsonl", rows, answer="number")
    assert found == [("1 + 1?", "correct")]
    assert left[0].startswith("line 2: it is not JSON")
    assert left[1].startswith("line 3: it has no target")
    assert left[2].startswith("line 4: it has no target; name its column, one of loesung")
