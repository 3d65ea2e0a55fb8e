import asyncio

import pytest

from promptkit import FunctionModel, UsageError
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_on
from promptkit.optimizing import optimize
from promptkit.optimizing.choosing import exchanged
from promptkit.optimizing.plan import planned
from promptkit.optimizing.versions import numbers_of
from promptkit.settings import RunSettings
from promptkit.specs import build
from promptkit.tasks import load_task
from promptkit.types import Prompt

MODEL = FunctionModel(lambda _: "The answer is 1.")


def plan(spec, *, task="stories", folders=(), **options):
    settings = RunSettings(tasks=[task], strategies=[spec], template_folders=[str(folder) for folder in folders])
    benchmark = Benchmark((load_task(task),), (MODEL,), (spec,), settings)
    return asyncio.run(planned(benchmark, MODEL, **{"max_calls": 100_000, **options}))


def test_the_wording_of_every_step_that_a_strategy_uses_may_be_changed():
    assert list(plan("plan").versions.original) == [
        "plan_then_solve/combine",
        "plan_then_solve/plan",
        "plan_then_solve/solve",
    ]
    assert list(plan("cot").versions.original) == ["chain_of_thought/think"]
    assert list(plan("cot(begin=true)").versions.original) == ["chain_of_thought/begin"]


def test_a_marked_part_alone_is_changed_and_the_rest_stays(tmp_path):
    (tmp_path / "chain_of_thought").mkdir()
    text = "{{ question }}\n\n{% part hint %}Be careful.{% endpart %}\nThen answer.\n"
    (tmp_path / "chain_of_thought/think.mine.j2").write_text(text)
    versions = plan("cot@mine", folders=[tmp_path]).versions
    assert versions.original == {"chain_of_thought/think:hint": "Be careful."}
    assert versions.files({"chain_of_thought/think:hint": "Be quick."}) == {
        "chain_of_thought/think.optimized.j2": text.replace("careful", "quick")
    }


def test_another_wording_is_named_where_the_name_is_taken(tmp_path):
    (tmp_path / "chain_of_thought").mkdir()
    (tmp_path / "chain_of_thought/think.optimized.j2").write_text("{{ question }}\n\nThink.\n")
    versions = plan("cot@optimized", folders=[tmp_path]).versions
    assert versions.new_spec == "cot@optimized-2"


def test_the_other_steps_stay_in_the_wording_that_was_asked_for():
    versions = plan("plan@zh-Hant", task="stories-zh").versions
    files = versions.files(versions.original)
    assert set(files) >= {f"plan_then_solve/{step}.optimized.j2" for step in ("combine", "plan", "solve")}
    assert all("language: zh-Hant" in text for text in files.values())


@pytest.mark.parametrize("spec", ["few-shot", "few-shot(n=2)+cot"])
def test_the_original_choice_of_examples_makes_the_very_prompts_of_few_shot(spec, tmp_path):
    made = plan(spec, only="examples")
    versions = made.versions
    item = made.splits.held_out[:1]
    asked = [[], []]
    for of, benchmark in enumerate(
        (
            made.on(item, spec),
            made.on(item, versions.new_spec, templates=versions.templates_in(tmp_path, versions.original)),
        )
    ):
        played = FunctionModel(lambda prompt, of=of: asked[of].append(prompt) or "The answer is 1.")
        asyncio.run(run_on(benchmark, lambda _, played=played: played, lambda _: MODEL, lambda _: None))
    assert asked[0] == asked[1] != []


def test_examples_are_exchanged_one_at_a_time_and_the_same_with_the_same_seed():
    once, again = (exchanged("1, 2, 3", pool=30, seed="7/1") for _ in range(2))
    assert once == again
    assert len(set(numbers_of(once)) - {1, 2, 3}) == 1


def test_where_all_examples_are_shown_two_change_places():
    assert sorted(numbers_of(exchanged("1, 2, 3", pool=3, seed="0"))) == [1, 2, 3]
    assert exchanged("1, 2, 3", pool=3, seed="0") != "1, 2, 3"


@pytest.mark.parametrize(
    ("spec", "options", "message"),
    [
        ("direct", {}, "direct has no wording"),
        ("few-shot", {"only": "wording"}, "few-shot has no words that could be changed"),
        ("cot", {"only": "examples"}, "cot has no examples that could be chosen"),
        ("cot", {"max_calls": 300}, "the proof on 200 held-out items takes 400, and the first step of the search 133"),
    ],
)
def test_what_can_not_be_optimised_is_told_before_anything_is_sent(spec, options, message):
    with pytest.raises(UsageError, match=message):
        plan(spec, **options)


def test_the_proof_is_kept_back_by_the_most_that_an_attempt_takes():
    made = plan("cot+reflect")
    assert made.per_attempt == 3
    assert (made.proof_calls, made.search_calls) == (1_200, 98_800)


def test_the_new_wording_is_asked_by_a_specification():
    versions = plan("few-shot+cot").versions
    assert versions.new_spec == "wrap(template=optimized/examples)+cot@optimized"
    assert build("cot", MODEL).rewrite(Prompt.of("?")).question.endswith("then give the answer.")


def test_rows_of_the_train_split_are_there_as_examples_and_as_items_in_the_same_order():
    task = load_task("stories")
    assert [item.question for item in task.practice] == [example.question for example in task.train]
    assert [example.answer for example in task.train] == [f"The answer is {item.target}." for item in task.practice]


def test_the_package_that_searches_is_asked_for_by_its_extra(monkeypatch):
    monkeypatch.setattr("promptkit.optimizing.door.importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'promptkit-lab\[optimize\]'"):
        optimize("stories", "cot", model=MODEL)
