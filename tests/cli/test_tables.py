"""What is printed fits a terminal of 80 columns, and nothing of it is cut."""

import io
import re

import pytest
from rich.console import Console

from promptkit.analysis.choose import choose
from promptkit.analysis.reflection import Reflection, Round, Without
from promptkit.bench.forecast import Forecast
from promptkit.cli import tables
from tests.analysis.attempts import attempts, counted, tokens

VOTE = "cot+self-consistency(draws=5,temperature=0.8)"
USED = tokens(1234, 567)


def found(model="openai/gpt-4o-mini"):
    return counted(
        attempts("direct", "cwwwwuet" * 30, usage=USED, seconds=1.5, model=model),
        attempts(VOTE, "ccccwutm" * 30, usage=USED, seconds=12.25, model=model),
        attempts("cot+reflect", "cccccccc" * 30, usage=USED, seconds=3, model=model),
    )


def printed(show, what, width=80):
    out = io.StringIO()
    show(what, console=Console(file=out, width=width, force_terminal=True, color_system=None, legacy_windows=False))
    return out.getvalue()


def names_in(text):
    """The first column of all tables, joined: a long name is folded."""
    return "".join(re.findall(r"^ (\S[^ ]*(?: · \S+)?)(?=\s|$)", text, re.MULTILINE))


def reflections():
    round_ = Round(1, 240, 120, 30, 12, 100, 50, 0.0079)
    beside = Without("cot+self-consistency(draws=5,temperature=0.8)", 240, 30, 12, 0.0079)
    return [Reflection("stories", f"{VOTE}+reflect", "m", (round_,), beside, ())]


def forecasts():
    return [
        Forecast(
            "stories",
            VOTE,
            "nano",
            240,
            (240, 1200),
            (1, 1200),
            (24000, 1200000),
            (9, 120000),
            (0, 0),
            (0.0123, 12.3456),
        )
    ]


HEADERS = {
    "summary": ("n accuracy interval direct p adjusted correct wrong unparsed truncated refused error missing", "US$"),
    "choice": ("accuracy behind best interval margin", "answer"),
    "reflections": ("round answers before fixed broken exact right wrong accepted reflection items", "without"),
    "forecasts": ("attempts alone paid in out", "US$"),
}
SHOWN = {
    "summary": lambda width: printed(tables.print_summary, found().summary(), width),
    "choice": lambda width: printed(tables.print_choice, choose(found().groups, 0.02)[0], width),
    "reflections": lambda width: printed(tables.print_reflections, reflections(), width),
    "forecasts": lambda width: printed(tables.print_forecasts, forecasts(), width),
}


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("what", SHOWN)
def test_no_header_and_no_number_is_cut_and_no_line_is_too_long(what, width):
    text = SHOWN[what](width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in re.sub(r"[\d)%] … [+\d$−]", "", text)  # the sign of an interval, and else of a cut
    words = set(re.findall(r"[\w$]+", text))
    assert set(re.findall(r"[\w$]+", " ".join(HEADERS[what]))) <= words


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("what", SHOWN)
def test_names_of_strategies_are_whole(what, width):
    assert VOTE in names_in(SHOWN[what](width)).replace("stories·", "").replace("stories · ", "")


def test_a_long_name_is_broken_between_its_options_and_parts():
    first = [line.split("  ")[0].strip() for line in SHOWN["summary"](80).splitlines()]
    assert {"cot+self-consistency(draws=5,", "self-consistency(", "draws=5,", "temperature=0.8)"} <= set(first)


def test_a_wide_terminal_has_one_table_where_a_narrow_one_has_two():
    narrow, wide = (SHOWN["choice"](width).count("strategy ") for width in (80, 200))
    assert (narrow, wide) == (2, 1)


def test_a_difference_and_its_interval_stand_side_by_side():
    lines = SHOWN["summary"](80).splitlines()
    (header,) = [line for line in lines if "− direct" in line]
    assert header.split() == ["strategy", "−", "direct", "95", "%", "interval", "p", "adjusted"]


def test_what_could_not_be_judged_is_told_with_its_bounds():
    text = SHOWN["summary"](80)
    assert "30 attempts could not be judged: direct lies between 12.5 % and 25.0 %" in text


def test_a_choice_that_failures_could_change_is_told_as_none():
    undecided = choose(counted(attempts("a", "c" * 60 + "e" * 40), attempts("b", "c" * 99 + "w")).groups, 0.1)[0]
    text = " ".join(printed(tables.print_choice, undecided).split())
    assert "sums: no choice, for it depends on attempts that could not be judged (40 of a): " in text
