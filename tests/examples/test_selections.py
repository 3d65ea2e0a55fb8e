"""Which examples each way to choose them shows, and in which order."""

import math

import pytest

from promptkit import AnswerType, ChainOfThought, Example, FewShot, Prompt, UsageError, run
from promptkit.examples import SELECTIONS
from promptkit.leaks import leaks_refused
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

FRUIT = tuple(
    Example(question=question, answer=answer)
    for question, answer in [
        ("red apple pie", "sweet"),
        ("red apple juice", "sweet"),
        ("green lemon juice", "sour"),
        ("old grey stone", "none"),
        ("red apple cake", "sweet"),
        ("yellow lemon cake", "sour"),
    ]
)
LETTERS = tuple(Example(question=f"say {letter}", answer=letter) for letter in "abcdefghijkl")


def shown(strategy, question):
    """The questions of the examples before this question."""
    return [turn.content for turn in strategy.rewrite(Prompt.of(question)).messages[:-1:2]]


def select(way, examples=FRUIT, **options):
    return FewShot(Player(), examples=examples, select=way, **options)


def test_fixed_shows_the_first_in_their_order():
    assert shown(select("fixed", n=2), "anything") == ["red apple pie", "red apple juice"]
    assert len(shown(select("fixed"), "anything")) == 6


def test_random_has_examples_of_its_own_for_each_question_and_the_same_ones_again():
    first = [shown(select("random", LETTERS, n=3), f"question {n}") for n in range(20)]
    again = [shown(select("random", LETTERS, n=3), f"question {n}") for n in range(20)]
    other = [shown(select("random", LETTERS, n=3, seed=1), f"question {n}") for n in range(20)]
    assert first == again
    assert len({tuple(drawn) for drawn in first}) > 15
    assert sum(a == b for a, b in zip(first, other, strict=True)) < 3
    assert all(len(set(drawn)) == 3 for drawn in first)


def test_random_draws_the_same_whatever_stands_around_it():
    few_shot = select("random", LETTERS, n=3)
    plain, outside = Player(), Player()
    run(few_shot.over(plain), "question 1")
    run(ChainOfThought(few_shot).over(outside), "question 1")
    assert outside.asked[0].messages[:-1] == plain.asked[0].messages[:-1]
    assert outside.asked[0].question != plain.asked[0].question


def test_nearest_shows_what_shares_most_words_with_the_question_the_likest_last():
    assert shown(select("nearest", n=2), "a red apple tart with juice") == ["red apple pie", "red apple juice"]
    assert shown(select("nearest", n=1), "LEMON cake?") == ["yellow lemon cake"]


def test_nearest_knows_words_of_scripts_without_blanks():
    cities = tuple(Example(question=q, answer="?") for q in ("法國的首都是哪裡", "水的沸點是幾度", "フランスの人口は"))
    assert shown(select("nearest", cities, n=1), "德國的首都在哪裡?") == ["法國的首都是哪裡"]
    assert shown(select("nearest", cities, n=1), "酒精的沸點呢") == ["水的沸點是幾度"]
    assert shown(select("nearest", cities, n=1), "ドイツの人口?") == ["フランスの人口は"]


def test_where_nothing_is_alike_nearest_shows_the_first():
    assert shown(select("nearest", n=2), "xyz") == ["red apple juice", "red apple pie"]
    assert shown(select("nearest", n=2), "?!") == ["red apple juice", "red apple pie"]
    signs = (Example(question="?", answer="1"), Example(question="!!", answer="2"))
    assert shown(select("nearest", signs, n=1), "words") == ["?"]


def test_the_line_about_the_form_of_the_answer_is_not_compared():
    examples = (Example(question="green", answer="1"), Example(question="one word", answer="2"))
    asked = Prompt.of("a green tree").with_form("Answer with one word.")
    rewritten = select("nearest", examples, n=1).rewrite(asked)
    assert rewritten.messages[0].content == "green"


def test_diverse_takes_no_two_that_are_alike():
    question = "red apple lemon"
    assert set(shown(select("nearest", n=2), question)) <= {"red apple pie", "red apple juice", "red apple cake"}
    both = shown(select("diverse", n=2), question)
    assert sum("lemon" in one for one in both) == 1
    assert shown(select("diverse", n=2, relevance=1.0), question) == shown(select("nearest", n=2), question)


