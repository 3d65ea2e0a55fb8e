import sqlite3

import pytest

from promptkit.formatting import inline, plain
from promptkit.record.reader import open_run
from promptkit.report.findings import findings_of


def found(run):
    with open_run(run) as opened:
        return findings_of(opened)


def section_of(run):
    (section,) = found(run).sections
    return section


def test_a_run_with_failed_attempts_says_so_and_bounds_the_accuracy(make_run):
    findings = found(make_run({"direct": "cwce", "cot": "cccc"}))
    assert findings.gaps == "1 of 8 attempts failed; they count as error, never as wrong."
    assert findings.sections[0].warnings == [
        "Some attempts could not be judged: direct lies between 50.0 % and 75.0 %."
    ]


def test_a_run_that_was_stopped_says_how_many_items_are_left(make_run):
    run = make_run({"direct": "cwc"})
    connection = sqlite3.connect(run / "run.sqlite")
    with connection:
        connection.execute("DELETE FROM attempts WHERE item != 'item-0'")
    connection.close()
    assert found(run).gaps == "2 of 3 items were not tried."


def test_a_complete_run_has_no_gaps(make_run):
    assert found(make_run()).gaps == ""


def test_a_name_that_is_no_specification_has_no_flips(make_run):
    assert section_of(make_run({"direct": "c", "re(flect": "c", "+reflect": "c"})).reflections == ()


def test_repetitions_of_an_item_share_a_cell_and_are_averaged(make_run):
    run = make_run({"direct": "cw"})
    connection = sqlite3.connect(run / "run.sqlite")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(attempts)")]
    again = ", ".join({"draw": "1", "outcome": "'correct'"}.get(column, column) for column in columns)
    with connection:
        connection.execute(f"INSERT INTO attempts SELECT {again} FROM attempts")
    connection.close()
    section = section_of(run)
    assert [item.cells for item in section.items] == [{"direct": "cc"}, {"direct": "wc"}]
    assert section.rows[0].accuracy == 0.75


def test_prices_are_dollars_where_they_are_known(make_run):
    section = section_of(make_run({"direct": "c", "cot": "w"}, model="openai/gpt-4o-mini"))
    assert section.cost.unit == "US$"
    assert section.paid_usd["direct"] == pytest.approx(20 * 0.15e-6 + 48 * 0.6e-6)


def test_a_run_that_is_being_written_is_read_to_its_last_commit(make_run):
    run = make_run({"direct": "cw"})
    writing = sqlite3.connect(run / "run.sqlite")
    writing.execute("PRAGMA journal_mode=WAL")
    with writing:
        writing.execute("DELETE FROM attempts WHERE item = 'item-1'")
    assert found(run).attempts == 1
    writing.close()


def test_text_that_is_not_unicode_is_shown_as_unknown(make_run):
    run = make_run({"direct": "e"})
    connection = sqlite3.connect(run / "run.sqlite")
    with connection:
        connection.execute("UPDATE items SET question = CAST(x'61ff62' AS TEXT)")
    connection.close()
    assert section_of(run).items[0].question == "a\ufffdb"


def test_plain_text_has_no_control_character_and_no_half_surrogate():
    assert plain("a\x00\x1b\x7f\x85\ud800\n\t\u202eb") == "a␀␛␡\ufffd\ufffd\n\t\u202eb"


def test_inline_text_is_one_line_that_turns_nothing_around():
    assert inline(" a\n\u202eb\u2066\tc ") == "a b c"
