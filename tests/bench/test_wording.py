"""A run says one thing, whoever edits its templates meanwhile; a resume after an edit asks what to do."""

import json
import sqlite3

import pytest

from promptkit import ChainOfThought, Templates, UsageError
from promptkit.bench import compare, read_run
from promptkit.bench.earlier_wording import says_the_same
from promptkit.bench.wording import RunWording
from promptkit.record.reader import open_run
from promptkit.wording.header import parsed
from tests.players import Player

PAIRS = [(f"{i} + 1?", str(i + 1)) for i in range(20)]


@pytest.fixture
def mine(tmp_path):
    """The template of a user's own folder; `write(text)` changes it."""
    path = tmp_path / "mine" / "chain_of_thought" / "think.j2"
    path.parent.mkdir(parents=True)

    def write(text):
        path.write_text(text)
        return path.parents[1]

    return write


def editing(write, texts):
    """A model during whose every call the templates are edited."""
    edits = iter(texts * 100)

    def reply(_prompt):
        write(next(edits))
        return "The answer is 1."

    return Player(reply=reply, name="m")


def wordings(player):
    return {prompt.question.partition("?")[2].strip() for prompt in player.asked}


@pytest.mark.parametrize("as_object", [False, True], ids=["specification", "object"])
def test_an_edit_during_a_run_never_mixes_two_wordings(mine, as_object):
    folder = mine("{{ question }} Wording A.")
    player = editing(mine, ["{{ question }} Wording B.", "broken {{", ""])
    if as_object:
        asked = {"cot": ChainOfThought(player, templates=Templates((folder,)))}
        compare(PAIRS, asked, answer="number", concurrency=1)
    else:
        compare(PAIRS, ["cot"], model=player, answer="number", concurrency=1, template_folders=[str(folder)])
    assert len(player.asked) == len(PAIRS)
    assert wordings(player) == {"Wording A."}


def begun(folder, directory, **options):
    """A run that was stopped after some calls."""
    model = Player(replies=["The answer is 1."], name="m")
    options = {
        "answer": "number",
        "directory": directory,
        "concurrency": 1,
        "template_folders": [str(folder)],
        **options,
    }
    return compare(PAIRS, ["direct", "cot"], model=model, **options), model


def test_a_record_keeps_the_texts_of_what_is_said(mine, tmp_path):
    text = "{{ question }} A."
    begun(mine(text), tmp_path / "r")
    with open_run(tmp_path / "r") as run:
        kept = {text.path: text for text in run.wording()}
    assert kept["chain_of_thought/think.j2"].text == text
    assert kept["chain_of_thought/think.j2"].file == str(tmp_path / "mine/chain_of_thought/think.j2")
    assert set(kept) == {
        *(f"chain_of_thought/{step}.j2" for step in ("think", "begin", "concise", "draft")),
        "promptkit/chain_of_thought/think.j2",
    }


def test_a_resume_after_an_edit_says_what_changed_and_asks(mine, tmp_path):
    folder = mine("{{ question }}\nWording A.")
    begun(folder, tmp_path / "r", max_calls=25)
    mine("{{ question }}\nWording B.")
    with pytest.raises(UsageError) as refused:
        begun(folder, tmp_path / "r")
    assert "another wording of chain_of_thought/think ('-Wording A.' '+Wording B.'); give `wording`: recorded" in str(
        refused.value
    )


def test_a_run_resumed_with_the_recorded_wording_is_of_one_wording(mine, tmp_path):
    folder = mine("{{ question }} Wording A.")
    first, asked_first = begun(folder, tmp_path / "r", max_calls=25)
    assert not first.complete
    mine("{{ question }} Wording B.")
    second, asked_then = begun(folder, tmp_path / "r", wording="recorded")
    assert second.complete
    assert len(asked_first.asked) + len(asked_then.asked) == 2 * len(PAIRS)
    assert wordings(asked_first) | wordings(asked_then) == {"", "Wording A."}
    with pytest.raises(UsageError, match="another wording"):
        begun(folder, tmp_path / "r")


