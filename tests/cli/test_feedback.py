import asyncio
import json

import pytest

from promptkit import Cache, CallStore, Prompt
from tests.players import Player


@pytest.fixture
def keys(tmp_path):
    """The keys of three recorded calls, by question."""

    async def ask(store):
        asked = {q: await Cache(Player((r,)), store).complete(Prompt.of(q)) for q, r in REPLIES.items()}
        return {question: call.key for question, call in asked.items()}

    with CallStore(tmp_path / "calls.sqlite") as store:
        return asyncio.run(ask(store))


REPLIES = {"Capital of Norway?": "Oslo.", "Capital of Kenya?": "Mombasa.", "Capital of Peru?": "Cusco."}


def test_liked_replies_are_examples_and_corrected_ones_are_asked(promptkit, keys, tmp_path):
    assert promptkit("feedback", "calls.sqlite", keys["Capital of Norway?"], "--like").code == 0
    kenya = ("feedback", "calls.sqlite", keys["Capital of Kenya?"], "--dislike", "--correction", "Nairobi.")
    assert promptkit(*kenya).code == 0
    assert promptkit("feedback", "calls.sqlite", keys["Capital of Peru?"], "--dislike").code == 0
    made = promptkit("task", "from-feedback", "calls.sqlite", "--output", "again.jsonl")
    assert made.code == 0, made.err
    assert "questions 1, examples 1; 1 disliked without a correction are left out" in made.err
    rows = [json.loads(line) for line in (tmp_path / "again.jsonl").read_text().splitlines()]
    assert [(row["question"], row["target"], row["split"]) for row in rows] == [
        ("Capital of Kenya?", "Nairobi.", "test"),
        ("Capital of Norway?", "Oslo.", "train"),
    ]
    checked = promptkit("preview", "--task", "again.jsonl", "--answer", "text", "-s", "few-shot")
    assert "Oslo." in checked.out, checked.err


def test_a_later_dislike_loses_no_correction(promptkit, keys, tmp_path):
    kenya = ("feedback", "calls.sqlite", keys["Capital of Kenya?"])
    assert promptkit(*kenya, "--correction", "Nairobi.", "--question", "What is Kenya's capital?").code == 0
    later = promptkit(*kenya, "--dislike", "--json")
    (kept,) = later.json["feedback"]
    assert (kept["liked"], kept["correction"], kept["question"]) == (False, "Nairobi.", "What is Kenya's capital?")
    assert promptkit("task", "from-feedback", "calls.sqlite", "-o", "new.jsonl").code == 0
    assert json.loads((tmp_path / "new.jsonl").read_text())["target"] == "Nairobi."


@pytest.mark.parametrize(
    ("later", "correction"), [(("--correction", "Nairobi City."), "Nairobi City."), (("--like",), None)]
)
def test_another_correction_or_a_like_takes_the_place_of_one(promptkit, keys, later, correction):
    kenya = ("feedback", "calls.sqlite", keys["Capital of Kenya?"])
    assert promptkit(*kenya, "--dislike", "--correction", "Nairobi.").code == 0
    assert promptkit(*kenya, *later, "--json").json["feedback"][0]["correction"] == correction


def test_feedback_is_shown(promptkit, keys):
    promptkit("feedback", "calls.sqlite", keys["Capital of Norway?"], "--like")
    shown = promptkit("feedback", "calls.sqlite", "--json")
    assert [(one["liked"], one["reply"]) for one in shown.json["feedback"]] == [(True, "Oslo.")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("feedback", "calls.sqlite"), "there is no feedback"),
        (("feedback", "calls.sqlite", "--like"), "name the key"),
        (("feedback", "calls.sqlite", "nothing", "--like"), "has no call"),
        (("feedback", "calls.sqlite", "nothing"), "give --like, --dislike or --correction"),
        (("feedback", "nowhere", "key", "--like"), "there are no calls at nowhere"),
        (("task", "from-feedback", "calls.sqlite", "-o", "new.jsonl"), "there is no feedback"),
    ],
)
def test_a_mistake_is_one_line(promptkit, keys, arguments, expected):
    ran = promptkit(*arguments)
    assert ran.code == 2
    assert expected in ran.err
