"""The way in from Python: `compare` and `read_run`."""

import asyncio
import html
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from promptkit import (
    AnswerType,
    AuthenticationError,
    ChainOfThought,
    Example,
    FewShot,
    FunctionModel,
    SelfReflection,
    Unavailable,
    UsageError,
)
from promptkit.bench import Item, RunSettings, Task, compare, read_run
from promptkit.errors import RecordError
from promptkit.outcomes import OUTCOMES
from promptkit.record.reader import read_configuration
from promptkit.types import MOST_TOKENS
from tests.players import Player

PAIRS = [(f"{i} + {24 - i}?", 24) for i in range(40)]


def reasons(prompt):
    """Right when it is asked to reason, and wrong otherwise."""
    return "The answer is 24." if "step by step" in prompt.question else "The answer is 7."


@pytest.fixture
def model():
    return Player(reply=reasons)


@pytest.fixture
def strategies(model):
    return {"plain": model, "thinking": ChainOfThought(model)}


def test_strategies_given_as_objects_are_compared_by_the_names_they_are_given(strategies):
    result = compare(PAIRS, strategies, answer="number")
    assert [(row.strategy, row.model, row.n, row.accuracy) for row in result.rows] == [
        ("plain", "player", 40, 0),
        ("thinking", "player", 40, 1),
    ]
    (comparison,) = result.comparisons
    assert (comparison.strategy, comparison.baseline, comparison.verdict) == ("thinking", "plain", "better")
    assert result.verdicts == (comparison.sentence(),)
    assert result.complete
    assert result.directory is None


def test_an_example_that_is_an_item_is_refused_and_not_left_out(model):
    shown = FewShot(model, examples=(Example(question=" 3 +  21 ?", answer="24"),))
    with pytest.raises(UsageError, match="example 1 asks the question itself, so its answer would be shown"):
        compare(PAIRS, {"plain": model, "shown": ChainOfThought(shown)}, answer="number")


def test_specifications_and_objects_can_be_mixed_and_share_calls(model):
    result = compare(PAIRS, {"cot": ChainOfThought(model), "vote": "cot+self-consistency(draws=3)"}, model=model,
                     answer="number", temperature=0.5)  # fmt: skip
    assert [(row.strategy, row.calls, row.calls_paid) for row in result.rows] == [("cot", 40, 40), ("vote", 120, 80)]
    assert len(model.asked) == 120


@pytest.mark.parametrize("given", ["direct,cot", ["direct", "cot"], {"direct": "direct", "cot": "cot"}])
def test_specifications_alone_are_compared_on_the_model(model, given):
    result = compare(PAIRS, given, model=model, answer="number", limit=3)
    assert [(row.strategy, row.n) for row in result.rows] == [("direct", 3), ("cot", 3)]


def test_a_model_can_be_given_by_its_name():
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    (row,) = compare("stories", "direct", model="nano", limit=2).rows
    assert (row.task, row.model, row.n) == ("stories", "nano", 2)


def test_a_task_is_a_task_a_path_a_name_pairs_or_items(model, tmp_path):
    path = tmp_path / "sums.csv"
    path.write_text("question,target\n1 + 23?,24\n")
    items = [Item("a", "1 + 23?", "24")]
    for task, name in ((path, "sums"), (str(path), "sums"), (items, "questions"), ([("1 + 23?", "24")], "questions"),
                       (Task("mine", AnswerType("number"), tuple(items)), "mine")):  # fmt: skip
        (row,) = compare(task, {"direct": model}, answer="number").rows
        assert (row.task, row.n) == (name, 1)
    several = compare([path, "stories"], {"direct": model}, answer="number", limit=1)
    assert [row.task for row in several.rows] == ["sums", "stories"]


def test_side_models_of_a_strategy_are_asked_too_and_every_call_is_recorded(tmp_path):
    critic = Player(["Verdict: wrong"], name="critic")
    model = Player(["The answer is 7.", "The answer is 24."])
    strategy = SelfReflection(ChainOfThought(model), critic=critic)
    result = compare([("6 * 4?", 24)], {"checked": strategy}, answer="number", directory=tmp_path / "r")
    assert [row.accuracy for row in result.rows] == [1]
    assert (len(model.asked), len(critic.asked)) == (2, 1)
    (attempt,) = result.attempts
    assert [step for step, _ in attempt.calls] == ["draft", "critique", "revision"]
    assert all(key for _, key in attempt.calls)


