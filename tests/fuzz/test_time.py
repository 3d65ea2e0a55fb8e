"""The time that anything takes to read what others wrote grows no faster than the text, whatever it is.

Every reader is given texts that are one unit over and over: baits, and every piece of text that a regular expression of
promptkit looks for, so that a new expression is tried with its own words (in the suite, some of them).
What counts is the CPU time of this thread, and how it grows from a tenth of the size to all of it: ten times as much
where it is proportional, a hundred times where it is quadratic. With 1 MB, which takes five minutes:

    PROMPTKIT_SIZE=1000000 python -m pytest tests/fuzz/test_time.py
"""

import contextlib
import importlib
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from re import _constants, _parser  # type: ignore[attr-defined]

import pytest

import promptkit
from promptkit import AnswerType, Prompt, PromptkitError, Templates
from promptkit.analysis.logs.texts import text_of
from promptkit.answers.kinds import GRADERS
from promptkit.bench.refusals import _reason
from promptkit.by_path import _PATH
from promptkit.calculator import run_program, wrong_sums
from promptkit.cli.options import as_typed
from promptkit.cli.output import json_text
from promptkit.formatting import inline, on_terminal, plain
from promptkit.judges.judge import read_score
from promptkit.judges.reader import written_answer
from promptkit.optimizing.mending import mended
from promptkit.optimizing.reflecting import proposed_wording
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.providers.hosted.errors import retry_after
from promptkit.providers.hosted.quotas import duration, quotas
from promptkit.redacting import redacted
from promptkit.report.csv_file import harmless
from promptkit.report.markdown import escaped
from promptkit.specs import parse_spec, split_specs
from promptkit.strategies.candidates import read_candidates
from promptkit.strategies.critique import asks_for_verdict, read_verdict
from promptkit.strategies.picks import read_pick
from promptkit.strategies.plan_list import parse_plan
from promptkit.strategies.plan_needs import by_needs
from promptkit.strategies.router import _CHOICE
from promptkit.strategies.self_ask import _follow_up
from promptkit.strategies.wrong_reasoning import made_wrong
from promptkit.tasks import load_task
from promptkit.tasks.guess import guess_answer
from promptkit.tasks.options import read_options
from promptkit.tasks.row_text import RowText
from promptkit.tasks.shapes.questions import before_hashes
from promptkit.yaml_text import YamlError, parse_yaml
from tests.fuzz.test_hostile_replies import BAIT

SIZE = int(os.environ.get("PROMPTKIT_SIZE", "30000"))
GROWTH = 40  # times as long for ten times the text is refused: between 10 and 100, far from both
LEAST = 0.02  # seconds; less is no measure, and a reader may take that for the window of text that it reads


def expressions() -> Iterator[re.Pattern[str]]:
    """The regular expressions of the package, wherever a module or a class of it holds them."""
    for module in pkgutil.walk_packages(promptkit.__path__, "promptkit."):
        if not module.name.startswith(("promptkit.__main__", "promptkit.report.page")):
            with contextlib.suppress(ModuleNotFoundError):  # an extra that is not installed
                for value in vars(importlib.import_module(module.name)).values():
                    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                        yield value


def words(parsed: object) -> Iterator[str]:
    """The pieces of literal text in a parsed expression."""
    run = ""
    for operator, argument in parsed:  # type: ignore[attr-defined]
        if operator is _constants.LITERAL:
            run += chr(argument)
            continue
        if run:
            yield run
        run = ""
        parts = argument if isinstance(argument, (list, tuple)) else [argument]
        for part in parts:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, _parser.SubPattern):
                    yield from words(inner)
    if run:
        yield run


FOUND = sorted(
    {word for found in expressions() for word in words(_parser.parse(found.pattern, found.flags & ~re.UNICODE))}
)
SOME = [] if SIZE > 100_000 else [word for word in FOUND if len(word) > 1][::120]
UNITS = [
    *dict.fromkeys(
        [
            *(BAIT if SIZE > 100_000 else BAIT[::2]),
            *SOME,
            "{",
            "}",
            "(",
            ")",
            "$",
            "=",
            ",",
            "-",
            "'",
            "0",
            "A",
            "=>",
            "<|",
            ",}",
        ]
    )
]
END = "\x01"  # what comes at last, and makes a match that nearly was there fail
KINDS = [kind for kind in GRADERS.shipped if kind != "math"]  # which is read in a process with limits of its own
LABELS = {"label": ("yes", "no", "not sure")}


def reader_of(kind: str) -> Callable[[str], object]:
    answer = AnswerType(kind, LABELS.get(kind, ()))
    question = "What is 3 + 4? (A) 7 (B) 8"
    return lambda text: answer.find(text, question=question)


def questioned(kind: str) -> Callable[[str], object]:
    answer = AnswerType(kind, LABELS.get(kind, ()))
    return lambda text: answer.find("The answer is (A).", question=text)


def of_file(folder, name: str, before: str = "") -> Callable[[str], object]:
    path = folder / name

    def read(text: str) -> object:
        path.write_text(before + text, encoding="utf-8", errors="replace")
        if name.endswith(".j2"):
            return Templates((folder,)).render("t", question="?")
        return load_task(str(path), answer="text")

    return read


