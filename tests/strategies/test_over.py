"""`over` and `preview` hold for every backend that a strategy asks, wherever it keeps it, and for no other call."""

import asyncio
import dataclasses
import itertools
import threading
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field

import pytest

from promptkit import (
    Backend,
    BestOfN,
    Cascade,
    ChainOfThought,
    Completion,
    FunctionModel,
    Prompt,
    PromptStrategy,
    SelfConsistency,
    SelfReflection,
    Strategy,
    Unavailable,
    UsageError,
    preview,
    run,
    stream_to,
)
from promptkit.gather import gather
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player
from tests.strategies.test_laws import QUESTION, TECHNIQUES, helpful, make


@dataclass(frozen=True)
class Mixture(Strategy):
    """Backends in a tuple, given by position."""

    others: tuple[Backend, ...] = ()

    async def solve(self, prompt, ask):
        first, *_ = await gather(
            [ask(prompt), *(ask(prompt.with_draw(i), other) for i, other in enumerate(self.others, 1))]
        )
        return first


@dataclass(frozen=True, kw_only=True)
class Router(Strategy):
    """Backends in a mapping of lists."""

    routes: Mapping[str, list[Backend]] = field(default_factory=dict)

    async def solve(self, prompt, ask):
        for route in self.routes["animals"]:
            prompt = prompt.then((await ask(prompt, route, step="route")).text, "Are you sure?")
        return await ask(prompt)


class Closure(Strategy):
    """No dataclass, with a constructor of its own; the second backend is known to a function alone."""

    def __init__(self, backend: Backend, find: Callable[[], Backend]) -> None:
        super().__init__(backend)
        object.__setattr__(self, "find", find)

    async def solve(self, prompt, ask):
        hint = await ask(prompt, self.find(), step="hint")
        return await ask(prompt.then(hint.text, "Go on."))


class Elsewhere(Strategy):
    """Asks from a task that does not inherit the context of `solve`, as a worker that was started before it."""

    async def solve(self, prompt, ask):
        return await asyncio.get_running_loop().create_task(ask(prompt), context=Context())


HOLDERS = {
    Mixture: lambda inner, side: Mixture(inner, (side, ChainOfThought(side))),
    Router: lambda inner, side: Router(inner, routes={"animals": [side, SelfReflection(side)]}),
    Closure: lambda inner, side: Closure(inner, lambda: side),
    Elsewhere: lambda inner, _side: Elsewhere(inner),
    SelfReflection: lambda inner, side: SelfReflection(inner, critic=side),
    BestOfN: lambda inner, side: BestOfN(inner, draws=2, judge=ChainOfThought(side)),
}
MADE = {t: lambda inner, _side, t=t: make(t, inner) for t in TECHNIQUES} | HOLDERS
nestings = [*((t,) for t in HOLDERS), *(pair for pair in itertools.product(MADE, repeat=2) if {*pair} & {*HOLDERS})]
each_nesting = pytest.mark.parametrize("nesting", nestings, ids=lambda n: ">".join(t.__name__ for t in n))


class Slow(Player):
    """Lets others in before and after it is asked."""

    async def complete(self, prompt):
        await asyncio.sleep(0)
        answer = await super().complete(prompt)
        await asyncio.sleep(0)
        return answer


class Held:
    """A nesting, and the models that it holds."""

    def __init__(self, nesting, player=Player):
        self.base, self.side = player(reply=helpful, name="base"), player(reply=helpful, name="side")
        self.strategy = self.base
        for technique in reversed(nesting):
            self.strategy = MADE[technique](self.strategy, self.side)

    def asked(self):
        return [*self.base.asked, *self.side.asked]


@each_nesting
def test_its_preview_sends_nothing_and_shows_the_calls_that_are_made(nesting):
    held = Held(nesting)
    shown = preview(held.strategy, QUESTION)
    assert not held.asked()
    stub = Player(replies=["1. ‹first item of reply 1›\n2. ‹second item of reply 1›\nVerdict: wrong"])
    made = run(held.strategy.over(stub), QUESTION)
    differing = Cascade in nesting  # placeholders differ, so its preview shows the dearer model as well
    assert len(shown) >= len(made.calls()) if differing else len(shown) == len(made.calls())
    assert shown[0].prompt in stub.asked


@each_nesting
def test_over_another_model_every_call_is_changes_that_model(nesting):
    held, new = Held(nesting), Player(reply=helpful, name="new")
    answer = run(held.strategy.over(new), QUESTION)
    assert not held.asked()
    assert {call.by for call in answer.calls()} == {"new"}
    assert answer.usage.calls == len(new.asked) > 0


@each_nesting
def test_over_another_model_it_makes_the_same_calls(nesting):
    held, new = Held(nesting), Player(reply=helpful)
    run(held.strategy.over(new), QUESTION)
    run(held.strategy, QUESTION)
    assert sorted(first_time(p) for p in new.asked) == sorted(first_time(p) for p in held.asked())


