import json
import re

import pytest

from promptkit import AnswerType, Example, FunctionModel, RecordError, Unavailable, UsageError
from promptkit.bench import compare
from promptkit.optimizing import optimize
from promptkit.optimizing.reflecting import proposed_wording
from promptkit.tasks import Item, Task
from tests.optimizing.sums import QUESTIONS, SIZES, optimized, proposing, right_if

GOOD = "{{ question }}\n\nThink carefully, then answer."


def test_a_better_wording_is_found_and_its_gain_shown_on_held_out_items(tmp_path):
    result = optimized(tmp_path, right_if("carefully"), GOOD)
    assert result.gain
    assert result.verdict.startswith("gain shown: cot@optimized is better than cot: +100.0 points, 95 % interval ")
    assert result.comparison.n == 40
    assert result.best.texts == {"chain_of_thought/think": GOOD}
    written = (tmp_path / "optimized/chain_of_thought/think.optimized.j2").read_text()
    assert written.startswith("---\n# candidate 1, made of candidate 0; 100.0 % right on validation items\ndescription")
    assert written.rstrip().endswith(GOOD)


def test_no_candidate_that_is_better_means_that_no_gain_is_shown_and_nothing_held_out_is_asked(tmp_path):
    asked = []
    result = optimized(tmp_path, right_if("nothing", asked=asked), "{{ question }}\n\nOther words.")
    assert (result.gain, result.complete, result.best.number, result.proof) == (False, True, 0, None)
    assert result.verdict.startswith("no gain shown: no candidate was better")
    assert len({text.split("\n")[0] for text in asked}) <= SIZES["train"] + SIZES["validation"]
    assert not (tmp_path / "optimized").exists()


def test_a_candidate_that_only_looks_better_on_validation_items_is_no_gain(tmp_path):
    lucky = {question for question, _ in QUESTIONS[::2]}

    def answer(prompt):
        question = prompt.question.split("\n")[0]
        right = (question in lucky) != ("luck" in prompt.question)
        return f"The answer is {int(question.split()[2]) + 20 + (not right)}."

    results = [
        optimized(tmp_path / str(seed), FunctionModel(answer, name="m"), "Luck, luck.", seed=seed) for seed in range(6)
    ]
    proven = [result for result in results if result.proof is not None]
    assert proven
    for result in proven:
        assert result.best.validation > result.candidates[0].validation
        assert (result.gain, result.verdict[:13]) == (False, "no gain shown")
        assert result.advice.startswith("to try it all the same: promptkit bench ")


def test_the_search_never_sees_a_held_out_item(tmp_path):
    asked, reflected = [], []
    reflection = proposing(GOOD, asked=reflected)
    result = optimized(tmp_path, right_if("carefully", asked=asked), reflection_model=reflection)
    proof = 2 * SIZES["held_out"]
    held_out = {text.split("\n")[0] for text in asked[-proof:]}
    searched = {text.split("\n")[0] for text in asked[:-proof]}
    assert (len(held_out), result.gain) == (40, True)
    assert not held_out & searched
    assert not any(question in text for question in held_out for text in reflected)


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("{{ question }} {{ target }} Think.", "it has a tag of its own, {{ target }}"),
        ("{{ question }}\n\n{% if question %}Think.", "it has a tag of its own, {% if question %}"),
        ("{{ question }}\n\n{% block request %}Think.", "Unexpected end of template"),
    ],
)
def test_a_wording_that_can_not_be_meant_is_refused_with_its_reason_and_never_sent(tmp_path, wording, reason):
    asked = []
    result = optimized(tmp_path, right_if("Think.", asked=asked), wording)
    refused = result.candidates[1]
    assert refused.fate == "rejected"
    assert any(reason in note for note in refused.notes), refused.notes
    assert not any("Think." in text for text in asked)
    assert any((tmp_path / "candidates/001").rglob("*"))


def test_a_lost_question_is_put_back_and_noted(tmp_path):
    asked = []
    result = optimized(tmp_path, right_if("carefully", asked=asked), "Think carefully.")
    assert result.best.notes == ("put {{ question }} back to its beginning",)
    assert all(text.startswith("What is ") for text in asked)


def test_the_same_wording_again_is_not_scored_again(tmp_path):
    result = optimized(tmp_path, right_if("nothing"), GOOD)
    assert [one.fate for one in result.candidates[:3]] == ["original", "no better on train items", "rejected"]
    assert result.candidates[2].notes == ("it is the same as candidate 1",)


