"""Answers that follow a JSON schema: checked in targets and replies, and sent where a model can be held to it."""

import json

import pytest
from pydantic import BaseModel

from promptkit import AnswerType, FunctionModel, Prompt, UsageError
from promptkit.bench import compare, read_run
from promptkit.outcomes import judge
from promptkit.record.reader import open_run
from promptkit.tasks import load_task

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
ANNA = '{"name": "Anna", "age": 7}'


class Person(BaseModel):
    name: str
    age: int


def task(folder, *lines, target=ANNA, schema=PERSON):
    rows = [{"id": str(number), "question": f"Who is {number}?", "target": target} for number in range(3)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    stated = ["name: people", "data: rows.jsonl", f"schema: {json.dumps(schema)}", *lines]
    (folder / "t.yaml").write_text("\n".join(stated) + "\n")
    return str(folder / "t.yaml")


def judged(text):
    return judge(text, "stop", AnswerType("json", schema=PERSON), ANNA, "Who?")


def test_a_schema_states_that_answers_are_json_and_what_they_follow(tmp_path):
    loaded = load_task(task(tmp_path))
    assert loaded.answer == AnswerType("json", schema=PERSON)
    assert json.loads(loaded.answer.schema) == PERSON


def test_a_schema_may_be_a_type():
    assert AnswerType("json", schema=Person).find('{"name": "Anna", "age": 7}').rule == "whole reply"


def test_the_question_asks_for_the_schema_unless_the_task_has_words_of_its_own(tmp_path):
    (item, *_) = load_task(task(tmp_path)).items
    assert item.question == f"Who is 0?\nAnswer with JSON that follows this JSON schema: {item.form.partition(': ')[2]}"
    assert json.loads(item.form.partition(": ")[2]) == PERSON
    (item, *_) = load_task(task(tmp_path, "instruction: Write the record.")).items
    assert item.question == "Who is 0?\nWrite the record."


def test_a_reply_that_follows_the_schema_is_compared():
    assert judged('{"age": 7, "name": "Anna"}')[:3] == ("correct", '{"age": 7, "name": "Anna"}', "whole reply")
    assert judged('{"age": 8, "name": "Anna"}').outcome == "wrong"


@pytest.mark.parametrize(
    "reply", ['{"name": "Anna", "age": "seven"}', '{"name": "Anna"}', "[]", '{"name": 1, "age": -1}']
)
def test_a_reply_against_the_schema_is_wrong_and_told_apart(reply):
    assert judged(reply)[:3] == ("wrong", reply, "whole reply, against the schema")


def test_json_that_follows_the_schema_goes_before_json_that_does_not():
    reply = f"```json\n{ANNA}\n```\nThe schema was:\n```json\n{json.dumps(PERSON)}\n```"
    assert judged(reply)[:3] == ("correct", ANNA, "fenced block")


@pytest.mark.parametrize("target", ['{"name": "Anna"}', "7", '{"name": "Anna", "age": -1}'])
def test_a_target_against_the_schema_is_refused_at_load(tmp_path, target):
    with pytest.raises(UsageError, match="does not follow the schema"):
        load_task(task(tmp_path, target=target), strict=True)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "objekt"}, r"the schema is not a JSON schema at type: 'objekt' is not valid"),
        ({"properties": {"a": {"minimum": "0"}}}, r"not a JSON schema at properties\.a\.minimum: '0' is not of type"),
        (
            {"$ref": "https://example.org/person.json"},
            "refers to 'https://example.org/person.json', which is not in it",
        ),
        ({"items": {"$ref": "#/$defs/none"}}, r"refers to '#/\$defs/none', which is not in it"),
        ([1], "schema"),
    ],
)
def test_an_invalid_schema_is_refused_at_load(tmp_path, schema, reason):
    with pytest.raises(UsageError, match=reason) as caught:
        load_task(task(tmp_path, schema=schema))
    assert "t.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [(["answer: number"], "'number' takes no schema; it belongs to 'json'"), (["native: maybe"], "native")],
)
def test_what_does_not_go_with_a_schema_is_refused(tmp_path, lines, reason):
    with pytest.raises(UsageError, match=reason):
        load_task(task(tmp_path, *lines))


def test_native_without_a_schema_is_refused(tmp_path):
    (tmp_path / "rows.jsonl").write_text(json.dumps({"question": "q", "target": "7"}) + "\n")
    (tmp_path / "t.yaml").write_text("name: t\nanswer: json\ndata: rows.jsonl\nnative: true\n")
    with pytest.raises(UsageError, match="native: true sends the schema of the answers; give a schema"):
        load_task(str(tmp_path / "t.yaml"))


class Held(FunctionModel):
    has_schema = True


def models(asked):
    def answer(prompt: Prompt):
        asked.append(prompt)
        return ANNA

    return [Held(answer, name="held"), FunctionModel(answer, name="free")]


@pytest.mark.parametrize("native", [True, False])
def test_the_schema_is_sent_to_models_that_have_it_where_the_task_wants_that(tmp_path, native):
    asked = []
    loaded = load_task(task(tmp_path, f"native: {str(native).lower()}"))
    result = compare(loaded, "direct,cot+reflect", model=models(asked), directory=tmp_path / "run")
    assert all(row.accuracy == 1 for row in result.rows)
    drafts = [prompt for prompt in asked if len(prompt.messages) == 1]
    asides = [prompt for prompt in asked if len(prompt.messages) > 1]
    sent = [json.loads(prompt.schema) for prompt in drafts if prompt.schema]
    assert sent == [PERSON] * (2 * 3 if native else 0)  # two strategies on the one model that has it
    assert asides
    assert all(prompt.schema is None for prompt in asides)
    assert all("JSON schema" in prompt.question for prompt in drafts)


def test_a_record_knows_the_schema(tmp_path):
    compare(load_task(task(tmp_path)), "direct", model=models([])[1], directory=tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        assert run.answer_types["people"] == AnswerType("json", schema=PERSON)
    assert read_run(tmp_path / "run").rows[0].accuracy == 1
