"""A file that is being written is read whole or not at all, and a snapshot is of one moment."""

import os
import threading
import time

import pytest

from promptkit import TemplateError, Templates
from promptkit.wording import reading
from promptkit.wording.folders import Folders
from promptkit.wording.snapshot import Snapshot, pinned_wording

WHOLE = {f"begin {letter * 9000} end" for letter in "ab"}


def write_on(path, over, pause):
    """Truncates and rewrites the file, in parts, until `over`."""
    while not over.is_set():
        for text in WHOLE:
            with path.open("w") as file:
                for start in range(0, len(text), 4000):
                    file.write(text[start : start + 4000])
                    file.flush()
                    time.sleep(0.001)
            over.wait(pause)


@pytest.mark.parametrize("pause", [0.2, 0.0], ids=["now and then", "without a pause"])
def test_a_file_that_is_rewritten_in_a_loop_is_never_half_read(tmp_path, monkeypatch, pause):
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.3 if pause == 0 else 5)
    path, over, made = tmp_path / "t.j2", threading.Event(), []
    path.write_text(next(iter(WHOLE)))
    writer = threading.Thread(target=write_on, args=(path, over, pause))
    writer.start()
    try:
        for _ in range(12 if pause else 3):
            try:
                made.append(Templates((tmp_path,)).text("t"))
            except TemplateError as error:
                made.append(str(error))
            time.sleep(0.02)
    finally:
        over.set()
        writer.join()
    refusal = f"template t: it is being written all the time ({path}); try again when it is saved"
    assert set(made) <= {*WHOLE, refusal}
    assert pause == 0 or set(made) & WHOLE


def test_an_empty_file_is_waited_for_since_writers_empty_files_first(tmp_path):
    path = tmp_path / "t.j2"
    path.write_text("")
    later = threading.Timer(0.1, lambda: path.write_text("all of it"))
    later.start()
    assert Templates((tmp_path,)).text("t") == "all of it"
    later.join()


def test_a_file_dated_in_the_future_is_read_at_once(tmp_path):
    (tmp_path / "t.j2").write_text("a")
    os.utime(tmp_path / "t.j2", (2**33, 2**33))
    assert reading.read_whole(tmp_path / "t.j2") == b"a"


def test_templates_that_are_not_reloaded_stay_as_they_were(folder, tmp_path):
    folder("part", "one")
    folder("t", "{% include 'part.j2' %}")
    frozen, live = Templates((tmp_path,), reload=False), Templates((tmp_path,))
    folder("part", "two")
    folder("later", "x")
    (tmp_path / "t.j2").unlink()
    assert frozen.text("t") == "one"
    assert "later" not in frozen.names()
    assert live.text("part") == "two"
    assert frozen.frozen() is frozen


def test_the_shipped_templates_of_a_snapshot_are_there_under_both_names(folder):
    frozen = folder("chain_of_thought/think", "{% extends 'promptkit/chain_of_thought/think.j2' %}").frozen()
    assert frozen.text("chain_of_thought/think", question="Q").startswith("Q\n\nReason step by step")


def test_a_file_that_a_snapshot_can_not_read_is_an_error_for_who_asks_for_it(folder):
    folder("broken", b"\xff\xfea")
    frozen = folder("t", "fine").frozen()
    assert frozen.text("t") == "fine"
    for _ in range(2):
        with pytest.raises(TemplateError, match="UTF-16"):
            frozen.text("broken")


def test_a_text_that_is_included_is_kept_from_its_first_use(folder, tmp_path):
    (tmp_path / "rules.txt").write_text("one")
    frozen = folder("t", "{% include 'rules.txt' %}").frozen()
    assert frozen.text("t") == "one"
    (tmp_path / "rules.txt").write_text("two")
    assert frozen.text("t") == "one"


def test_what_is_rendered_where_wording_is_pinned_is_of_one_moment(folder, tmp_path):
    live = folder("t", "one")
    with pinned_wording({}):
        assert live.text("t") == "one"
        folder("t", "two")
        assert live.text("t") == "one"
    assert live.text("t") == "two"
    known = Snapshot(Folders(live.search_path()))
    folder("t", "three")
    with pinned_wording({known.path: known}):
        assert live.text("t") == "two"


def test_a_file_that_is_included_twice_in_a_render_is_of_one_moment(folder, monkeypatch):
    read = []
    monkeypatch.setattr(
        "promptkit.wording.folders.read_whole", lambda file, _: read.append(file.name) or file.read_bytes()
    )
    folder("part", "x")
    assert folder("t", "{% for i in range(9) %}{% include 'part.j2' %}{% endfor %}").text("t") == "x" * 9
    assert read.count("part.j2") == 1
