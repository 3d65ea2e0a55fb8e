"""Small files of every shape that is read, as people have them, each with what it should be read as."""

# ruff: noqa: E501 - a line a file

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow
import pyarrow.parquet

from promptkit.yaml_text import parse_yaml


class File(NamedTuple):
    """A file to be made, and how it is loaded."""

    name: str
    write: Callable[[Path], object]
    options: Mapping[str, Any] = {}


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


def lines(*rows: object) -> Callable[[Path], object]:
    return text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def parquet(*rows: dict[str, Any]) -> Callable[[Path], object]:
    return lambda path: pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)


def sheet(*rows: list[Any]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)

    return write


def beside(content: str, name: str, write: Callable[[Path], object]) -> Callable[[Path], object]:
    """A file with another one beside it."""

    def both(path: Path) -> None:
        path.write_text(content, encoding="utf-8")
        write(path.parent / name)

    return both


GAS = {"question": "Which gas do plants take in?", "choices": ["oxygen", "carbon dioxide", "helium", "neon"]}
ARC = {"text": ["ice", "steam", "dew"], "label": ["1", "2", "3"]}
CHECK = "def check(candidate):\n    assert candidate(2) == 4"
SAYS = {"text": ["in Oslo", "Oslo"], "answer_start": [3, 6]}
TABLE = "Question;Target\nWas ist 4 mal 18?;72\nWie viel ist 2,5 mal 2?;5\n;\n"
HASHES = {"question": "Mira packs 4 boxes with 18 candles.", "answer": "She has 4*18=<<4*18=72>>72 candles.\n#### 72"}
CHAT = [
    {"role": "system", "content": "Answer Y or N."},
    {"role": "user", "content": "Is a whale a mammal?"},
    {"role": "assistant", "content": "Y"},
]
STUDIO = {
    "id": 7,
    "data": {"text": "It broke on day two."},
    "annotations": [{"result": [{"type": "choices", "value": {"choices": ["bad"]}}]}],
}
NICE = {**STUDIO, "id": 8, "data": {"text": "Lovely."}}
NICE["annotations"] = [{"result": [{"type": "choices", "value": {"choices": ["good"]}}]}]
CONTAINS = "tests:\n  - {vars: {question: Which capital}, assert: [{type: icontains, value: Paris}]}\n"
PROMPTFOO = """
prompts: ["Translate to {{language}}: {{word}}", "{{word}} in {{language}}?"]
providers: [openai:gpt-5-mini]
tests:
  - vars: {word: Haus, language: English}
    assert: [{type: equals, value: house}]
  - vars: {word: Baum, language: English}
    assert: [{type: equals, value: tree}, {type: llm-rubric, value: is polite}]
  - vars: {word: Hund, language: English}
    assert: [{type: llm-rubric, value: is polite}]
"""
LM_EVAL = """
task: gases
dataset_path: json
dataset_kwargs: {data_files: {test: gases.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "Q: {{question}}\\nAnswer:"
doc_to_choice: choices
doc_to_target: answer
metric_list: [{metric: acc}]
"""
SQUAD = {
    "data": [
        {
            "title": "Oslo",
            "paragraphs": [
                {
                    "context": "Ada lives in Oslo.",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "Where does Ada live?",
                            "answers": [{"text": "Oslo", "answer_start": 13}],
                        }
                    ],
                }
            ],
        }
    ]
}