def first_time(prompt):  # two models may be asked the same; when they are one, it is asked the same twice
    return repr(prompt.model_copy(update={"repeat": 0}))


@each_nesting
def test_the_last_over_holds_and_the_first_strategy_stays_as_it_was(nesting):
    held = Held(nesting)
    first, second = Player(reply=helpful), Player(reply=helpful)
    moved = held.strategy.over(first).over(second).over(first)
    assert moved == held.strategy.over(first)
    run(moved, QUESTION)
    assert (bool(first.asked), bool(second.asked), bool(held.asked())) == (True, False, False)
    run(held.strategy, QUESTION)
    assert held.asked()


@each_nesting
def test_an_over_inside_holds_for_what_it_is_around_alone(nesting):
    outside, inside = Held(nesting), Held(nesting)
    new = Player(reply=helpful, name="new")
    pair = Mixture(outside.strategy, (inside.strategy.over(new),))
    run(pair, QUESTION)
    assert outside.asked()
    assert new.asked
    assert not inside.asked()


def test_the_outer_over_wins():
    held, inner, outer = (Player(reply=helpful) for _ in range(3))
    run(SelfReflection(ChainOfThought(held).over(inner)).over(outer), QUESTION)
    assert outer.asked
    assert not [*held.asked, *inner.asked]


def test_the_base_is_who_answers():
    held, inner, outer = Player(), Player(), Player()
    moved = ChainOfThought(held).over(inner)
    assert SelfReflection(moved).base is inner
    assert SelfReflection(moved).over(outer).base is outer
    assert SelfReflection(moved).over(ChainOfThought(outer)).base is outer


def test_the_base_is_who_answers_also_for_a_strategy_inside():
    class Polite(PromptStrategy):
        def rewrite(self, prompt):
            return prompt.with_question(f"{prompt.question} Please, {self.base.name}!")

    new = Player(name="new")
    run(SelfReflection(Polite(Player(name="old")).over(Player(name="older"))).over(new), "Hello?")
    assert new.asked[0].question == "Hello? Please, new!"


def test_over_a_strategy_every_call_is_changes_that_strategy_on_its_own_model():
    held, new = Player(reply=helpful), Player(reply=helpful)
    answer = run(SelfReflection(held).over(ChainOfThought(new)), QUESTION)
    assert [call.by for call in answer.steps] == ["ChainOfThought"] * 3
    assert len(new.asked) == 3
    assert not held.asked


def test_a_model_that_asks_strategies_of_its_own_is_one_model():
    held, new = Player(reply=helpful), Player(reply=helpful)
    model = FunctionModel(SelfReflection(held).complete)
    assert len(preview(ChainOfThought(model), QUESTION)) == 1
    run(ChainOfThought(new).over(model), QUESTION)  # its own calls are answered by its own model
    assert len(held.asked) == 3
    assert not new.asked


def test_a_changed_copy_is_still_over_the_model():
    held, new = Player(reply=helpful), Player(reply=helpful)
    run(dataclasses.replace(SelfReflection(held).over(new), rounds=2), QUESTION)
    assert not held.asked


def test_over_something_that_is_not_a_backend_is_an_error_that_says_what_to_do():
    with pytest.raises(TypeError, match=r"'nano' is not a backend: it has no complete\(prompt\); load_model\('nano'\)"):
        ChainOfThought(Player()).over("nano")


def test_nobody_hears_a_preview():
    heard = []
    with stream_to(heard.append):
        preview(SelfReflection(FunctionModel(helpful)), QUESTION)
    assert heard == []


@each_nesting
def test_calls_made_at_the_same_time_over_other_models_do_not_meet(nesting):
    held = Held(nesting, Slow)
    expected = run(held.strategy, QUESTION)
    news = [Slow(reply=helpful, name=f"new {i}") for i in range(3)]

    async def all_at_once():
        moved = [held.strategy.over(new) for new in news]
        return await asyncio.gather(*(s.complete(QUESTION) for s in [held.strategy, *moved, held.strategy]))

    first, *answers, last = asyncio.run(all_at_once())
    assert [c.by for c in first.calls()] == [c.by for c in last.calls()] == [c.by for c in expected.calls()]
    for new, answer in zip(news, answers, strict=True):
        assert {call.by for call in answer.calls()} == {new.name}


@each_nesting
def test_a_preview_beside_real_calls_sends_nothing_and_they_are_sent(nesting):
    held, shown = Held(nesting, Slow), []
    expected = [(c.step, c.prompt) for c in preview(held.strategy, QUESTION)]
    real = len(run(held.strategy, QUESTION).calls())

    def look():
        shown.extend(preview(held.strategy, QUESTION) for _ in range(3))

    looking = threading.Thread(target=look)
    looking.start()
    answers = [run(held.strategy, QUESTION) for _ in range(3)]
    looking.join()
    assert {len(answer.calls()) for answer in answers} == {real}
    assert {call.by for answer in answers for call in answer.calls()} <= {"base", "side"}
    assert len(held.asked()) == 4 * real
    assert [len(calls) for calls in shown] == [len(expected)] * 3