def test_balanced_takes_as_many_of_each_answer():
    assert shown(select("balanced", n=5), "?x") == [
        "red apple pie",
        "green lemon juice",
        "old grey stone",
        "red apple juice",
        "yellow lemon cake",
    ]


def test_one_of_each_takes_one_of_each_answer_and_then_the_first():
    assert shown(select("one-of-each", n=4), "?x") == [
        "red apple pie",
        "green lemon juice",
        "old grey stone",
        "red apple juice",
    ]


def test_that_n_is_too_small_for_one_of_each_is_reported():
    answer = run(select("one-of-each", n=2), "?x")
    assert answer.note == "answers without an example: 1; n is too small for one of each"
    assert answer.fallbacks == ("not one example of each answer: n is too small",)
    assert run(select("one-of-each", n=3), "?x").note == ""


def lengths(texts):
    return [(len(text), 1.0) for text in texts]


def test_vectors_of_a_function_decide_what_is_near():
    texts = tuple(Example(question="x" * n, answer="?") for n in (1, 5, 9))
    assert shown(select("nearest", texts, n=1, embed=lengths), "y" * 9) == ["x" * 9]
    assert shown(select("nearest", texts, n=1, embed=lengths), "y") == ["x"]


def test_all_examples_are_embedded_in_one_call_and_each_question_once():
    calls = []

    def embed(texts):
        calls.append(len(texts))
        return lengths(texts)

    strategy = select("nearest", n=2, embed=embed)
    for _ in range(3):
        run(strategy, "one question")
    run(strategy, "another")
    assert calls == [len(FRUIT), 1, 1]


@pytest.mark.parametrize(
    ("embed", "said"),
    [
        (lambda texts: [(1.0, 2.0)], "it made 1 vectors of 6 texts"),
        (lambda texts: [(math.nan, 2.0) for _ in texts], "a number that is not finite"),
        (lambda texts: 1 / 0, "embed failed with ZeroDivisionError"),
    ],
)
def test_a_function_that_makes_no_vectors_is_named(embed, said):
    with pytest.raises(UsageError, match=said):
        run(select("nearest", n=2, embed=embed), "red")


def test_constant_examples_come_first_and_the_others_by_the_question():
    strategy = select("nearest", n=3, constant=2)
    assert shown(strategy, "yellow lemon") == ["red apple pie", "red apple juice", "yellow lemon cake"]
    assert shown(strategy, "grey stone")[:2] == ["red apple pie", "red apple juice"]


def test_examples_that_exceed_the_tokens_are_left_out_the_least_wanted_first_and_counted():
    long = (Example(question="lemon " * 40, answer="sour"), *FRUIT)
    strategy = select("nearest", long, n=4, max_tokens=12)
    answer = run(strategy, "a lemon cake, yellow")
    assert shown(strategy, "a lemon cake, yellow")[-1] == "yellow lemon cake"
    assert len(shown(strategy, "a lemon cake, yellow")) == 3
    assert answer.note == "left out 1 that would exceed max_tokens=12 of examples"
    assert answer.fallbacks == ("left out examples: they exceed max_tokens",)
    assert run(select("fixed", n=2, max_tokens=500), "x").note == ""


@pytest.mark.parametrize("way", SELECTIONS)
def test_a_near_copy_of_the_question_is_never_shown_and_refused_in_a_benchmark(way):
    strategy = select(way, n=4)
    assert "red apple cake" not in shown(strategy, "Please tell me: Red apple cake?")
    with leaks_refused(), pytest.raises(UsageError, match="example 5 asks the question itself"):
        run(strategy.over(Player()), "Please tell me: Red apple cake?")


@pytest.mark.parametrize("way", SELECTIONS)
def test_where_reasoning_is_asked_for_only_examples_with_some_are_chosen_and_the_others_are_counted(way):
    listed = tuple(
        Example(question=f"{n} and {n}?", answer="1", reasoning="Because." if n % 2 else None) for n in range(8)
    )
    model = Player()
    answer = run(build(f"few-shot(select={way},n=3)+cot", model, TaskContext(examples=listed)), "3 or 5?")
    replies = [turn.content for turn in model.asked[0].messages if turn.role == "assistant"]
    assert replies
    assert all(reply.startswith("Because.") for reply in replies)
    left = 2 if way == "fixed" else 4  # of the first three; of all to choose from
    assert answer.steps[0].note == f"left out {left} without reasoning"


