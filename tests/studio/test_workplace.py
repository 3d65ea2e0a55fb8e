import os
import stat
import threading

import pytest

from promptkit import Templates
from promptkit.data_files import data_path
from promptkit.errors import TemplateError, UsageError
from promptkit.studio import workplace
from promptkit.studio.workplace import NEW, Workplace, chosen

THINK = "chain_of_thought/think"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


@pytest.fixture
def place(folder):
    return Workplace(folder)


def written(folder, name, text):
    file = folder / f"{name}.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def test_keeping_a_shipped_template_makes_one_in_the_folder_and_leaves_the_shipped_one(place, folder):
    before = place.read(THINK)
    assert (before.own, before.shipped, before.digest) == (False, True, NEW)
    assert place.keep(THINK, "{{ question }} Think.", digest=before.digest).kept
    assert (folder / f"{THINK}.j2").read_text() == "{{ question }} Think."
    assert Templates.shipped().read(THINK) == before.text
    assert (place.read(THINK).own, place.read(THINK).text) == (True, "{{ question }} Think.")


def test_the_folder_is_made_with_the_first_text_that_is_kept(tmp_path):
    place = Workplace(tmp_path / "new")
    assert place.keep(THINK, "{{ question }}", digest=NEW).kept
    assert (tmp_path / "new" / f"{THINK}.j2").read_text() == "{{ question }}"


def test_nothing_is_written_over_an_edit_made_elsewhere(place, folder):
    file = written(folder, "a", "one")
    digest = place.read("a").digest
    file.write_text("theirs")
    kept = place.keep("a", "mine", digest=digest)
    assert (kept.kept, kept.theirs, file.read_text()) == (False, "theirs", "theirs")
    assert place.keep("a", "mine", digest=kept.digest).kept


def test_a_file_that_was_made_or_removed_meanwhile_is_a_conflict_too(place, folder):
    digest = place.read(THINK).digest
    file = written(folder, THINK, "theirs")
    assert not place.keep(THINK, "mine", digest=digest).kept
    digest = place.read(THINK).digest
    file.unlink()
    kept = place.keep(THINK, "mine", digest=digest)
    assert (kept.kept, kept.digest, file.exists()) == (False, NEW, False)


def test_an_edit_made_while_the_text_is_written_is_a_conflict(place, folder, monkeypatch):
    file = written(folder, "a", "one")
    digest = place.read("a").digest
    monkeypatch.setattr(workplace.os, "fsync", lambda _: file.write_text("theirs"))
    assert not place.keep("a", "mine", digest=digest).kept
    assert [one.name for one in folder.iterdir()] == ["a.j2"]
    assert file.read_text() == "theirs"


def test_a_file_keeps_its_permissions_and_its_way_to_end_lines(place, folder):
    file = written(folder, "a", "one\r\ntwo\r\n")
    file.chmod(0o640)
    source = place.read("a")
    assert source.text == "one\ntwo\n"
    place.keep("a", "one\nthree\n", digest=source.digest)
    assert file.read_bytes() == b"one\r\nthree\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_any_new_file_has(place, folder):
    other = written(folder, "other", "x")
    place.keep("a", "x", digest=NEW)
    assert (folder / "a.j2").stat().st_mode == other.stat().st_mode


def test_no_reader_sees_half_of_a_text(place, folder):
    texts = {letter * 200_000 for letter in "ab"}
    file, over, seen = written(folder, "a", min(texts)), threading.Event(), set()

    def read():
        while not over.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for text in texts:
            assert place.keep("a", text, digest=place.read("a").digest).kept
    over.set()
    reader.join()
    assert seen <= texts


def test_what_cannot_be_written_leaves_the_file_as_it_was(place, folder, monkeypatch):
    file = written(folder, "a", "one")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workplace.os, "fsync", full)
    with pytest.raises(UsageError, match="can't be written: No space left on device"):
        place.keep("a", "two", digest=place.read("a").digest)
    assert ([one.name for one in folder.iterdir()], file.read_text()) == (["a.j2"], "one")


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "", ".", "a//b", "a\\..\\b", "a\0b", "./a", "a/"])
def test_a_name_that_leads_out_of_the_folder_is_refused(place, tmp_path, name):
    for action in (place.read, lambda one: place.keep(one, "x", digest=NEW)):
        with pytest.raises(TemplateError, match="is not the name of a template"):
            action(name)
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_link_that_leads_out_of_the_folder_is_refused(place, folder, tmp_path):
    outside = tmp_path / "outside.j2"
    outside.write_text("secret")
    (folder / "a.j2").symlink_to(outside)
    (folder / "sub").symlink_to(tmp_path)
    for name in ("a", "sub/outside", "sub/new"):
        with pytest.raises(TemplateError, match="a link leads out of"):
            place.read(name)
        with pytest.raises(TemplateError, match="a link leads out of"):
            place.keep(name, "x", digest=NEW)
    assert outside.read_text() == "secret"


def test_a_link_inside_of_the_folder_stays_a_link(place, folder):
    file = written(folder, "b", "one")
    (folder / "a.j2").symlink_to(file)
    assert place.keep("a", "two", digest=place.read("a").digest).kept
    assert (file.read_text(), (folder / "a.j2").is_symlink()) == ("two", True)


def test_a_link_to_the_shipped_templates_is_not_written_through(tmp_path):
    place = Workplace(data_path("templates").parent)
    with pytest.raises(TemplateError, match="a link leads into"):
        place.keep(f"{data_path('templates').name}/{THINK}", "x", digest=NEW)


def test_the_folder_of_the_shipped_templates_is_refused():
    with pytest.raises(UsageError, match="has the shipped templates; name a folder of your own"):
        Workplace(data_path("templates"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_file_is_refused_before_it_is_waited_for(place, folder):
    os.mkfifo(folder / "a.j2")
    with pytest.raises(UsageError, match="is a named pipe"):
        place.read("a")


def test_what_is_edited_is_a_folder_or_a_template_by_name(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    written(folder, "support/reply", "{{ question }}")
    assert chosen(str(folder), ())[1] == "support/reply"
    place, name = chosen("support/reply", (folder,))
    assert (place.folder, name) == (folder, "support/reply")
    place, name = chosen(None, ())
    assert (str(place.folder), name) == ("templates", THINK)
    monkeypatch.setenv("PROMPTKIT_TEMPLATES", str(folder))
    assert chosen(None, ())[0].folder == folder
    with pytest.raises(TemplateError, match="did you mean chain_of_thought/think"):
        chosen("chain_of_thought/thin", ())