@pytest.mark.parametrize("error", [Unavailable("down"), UsageError("no"), ValueError("bug")], ids=repr)
def test_a_call_over_a_model_that_failed_leaves_no_trace(error):
    def failing(_prompt):
        raise error

    held = Player(reply=helpful)

    async def after_a_failure() -> Completion:
        with pytest.raises(type(error)):
            await SelfReflection(held).over(FunctionModel(failing)).complete(QUESTION)
        return await SelfReflection(held).complete(QUESTION)

    assert {call.by for call in asyncio.run(after_a_failure()).calls()} == {"player"}


def test_a_call_over_a_model_that_was_cancelled_leaves_no_trace():
    held = Player(reply=helpful)

    async def forever(_prompt: Prompt) -> str:
        await asyncio.Event().wait()
        return ""

    async def after_a_cancellation() -> Completion:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await SelfReflection(held).over(FunctionModel(forever)).complete(QUESTION)
        return await SelfReflection(held).complete(QUESTION)

    assert {call.by for call in asyncio.run(after_a_cancellation()).calls()} == {"player"}


def test_a_strategy_that_is_not_asked_through_ask_is_over_the_model_as_well():
    class Direct(Strategy):
        async def solve(self, prompt, ask):
            return await ChainOfThought(self.backend).complete(prompt)

    held = Player()
    preview(Direct(held), QUESTION)
    assert not held.asked


def test_a_strategy_over_a_model_that_refuses_the_prompt_leaves_no_trace():
    held, new = Player(reply=helpful), Player(reply=helpful)

    async def after_a_refusal() -> None:
        with pytest.raises(UsageError, match="temperature 0"):
            await SelfConsistency(held).over(new).complete(QUESTION.with_temperature(0))
        await ChainOfThought(held).complete(QUESTION)

    asyncio.run(after_a_refusal())
    assert len(held.asked) == 1
    assert not new.asked


def test_the_base_is_who_answers_before_and_after_a_call():
    seen = []

    class Looks(Strategy):
        async def solve(self, prompt, ask):
            seen.append(self.base)
            answer = await ask(prompt)
            seen.append(self.base)
            return answer

    new = Player()
    run(SelfReflection(Looks(Player())).over(new), QUESTION)
    assert seen == [new, new]


def test_what_is_changed_is_not_an_option_of_a_specification():
    with pytest.raises(UsageError, match="there is no option '_changes'"):
        build("cot(_changes='nano')", Player(), TaskContext(load_model=lambda _: Player()))


@dataclass
class Guarded:
    """A model around a model, as a limit or a record is."""

    held: Player
    asked: list[Prompt] = field(default_factory=list)

    async def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        return await self.held.complete(prompt)


class Guards:
    """Wraps each model once."""

    def __init__(self):
        self.made: dict[int, Guarded] = {}

    def __call__(self, model):
        assert not isinstance(model, Guarded), "wrapped twice"
        return self.made.setdefault(id(model), Guarded(model))

    def asked(self):
        return [prompt for guard in self.made.values() for prompt in guard.asked]


@each_nesting
def test_over_a_function_every_call_goes_through_what_it_makes_of_the_model(nesting):
    held, guards = Held(nesting), Guards()
    answer = run(held.strategy.over(guards), QUESTION)
    assert sorted(map(repr, guards.asked())) == sorted(map(repr, held.asked()))
    assert answer.usage.calls == len(held.asked()) > 0
    assert {id(guard.held) for guard in guards.made.values()} <= {id(held.base), id(held.side)}


def test_over_a_function_the_models_that_strategies_inside_are_over_are_wrapped():
    held, inner, guards = Player(reply=helpful), Player(reply=helpful), Guards()
    run(SelfReflection(ChainOfThought(held).over(inner)).over(guards), QUESTION)
    assert not held.asked
    assert len(guards.asked()) == len(inner.asked) == 3


def test_over_a_model_and_then_a_function_that_model_is_wrapped():
    held, new, guards = Player(reply=helpful), Player(reply=helpful), Guards()
    moved = SelfReflection(held, critic=held).over(new).over(guards)
    assert moved.base is new
    run(moved, QUESTION)
    assert not held.asked
    assert len(guards.asked()) == len(new.asked) == 3


def test_over_functions_the_first_is_inside():
    seen = []

    def inside(model):
        seen.append(("inside", model))
        return FunctionModel(helpful, name="made inside")

    def outside(model):
        seen.append(("outside", model.name))
        return model

    held = Player()
    run(ChainOfThought(held).over(inside).over(outside), QUESTION)
    assert seen == [("inside", held), ("outside", "made inside")]


def test_a_function_that_makes_no_backend_is_an_error_that_says_so():
    with pytest.raises(TypeError, match="None is not a backend"):
        run(ChainOfThought(Player()).over(lambda model: None), QUESTION)