FILES = (
    File("excel-german.csv", text("sep=;\r\n" + TABLE, "cp1252"), {"answer": "number"}),
    File("excel-unicode.csv", text(TABLE.replace(";", "\t"), "utf-16"), {"answer": "number"}),
    File("sheets.csv", text('question,target,,\n"4, or 5?",4,,\n,,,\n,,,\n'), {"answer": "number"}),
    File("table.tsv", text("question\ttarget\nWhat is 4 times 18?\t72\n"), {"answer": "number"}),
    File("office.xlsx", sheet(["Question", "Answer", "Topic"], ["What is 4 times 18?", 72, "sums"], [None]), {"answer": "number"}),
    File("mmlu.csv", text("question,A,B,C,D,answer\nWhich gas?,oxygen,carbon dioxide,helium,neon,B\n")),
    File("mmlu-no-header.csv", text("Which gas?,oxygen,carbon dioxide,helium,neon,B\nIron?,Ir,In,Fe,F,C\n")),
    File("mmlu-own-target.csv", text("question,A,B,C,D,gold\nWhich gas?,oxygen,CO2,helium,neon,B\n"), {"columns": {"target": "gold"}}),
    File("mmlu.parquet", parquet({**GAS, "answer": 1, "subject": "biology"}, {**GAS, "question": "Balloons?", "answer": 2})),
    File("arc.parquet", parquet({"id": "M1", "question": "Which is solid?", "choices": ARC, "answerKey": "1"})),
    File("arc-old.jsonl", lines({"id": "M1", "question": {"stem": "Solid?", "choices": [{"text": "ice", "label": "A"}, {"text": "dew", "label": "B"}]}, "answerKey": "A"})),
    File("aqua.json.gz", lambda path: path.write_bytes(gzip.compress(json.dumps([{"question": "Speed?", "options": ["A)21", "B)21.5"], "rationale": "43/2", "correct": "B"}]).encode()))),
    File("gsm8k.jsonl", lines(HASHES)),
    File("gsm8k.parquet", parquet(HASHES, HASHES)),
    File("squad.parquet", parquet({"id": "q1", "title": "Oslo", "context": "Ada lives in Oslo.", "question": "Where does Ada live?", "answers": SAYS})),
    File("squad-v1.json", text(json.dumps(SQUAD))),
    File("boolq.jsonl", lines({"question": "is ice cold", "passage": "Ice is cold.", "answer": True}, {"question": "is ice hot", "passage": "Ice is cold.", "answer": False})),
    File("bbh.json", text(json.dumps({"canary": "x", "examples": [{"input": "Who?\nOptions:\n(A) Ann\n(B) Bo", "target": "(B)"}]}))),
    File("humaneval.jsonl", lines({"task_id": "H/0", "prompt": "def double(x):\n", "entry_point": "double", "test": CHECK, "canonical_solution": "    return 2 * x"})),
    File("chat.jsonl", lines({"messages": CHAT}), {"answer": "label", "labels": ("Y", "N")}),
    File("evals.jsonl", lines({"input": CHAT[:2], "ideal": ["Y", "Yes"]}), {"answer": "text"}),
    File("alpaca.json", text(json.dumps([{"instruction": "Multiply.", "input": "4 and 18", "output": "72"}, {"instruction": "Add 1 and 1.", "input": "", "output": "2"}])), {"answer": "number"}),
    File("inspect.jsonl", lines({"id": "a1", "input": "Which gas?", "target": "B", "choices": GAS["choices"]})),
    File("inspect-open.jsonl", lines({"id": "a1", "input": "What is 4 times 18?", "target": "72", "metadata": {"level": 1}}), {"answer": "number"}),
    File("promptfoo.yaml", text(PROMPTFOO)),
    File("promptfoo.json", text(json.dumps(parse_yaml(PROMPTFOO)))),
    File("promptfoo-tests.json", text(json.dumps(parse_yaml(PROMPTFOO)["tests"]))),
    File("contains.yml", text(CONTAINS)),
    File("gases.yaml", beside(LM_EVAL, "gases.jsonl", lines({**GAS, "answer": 1}))),
    File("label-studio.json", text(json.dumps([STUDIO, NICE]))),
    File("label-studio-min.csv", text("text,id,sentiment,annotator,annotation_id,created_at,updated_at,lead_time\nLovely.,1,good,1,1,2026,2026,3\nIt broke.,2,bad,1,2,2026,2026,4\n"), {"answer": "label", "labels": ("good", "bad")}),
    File("aliases.jsonl", lines({"question": "Who wrote Hamlet?", "target": ["Shakespeare", "William Shakespeare"]}), {"answer": "text"}),
    File("system.jsonl", lines({"question": "Is a whale a mammal?", "system": "Answer Y or N.", "target": "Y"}), {"answer": "label", "labels": ("Y", "N")}),
    File("tickets.csv", text("Betreff,Text,Kategorie\nKein Strom,Seit gestern,Technik\nRechnung,Zu hoch,Buchhaltung\n"), {"columns": {"question": "text", "target": "kategorie"}, "answer": "text"}),
    File("pandas.json", text(json.dumps({"question": {"0": "1 + 1?"}, "target": {"0": 2}})), {"answer": "number"}),
    # what is refused, and with which line
    File("unknown.csv", text("frage,antwort\na,b\n"), {"answer": "text"}),
    File("unstated.csv", text("question,answer\na,yes\nb,no\nc,yes\nd,no\n")),
    File("wrong-kind.csv", text("question,target\na,Paris\nb,Rome\nc,3\n"), {"answer": "number"}),
    File("out-of-range.jsonl", lines({**GAS, "answer": 7})),
    File("no-messages.jsonl", lines({"question": ["a", "b"], "target": "c"}), {"answer": "text"}),
    File("functions.yaml", text('doc_to_text: !function utils.text\ndoc_to_target: "{{answer}}"\n')),
    File("hub.yaml", text("dataset_path: openai/gsm8k\ntest_split: test\ndoc_to_text: question\ndoc_to_target: answer\n"), {"answer": "number"}),
    File("rubrics.yaml", text("tests: [{vars: {q: a}, assert: [{type: llm-rubric, value: good}]}]\n")),
    File("old.xls", text(""), {"answer": "text"}),
)  # fmt: skip
