# Nothing that is tested is trained on.
from training import chats, wordings
from training.by_example import labels, rule_is_held_out
from training.comparisons import compare
from training.dice import dice
from training.drills import copy_drill, sentence_drill, swap_drill
from training.languages import CHINESE
from training.mixture import GENERATORS, chat, document
from training.problem import test_item as held_out_item
from training.problem import trainable
from training.split import held_out_form, held_out_text
from training.stories import story
from training.suites import SUITES, problems
from training.world import WORLD

LISTS = (
    wordings.CHAIN, wordings.PLAN, wordings.COMBINE, wordings.REVIEW, wordings.VERDICT, wordings.REVISE,
    *wordings.FINISH.values(), *wordings.ONLY.values(), CHINESE.chain, CHINESE.plan, CHINESE.combine, CHINESE.review,
    CHINESE.verdict, CHINESE.revise, CHINESE.finish["number"],
)  # fmt: skip


def said_in_training(count: int) -> list[str]:
    rng = dice("what is said in training")
    talk = ["\n".join(turn.text for turn in chat(rng, WORLD, 1.0, [])) for _ in range(count)]
    return talk + ["".join(span.text for span in document(rng, WORLD, 1.0)) for _ in range(count // 4)]


def test_a_trainable_problem_is_held_out_neither_by_text_nor_by_form():
    rng = dice("trainable")
    for generate in GENERATORS.values():
        for _ in range(100):
            problem = trainable(generate, rng, WORLD, 2)
            assert not held_out_text(problem.text)
            assert not held_out_form(problem.form)


def test_every_test_item_is_held_out():
    assert all(problem.is_held_out for suite in SUITES for problem in problems(suite, WORLD))


def test_no_copy_drill_repeats_a_held_out_problem():
    rng = dice("copy drills")
    texts = [text for _, text in (copy_drill(rng, WORLD) for _ in range(2000)) if text.endswith((".", "。"))]
    assert len(texts) > 500
    assert not [text for text in texts if held_out_text(text)]


def test_no_sentence_drill_shows_a_held_out_problem():
    rng = dice("sentence drills")
    texts = [question.split(" Which sentence")[0] for question, _ in (sentence_drill(rng, WORLD) for _ in range(500))]
    assert not [text for text in texts if held_out_text(text)]


def test_no_swap_drill_shows_a_held_out_problem():
    rng = dice("swap drills")
    texts = [question.split(" Who has ")[0] for question, _ in (swap_drill(rng, WORLD) for _ in range(2000))]
    assert not [text for text in texts if held_out_text(text)]


def test_no_training_text_contains_a_test_item():
    tested = {problem.text for suite in SUITES for problem in problems(suite, WORLD)}
    everything = "\n".join(said_in_training(800))
    assert not [item for item in tested if item in everything]


def test_no_held_out_wording_is_said_in_training():
    everything = "\n".join(said_in_training(3000))
    for listed in LISTS:
        assert not [wording for wording in listed[-wordings.HELD_OUT :] if wording in everything]


def test_the_library_says_a_small_share_of_the_training_wordings():
    for listed in (wordings.CHAIN, wordings.PLAN, wordings.COMBINE, wordings.REVIEW, wordings.VERDICT, wordings.REVISE):
        assert 1 / (len(listed) - wordings.HELD_OUT) <= 0.15


def test_a_label_rule_of_the_test_split_is_never_trained():
    rng = dice("rules")
    for held_out in (False, True):
        for _ in range(100):
            task = labels(rng, WORLD, held_out=held_out, shots=16)
            rule = {
                cls: label for text, label in task.examples for cls, ws in WORLD.classes.items() if _is_about(text, ws)
            }
            assert rule_is_held_out(rule) == held_out


def _is_about(text: str, words: tuple[str, ...]) -> bool:
    return not set(text.rstrip(".").split()).isdisjoint(words)


def test_some_test_items_are_made_of_forms_never_trained_on():
    rng = dice("forms")
    items = [held_out_item(story, rng, WORLD, 3) for _ in range(200)]
    assert 5 < sum(held_out_form(item.form) for item in items) < 100


def test_half_of_the_reviewed_drafts_are_right():
    rng = dice("drafts")
    style = chats.Style(rng)
    problems_seen = [trainable(compare, rng, WORLD, 2) for _ in range(1000)]
    right = sum(chats.draft(style, problem, "")[1] == problem.answer for problem in problems_seen)
    assert 450 < right < 550
