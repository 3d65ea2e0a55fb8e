"""promptfoo's tests: variables that a prompt is filled with, and what its output has to equal, contain or match."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.tasks.problems import Unusable
from promptkit.tasks.records import read_records
from promptkit.tasks.records.record import Record, Records
from promptkit.tasks.row_text import RowText
from promptkit.text_files import read_text
from promptkit.yaml_text import YamlError, parse_yaml

_KINDS = {  # of assertions, with the kind of answer that asks the same
    "equals": "exact",
    "contains": "contains",
    "icontains": "contains",
    "contains-any": "contains",
    "icontains-any": "contains",
    "regex": "regex",
    "is-json": None,
}
_QUESTIONS = ("question", "prompt", "input", "query", "message", "text")
_SETTINGS = ("providers", "scenarios", "outputPath", "evaluateOptions", "redteam")


def is_promptfoo(content: object) -> bool:
    """Whether the content of a YAML or JSON file is a configuration of promptfoo, or a list of its tests."""
    if isinstance(content, Mapping):
        return "tests" in content and ("prompts" in content or "providers" in content or _are_tests(content["tests"]))
    return _are_tests(content)


def _are_tests(content: object) -> bool:
    return isinstance(content, list) and bool(content) and all(isinstance(t, Mapping) and "vars" in t for t in content)


def read_promptfoo(content: Any, path: Path) -> Records:  # noqa: ANN401 - whatever the file has
    """Its tests: the first prompt filled with their variables, and the value of the first assertion that is read.

    Raises:
        UsageError: a prompt or a file of tests can't be read, or no assertion is one that is read.
    """
    whole = content if isinstance(content, Mapping) else {"tests": content}
    default = _mapping(whole.get("defaultTest"))
    prompts = _prompts(whole.get("prompts"), path)
    tests = _tests(whole["tests"], path)
    merged = [_merged(test, default) for test in tests]
    kinds = Counter(kind for test in merged for kind, _ in _readable(test["assert"]))
    if not kinds:
        found = sorted({str(one.get("type")) for test in merged for one in test["assert"]})
        fact = f"{path} has no assertion with a right answer; it has {', '.join(found) or 'none'}"
        raise UsageError(f"{fact}, and {', '.join(kind for kind, ours in _KINDS.items() if ours)} are read")
    kind = kinds.most_common(1)[0][0]
    left = [f"{len(prompts) - 1} other prompt{'s' * (len(prompts) > 2)}"] if len(prompts) > 1 else []
    left += [name for name in _SETTINGS if name in whole]
    others = {str(one.get("type")) for test in merged for one in test["assert"] if _KINDS.get(one.get("type")) != kind}
    left += [f"assertions {', '.join(sorted(others))}"] if others else []
    rows = _rows(merged, prompts, kind)
    return Records(rows, kind="promptfoo", how="the first prompt" * bool(prompts), answer=kind, left_out=tuple(left))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _tests(tests: object, path: Path) -> list[Mapping[str, Any]]:
    if isinstance(tests, str):
        file = path.parent / tests.removeprefix("file://")
        if file.suffix in (".yaml", ".yml"):
            tests = _yaml(file)
        else:
            rows = [record.value for record in read_records(file).rows]
            tests = [_of_row(row) if isinstance(row, Mapping) and "vars" not in row else row for row in rows]
    if not _are_tests(tests):
        raise UsageError(f"{path}: its tests are not a list of objects with vars")
    return list(tests)  # type: ignore[call-overload,no-any-return]  # it is one


def _of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of promptfoo's CSV: a variable a column, and what is expected in `__expected`."""
    expected = str(row.get("__expected", ""))
    kind, colon, value = expected.partition(":")
    known = colon and kind.strip() in _KINDS
    asserted = {"type": kind.strip(), "value": value.strip()} if known else {"type": "equals", "value": expected}
    return {"vars": {k: v for k, v in row.items() if not str(k).startswith("__")}, "assert": [asserted]}


def _yaml(path: Path) -> Any:  # noqa: ANN401 - whatever the file has
    try:
        return parse_yaml(read_text(path))
    except YamlError as error:
        raise UsageError(f"{path} is not YAML: {error}") from None


def _prompts(prompts: object, path: Path) -> list[Any]:
    """The prompts: texts, or lists of messages, as templates."""
    found = []
    for one in [prompts] if isinstance(prompts, str) else _list(prompts):
        text = one.get("raw") or one.get("id") if isinstance(one, Mapping) else one
        if isinstance(text, str) and text.startswith("file://"):
            text = read_text(path.parent / text.removeprefix("file://"))
        if isinstance(text, str):
            found.append(_chat(text))
    return found


def _chat(text: str) -> Any:  # noqa: ANN401 - a text, or a list of messages
    """A prompt that is a list of messages in JSON: its messages are templates each, so no data can choose its role."""
    try:
        value = json.loads(text) if text.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        value = None
    turns = isinstance(value, list) and all(isinstance(t, Mapping) and {"role", "content"} <= t.keys() for t in value)
    return value if turns else text


def _merged(test: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    asserted = [*_list(default.get("assert")), *_list(test.get("assert"))]
    variables = {**_mapping(default.get("vars")), **_mapping(test.get("vars"))}
    return {"vars": variables, "assert": [one for one in asserted if isinstance(one, Mapping)]}


def _readable(asserted: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for one in asserted:
        kind = _KINDS.get(str(one.get("type")))
        if kind and one.get("value") not in (None, "", []):
            yield kind, one["value"]


def expected(asserted: Sequence[Any], variables: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The kind of answer and the target of the first assertion that has a right answer; nothing where there is none.

    Raises:
        UsageError: it is a template that can't be read.
    """
    for kind, value in _readable([one for one in asserted if isinstance(one, Mapping)]):
        try:
            return kind, _target(value, variables)
        except Unusable:
            continue
    return None


def _rows(tests: Sequence[Mapping[str, Any]], prompts: Sequence[Any], kind: str) -> Iterator[Record]:
    for number, test in enumerate(tests, start=1):
        place = f"test {number}"
        values = [value for found, value in _readable(test["assert"]) if found == kind]
        try:
            if not values:
                others = ", ".join(sorted({str(one.get("type")) for one in test["assert"]})) or "none"
                raise Unusable(f"its assertions are {others}")
            question = _filled(prompts[0], test["vars"]) if prompts else _asked(test["vars"])
            target = _target(values[0], test["vars"])
        except Unusable as reason:
            yield Record(place, number, problem=str(reason))
            continue
        yield Record(place, number, {"question": question, "target": target})


def _asked(variables: Mapping[str, Any]) -> object:
    """The variable that is asked by itself, where there is no prompt."""
    named = next((variables[name] for name in _QUESTIONS if name in variables), None)
    if named is None and len(variables) == 1:
        named = next(iter(variables.values()))
    if named is None:
        raise Unusable(f"there is no prompt, and none of its variables ({', '.join(variables)}) is called question")
    return named


def _target(value: Any, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a text, or several
    if isinstance(value, list):
        return [_filled(str(one), variables) for one in value]
    return _filled(str(value), variables)


def _filled(template: Any, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a text, or a list of messages
    if isinstance(template, str):
        return RowText(template, "prompt").render(variables, bare=True) if "{" in template else template
    return [{"role": turn["role"], "content": _filled(turn["content"], variables)} for turn in template]
