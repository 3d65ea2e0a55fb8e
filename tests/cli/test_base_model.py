"""A base model on the command line: the bundled one's name, and a stand-in for its file."""

import sys

import pytest

from promptkit.data_files import data_path
from promptkit.providers import load as by_name

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")


@pytest.fixture(autouse=True)
def nano_base(tmp_path, monkeypatch):
    content = (data_path("models") / "nano.gguf").read_bytes()
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "nano-base.gguf").write_bytes(content.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat3"))
    monkeypatch.setattr(by_name, "data_path", lambda name: folder if name == "models" else data_path(name))


def test_a_question_is_asked_as_text(promptkit):
    done = promptkit("ask", "12 wex 3 =", "-m", "nano-base", "--max-tokens", "9", "--json")
    assert done.code == 0
    assert done.json["text"] == done.json["text"].strip()
    (call,) = done.json["trace"]
    assert call["prompt"]["messages"] == [{"role": "user", "content": "Q: 12 wex 3 =\nA:"}]
    assert call["prompt"]["stop"] == ["\nQ:"]


def test_all_strategies_can_be_compared_on_it(promptkit):
    strategies = "direct,few-shot,instructions,cot,plan,cot+reflect"
    arguments = ("bench", "stories", "-m", "nano-base", "-s", strategies, "--limit", "2", "--max-tokens", "40")
    done = promptkit(*arguments, "--json", "--run", "r")
    assert (done.code, done.json["complete"]) == (0, True)
    assert [row["strategy"] for row in done.json["rows"]] == strategies.split(",")
    assert all(row["error"] == 0 and row["calls"] >= 2 for row in done.json["rows"])


def test_a_run_on_it_is_gone_on_with_from_its_record(promptkit, monkeypatch):
    arguments = ("bench", "labels", "-m", "nano-base", "-s", "direct,few-shot", "--limit", "2", "--max-tokens", "9")
    first = promptkit(*arguments, "--json", "--run", "r").json
    monkeypatch.setitem(sys.modules, "xllamacpp", None)  # nothing could be asked anew
    again = promptkit("bench", "--run", "r", "--json")
    assert again.code == 0
    counted = ("correct", "wrong", "unparsed", "truncated", "output_tokens")
    assert [[row[c] for c in counted] for row in again.json["rows"]] == [
        [row[c] for c in counted] for row in first["rows"]
    ]
