"""Charts: what is in them, and what a page may hold of it."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from promptkit.analysis.pareto import CostAccuracy, Point
from promptkit.record.reader import open_run
from promptkit.report.charts import BLUE, ORANGE, Charts
from promptkit.report.draw import drawn
from promptkit.report.findings import findings_of
from tests.report.runs import record

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'\"`|三"


@pytest.fixture
def section(tmp_path):
    outcomes = {"direct": "cwwcwwwwww", "cot": "cccccccccc", HOSTILE: "w" * 10}
    with open_run(record(tmp_path / "run", outcomes)) as run:
        return findings_of(run).sections[0]


def charts(section):
    made = Charts(300, 24)
    return [
        made.accuracy(section),
        made.differences(section),
        made.cost_accuracy(section.cost, section.numbers),
        made.cost_accuracy(section.latency, section.numbers),
    ]


def test_accuracy_has_a_mark_and_an_interval_for_each_strategy(section):
    chart = charts(section)[0]
    assert [row["value"] for row in chart["data"]["values"]] == [0.2, 1.0, 0.0]
    assert all(row["low"] <= row["value"] <= row["high"] for row in chart["data"]["values"])


def test_a_difference_shows_its_verdict_by_colour_and_shape(section):
    chart = charts(section)[1]
    found = {row["name"]: (row["colour"], row["shape"]) for row in chart["data"]["values"]}
    assert found["2 cot"] == (BLUE, "triangle-right")


def test_what_is_worse_points_the_other_way(tmp_path):
    with open_run(record(tmp_path / "run", {"direct": "c" * 10, "cot": "w" * 10})) as run:
        (row,) = Charts(300, 24).differences(findings_of(run).sections[0])["data"]["values"]
    assert (row["colour"], row["shape"]) == (ORANGE, "triangle-left")


@pytest.mark.parametrize(
    ("prices", "scale"), [([1e-5, 1.0], "log"), ([5.0, 7.0], None), ([0.0, 3.0], None), ([], None)]
)
def test_prices_far_apart_stand_on_a_logarithmic_scale(prices, scale):
    points = tuple(Point(str(i), price, 0.5, front=True) for i, price in enumerate(prices))
    chart = Charts(190, 17).cost_accuracy(CostAccuracy("$", points), {str(i): i for i in range(len(prices))})
    assert chart["encoding"]["x"]["scale"].get("type") == scale


def test_all_are_drawn_in_the_order_asked_and_words_stay_text(section):
    pytest.importorskip("vl_convert", reason="charts need the extra `report`")
    pictures = [ElementTree.fromstring(svg) for svg in drawn(charts(section))]
    texts = ["".join("".join(text.itertext()) for text in picture.iter(f"{SVG}text")) for picture in pictures]
    assert HOSTILE[:20].rstrip() in texts[0]
    assert "points more right than the baseline" in texts[1]
    assert [f"{unit} an answer" in text for unit, text in zip(("tokens", "seconds"), texts[2:], strict=True)] == [
        True
    ] * 2
    assert not any(element.tag.endswith(("script", "img")) for picture in pictures for element in picture.iter())


def test_a_chart_that_cannot_be_drawn_is_an_error_with_its_reason():
    pytest.importorskip("vl_convert", reason="charts need the extra `report`")
    with pytest.raises(RuntimeError, match="vl-convert could not draw a chart: "):
        drawn([{"mark": "nothing like it"}])


def test_drawing_runs_no_code_of_the_folder_it_is_done_in(tmp_path):
    pytest.importorskip("vl_convert", reason="charts need the extra `report`")
    for name in ("json", "vl_convert", "sitecustomize", "pathlib"):
        (tmp_path / f"{name}.py").write_text("open('trapped', 'w')")
    chart = "{'data': {'values': []}, 'mark': 'bar'}"
    work = f"import os, sys; from promptkit.report.draw import drawn; os.chdir(sys.argv[1]); drawn([{chart}])"
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-P", "-c", work, str(tmp_path)], check=True, env=here)
    assert not (tmp_path / "trapped").exists()