def test_models_given_as_objects_stay_open(model, strategies, monkeypatch):
    closed = []

    async def aclose(self):
        closed.append(self)

    monkeypatch.setattr(Player, "aclose", aclose)
    compare(PAIRS, strategies, answer="number", limit=1)
    assert closed == []


def test_calls_of_a_model_are_tried_again_as_on_the_command_line(monkeypatch):
    monkeypatch.setattr("promptkit.wrappers.retry._jitter", lambda _: 0.0)
    failures = [Unavailable("gone", model="f")] * 2

    def reply(prompt):
        if failures:
            raise failures.pop()
        return "24"

    assert compare([("?", 24)], {"direct": FunctionModel(reply)}, answer="number").complete
    assert not failures


def test_without_a_directory_nothing_is_written(strategies, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    compare(PAIRS, strategies, answer="number")
    assert list(tmp_path.iterdir()) == []


def test_comparing_in_the_same_directory_again_asks_nothing(model, strategies, tmp_path):
    first = compare(PAIRS, strategies, answer="number", directory=tmp_path / "r")
    asked = len(model.asked)
    second = compare(PAIRS, strategies, directory=tmp_path / "r")  # how answers are read is as it was
    assert len(model.asked) == asked == 80
    assert [(row.strategy, row.accuracy) for row in second.rows] == [(r.strategy, r.accuracy) for r in first.rows]


def test_a_run_of_objects_is_resumed_in_python_and_read_everywhere(strategies, tmp_path, capsys):
    compare(PAIRS, strategies, answer="number", directory=tmp_path / "r")
    assert read_configuration(tmp_path / "r")["objects"] == ["plain", "thinking"]
    main = [sys.executable, "-m", "promptkit"]
    done = subprocess.run([*main, "resume", str(tmp_path / "r")], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "resume it by compare(…, directory=" in done.stderr
    chosen = subprocess.run([*main, "choose", str(tmp_path / "r"), "--json"], capture_output=True, text=True)
    assert json.loads(chosen.stdout)["choices"][0]["chosen"] == "thinking"


def test_a_recorded_run_is_read_as_the_same_result(strategies, tmp_path):
    made = compare(PAIRS, strategies, answer="number", directory=tmp_path / "r", baseline="thinking", margin=0.1)
    read = read_run(tmp_path / "r")
    assert (read.rows, read.comparisons, read.complete, read.margin) == (
        made.rows, made.comparisons, made.complete, made.margin)  # fmt: skip
    assert sorted(a.item for a in read.attempts) == sorted(a.item for a in made.attempts)
    assert str(read) == str(made)
    assert read.to_json() == made.to_json()


def test_a_run_that_stopped_early_reads_as_incomplete(strategies, tmp_path):
    made = compare(PAIRS, strategies, answer="number", directory=tmp_path / "r", max_calls=10, concurrency=1)
    assert not made.complete
    assert "10 calls were sent" in made.stopped
    assert str(made).startswith("incomplete: 10 calls were sent")
    assert not read_run(tmp_path / "r").complete
    assert compare(PAIRS, strategies, answer="number", directory=tmp_path / "r").complete
    assert read_run(tmp_path / "r").complete


def test_a_refused_key_is_raised():
    def refused(prompt):
        raise AuthenticationError("refused the key")

    with pytest.raises(AuthenticationError):
        compare(PAIRS, {"direct": FunctionModel(refused)}, answer="number")


def test_attempts_can_be_iterated_again(strategies, tmp_path):
    for directory in (None, tmp_path / "r"):
        attempts = compare(PAIRS, strategies, answer="number", directory=directory).attempts
        assert len(list(attempts)) == len(list(attempts)) == 80


def test_it_works_in_a_running_loop_in_two_loops_and_in_threads(strategies):
    async def inside():
        return compare(PAIRS, strategies, answer="number").rows[1].accuracy

    assert [asyncio.run(inside()), asyncio.run(inside())] == [1, 1]
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(compare(PAIRS, strategies, answer="number").rows[1].accuracy))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4


def test_strategies_over_different_models_are_compared_with_each_other():
    good, bad = FunctionModel(lambda _: "24", name="good"), FunctionModel(lambda _: "7", name="bad")
    result = compare(PAIRS, {"small": bad, "large": good}, answer="number")
    assert [(row.strategy, row.model) for row in result.rows] == [("small", "bad"), ("large", "good")]
    (comparison,) = result.comparisons
    assert (comparison.strategy, comparison.baseline, comparison.model, comparison.verdict) == (
        "large", "small", "good", "better")  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((PAIRS, (ChainOfThought(Player()),)), {}, 'needs a name: strategies={"chainofthought": ChainOfThought(…)}'),
        ((PAIRS, {"a": ChainOfThought}), {}, "give a strategy, a model, or a specification"),
        ((PAIRS, {"a": 3}), {}, "the strategy 'a' is 3"),
        ((PAIRS, "cot"), {}, "give the `model`"),
        ((PAIRS, {"a": Player()}), {"answer": None}, "need `answer`"),
        ((PAIRS, {"a": Player()}), {"limt": 3}, "there is no option `limt`; did you mean `limit`?"),
        ((PAIRS, {"a": Player()}), {"limit": 0}, "`limit`: it should be greater than or equal to 1, got 0"),
        ((PAIRS, {"a": Player()}), {"baseline": "b"}, "the baseline 'b' is not one of the strategies"),
        ((PAIRS, {"a": Player()}), {"max_cost": 1}, "`max_cost` needs `max_tokens`"),
        (([("?",)], {"a": Player()}), {}, "question 1 is ('?',); give (question, target) or an Item"),
        (([("?", "blue")], {"a": Player()}), {}, "question 1 of questions: the target 'blue' is not a number"),
        (([], {"a": Player()}), {}, "has no questions"),
        (([Item("1", "?", "1"), Item("1", "!", "1")], {"a": Player()}), {}, "has the id '1' twice"),
        ((3, {"a": Player()}), {}, "the task is 3"),
    ],
)
def test_a_mistake_is_found_before_anything_is_sent_in_the_words_of_python(arguments, options, message):
    with pytest.raises(UsageError) as raised:
        compare(*arguments, **{"answer": "number", **options})
    assert message in str(raised.value)
    assert "--" not in str(raised.value)