def measured(read: Callable[[str], object], unit: str, size: int, end: str) -> float:
    text = unit * (size // len(unit)) + end
    before = time.thread_time()
    with contextlib.suppress(PromptkitError, YamlError, ValueError):
        read(text)
    return time.thread_time() - before


def grows_too_fast(read: Callable[[str], object], unit: str, end: str = "") -> str:
    """What is wrong, if anything; sizes go up to `SIZE`, so that the first that shows it is the last that is tried."""
    before = LEAST
    for size in (SIZE // 10, SIZE):
        least = measured(read, unit, size, end)
        if least > GROWTH * before:  # or the machine was busy with something else: the shortest of three counts
            least = min(least, measured(read, unit, size, end), measured(read, unit, size, end))
        if least > GROWTH * before:
            return f"{unit!r} over and over: {before:.3f} s, and {least:.3f} s for {size} characters, ten times as many"
        before = max(least, LEAST)
    return ""


def prefixed(read: Callable[[str], object], start: str, text: str) -> object:
    return read(start + text)


READERS: dict[str, Callable[[str], object]] = {
    **{f"answer {kind}": reader_of(kind) for kind in KINDS},
    "question of a choice": questioned("choice"),
    "question of an expression": questioned("expression"),
    **{f"target {kind}": AnswerType(kind, LABELS.get(kind, ())).check_target for kind in KINDS},
    "verdict": read_verdict,
    "verdict asked for": asks_for_verdict,
    "plan": parse_plan,
    "pick": lambda text: read_pick(text, 5),
    "needs of a sub-question": lambda text: by_needs([text]),
    "candidates": read_candidates,
    "route": lambda text: _CHOICE.findall(text),
    "follow-up question": _follow_up,
    "program": run_program,
    "sums": lambda text: list(wrong_sums(text)),
    "wrong reasoning": made_wrong,
    "score": lambda text: read_score(text, 5),
    "written answer": lambda text: written_answer(f"{text}\nAnswer: {text}"),
    "proposed wording": lambda text: mended(proposed_wording(f"<wording>{text}</wording>") or "", "{{ question }}"),
    "words of others": redacted,
    "error body": ErrorBody.of,
    "error in JSON": lambda text: ErrorBody.of({"error": {"message": text, "code": text, "status": text}}),
    "Retry-After": lambda text: retry_after({"retry-after": text, "retry-after-ms": text}),
    "duration": duration,
    "quota": lambda text: quotas(
        [(b"x-ratelimit-limit-requests", (raw := text.encode(errors="replace"))), (b"x-ratelimit-reset-requests", raw)]
    ),
    "refusal": lambda text: _reason(promptkit.InvalidRequest(text, model="m")),
    "plain": plain,
    "inline": inline,
    "terminal": on_terminal,
    "JSON": json_text,
    "Markdown": escaped,
    "CSV": harmless,
    "error as typed": as_typed,
    "path": _PATH.findall,
    "specifications": split_specs,
    "specification": parse_spec,
    "prompt": Prompt.of,
}


@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_time_in_proportion(reader):
    faults = [fault for unit in UNITS if (fault := grows_too_fast(READERS[reader], unit, END))]
    assert not faults


PROMISES = ["The answer is ", "no issues", "\\boxed{"]


@pytest.mark.parametrize(
    "reader", [name for name in READERS if name.startswith(("answer", "verdict", "plan", "error"))]
)
def test_a_beginning_that_promises_something_changes_nothing(reader):
    faults = []
    for start in PROMISES:
        read = partial(prefixed, READERS[reader], start)
        faults += [fault for unit in BAIT[::6] if (fault := grows_too_fast(read, unit, "x"))]
    assert not faults


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("t.jsonl", ""),
        ("t.jsonl", '{"question": "?", "target": "'),
        ("t.csv", ""),
        ("t.csv", "question,target\n"),
        ("t.csv", 'question,target\n"'),
        ("t.j2", ""),
        ("t.j2", "---\n"),
        ("t.j2", "{% raw %}"),
        ("t.j2", "{{ '"),
    ],
)
def test_a_file_is_read_in_time_in_proportion(tmp_path, name, before):
    read = of_file(tmp_path, name, before)
    faults = [fault for unit in BAIT if (fault := grows_too_fast(read, unit))]
    assert not faults


@pytest.mark.parametrize(
    "read",
    [
        read_options,
        lambda text: read_options([text, "b"]).shuffled("0"),
        lambda text: read_options(["a", "b"]).letter(text, 0),
        text_of,
        lambda text: before_hashes(f"{text}####"),
        lambda text: RowText(text, "question"),
        lambda text: guess_answer([text] * 3, [text] * 3),
    ],
    ids=["options", "shuffled", "letter", "log", "GSM8K", "template", "guess"],
)
def test_a_part_of_a_row_is_read_in_time_in_proportion(read):
    assert not [fault for unit in BAIT[::2] if (fault := grows_too_fast(read, unit))]


@pytest.mark.parametrize("unit", ["a: ", "- ", "[", "'", "&a ", "? ", "|\n ", "a: b\n"])
def test_yaml_is_read_in_time_in_proportion(unit):
    assert not grows_too_fast(parse_yaml, unit)


def test_a_quadratic_reader_would_be_found_and_a_slow_one_is_not(monkeypatch):
    monkeypatch.setattr(f"{__name__}.measured", lambda read, unit, size, end: 3 * (size / SIZE) ** 2)
    assert "over and over" in grows_too_fast(len, " ")
    monkeypatch.setattr(f"{__name__}.measured", lambda read, unit, size, end: 3 * size / SIZE)
    assert not grows_too_fast(len, " ")
