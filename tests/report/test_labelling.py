"""Replies labelled on the page of a run, in a real browser, and their import."""

import csv
import json

import pytest

from promptkit.analysis.to_label import replies_to_label
from promptkit.cli.app import main
from promptkit.record.labels import read_labels
from promptkit.record.reader import open_run
from promptkit.report import labelling
from promptkit.report.write import write_report
from tests.report.runs import record
from tests.report.test_page import HOSTILE, PLAIN, page_of
from tests.studio.browser import opened, program

in_a_browser = pytest.mark.skipif(program() is None, reason="needs a Chromium")


def shown_on(page):
    island = next(text for text in page.texts["script"] if text.startswith('{"key"'))
    return json.loads(island)


def test_the_page_has_the_replies_that_the_command_shows_in_its_order(tmp_path):
    run = record(tmp_path / "run", {"direct": "cw" * 20, "cot": "wc" * 20})
    with open_run(run) as opened_run:
        wanted = [[one.id for one in of_item] for of_item in replies_to_label(opened_run, 30, seed=0)]
    shown = shown_on(page_of(run))
    assert [[one["id"] for one in item["replies"]] for item in shown["items"]] == wanted
    assert len(wanted) == 30


def test_what_is_shown_to_a_person_has_no_strategy_and_no_score(tmp_path):
    shown = shown_on(page_of(record(tmp_path / "run", {"direct": "c", "cot": "c"})))
    (item,) = shown["items"]
    assert item.keys() == {"question", "target", "replies"}
    (reply,) = item["replies"]
    assert reply.keys() == {"id", "reply"}


def test_long_texts_are_cut_with_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(labelling, "LONGEST", 10)
    shown = shown_on(page_of(record(tmp_path / "run", {"direct": "c"}, reply="0123456789 and more")))
    assert shown["items"][0]["replies"][0]["reply"] == "0123456789 … (cut here: 10 of 19 characters)"


def test_a_run_without_a_judged_reply_has_nothing_to_label(tmp_path):
    page = page_of(record(tmp_path / "run", {"direct": "ee"}))
    assert not [a for a in page.all("section") if a.get("id") == "label"]
    assert 'id="label-data"' not in page.source


def test_hostile_replies_are_text(tmp_path):
    page = page_of(record(tmp_path / "run", {"direct": "c"}, reply=HOSTILE, question=HOSTILE, target=HOSTILE))
    item = shown_on(page)["items"][0]
    assert (item["question"], item["target"], item["replies"][0]["reply"]) == (f"{PLAIN} (0)", PLAIN, PLAIN)
    assert page.all("img") == []


def test_without_a_script_the_labelling_does_not_show(tmp_path):
    (section,) = [a for a in page_of(record(tmp_path / "run")).all("section") if a.get("id") == "label"]
    assert "hidden" in section


@in_a_browser
def test_labels_given_by_keys_are_downloaded_kept_and_imported(tmp_path, monkeypatch):
    run = record(tmp_path / "run", {"direct": "cwwc", "cot": "cwwc"})
    (report, *_) = write_report(run)
    with opened(tmp_path / "browser") as page:
        page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "down"))
        page.open(report.as_uri())
        page.until("document.readyState === 'complete' && !document.getElementById('label').hidden")
        page.value("document.getElementById('label-start').click()")
        for key in "ynsh":
            page.press(key)
        assert page.value("document.getElementById('label-progress').textContent").startswith("All replies were shown")
        page.value("document.getElementById('label-download').click()")
        file = tmp_path / "down" / "labels.csv"
        for _ in range(600):  # it is written beside the page
            if file.exists():
                break
            page.value("new Promise((done) => setTimeout(done, 100))")
        page.call("Page.reload")
        page.until("document.readyState === 'complete' && !document.getElementById('label').hidden")
        page.value("document.getElementById('label-start').click()")
        shown = page.value("document.getElementById('label-progress').textContent")
        assert shown == "Reply 3 of 4 · 3 labelled"  # the one that was skipped
        assert page.problems == []
    with file.open(newline="") as opened_file:
        rows = list(csv.reader(opened_file))
    assert rows[0] == ["id", "label"]
    assert [label for _, label in rows[1:]] == ["y", "n", "h"]
    monkeypatch.setattr("sys.argv", ["promptkit", "label", str(run), "--import", str(file)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert sorted(read_labels(run).values()) == [0, 0, 0.5, 0.5, 1, 1]  # two strategies gave each reply
