import pytest

from promptkit import ChainOfThought, InvalidRequest, Prompt, Record, Replay, SelfReflection, UsageError, run
from tests.players import Player


def test_a_replayed_run_equals_the_recorded_one_without_the_model(tmp_path):
    path = tmp_path / "calls.jsonl"
    model = Player(["18", "Verdict: wrong", "24"])
    recorded = run(SelfReflection(ChainOfThought(Record(model, path))), "How many?")
    replayed = run(SelfReflection(ChainOfThought(Replay(path))), "How many?")
    assert replayed.text == recorded.text
    assert replayed.usage == recorded.usage
    assert [c.prompt for c in replayed.calls()] == [c.prompt for c in recorded.calls()]
    assert all(c.cached for c in replayed.calls())
    assert len(model.asked) == 3


def test_an_unknown_request_is_an_error_that_names_the_file_and_the_question(tmp_path):
    path = tmp_path / "calls.jsonl"
    run(Record(Player(), path), "How many?")
    with pytest.raises(InvalidRequest, match=r"calls\.jsonl.*Something else"):
        run(Replay(path), "Something else?")


def test_another_draw_is_another_request(tmp_path):
    path = tmp_path / "calls.jsonl"
    run(Record(Player(), path), "How many?")
    with pytest.raises(InvalidRequest, match="draw 1"):
        run(Replay(path), Prompt.of("How many?").with_draw(1))


@pytest.mark.parametrize("content", ["not json\n", "{}\n", '{"key": 1}\n', "[]\n", ""])
def test_a_file_that_is_no_cassette_is_refused(tmp_path, content):
    path = tmp_path / "calls.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError, match="calls"):
        Replay(path)


def test_a_missing_cassette_is_refused(tmp_path):
    with pytest.raises(UsageError, match="can't be read"):
        Replay(tmp_path / "none.jsonl")


def test_a_cassette_is_for_its_owner_only(tmp_path):
    run(Record(Player(), tmp_path / "calls.jsonl"), "q")
    assert (tmp_path / "calls.jsonl").stat().st_mode & 0o777 == 0o600


def test_each_call_has_one_line_and_another_reply_takes_its_place(tmp_path):
    path = tmp_path / "calls.jsonl"
    model = Record(Player(["one", "one", "two"]), path)
    for _ in range(3):
        run(model, "q")
    run(Record(Player(["other"], name="beside"), str(path)), "q")
    run(Record(Player(["two"]), path), "q")
    assert len(path.read_text().splitlines()) == 2
    assert (run(Replay(path), "q").text, run(Replay(path, name="beside"), "q").text) == ("two", "other")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_cassette_that_was_deleted_or_written_by_others_meanwhile_is_read_again(tmp_path):
    path = tmp_path / "calls.jsonl"
    model = Record(Player(), path)
    run(model, "q")
    path.write_text(path.read_text().rstrip("\n"))  # its last line has lost its end
    run(model, "r")
    assert len(path.read_text().splitlines()) == 2
    path.unlink()
    run(model, "q")
    assert len(path.read_text().splitlines()) == 1


def test_what_is_no_cassette_is_refused_before_anything_is_asked(tmp_path):
    path, model = tmp_path / "calls.jsonl", Player()
    path.write_text("a letter\n")
    for place in (path, tmp_path):
        with pytest.raises(UsageError, match="cassette"):
            Record(model, place)
    assert model.asked == []


@pytest.mark.parametrize(
    ("asked", "differs"),
    [
        (Prompt.of("How many?", max_tokens=7), r"differs in max_tokens \(None in the record, 7 here\)"),
        (Prompt.of("How many?").with_draw(2), r"differs in draw \(0 in the record, 2 here\)"),
        (
            Prompt.of("How much?"),
            r"message 1 \(user\) from character 6 on \('How many\?' in the record, 'How much",
        ),
        (Prompt.of("How many?", system="s"), r"the number of messages \(1 in the record, 2 here\)"),
    ],
)
def test_a_missing_reply_names_what_the_call_differs_in(tmp_path, asked, differs):
    run(Record(Player(), tmp_path / "calls.jsonl"), "How many?")
    run(Record(Player(), tmp_path / "calls.jsonl"), "Something else altogether")
    with pytest.raises(InvalidRequest, match=differs):
        run(Replay(tmp_path / "calls.jsonl"), asked)