def test_a_reply_without_a_wording_is_refused(tmp_path):
    result = optimized(tmp_path, right_if("x"), reflection_model=FunctionModel(lambda _: "Try harder.", name="p"))
    assert result.candidates[1].notes == ("the reply has nothing between <wording> and </wording>",)
    assert "Try harder." in (tmp_path / "candidates/001/rejected.txt").read_text()


@pytest.mark.parametrize("max_calls", [115, 130, 160])
def test_requests_never_exceed_the_limit_reflections_and_proof_included(tmp_path, max_calls):
    asked, reflected = [], []
    wordings = [f"{{{{ question }}}}\n\nThink {'very ' * n}hard." for n in range(1, 40)]
    result = optimized(
        tmp_path,
        right_if("very very", asked=asked),
        reflection_model=proposing(*wordings, asked=reflected),
        max_calls=max_calls,
    )
    assert len(asked) + len(reflected) == result.requests == (tmp_path / "requests").stat().st_size <= max_calls
    assert result.complete


def test_failed_requests_count(tmp_path):
    sent = []

    def answer(prompt):
        sent.append(prompt)
        if len(sent) % 3 == 0:
            raise Unavailable("down")
        return "The answer is 0."

    result = optimized(tmp_path, FunctionModel(answer, name="m"), GOOD, max_calls=120, concurrency=1)
    assert len(sent) <= result.requests <= 120


def test_going_on_where_all_is_done_asks_nothing_and_comes_to_the_same(tmp_path):
    first = optimized(tmp_path, right_if("carefully"), GOOD)
    asked = []
    again = optimized(tmp_path, right_if("carefully", asked=asked), reflection_model=proposing(GOOD, asked=asked))
    assert asked == []
    assert (again.verdict, again.candidates, again.requests) == (first.verdict, first.candidates, first.requests)


def test_a_search_that_is_repeated_from_its_record_takes_the_same_steps_for_nothing(tmp_path):
    wordings = [f"{{{{ question }}}}\n\nThink {'very ' * n}hard." for n in range(1, 9)]
    first = optimized(tmp_path, right_if("very very very"), *wordings)
    (tmp_path / "search.json").unlink()
    asked = []
    again = optimized(tmp_path, right_if("very very very", asked=asked), reflection_model=proposing("-", asked=asked))
    assert asked == []
    assert [one.texts for one in again.candidates] == [one.texts for one in first.candidates]
    assert again.verdict == first.verdict


def test_an_attempt_that_fails_for_good_is_no_score_and_the_search_goes_on_later(tmp_path):
    broken = [True]

    def answer(prompt):
        if broken[0] and "What is 7 +" in prompt.question:
            raise Unavailable("no")
        number = int(prompt.question.split()[2]) + 20
        return f"The answer is {number + ('carefully' not in prompt.question)}."

    model = FunctionModel(answer, name="m")
    sizes = {"train": 50, "validation": 50, "held_out": 20}
    cut = optimized(tmp_path, model, GOOD, attempts=1, max_calls=300, **sizes)
    assert not cut.complete
    assert "could not be scored: Unavailable: m failed once" in cut.stopped
    assert cut.verdict.startswith("incomplete, so nothing is shown")
    broken[0] = False
    assert optimized(tmp_path, model, GOOD, attempts=1, max_calls=300, **sizes).gain


@pytest.mark.parametrize("changes", [{"strategy": "plan"}, {"train": 8}, {"seed": 4}, {"task": QUESTIONS[:-1]}])
def test_another_optimisation_in_the_directory_is_refused(tmp_path, changes):
    optimized(tmp_path, right_if("carefully"), GOOD)
    with pytest.raises(UsageError, match="give another `directory`"):
        optimized(tmp_path, right_if("carefully"), GOOD, **{"max_calls": 4_000, **changes})


@pytest.mark.parametrize("option", [{"max_cost": 1.0}, {"limit": 3}, {"baseline": "cot"}])
def test_an_option_that_would_do_nothing_is_refused(tmp_path, option):
    with pytest.raises(UsageError, match=f"takes no `{next(iter(option))}`"):
        optimized(tmp_path, right_if("x"), GOOD, **option)


