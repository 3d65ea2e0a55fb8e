import sqlite3

import pytest

from promptkit.formatting import inline, plain
from promptkit.record.reader import open_run
from promptkit.report import pareto, verdicts
from promptkit.report.findings import gather


def found(run):
    with open_run(run) as opened:
        return gather(opened)


def section_of(run):
    (section,) = found(run).sections
    return section


def test_better_worse_and_undecided_are_told_apart_in_one_sentence(make_run):
    run = make_run(
        {"direct": "w" * 12 + "c" * 12, "cot": "c" * 24, "plan": "w" * 24, "few-shot": "c" + "w" * 11 + "c" * 12}
    )
    section = section_of(run)
    needed = section.comparisons["few-shot"].items_needed
    assert verdicts.sentence(section) == (
        "Against direct (50.0 % right): cot (+50.0 points) is better; plan (−50.0 points) is worse; "
        f"not enough data for few-shot (about {needed} items would do)."
    )


def test_strategies_that_differ_by_less_than_the_margin_are_alike(make_run):
    told = {"tasks": ["a.jsonl"], "margin": 0.2}
    run = make_run({"direct": "cw" * 40, "cot": "cw" * 40}, configuration=told)
    assert (
        verdicts.sentence(section_of(run)) == "Against direct (50.0 % right): cot differs by no more than 4.6 points."
    )


def test_a_run_of_one_strategy_has_an_accuracy_and_no_comparison(make_run):
    said = verdicts.sentence(section_of(make_run({"direct": "cw"})))
    assert said == "Only direct was tried: 50.0 % right, 95 % interval 9.5 … 90.5."


def test_a_run_with_failed_attempts_says_so_and_bounds_the_accuracy(make_run):
    findings = found(make_run({"direct": "cwce", "cot": "cccc"}))
    assert verdicts.gaps(findings) == "1 of 8 attempts failed; they count as error, never as wrong."
    assert verdicts.warnings(findings.sections[0]) == [
        "Some attempts could not be judged: direct lies between 50.0 % and 75.0 %."
    ]


def test_a_run_that_was_stopped_says_how_many_items_are_left(make_run):
    run = make_run({"direct": "cwc"})
    connection = sqlite3.connect(run / "run.sqlite")
    with connection:
        connection.execute("DELETE FROM attempts WHERE item != 'item-0'")
    connection.close()
    assert verdicts.gaps(found(run)) == "2 of 3 items were not tried."


def test_a_complete_run_has_no_gaps(make_run):
    assert verdicts.gaps(found(make_run())) == ""


def test_unreadable_replies_that_could_decide_a_verdict_are_an_alarm(make_run):
    run = make_run({"direct": "u" * 12, "cot": "c" * 12})
    assert "could decide the verdict on cot: look at those first" in verdicts.warnings(section_of(run))[0]


def test_flips_are_counted_against_the_same_strategy_without_its_last_reflection(make_run):
    arms = {"direct": "cw", "reflect": "wc", "cot+reflect": "cc", "cot+reflect+reflect(rounds=2)": "cw"}
    alone, once, twice = section_of(make_run(arms)).flips
    assert (alone.strategy, alone.without, alone.repaired, alone.spoilt, alone.p) == ("reflect", "direct", 1, 1, 1.0)
    assert (once.strategy, once.without) == ("cot+reflect", None)
    assert (twice.without, twice.n, twice.repaired, twice.spoilt) == ("cot+reflect", 2, 0, 1)


def test_a_name_that_is_no_specification_has_no_flips(make_run):
    assert section_of(make_run({"direct": "c", "re(flect": "c", "+reflect": "c"})).flips == ()


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


def test_the_front_has_what_no_other_strategy_beats(make_run):
    cost_accuracy = pareto.by_cost(section_of(make_run({"a": "cww", "bb": "www", "ccc": "ccw", "dddd": "ccw"})))
    assert cost_accuracy.unit == "output tokens an attempt"
    assert [(p.strategy, p.price, p.front) for p in cost_accuracy.places] == [
        ("a", 8, True),
        ("bb", 16, False),
        ("ccc", 24, True),
        ("dddd", 32, False),
    ]
    assert cost_accuracy.front == ("a", "ccc")


def test_prices_are_dollars_where_they_are_known(make_run):
    section = section_of(make_run({"direct": "c", "cot": "w"}, model="openai/gpt-4o-mini"))
    assert pareto.by_cost(section).unit == "US$ an attempt"
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
