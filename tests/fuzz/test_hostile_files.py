"""Files that people bring: tasks, recorded outputs, cassettes, records. Any bytes are read, or refused by name."""

import contextlib
import gzip
import json
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptkit import Cache, CallStore, Prompt, PromptkitError, Replay, UsageError
from promptkit.analysis.recorded import Reading, score_files
from promptkit.record.reader import read_configuration
from promptkit.specs import build, parse_spec, split_specs
from promptkit.tasks import load_task
from tests.players import Player
from tests.wrappers.test_cache import ask

FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)
# fmt: off
FIELDS = st.sampled_from([
    *("question", "target", "id", "split", "cluster", "examples", "reasoning", "output", "outputs", "steps", "item"),
    *("task", "model", "answer_type", "labels", "finish_reason", "strategy", "name", "answer", "data", "train"),
    *("instruction", "key", "endpoint", "completion", "text", "prompt", "by"),
])
# fmt: on
OBJECTS = st.dictionaries(FIELDS | st.text(), VALUES | st.sampled_from(["number", "24", "stop", "test"]), max_size=8)
LINES = st.lists((OBJECTS | VALUES).map(lambda v: json.dumps(v).encode()) | st.binary(max_size=30), max_size=4)
FILES = LINES.map(b"\n".join) | st.binary()
# fmt: off
SPECS = st.text() | st.lists(st.sampled_from([
    *("direct", "cot", "few-shot", "plan", "reflect", "self-consistency", "instructions", "(", ")", "=", ",", "+", '"'),
    *("'", "draws", "rounds", "n", "critic", "8", "-1", "1e999", "None", "[", "]", "{", "}", ":", "os:getcwd"),
    *("promptkit:Player", "output_format", "temperature", " ", "\n", "9" * 5000, "((" * 200, "-" * 3000, "a" * 5000),
]), max_size=10).map("".join)
# fmt: on


@FUZZ
@given(SPECS)
def test_any_text_is_a_specification_or_a_mistake(text):
    with contextlib.suppress(UsageError):
        for spec in split_specs(text):
            parse_spec(spec)
            if ":" not in spec:
                build(spec, Player())


@FUZZ
@given(
    content=FILES, kind=st.sampled_from(["number", "choice", "label", "date", "text", "json", "expression", "exact"])
)
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "json", "parquet", "xlsx", "jsonl.gz", "yaml"])
def test_any_bytes_are_a_task_or_a_mistake(tmp_path, suffix, content, kind):
    path = tmp_path / f"task.{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(UsageError):
        load_task(str(path), answer=kind, labels=("yes", "no"))


@FUZZ
@given(OBJECTS)
def test_any_mapping_in_yaml_is_a_task_or_a_mistake(tmp_path, mapping):
    (tmp_path / "task.yaml").write_text(json.dumps({"name": "t", "answer": "number", "data": "d.jsonl", **mapping}))
    (tmp_path / "d.jsonl").write_text('{"question": "1 + 1?", "target": 2}\n')
    with contextlib.suppress(UsageError):
        load_task(str(tmp_path / "task.yaml"))


