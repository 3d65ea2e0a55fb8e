"""`--open`: the page of a run in the browser, or one line where there is none."""

import json
import sys
import webbrowser

import pytest

from tests.report.runs import record


@pytest.fixture
def browser(monkeypatch):
    """What the browser was asked to open."""
    asked = []
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    return asked


@pytest.fixture
def bench(promptkit, openai, tmp_path):
    rows = [{"question": f"{i} + {24 - i}?", "target": 24} for i in range(4)]
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = ("bench", "q.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "direct", "--run", "r")
    return lambda *more: promptkit(*told, *more)


def test_report_opens_the_page_that_it_wrote(promptkit, browser, tmp_path):
    record(tmp_path / "r")
    done = promptkit("report", "r", "--open")
    assert (done.code, done.out) == (0, "r/report.html\n")
    assert browser == [(tmp_path / "r" / "report.html").as_uri()]


def test_bench_writes_the_page_at_the_end_and_opens_it(bench, browser, tmp_path):
    done = bench("--open")
    assert done.code == 0
    assert done.err.endswith("page: r/report.html\n")
    assert browser == [(tmp_path / "r" / "report.html").as_uri()]


def test_the_json_stays_alone_on_standard_output(bench, browser):
    assert bench("--open", "--json").json["run"] == "r"
    assert len(browser) == 1


@pytest.mark.parametrize("found", [lambda _: False, lambda _: (_ for _ in ()).throw(webbrowser.Error("none"))])
def test_where_there_is_no_browser_one_line_says_what_to_open(promptkit, monkeypatch, tmp_path, found):
    monkeypatch.setattr(webbrowser, "open", found)
    record(tmp_path / "r")
    done = promptkit("report", "r", "--open")
    assert (done.code, done.out) == (0, "r/report.html\n")
    assert done.err == "no browser was found here; open r/report.html in one, or copy it to where there is one\n"


def test_without_the_extra_bench_refuses_before_anything_is_asked(bench, openai, browser, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    done = bench("--open")
    assert done.code == 2
    assert "pip install 'promptkit-lab[report]'" in done.err
    assert openai.requests == []


def test_without_the_extra_bench_names_it_where_it_names_the_page(promptkit, openai, monkeypatch):
    told = ("bench", "stories", "labels", "-m", "openai/mock", "-s", "direct,cot", "--limit", "1", "--run")
    assert "report r --open " in promptkit(*told, "r").out.replace("\n", " ")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert "--open (needs pip install 'promptkit-lab[report]')" in " ".join(promptkit(*told, "r2").out.split())
