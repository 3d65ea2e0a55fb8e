import pytest

from promptkit import AnswerType, Cache, ChainOfThought, FunctionModel, Prompt, Strategy, UsageError
from promptkit.bench import compare
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_benchmark
from promptkit.gather import gather
from promptkit.random_draws import require_possible
from promptkit.settings import RunLimits, RunSettings
from promptkit.specs import build
from promptkit.task_context import TaskContext
from promptkit.tasks import Task
from tests.players import Player

ITEMS = [("How many legs have 3 spiders?", "24")]
CONTEXT = TaskContext(AnswerType("number"), load_model=lambda name: never_asked(name, default=None))


def never_asked(name="local/greedy", default=0.0):
    def answer(_):
        raise AssertionError("it was asked")

    return FunctionModel(answer, name=name, default_temperature=default)


def check(spec, model, **sampling):
    require_possible(spec, build(spec, model, CONTEXT), Prompt.of("How many?", **sampling))


@pytest.mark.parametrize(
    "spec",
    [
        "self-consistency",
        "best-of-n(draws=2)",
        "self-consistency(draws=2)+cot",
        "cot+self-consistency(draws=5)+reflect",
        "plan+self-consistency",
        "self-consistency(temperature=0)",
    ],
)
def test_several_draws_of_a_greedy_model_are_refused_with_the_way_out(spec):
    with pytest.raises(UsageError, match=r"of local/greedy at temperature 0.*\(temperature=0\.8\)") as refused:
        check(spec, never_asked())
    assert str(refused.value).startswith(spec)


@pytest.mark.parametrize(
    "spec", ["direct", "cot+reflect(rounds=3)", "plan", "self-consistency(draws=1)", "best-of-n(temperature=0.8)"]
)
def test_what_is_random_or_drawn_once_is_not_refused(spec):
    check(spec, never_asked())


def test_a_temperature_of_the_prompt_counts_and_an_unknown_default_may_be_random():
    check("self-consistency", never_asked(), temperature=0.7)
    check("self-consistency", never_asked("hosted/model", default=None))
    with pytest.raises(UsageError, match="of hosted/model at temperature 0"):
        check("self-consistency", never_asked("hosted/model", default=None), temperature=0)


def test_a_wrapped_model_has_its_models_default():
    class Store:
        def get(self, key):
            return None

        async def put(self, key, endpoint, call):
            pass

    assert Cache(never_asked(), Store()).default_temperature == 0
    with pytest.raises(UsageError, match="local/greedy"):
        check("self-consistency", Cache(never_asked(), Store()))


class Ensemble(Strategy):
    async def solve(self, prompt, ask):
        first, *_ = await gather(ask(prompt.split_draw(i, 3)) for i in range(3))
        return first


class Chokes(Strategy):
    async def solve(self, prompt, ask):
        return (await ask(prompt)).model_copy(update={"text": {}["no such key"]})


def test_a_strategy_of_someone_elses_is_found_out_by_its_prompts():
    with pytest.raises(UsageError, match="mine draws 3 replies of local/greedy at temperature 0"):
        require_possible("mine", ChainOfThought(Ensemble(never_asked())), Prompt.of("?"))
    require_possible("mine", Chokes(never_asked()), Prompt.of("?"))


def test_compare_refuses_before_it_asks():
    with pytest.raises(UsageError, match=r"self-consistency draws 5 replies of local/greedy"):
        compare(ITEMS, strategies="direct,self-consistency", model=never_asked(), answer="number")


@pytest.mark.parametrize(
    ("default", "temperature", "vote"),
    [
        (0.0, None, "cot+self-consistency(draws=5,temperature=0.8)"),
        (None, 0.0, "cot+self-consistency(draws=5,temperature=0.8)"),
        (None, None, "cot+self-consistency(draws=5)"),
        (0.0, 0.5, "cot+self-consistency(draws=5)"),
    ],
)
def test_the_default_vote_sets_a_temperature_only_where_none_would_be_random(default, temperature, vote):
    task = Task.of(ITEMS, answer="number")
    planned = Benchmark((task,), (never_asked(default=default),), (), RunSettings(temperature=temperature), RunLimits())
    check_benchmark(planned)
    assert planned.arms(task)[-1].strategy == vote


def test_no_default_strategy_sends_a_temperature_to_a_model_whose_own_is_not_known():
    model = Player(["The answer is 24."])
    compare(ITEMS, model=model, answer="number")
    assert model.asked
    assert {prompt.temperature for prompt in model.asked} == {None}
