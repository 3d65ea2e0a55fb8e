import pytest

from promptkit.analysis.curve import Curve
from promptkit.analysis.reflection import beside_without, rounds_of, votes_at_equal_calls
from promptkit.answers import AnswerType
from promptkit.outcomes import Attempt
from promptkit.record.reader import Judgeable
from promptkit.stats import CurvePoint, Interval
from promptkit.strategies.steps import CRITIQUE, DRAFT, REVISION, draw_step
from promptkit.types import Completion, Message, Prompt, Usage
from tests.analysis.attempts import attempts, counted

GROUP = ("sums", "reflect", "m")
RIGHT, WRONG, FINE, BAD = "The answer is 7.", "The answer is 8.", "Verdict: correct", "Verdict: wrong"


def calls(*steps, shown=""):
    """Recorded calls by step and text; a critic is shown the text before it, or the one given."""
    made, standing = [], ""
    for i, (step, text) in enumerate(steps):
        turns = [Message(role="user", content="3 + 4?")]
        if step == CRITIQUE:
            turns += [Message(role="assistant", content=shown or standing), Message(role="user", content="Check.")]
        else:
            standing = text
        prompt = Prompt(messages=tuple(turns))
        made.append((step, Completion(text=text, prompt=prompt, by="m", key=f"{i} {text}")))
    return tuple(made)


def reflected(*steps, outcome="correct", reply=None, shown="", kind="number"):
    made = calls(*steps, shown=shown)
    answered = [call.key for step, call in made if step != CRITIQUE]
    attempt = Attempt(*GROUP, "1", outcome, reply=answered[-1] if reply is None else reply)
    return Judgeable(attempt, "3 + 4?", "7", AnswerType(kind), made)


def rounds(*found):
    return rounds_of(found).get(GROUP, ())


def counts(round_):
    return (round_.answers, round_.right_before, round_.fixed, round_.broken)


def test_a_round_fixes_breaks_and_accepts():
    (one,) = rounds(
        reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT)),
        reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT)),
        reflected((DRAFT, RIGHT), (CRITIQUE, BAD), (REVISION, WRONG)),
        reflected((DRAFT, RIGHT), (CRITIQUE, BAD), (REVISION, RIGHT)),
        reflected((DRAFT, RIGHT), (CRITIQUE, FINE)),
        reflected((DRAFT, WRONG), (CRITIQUE, FINE)),
        reflected((DRAFT, WRONG), (CRITIQUE, FINE)),
    )
    assert (one.number, *counts(one)) == (1, 7, 3, 2, 1)
    assert (one.accepted_right, one.accepted_wrong) == (1, 2)
    assert one.p == 1


def test_an_answer_that_is_kept_without_a_readable_verdict_is_not_accepted():
    (one,) = rounds(
        reflected((DRAFT, RIGHT), (CRITIQUE, "Let me see.")),
        reflected((DRAFT, WRONG), (CRITIQUE, "Let me see.")),
        reflected((DRAFT, WRONG), (CRITIQUE, "Let me see.")),
        reflected((DRAFT, WRONG), (CRITIQUE, FINE)),
    )
    assert counts(one) == (4, 1, 0, 0)
    assert (one.accepted_right, one.accepted_wrong, one.unclear_right, one.unclear_wrong) == (0, 1, 1, 2)


def test_each_round_begins_with_what_the_one_before_left():
    first, second = rounds(
        reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT), (CRITIQUE, BAD), (REVISION, WRONG)),
        reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT), (CRITIQUE, FINE)),
        reflected((DRAFT, RIGHT), (CRITIQUE, FINE)),
    )
    assert counts(first) == (3, 1, 2, 0)
    assert counts(second) == (2, 2, 0, 1)
    assert (first.accepted_right, second.accepted_right) == (1, 1)


def test_as_many_fixed_as_broken_are_tested_exactly():
    (one,) = rounds(*[reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT)) for _ in range(6)])
    assert one.p == pytest.approx(2 * 0.5**6)


def test_an_attempt_that_broke_off_before_its_revision_was_not_accepted():
    assert rounds(reflected((DRAFT, RIGHT), (CRITIQUE, BAD), outcome="error", reply="")) == ()
    (one,) = rounds(
        reflected((DRAFT, WRONG), (CRITIQUE, BAD), (REVISION, RIGHT), (CRITIQUE, BAD), outcome="error", reply="")
    )
    assert counts(one) == (1, 0, 1, 0)


def test_of_a_draft_of_many_calls_the_answer_is_what_the_critic_was_shown():
    vote = [(f"{DRAFT}/{draw_step(i)}", text) for i, text in enumerate((RIGHT, RIGHT, WRONG))]
    (one,) = rounds(reflected(*vote, (CRITIQUE, FINE), shown=RIGHT))
    assert (one.right_before, one.accepted_right) == (1, 1)


