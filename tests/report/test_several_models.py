"""A run of several models: the page and the Markdown begin with every strategy on every model."""

import pytest

from promptkit.record.reader import open_run
from promptkit.report.findings import findings_of
from promptkit.report.write import write_report
from tests.report.runs import record


@pytest.fixture
def run(tmp_path):
    record(tmp_path / "run", {"direct": "ccwww", "cot": "ccccw"}, model="large")
    return record(tmp_path / "run", {"direct": "wwwww", "cot": "ccwww"}, model="<small>")


def test_the_overview_has_each_strategy_on_each_model_and_beside_the_first(run):
    with open_run(run) as opened:
        (overview,) = findings_of(opened).overviews
    assert {cell: row.accuracy for cell, row in overview.rows.items()} == {
        ("direct", "large"): 0.4,
        ("cot", "large"): 0.8,
        ("direct", "<small>"): 0,
        ("cot", "<small>"): 0.4,
    }
    assert overview.across["cot", "<small>"].difference == pytest.approx(-0.4)


@pytest.mark.parametrize("ending", ["html", "md"])
def test_it_stands_in_the_report_and_is_escaped(run, tmp_path, ending):
    (written,) = write_report(run, output=tmp_path / f"r.{ending}")
    text = written.read_text("utf-8")
    assert "2 models" in text
    assert "<small>\n" not in text.replace(" <small>2 models</small>", "")
    assert "&lt;small&gt;" in text
    assert "−40.0" in text


def test_a_run_of_one_model_has_none(tmp_path):
    with open_run(record(tmp_path / "run")) as opened:
        assert findings_of(opened).overviews == ()