def test_a_run_resumed_with_the_current_wording_asks_anew_what_is_worded_otherwise(mine, tmp_path):
    folder = mine("{{ question }} Wording A.")
    begun(folder, tmp_path / "r")
    mine("{{ question }} Wording B.")
    again, asked = begun(folder, tmp_path / "r", wording="current", max_calls=5)
    assert not again.complete
    assert wordings(asked) == {"Wording B."}
    judged = read_run(tmp_path / "r").attempts
    assert {(a.strategy, a.outcome) for a in judged if a.strategy == "direct"} <= {
        ("direct", "correct"),
        ("direct", "wrong"),
    }
    assert len([a for a in judged if a.strategy == "cot" and a.outcome in ("correct", "wrong")]) == 5
    done, asked = begun(folder, tmp_path / "r")
    assert done.complete
    assert len(asked.asked) == len(PAIRS) - 5


def test_an_edit_of_what_only_describes_a_template_changes_nothing(mine, tmp_path):
    folder = mine("{{ question }} A.")
    begun(folder, tmp_path / "r", max_calls=25)
    mine("---\ndescription: mine\n---\n{{ question }} A.\n")
    assert begun(folder, tmp_path / "r")[0].complete


def test_a_record_has_the_parts_of_what_is_said_and_nothing_else(mine, tmp_path):
    folder = mine(
        "{% extends 'promptkit/chain_of_thought/think.j2' %}{% block request %}{% include '_p.j2' %}{% endblock %}"
    )
    (folder / "_p.j2").write_text("Think.")
    (folder / "letter.j2").write_text("Dear {{ customer }}")
    begun(folder, tmp_path / "r", max_calls=25)
    with open_run(tmp_path / "r") as run:
        assert {text.path for text in run.wording()} == {
            *(f"chain_of_thought/{step}.j2" for step in ("think", "begin", "concise", "draft")),
            *("promptkit/chain_of_thought/think.j2", "_p.j2"),
        }
    (folder / "letter.j2").write_text("Dear Sir")
    assert begun(folder, tmp_path / "r", max_calls=1)[1].asked
    (folder / "_p.j2").write_text("Think hard.")
    with pytest.raises(UsageError, match=r"another wording of _p \('-Think.' '\+Think hard.'\)"):
        begun(folder, tmp_path / "r")


def test_a_template_that_is_wrapped_is_recorded_and_compared(mine, tmp_path):
    folder = mine("{{ question }}")
    (folder / "letter.j2").write_text("{{ question }} Kindly.")

    def compared(**options):
        model = Player(replies=["The answer is 1."], name="m")
        options = {"template_folders": [str(folder)], "directory": tmp_path / "r", "concurrency": 1, **options}
        return compare(PAIRS, ["wrap(template=letter)"], model=model, answer="number", **options), model

    compared(max_calls=5)
    (folder / "letter.j2").write_text("{{ question }} At once.")
    with pytest.raises(UsageError, match="another wording of letter"):
        compared()
    assert wordings(compared(wording="recorded")[1]) == {"Kindly."}


def test_an_edit_of_a_template_that_no_strategy_uses_changes_nothing(mine, tmp_path):
    folder = mine("{{ question }} A.")
    begun(folder, tmp_path / "r", max_calls=25)
    (folder / "self_reflection").mkdir()
    (folder / "self_reflection" / "revise.j2").write_text("Once more.")
    assert begun(folder, tmp_path / "r")[0].complete


def without_texts(directory):
    """As a promptkit wrote it that kept hashes alone."""
    with sqlite3.connect(directory / "run.sqlite") as connection:
        connection.execute("DROP TABLE wording")
    connection.close()


