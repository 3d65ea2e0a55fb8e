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
