import pytest

from promptkit.errors import RecordError
from promptkit.record.labels import LABELS, Place, append_labels, read_labels

ONE = Place("t", "1", "cot", "m")


def test_the_last_label_of_a_reply_counts(tmp_path):
    append_labels(tmp_path, {ONE: 0.0})
    append_labels(tmp_path, {ONE: 1.0, ONE._replace(item="2"): 0.5})
    assert read_labels(tmp_path) == {ONE: 1.0, ONE._replace(item="2"): 0.5}


def test_without_a_file_there_are_none(tmp_path):
    assert read_labels(tmp_path) == {}


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    append_labels(tmp_path, {ONE: 1.0})
    with (tmp_path / LABELS).open("a") as file:
        file.write('{"task": "t", "it')
    assert read_labels(tmp_path) == {ONE: 1.0}


def test_a_line_that_is_no_label_is_named(tmp_path):
    (tmp_path / LABELS).write_text('{"task": "t"}\n')
    append_labels(tmp_path, {ONE: 1.0})
    with pytest.raises(RecordError, match="line 1 is not a label"):
        read_labels(tmp_path)


def test_labels_given_after_a_line_was_cut_off_are_kept(tmp_path):
    append_labels(tmp_path, {ONE: 1.0})
    with (tmp_path / LABELS).open("ab") as file:
        file.write('{"task": "題'.encode()[:-1])
    append_labels(tmp_path, {ONE._replace(item="2"): 0.0})
    append_labels(tmp_path, {ONE._replace(item="3"): 0.0})
    assert read_labels(tmp_path) == {ONE: 1.0, ONE._replace(item="2"): 0.0, ONE._replace(item="3"): 0.0}


def test_a_last_line_written_by_hand_need_not_be_ended(tmp_path):
    append_labels(tmp_path, {ONE: 1.0})
    (tmp_path / LABELS).write_bytes((tmp_path / LABELS).read_bytes().rstrip())
    append_labels(tmp_path, {ONE._replace(item="2"): 0.0})
    assert read_labels(tmp_path) == {ONE: 1.0, ONE._replace(item="2"): 0.0}


def test_a_line_separator_within_a_name_ends_no_label(tmp_path):
    odd = {ONE._replace(item="a\u2028b\x85c"): 1.0, ONE: 0.0}
    append_labels(tmp_path, odd)
    assert read_labels(tmp_path) == odd