def test_a_run_with_hashes_alone_says_what_can_not_be_known(mine, tmp_path):
    folder = mine("{{ question }} A.")
    begun(folder, tmp_path / "r", max_calls=25)
    without_texts(tmp_path / "r")
    mine("{{ question }} B.")
    with pytest.raises(UsageError, match=r"think \(only a hash of its earlier text is on record\); give `wording`"):
        begun(folder, tmp_path / "r")
    with pytest.raises(
        UsageError, match=r"does not have the texts of chain_of_thought/think .*; restore the files, or"
    ):
        begun(folder, tmp_path / "r", wording="recorded")
    assert begun(folder, tmp_path / "r", wording="current")[0].complete


def test_a_shipped_template_that_says_the_same_as_its_earlier_file_is_no_change(tmp_path):
    def compared(**options):
        model = Player(replies=["The answer is 1."], name="m")
        return compare(PAIRS, ["cot"], model=model, answer="number", directory=tmp_path / "r", concurrency=1, **options)

    compared(max_calls=5)
    without_texts(tmp_path / "r")
    with sqlite3.connect(tmp_path / "r" / "run.sqlite") as connection:
        (text,) = connection.execute("SELECT configuration FROM run").fetchone()
        configuration = json.loads(text)
        configuration["templates"]["chain_of_thought/think"] = "sha256:32326b92808c1cfd"
        connection.execute("UPDATE run SET configuration = ?", (json.dumps(configuration),))
    connection.close()
    assert compared().complete


def test_the_wording_of_an_object_is_recorded_and_compared_too(mine, tmp_path):
    folder = mine("{{ question }} Wording A.")

    def compared(**options):
        model = Player(replies=["The answer is 1."], name="m")
        asked = {"mine": ChainOfThought(model, templates=Templates((folder,))), "shipped": ChainOfThought(model)}
        return compare(PAIRS, asked, answer="number", directory=tmp_path / "r", concurrency=1, **options), model

    compared(max_calls=25)
    mine("{{ question }} Wording B.")
    with pytest.raises(UsageError, match=r"think \('-\{\{ question \}\} Wording A.'"):
        compared()
    done, model = compared(wording="recorded")
    assert done.complete
    assert not any("Wording B." in prompt.question for prompt in model.asked)


def test_a_folder_that_does_not_exist_is_found_at_the_start(tmp_path):
    model = Player()
    with pytest.raises(UsageError, match="does not exist"):
        compare(PAIRS, ["direct"], model=model, answer="number", template_folders=[str(tmp_path / "nowhere")])
    assert model.asked == []


def test_recorded_texts_are_enough_where_the_folder_is_gone(mine, tmp_path):
    folder = mine("{{ question }} Wording A.")
    begun(folder, tmp_path / "r", max_calls=25)
    (folder / "chain_of_thought" / "think.j2").unlink()
    (folder / "chain_of_thought").rmdir()
    folder.rmdir()
    done, model = begun(folder, tmp_path / "r", wording="recorded")
    assert done.complete
    assert wordings(model) == {"", "Wording A."}


def test_a_recorded_wording_holds_where_one_of_a_commit_is_compared_with_it(mine, tmp_path):
    folder = mine("{{ question }} Wording A.")
    begun(folder, tmp_path / "r", max_calls=25)
    mine("{{ question }} Wording B.")
    wording = RunWording.of([str(folder)], ["cot@HEAD"], open_texts(tmp_path / "r"))
    kept = wording.templates.with_texts({}).text("chain_of_thought/think", question="Q")
    assert kept == "Q Wording A."


def open_texts(directory):
    with open_run(directory) as run:
        return run.wording()


def test_an_earlier_file_says_the_same_as_the_words_that_were_looked_at_alone():
    templates = Templates.shipped()
    name = "chain_of_thought/think"
    body = parsed(name, templates.read(name), templates.file(name)).body
    assert says_the_same(name, "32326b92808c1cfd", body)
    assert not says_the_same(name, "32326b92808c1cfd", body.replace("step by step", "slowly"))
    assert not says_the_same(name, "32326b92808c1cff", body)
    assert not says_the_same("chain_of_thought/begin", "32326b92808c1cfd", body)
