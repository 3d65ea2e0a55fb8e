"""Verbalized sampling, and the lists of answers that it reads."""

from collections import Counter

import pytest

from promptkit import Prompt, UsageError, VerbalizedSampling, run
from promptkit.strategies.candidates import Candidate, read_candidates
from promptkit.strategies.verbalized_sampling import NO_CANDIDATES, NO_CHANCES
from tests.players import Player

TAGS = """<think>Let me see.</think>
<response>
  <text>A cat\nsat.</text>
  <probability>0.75</probability>
</response>
<response><text>A dog ran.</text><probability>.25</probability></response>"""


def drawn(reply, draw=0, **options):
    return run(VerbalizedSampling(Player([reply]), **options), Prompt.of("Tell a story.").with_draw(draw))


def test_one_of_the_answers_comes_back_and_the_note_says_which():
    answer = drawn(TAGS)
    assert answer.text in {"A cat\nsat.", "A dog ran."}
    assert answer.note in {"drew answer 1 of 2, of which it says 0.75", "drew answer 2 of 2, of which it says 0.25"}
    assert answer.fallbacks == ()


def test_draws_follow_the_probabilities_and_the_same_draw_is_the_same():
    texts = [drawn(TAGS, draw).text for draw in range(400)]
    assert texts == [drawn(TAGS, draw).text for draw in range(400)]
    assert 260 < Counter(texts)["A cat\nsat."] < 340  # 300 are expected, with a standard deviation of 9


@pytest.mark.parametrize(
    "reply",
    [
        '{"responses": [{"text": "A cat\\nsat.", "probability": 0.75}, {"text": "A dog ran.", "probability": 0.25}]}',
        '```json\n[{"text": "A cat\\nsat.", "probability": "75%"}, {"text": "A dog ran.", "probability": "25 %"}]\n```',
    ],
)
def test_a_list_in_json_is_read(reply):
    assert read_candidates(reply) == (Candidate("A cat\nsat.", 0.75), Candidate("A dog ran.", 0.25))


def test_a_list_of_lines_is_read_where_they_end_in_probabilities():
    reply = "Here are two:\n1. A cat sat. (probability: 0.75)\n2. **A dog ran.** - Probability 25%\nEnjoy."
    assert read_candidates(reply) == (Candidate("A cat sat.", 0.75), Candidate("A dog ran.", 0.25))


def test_answers_without_probabilities_are_equally_likely_and_that_is_told():
    reply = "<response><text>a</text></response><response><text>b</text><probability>likely</probability></response>"
    assert drawn(reply).fallbacks == (NO_CHANCES,)
    assert {drawn(reply, draw).text for draw in range(20)} == {"a", "b"}


def test_an_answer_without_a_probability_is_left_out_where_another_has_one():
    reply = "<response><text>a</text></response><response><text>b</text><probability>0.1</probability></response>"
    assert {drawn(reply, draw).text for draw in range(20)} == {"b"}


@pytest.mark.parametrize("reply", ["A cat sat.", "1. A cat\n2. A dog", "", "<response>", "[1, 2]", "{"])
def test_where_no_list_can_be_read_the_whole_reply_is_kept_and_that_is_told(reply):
    answer = drawn(reply)
    assert (answer.text, answer.fallbacks) == (reply, (NO_CANDIDATES,))


@pytest.mark.parametrize("chance", ["1.5", "-0.1", "nan", "120%", "0"])
def test_what_is_no_probability_counts_as_none(chance):
    reply = f"<response><text>a</text><probability>{chance}</probability></response>"
    assert drawn(reply).fallbacks == (NO_CHANCES,)


def test_the_tails_can_be_asked_for():
    model = Player([TAGS])
    run(VerbalizedSampling(model, candidates=3, below=0.1), "Tell a story.")
    assert "Give 3 different answers" in model.asked[0].question
    assert "each less likely than 0.1" in model.asked[0].question


@pytest.mark.parametrize("options", [{"candidates": 1}, {"candidates": 101}, {"below": 0.0}, {"below": 1.0}])
def test_numbers_that_make_no_sense_are_refused(options):
    with pytest.raises(UsageError):
        VerbalizedSampling(Player(), **options)