def test_a_draft_that_reflected_itself_is_its_revision_and_not_the_critique_of_it():
    inner = [(f"{DRAFT}/{DRAFT}", RIGHT), (f"{DRAFT}/{CRITIQUE}", "Verdict: correct; 8 would be wrong")]
    (one,) = rounds(reflected(*inner, (CRITIQUE, FINE), shown=RIGHT))
    assert (one.answers, one.right_before) == (1, 1)


def test_a_draft_that_no_single_call_wrote_is_read_from_what_the_critic_was_shown():
    combined = [(f"{DRAFT}/plan", "1. 3 + 4"), (f"{DRAFT}/sub-question 1", "8")]
    (one,) = rounds(reflected(*combined, (CRITIQUE, FINE), shown=RIGHT))
    assert one.right_before == 1


def test_a_base_model_is_shown_its_draft_inside_one_text():
    made = calls((DRAFT, RIGHT), (f"{DRAFT}/plan", WRONG), (CRITIQUE, FINE))
    whole = Prompt.of(f"Question: 3 + 4?\nAnswer: {RIGHT}\nCheck.")
    critique = made[-1][1].model_copy(update={"prompt": whole})
    found = Judgeable(
        Attempt(*GROUP, "1", "correct", reply=made[0][1].key),
        *("3 + 4?", "7", AnswerType("number"), (*made[:-1], (CRITIQUE, critique))),
    )
    assert rounds(found)[0].right_before == 1


def test_an_attempt_whose_critique_is_not_on_record_has_no_round():
    assert rounds(reflected((DRAFT, RIGHT), (REVISION, RIGHT))) == ()


def test_a_strategy_is_compared_with_the_same_one_without_its_last_reflection():
    arms = counted(
        attempts("direct", "cwwe"),
        attempts("reflect", "wccc"),
        attempts("cot+reflect", "cccc"),
        attempts("cot+reflect+reflect(rounds=2)", "cccw"),
    ).arms("sums", "openai/mock")
    alone = beside_without("reflect", arms)
    assert (alone.strategy, alone.n, alone.fixed, alone.broken, alone.p) == ("direct", 3, 2, 1, 1)
    assert beside_without("cot+reflect", arms) is None
    twice = beside_without("cot+reflect+reflect(rounds=2)", arms)
    assert (twice.strategy, twice.n, twice.fixed, twice.broken) == ("cot+reflect", 4, 0, 1)


@pytest.mark.parametrize("name", ["direct", "re(flect", "+reflect", "my strategy"])
def test_a_name_that_does_not_reflect_is_beside_nothing(name):
    assert (
        beside_without(name, counted(attempts(name, "c"), attempts("direct", "c")).arms("sums", "openai/mock")) is None
    )


def curve(draws, task="sums", model="openai/mock"):
    points = [CurvePoint(k, k / 10, Interval(0, 1)) for k in range(1, draws + 1)]
    return Curve(task, "vote", model, 9, tuple(points))


def equal_calls(calls_each, *voters):
    found = counted(attempts("reflect", "cwcc", usage=Usage(calls=calls_each))).groups
    ((group, tally),) = found.items()
    return votes_at_equal_calls(group, tally, voters)


def test_the_vote_at_equal_calls_has_as_many_draws_as_reflection_takes_calls():
    (one,) = equal_calls(3, curve(5))
    assert (one.calls, one.draws, one.reflection, one.vote) == (3, 3, 0.75, 0.3)


def test_a_vote_with_just_as_many_draws_is_enough_and_one_with_fewer_is_not():
    assert equal_calls(3, curve(3))[0].vote == 0.3
    assert equal_calls(3, curve(2)) == ()


def test_a_vote_on_another_task_or_by_another_model_is_no_match():
    assert equal_calls(3, curve(5, task="legs"), curve(5, model="other")) == ()


def checked(*steps, strategy="reflect(checker=arithmetic,rounds=2)", outcome="correct", fallbacks=()):
    made = calls(*steps)
    attempt = Attempt("sums", strategy, "m", "1", outcome, reply=made[-1][1].key, fallbacks=fallbacks)
    return Judgeable(attempt, "3 + 4?", "7", AnswerType("number"), made)


def test_where_a_check_takes_the_place_of_the_critic_its_rounds_are_the_revisions_and_what_it_lets_stand():
    failed = "kept the answer: the check failed"
    found = rounds_of(
        [
            checked((DRAFT, RIGHT)),
            checked((DRAFT, WRONG)),
            checked((DRAFT, WRONG), fallbacks=(failed,)),
            checked((DRAFT, WRONG), (REVISION, RIGHT)),
            checked((DRAFT, RIGHT), (REVISION, WRONG), (REVISION, RIGHT)),
        ]
    )
    first, second = found["sums", "reflect(checker=arithmetic,rounds=2)", "m"]
    assert counts(first) == (5, 2, 1, 1)
    assert (first.accepted_right, first.accepted_wrong, first.unclear_wrong) == (1, 1, 1)
    assert counts(second) == (2, 1, 1, 0)
    assert second.accepted_right == 1