def test_the_page_has_the_candidates_with_scores_requests_and_differences_and_nothing_in_it_is_markup(tmp_path):
    wording = "{{ question }}\n\nThink carefully. <b>|`*\n```\nreally"
    optimized(tmp_path, right_if("carefully"), wording)
    page = (tmp_path / "optimize.md").read_text()
    assert "| 1 (best) | 0 | chain\\_of\\_thought/think | 0 → 6 of 6 | 100.0 % |" in page
    assert "+ Think carefully. <b>|`*" in page
    assert page.count("````") == 2  # a fence longer than the one inside


def test_the_candidates_are_there_for_programs(tmp_path):
    result = optimized(tmp_path, right_if("carefully"), GOOD)
    listed = json.loads((tmp_path / "candidates.json").read_text())["candidates"]
    assert [one["fate"] for one in listed] == ["original", "scored"]
    assert result.to_json()["gain"] is True
    assert json.dumps(result.to_json())


def test_the_last_wording_of_a_reply_counts_and_thinking_does_not():
    reply = "<think><wording>no</wording></think>First <wording>a</wording>, better:\n<wording>\nb\n</wording>"
    assert proposed_wording(reply) == "b"
    assert proposed_wording("<wording></wording>") is None


def test_better_examples_are_found_without_a_reflection_and_the_new_choice_is_a_template(tmp_path):
    rows = [Item(f"t{n}", f"What is {n} + 20?", str(n + 20)) for n in range(500, 520)]
    train = tuple(Example(question=row.question, answer=f"The answer is {row.target}.") for row in rows)
    items = Task.of(QUESTIONS, answer="number").items
    task = Task("sums", AnswerType("number"), items, train=train, practice=tuple(rows))
    helpful = {example.question for example in train[5:]}

    def answer(prompt):
        shown = sum(message.text in helpful for message in prompt.messages)
        number = int(prompt.question.split()[2])
        return f"The answer is {number + 20 + (number % 3 >= shown)}."  # each helpful example brings a third

    unasked = FunctionModel(lambda _: pytest.fail("examples need no reflection"), name="none")
    result = optimize(
        task,
        "few-shot(n=3)",
        model=FunctionModel(answer, name="m"),
        reflection_model=unasked,
        directory=tmp_path,
        max_calls=700,
        **SIZES,
    )
    assert result.gain, result
    assert result.best_strategy == "wrap(template=optimized/examples)"
    numbers = [int(number) for number in result.best.texts["examples"].split(", ")]
    assert sum(number > 5 for number in numbers) > 0
    again = compare(
        task,
        ["few-shot(n=3)", result.best_strategy],
        model=FunctionModel(answer, name="m"),
        template_folders=[str(tmp_path / "optimized")],
    )
    assert again.comparisons[0].verdict == "better"


def test_an_input_of_the_wording_that_data_has_in_it_stays_data(tmp_path):
    asked = []
    questions = [(f"{{{{ 7 * 7 }}}} What is {n} + 20?", str(n + 20)) for n in range(120)]
    optimized(tmp_path, right_if("carefully", asked=asked), GOOD, task=questions)
    assert all("{{ 7 * 7 }} What is" in text for text in asked)


def test_a_candidate_that_can_not_be_written_ends_it_with_an_error(tmp_path, monkeypatch):
    def full(folder, files, about):
        if folder.name == "001":
            raise RecordError("the disk is full")

    monkeypatch.setattr("promptkit.optimizing.proposing.write_files", full)
    with pytest.raises(RecordError, match="the disk is full"):
        optimized(tmp_path, right_if("carefully"), GOOD)


def test_a_proof_that_the_budget_cuts_short_shows_nothing_and_goes_on_with_a_larger_one(tmp_path):
    sent, broken = [], [True]

    def answer(prompt):
        sent.append(prompt)
        if broken[0] and len(sent) > 60 and len(sent) % 2:
            raise Unavailable("down")
        found = re.search(r"is (\d+)", prompt.question)
        return f"The answer is {int(found[1]) + 20 + ('carefully' not in prompt.question)}." if found else "OK"

    model = FunctionModel(answer, name="m")
    cut = optimized(tmp_path, model, GOOD, max_calls=114, seed=3)
    assert (cut.complete, cut.gain, cut.best.number) == (False, False, 1)
    assert len(sent) <= cut.requests <= 114
    broken[0] = False
    whole = optimized(tmp_path, model, GOOD, max_calls=200, seed=3)
    assert whole.gain
    assert whole.requests <= 200