def test_a_backend_without_a_name_is_refused():
    class Nameless:
        async def complete(self, prompt):
            raise AssertionError

    with pytest.raises(UsageError, match="asks a Nameless, which is not a model: it has no name, endpoint, aclose"):
        compare(PAIRS, {"a": ChainOfThought(Nameless())}, answer="number")


def test_the_signature_shows_every_setting():
    import inspect

    parameters = inspect.signature(compare).parameters
    assert {*RunSettings.model_fields, "max_calls", "max_cost", "run_seconds"} <= set(parameters)
    assert parameters["concurrency"].default == 64


def test_settings_can_be_given_as_a_value_and_changed(strategies):
    settings = RunSettings(answer="number", limit=5, baseline="thinking")
    result = compare(PAIRS, strategies, settings=settings, limit=2)
    assert [row.n for row in result.rows] == [2, 2]
    assert result.comparisons[0].baseline == "thinking"


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_the_rows_are_a_data_frame_where_a_package_for_it_is_installed(strategies, monkeypatch, package):
    fake = ModuleType(package)
    fake.DataFrame = list
    fake.__spec__ = object()
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, fake if name == package else None)
    plain, thinking = compare(PAIRS, strategies, answer="number").to_frame()
    assert (plain["strategy"], plain["accuracy"], plain["difference"]) == ("plain", 0, None)
    assert (thinking["difference"], thinking["verdict"], thinking["baseline"]) == (1, "better", "plain")


def test_without_such_a_package_the_way_out_is_named(strategies, monkeypatch):
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match="pip install pandas"):
        compare(PAIRS, strategies, answer="number").to_frame()


def test_in_a_notebook_it_is_a_table_in_which_everything_is_escaped(model):
    name = "<script>alert(1)</script> & \x1b[31m"
    shown = compare([(name, 24)], {name: model, "b": model}, answer="number")._repr_html_()
    assert "<script>" not in shown
    assert "\x1b" not in shown
    assert html.escape("<script>alert(1)</script> & ␛[31m") in shown
    assert shown.count("<tr>") == 3
    assert "not enough data" in shown


def test_as_text_it_is_a_table_with_its_verdicts(strategies):
    text = str(compare(PAIRS, strategies, answer="number"))
    assert "100.0 %" in text
    assert "thinking is better than plain" in text


