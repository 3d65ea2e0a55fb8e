import csv

import pyarrow.parquet as pq
import pytest
from inspect_ai.log import read_eval_log

from promptkit.record.preparations import Preparation
from promptkit.record.writer import RunWriter
from promptkit.report.csv_file import harmless
from promptkit.report.rows import COLUMNS
from promptkit.report.write import write_report
from promptkit.types import Usage


def rows_of(run, output):
    write_report(run, output=output)
    with output.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_one_row_an_attempt(make_run, tmp_path):
    rows = rows_of(make_run(), tmp_path / "rows.csv")
    assert len(rows) == 15
    assert tuple(rows[0]) == COLUMNS
    first = rows[0]
    assert (first["task"], first["strategy"], first["item"], first["outcome"]) == (
        "pens",
        "direct",
        "item-0",
        "correct",
    )
    assert (first["answer"], first["target"], first["score"]) == ("7", "7", "1.0")
    assert first["reply"] == "3 + 4 = 7. The answer is 7."
    assert (first["calls"], first["output_tokens"], first["cost_usd"]) == ("1", "48", "")


@pytest.mark.parametrize("cell", ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", " =x", "＝cmd()", "-", "|x"])
def test_a_formula_becomes_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+3.5", "-1,000", "-12 %".replace(" ", ""), "-1e-3", "a=b", "", None, -5, "7"])
def test_a_plain_number_and_plain_text_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_parquet_has_types_and_text_as_it_is(make_run, tmp_path):
    write_report(make_run(reply="=cmd()"), output=tmp_path / "rows.parquet")
    table = pq.read_table(tmp_path / "rows.parquet")
    assert tuple(table.column_names) == COLUMNS
    first = table.to_pylist()[0]
    assert (first["score"], first["calls"], first["cost_usd"], first["reply"]) == (1.0, 1, None, "=cmd()")
    assert table.num_rows == 15


def test_an_attempt_that_failed_has_no_score(make_run, tmp_path):
    write_report(make_run({"direct": "e"}), output=tmp_path / "rows.parquet")
    (row,) = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert (row["score"], row["error"]) == (None, "Unavailable: no reply")


def test_what_was_asked_once_stands_in_a_file_beside_the_attempts(make_run, tmp_path):
    run = make_run()
    assert [file.name for file in write_report(run, output=tmp_path / "rows.csv")] == ["rows.csv"]
    usage, paid = Usage(calls=4, input_tokens=90), Usage(calls=2, input_tokens=40)
    writer = RunWriter(run)
    writer.prepare(
        Preparation("pens", "=cot", "openai/gpt-4o-mini", 3, 4, 1, usage, paid, (), (), refused=("6?",), ended="none")
    )
    writer.close()
    for kind in ("csv", "parquet"):
        files = write_report(run, output=tmp_path / f"rows.{kind}")
        assert [file.name for file in files] == [f"rows.{kind}", f"rows.once.{kind}"]
    (row,) = pq.read_table(tmp_path / "rows.once.parquet").to_pylist()
    assert (row["strategy"], row["asked"], row["right"], row["refused"], row["ended"]) == ("=cot", 4, 1, 1, "none")
    assert (row["calls"], row["paid_calls"], row["paid_input_tokens"]) == (4, 2, 40)
    assert row["cost_usd"] > row["paid_usd"] > 0
    assert (tmp_path / "rows.once.csv").read_text("utf-8-sig").splitlines()[1].startswith("pens,'=cot,")


def test_markdown_has_verdicts_and_tables(make_run, tmp_path):
    write_report(make_run(), output=tmp_path / "r.md")
    text = (tmp_path / "r.md").read_text()
    assert "**Against direct (40.0 % right): not enough data for cot and cot+reflect" in text
    assert "| direct | 5 | 40.0 % | 11.8 … 76.9 | baseline | | | | | |\n| cot | 5 | 60.0 % |" in text
    assert "| cot | 3 | 1 | 1 | 0 | 0 | 0 | 0 |" in text
    assert "| cot+reflect | cot | 5 | 1 | 1 | 1.0000 |" in text
    assert "\n    promptkit bench pens.jsonl --model openai/mock --answer number\n" in text


def test_hostile_names_break_no_table_and_make_no_markup(make_run, tmp_path):
    name = "a|b\n# c <img src=x> [d](javascript:e) *f* `g`\u202e"
    write_report(make_run({"direct": "cw", name: "wc"}), output=tmp_path / "r.md")
    text = (tmp_path / "r.md").read_text()
    assert r"| a\|b \# c &lt;img src=x&gt; \[d\](javascript:e) \*f\* \`g\` | 2 |" in text
    assert "<img" not in text


def test_inspect_reads_a_log_for_each_strategy(make_run, tmp_path):
    files = write_report(make_run({"direct": "cwuc", "cot": "ccce"}), output=tmp_path / "logs.eval")
    assert [f.name for f in files] == ["01-pens-direct.eval", "02-pens-cot.eval"]
    direct, cot = (read_eval_log(str(f)) for f in files)
    assert (direct.eval.task, direct.eval.solver, direct.eval.model) == ("pens", "direct", "openai/mock")
    assert direct.results.scores[0].metrics["accuracy"].value == 0.5
    assert [s.scores["promptkit"].value for s in direct.samples] == ["C", "I", "N", "C"]
    first = direct.samples[0]
    assert (first.id, first.target, first.output.completion) == ("item-0", "7", "3 + 4 = 7. The answer is 7.")
    assert [m.role for m in first.messages] == ["system", "user", "assistant"]
    assert [event.metadata for event in first.events] == [{"step": "draft"}]
    assert cot.samples[3].error.message == "Unavailable: no reply"
    assert cot.samples[3].scores is None