def test_an_option_that_can_not_be_kept_is_refused_before_anything_is_asked():
    for options, said in [
        ({"select": "nearst", "n": 1}, "did you mean nearest"),
        ({"select": "bootstrapped", "n": 1}, "promptkit examples bootstrap"),
        ({"select": "nearest"}, "needs n"),
        ({"n": 7}, "there are 6 examples"),
        ({"select": "balanced", "n": 2, "constant": 1}, "all examples stay the same"),
        ({"select": "random", "n": 2, "constant": 3}, "constant=3"),
        ({"select": "nearest", "n": 2, "seed": 3}, "seed=3 is of select='random'"),
        ({"select": "random", "n": 2, "embed": lengths}, "compares none"),
        ({"select": "diverse", "n": 2, "relevance": 1.5}, "relevance=1.5"),
        ({"max_tokens": 0}, "max_tokens=0"),
    ]:
        with pytest.raises(UsageError, match=said):
            FewShot(Player(), examples=FRUIT, **options)


def test_without_its_package_comparing_words_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "bm25s", None)
    with pytest.raises(UsageError, match=r"pip install 'promptkit-lab\[examples\]'; or give `embed`"):
        select("nearest", n=1)


CONTEXT = TaskContext(AnswerType("label", ("sweet", "sour", "none")), FRUIT, examples_seed=7)


def asked(spec, question="red lemon", context=CONTEXT):
    return shown(build(spec, Player(), context), question)


def test_a_specification_shows_as_many_as_the_task_wants():
    assert len(asked("few-shot(select=nearest)")) == 4
    assert asked("few-shot") == [example.question for example in FRUIT[:4]]
    assert len(asked("few-shot(select=random,n=2)")) == 2


def test_random_takes_the_seed_of_the_examples_unless_it_has_its_own():
    assert asked("few-shot(select=random)") == asked("few-shot(select=random,seed=7)")
    assert asked("few-shot(select=random,seed=8)") != asked("few-shot(select=random,seed=7)")


def test_a_seed_draws_another_fixed_set_with_one_of_each_label_first():
    sets = {tuple(asked(f"few-shot(n=3,seed={seed})")) for seed in range(10)}
    assert len(sets) > 3
    answers = {example.question: example.answer for example in FRUIT}
    assert all({answers[question] for question in one} == {"sweet", "sour", "none"} for one in sets)
    assert asked("few-shot(n=3,seed=1)", "one") == asked("few-shot(n=3,seed=1)", "two")


def test_examples_of_a_file_are_shown_in_place_of_the_task_s(tmp_path):
    file = tmp_path / "made.jsonl"
    file.write_text('{"question": "1?", "answer": "2", "reasoning": "So."}\n\n{"question": "3?", "answer": "4"}\n')
    model = Player()
    run(build(f"few-shot(examples={file})", model, CONTEXT), "x")
    assert [turn.content for turn in model.asked[0].messages] == ["1?", "2", "3?", "4", "x"]
    answer = run(build(f"few-shot(examples={file})+cot", model, CONTEXT), "x")
    assert answer.steps[0].note == "left out 1 without reasoning"
    with pytest.raises(UsageError, match="does not exist"):
        build("few-shot(examples=nowhere.jsonl)", model, CONTEXT)
    file.write_text('{"question": "1?"}\n')
    with pytest.raises(UsageError, match=r"made.jsonl, line 1: answer: Field required"):
        build(f"few-shot(examples={file})", model, CONTEXT)


def test_a_function_of_embeddings_is_imported_by_its_path():
    here = f"{__name__}:lengths"
    assert build(f"few-shot(select=nearest,embed={here})", Player(), CONTEXT).embed is lengths
    with pytest.raises(UsageError, match="there is no 'length' in it"):
        build(f"few-shot(select=nearest,embed={__name__}:length)", Player(), CONTEXT)