@FUZZ
@given(content=FILES, zipped=st.booleans(), broken=st.booleans())
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "eval"])
def test_any_bytes_are_recorded_outputs_or_a_mistake(tmp_path, suffix, content, zipped, broken):
    path = tmp_path / (f"outputs.{suffix}.gz" if zipped else f"outputs.{suffix}")
    packed = gzip.compress(content) if zipped else content
    path.write_bytes(packed[: len(packed) // 2] if broken else packed)
    with contextlib.suppress(UsageError):
        list(score_files([path], Reading(answer="number")))


LOGS = {  # of each tool, as it writes one
    "lm-eval": {"doc": {"question": "1 + 1?"}, "resps": [["2"]], "target": "2", "arguments": [["?"]], "filter": "a"},
    "batch": {"custom_id": "1", "response": {"body": {"choices": [{"message": {"content": "2"}}]}}},
    "promptfoo": {"results": {"results": [{
        "testCase": {"assert": [{"type": "equals", "value": "2"}]}, "vars": {}, "response": {"output": "2"},
        "prompt": {"raw": "1 + 1?"}, "provider": {"id": "m"}}]}},
    "inspect": {"eval": {"task": "t"}, "samples": [{
        "id": 1, "input": "1 + 1?", "target": "2", "scores": {"s": {"value": "C"}},
        "output": {"choices": [{"message": {"content": "2"}, "stop_reason": "stop"}]}}]},
    "GSM8K": {"question": "1 + 1?", "answer": "#### 2"},
    "ARC": {"question": "?", "choices": {"text": ["a", "b"], "label": ["1", "2"]}, "answerKey": "1"},
    "AQuA": {"question": "?", "options": ["A)1", "B)2"], "correct": "A"},
    "chat": {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "2"}]},
    "SQuAD": {"context": "c", "question": "?", "answers": {"text": ["2"]}},
    "passages": {"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "?", "answers": [{"text": "2"}]}]}]}]},
    "Label Studio": {"data": {"text": "?"}, "annotations": [{"result": [{"value": {"choices": ["2"]}}]}]},
    "MBPP": {"text": "?", "test_list": ["assert 1"]},
}  # fmt: skip
TASKS = {
    "promptfoo": {"prompts": ["{{q}}"], "tests": [{"vars": {"q": "?"}, "assert": [{"type": "equals", "value": "2"}]}]},
    "lm-eval": {
        "dataset_kwargs": {"data_files": {"test": "log.json"}}, "doc_to_text": "{{question}}",
        "doc_to_target": "{{answer}}", "doc_to_choice": ["a", "b"], "test_split": "test"},
}  # fmt: skip


def places(value, path=()):
    """The path to everything in a value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def damaged(value, path, other):
    """The value with something else at this path."""
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = damaged(copy[path[0]], path[1:], other)
    return copy


@FUZZ
@given(data=st.data(), name=st.sampled_from(sorted(LOGS)), other=VALUES)
def test_a_log_of_which_a_part_is_something_else_is_read_or_a_mistake(tmp_path, data, name, other):
    log = damaged(LOGS[name], data.draw(st.sampled_from(list(places(LOGS[name])))), other)
    (tmp_path / "log.json").write_text(json.dumps(log))
    (tmp_path / "log.jsonl").write_text(json.dumps(LOGS[name]) + "\n" + json.dumps(log) + "\n")
    (tmp_path / "items.jsonl").write_text('{"question": "1 + 1?", "target": 2}\n')
    items = load_task(str(tmp_path / "items.jsonl"), answer="number")
    for suffix in ("json", "jsonl"):
        with contextlib.suppress(UsageError):
            list(score_files([tmp_path / f"log.{suffix}"], Reading(answer="text", items=items, unjudged=str)))
        with contextlib.suppress(UsageError):
            load_task(str(tmp_path / f"log.{suffix}"), answer="text")


@FUZZ
@given(data=st.data(), name=st.sampled_from(sorted(TASKS)), other=VALUES)
def test_a_yaml_of_another_tool_of_which_a_part_is_something_else_is_a_task_or_a_mistake(tmp_path, data, name, other):
    task = damaged(TASKS[name], data.draw(st.sampled_from(list(places(TASKS[name])))), other)
    (tmp_path / "log.json").write_text(json.dumps([LOGS["GSM8K"]]))
    (tmp_path / "task.yaml").write_text(json.dumps(task))
    with contextlib.suppress(UsageError):
        load_task(str(tmp_path / "task.yaml"), answer="text")


@FUZZ
@given(FILES)
def test_any_bytes_are_a_cassette_or_a_mistake(tmp_path, content):
    path = tmp_path / "calls.jsonl"
    path.write_bytes(content)
    with contextlib.suppress(UsageError):
        Replay(path)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A record with some calls in it."""
    path = tmp_path_factory.mktemp("record") / "run.sqlite"
    store = CallStore(path)
    ask(Cache(Player(["an answer of some length"] * 3), store), *[_prompt(i) for i in range(40)])
    store.close()
    return path


@FUZZ
@given(cut=st.integers(0, 20_000), at=st.integers(0, 20_000), noise=st.binary(max_size=400))
def test_a_damaged_record_answers_truly_or_is_refused(tmp_path, recorded, cut, at, noise):
    path = tmp_path / "run.sqlite"
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    whole = recorded.read_bytes()
    damaged = bytearray(whole[: max(0, len(whole) - cut)])
    damaged[at : at + len(noise)] = noise
    path.write_bytes(bytes(damaged))
    with contextlib.suppress(PromptkitError):
        store = CallStore(path)
        try:
            ask(Cache(Player(), store), *[_prompt(i) for i in range(40)])
        finally:
            store.close()
    with contextlib.suppress(PromptkitError):
        read_configuration(tmp_path)


@FUZZ
@given(column=st.sampled_from(["prompt", "usage", "text", "finish_reason", "seconds"]), value=st.text() | st.binary())
def test_a_row_that_is_no_call_is_refused_by_name(tmp_path, recorded, column, value):
    path = tmp_path / "run.sqlite"
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    path.write_bytes(recorded.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE calls SET {column} = ?", (value,))
    connection.close()
    store = CallStore(path)
    with contextlib.suppress(PromptkitError):
        ask(Cache(Player(), store), _prompt(1))
    store.close()


def _prompt(number):
    return Prompt.of(f"question {number}", temperature=0.5)