def test_choices_name_the_cheapest_strategy_that_is_good_enough(strategies):
    result = compare(PAIRS, strategies, answer="number")
    assert [choice.chosen for choice in result.choices()] == ["thinking"]


def test_the_json_is_that_of_the_command_line(strategies, tmp_path):
    told = compare(PAIRS, strategies, answer="number", directory=tmp_path / "r").to_json()
    assert set(told) == {"run", "model", "models", "complete", "prices", "rows", "comparisons", "across_models"}
    assert (told["run"], told["model"], told["complete"]) == (str(tmp_path / "r"), "player", True)
    assert set(OUTCOMES) <= set(json.loads(json.dumps(told))["rows"][0])


SLOW = """
import asyncio, sys, pathlib
from promptkit import FunctionModel
from promptkit.bench import compare

async def reply(prompt):
    if prompt.question == "0?":
        print("asked", flush=True)
    await asyncio.sleep(0.2)
    return "24"

try:
    compare([(f"{i}?", 24) for i in range(400)], {"a": FunctionModel(reply)}, answer="number", directory=sys.argv[1],
            concurrency=2)
except KeyboardInterrupt:
    print("interrupted", flush=True)
compare([("0?", 24)], {"a": FunctionModel(reply)}, answer="number", directory=sys.argv[1])
"""


def test_after_ctrl_c_what_was_answered_is_on_record_and_the_directory_is_free(tmp_path):
    place = tmp_path / "r"
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(place)], stdout=subprocess.PIPE, text=True,
                               cwd=Path(__file__).parents[2])  # fmt: skip
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=120)[0] == "interrupted\n"
    assert process.returncode == 0
    assert len(list(read_run(place).attempts)) >= 1


def test_a_result_as_text_has_nothing_that_turns_the_direction_of_a_terminal():
    text = str(compare(PAIRS, {"di\u202erect": Player()}, answer="number"))
    assert "di\\u202erect" in text
    assert "\u202e" not in text


def test_numbers_as_large_as_one_likes_take_no_more_work(model):
    huge = 10**30
    result = compare(
        PAIRS, ("direct",), model=model, answer="number", concurrency=huge, max_tokens=MOST_TOKENS, progress=True
    )
    assert (result.complete, len(model.asked)) == (True, 40)


SECOND = """
import sys
from promptkit import FunctionModel
from promptkit.bench import compare
compare([("1?", "1")], "direct", model=FunctionModel(lambda _: "1", name="m"), answer="number", directory=sys.argv[1])
"""


def test_of_comparisons_in_one_directory_at_the_same_time_one_alone_asks_whoever_starts_the_others(tmp_path):
    begun, go_on, done, run = threading.Event(), threading.Event(), [], tmp_path / "r"
    pairs = [("1?", "1")]

    async def held(_):
        begun.set()
        assert await asyncio.to_thread(go_on.wait, 60)
        return "The answer is 1."

    def first():
        done.append(compare(pairs, "direct", model=FunctionModel(held, name="m"), answer="number", directory=run))

    working = threading.Thread(target=first)
    working.start()
    try:
        assert begun.wait(60)
        for second in (Player(), Player()):
            with pytest.raises(RecordError, match="another process or thread is working in"):
                compare(pairs, "direct", model=second, answer="number", directory=run)
            assert second.asked == []
        elsewhere = subprocess.run([sys.executable, "-c", SECOND, run], capture_output=True, text=True, check=False)
        assert "another process or thread is working in" in elsewhere.stderr
    finally:
        go_on.set()
        working.join()
    assert done[0].complete


def test_an_item_that_was_begun_is_finished_before_the_next_ones_are_asked():
    asked = []

    async def model(prompt):
        asked.append(prompt.messages[0].text.partition("\n")[0])
        for _ in range(100):  # longer than what a strategy does between two calls
            await asyncio.sleep(0)
        return "The answer is 3."

    questions = [(f"question {n}", "3") for n in range(8)]
    specs = ["direct", "cot", "repeat", "cot+extract", "step-back"]
    compare(questions, specs, model=FunctionModel(model), answer="number", concurrency=8, seed=1)
    ends = [max(i for i, text in enumerate(asked) if f"question {n}" in text) for n in range(8)]
    assert 3 * min(ends) < 2 * len(asked)  # first come first served it is 6 sevenths
