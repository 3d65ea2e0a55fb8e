"""Plots drawn without a library: every mark where its value is, every word legible, nothing that a page forbids."""

import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.analysis.pareto import CostAccuracy, Point
from promptkit.record.reader import open_run
from promptkit.report.charts import Charts
from promptkit.report.findings import gather
from promptkit.report.svg import Plot, Scale, width_of
from tests.report.runs import record

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text):
    return ElementTree.fromstring(text)


def test_a_value_is_where_its_share_of_the_scale_is():
    scale = Scale(-10, 30, 100, 300)
    assert [scale(value) for value in (-10, 0, 30)] == [100, 150, 300]


def test_on_a_logarithmic_scale_a_factor_is_a_distance():
    scale = Scale(0.01, 100, 0, 400, log=True)
    assert [round(scale(value)) for value in (0.01, 0.1, 1, 10, 100)] == [0, 100, 200, 300, 400]


@pytest.mark.parametrize(
    ("low", "high", "log", "ticks"),
    [
        (0, 530, False, [0, 200, 400]),
        (-12.9, 85.8, False, [0, 20, 40, 60, 80]),
        (-0.4, 0.3, False, [-0.4, -0.2, 0, 0.2]),
        (0, 0, False, [0]),
        (0.004, 0.9, True, [0.01, 0.03, 0.1, 0.3]),
        (3, 40, True, [5, 10, 20]),
    ],
)
def test_ticks_are_few_round_numbers(low, high, log, ticks):
    assert [round(tick, 9) for tick in Scale(low, high, 0, 1, log).ticks(5)] == ticks


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 8), st.booleans())
def test_ticks_lie_within_any_scale_and_are_never_too_many(low, length, most, log):
    scale = Scale(abs(low) + 1e-6, abs(low) + length + 1e-6, 0, 1, log) if log else Scale(low, low + length, 0, 1)
    ticks = scale.ticks(most)
    slack = 1e-6 * length + 1e-6
    assert len(ticks) <= most
    assert all(scale.low - slack <= tick <= scale.high + slack for tick in ticks)
    assert all(one < other for one, other in itertools.pairwise(ticks))


def test_words_are_text_whatever_is_in_them():
    plot = Plot(10, 10)
    plot.words("<script>&\"'", (1, 1))
    (text,) = drawn(plot.text()).iter(f"{SVG}text")
    assert text.text == "<script>&\"'"


def test_wide_letters_take_more_room():
    assert width_of("三个字") > 1.5 * width_of("abc")


@pytest.fixture
def section(tmp_path):
    with open_run(
        record(tmp_path / "run", {"direct": "cwwcwwwwww", "cot": "cccccccccc", "三+reflect(rounds=3)": "w" * 10})
    ) as run:
        return gather(run).sections[0]


def charts(section):
    made = Charts(300, 24)
    yield made.accuracy(section)
    yield made.differences(section)
    yield made.cost_accuracy(section.cost, section.numbers)
    yield made.cost_accuracy(section.latency, section.numbers)


def test_all_that_is_drawn_is_inside_of_the_picture(section):
    for text in charts(section):
        picture = drawn(text)
        width, height = float(picture.get("width")), float(picture.get("height"))
        for mark in picture.iter(f"{SVG}circle"):
            assert 5 <= float(mark.get("cx")) <= width - 5
            assert 5 <= float(mark.get("cy")) <= height - 5
        for shape in picture.iter(f"{SVG}polygon"):
            assert all(0 <= float(x) <= width for x in re.findall(r"([-\d.]+),", shape.get("points")))
        for words in picture.iter(f"{SVG}text"):
            x, wide = float(words.get("x")), width_of(words.text)
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[words.get("text-anchor")]
            assert left >= 0
            assert left + wide <= width + 1


def test_nothing_has_a_style_which_the_policy_of_a_page_forbids(section):
    assert not any("style" in text or "class=" in text for text in charts(section))


def test_accuracy_has_a_mark_and_an_interval_for_each_strategy(section):
    picture = drawn(next(charts(section)))
    marks = [float(mark.get("cx")) for mark in picture.iter(f"{SVG}circle")]
    assert len(marks) == 3
    start = min(marks)
    assert [round((x - start) / 300, 2) for x in marks] == [0.2, 1.0, 0.0]
    assert sum(line.get("stroke-width") == "2.5" for line in picture.iter(f"{SVG}polyline")) == 3


def test_a_difference_shows_its_verdict_by_its_shape(section):
    picture = drawn(list(charts(section))[1])
    shapes = [shape.tag for shape in picture.iter() if shape.tag in (f"{SVG}polygon", f"{SVG}circle")]
    verdicts = [pair.verdict for pair in section.comparisons.values()]
    assert shapes == [f"{SVG}polygon" if verdict in ("better", "worse") else f"{SVG}circle" for verdict in verdicts]
    assert "better" in verdicts


def test_the_front_is_joined_by_steps_and_what_it_dominates_is_hollow():
    points = (Point("a", 100, 0.5, front=True), Point("b", 200, 0.4, front=False), Point("c", 300, 0.9, front=True))
    picture = drawn(Charts(300, 24).cost_accuracy(CostAccuracy("tokens", points), {"a": 1, "b": 2, "c": 3}))
    (front,) = [line for line in picture.iter(f"{SVG}polyline") if line.get("stroke-width") == "2"]
    (x0, y0), (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in front.get("points").split())
    assert (y0, x1) == (y1, x2)
    assert x0 < x1
    assert y1 > y2
    (hollow,) = picture.iter(f"{SVG}polygon")
    assert hollow.get("fill") == "none"
    assert [words.text for words in picture.iter(f"{SVG}text") if words.get("font-weight")] == ["1", "2", "3"]


@pytest.mark.parametrize("prices", [[], [0.0], [5.0], [0.0, 0.0], [1e-5, 1.0], [1e6, 2e6]])
def test_any_prices_are_drawn(prices):
    points = tuple(Point(str(i), price, 0.5, front=True) for i, price in enumerate(prices))
    numbers = {str(i): i + 1 for i in range(len(prices))}
    assert len(
        list(drawn(Charts(190, 17).cost_accuracy(CostAccuracy("$", points), numbers)).iter(f"{SVG}circle"))
    ) == len(prices)
