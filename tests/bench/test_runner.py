import asyncio

import pytest

from promptkit import (
    AnswerType,
    AuthenticationError,
    Cache,
    ChainOfThought,
    Completion,
    InvalidRequest,
    PlanThenSolve,
    PromptTooLong,
    SelfConsistency,
    Stopped,
    Unavailable,
    UnknownModel,
)
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.runner import Trial, run_trials
from promptkit.bench.running import run_guarded
from promptkit.data_files import data_path
from promptkit.providers.gguf import GGUF
from promptkit.record.reader import open_run, read_configuration
from promptkit.record.writer import RunWriter
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.bench.arms import arms
from tests.players import Player
from tests.virtual_time import now

NUMBER = AnswerType("number")
NANO = data_path("models") / "nano.gguf"


def trial(strategies, *, target="24", item="1", **options):
    return Trial("legs", Item(item, "How many legs?", target), NUMBER, arms(strategies), **options)


def run(*trials, concurrency=4):
    attempts = []
    asyncio.run(run_trials(trials, concurrency, attempts.append))
    return attempts


def outcome_of(model, **options):
    (attempt,) = run(trial({"direct": model}, **options))
    return attempt


class Ends(Player):
    """Replies with `text` that ended for `reason`."""

    def __init__(self, text, reason):
        super().__init__([text])
        self.reason = reason

    async def complete(self, prompt):
        return (await super().complete(prompt)).model_copy(update={"finish_reason": self.reason})


class Fails(Player):
    def __init__(self, error):
        super().__init__()
        self.error = error

    async def complete(self, prompt):
        raise self.error


@pytest.mark.parametrize(
    ("model", "outcome"),
    [
        (Player(["The answer is 24."]), "correct"),
        (Player(["The answer is 18."]), "wrong"),
        (Player(["I can't say."]), "unparsed"),
        (Player([""]), "unparsed"),
        (Ends("First, 3 times 8 is", "length"), "truncated"),
        (Ends("The answer is 24. Let me explain", "length"), "correct"),
        (Ends("The answer is 24.", "refusal"), "refused"),
        (Fails(Unavailable("gone", model="player")), "error"),
        (Fails(InvalidRequest("refused", model="player", status=400)), "error"),
        (Fails(PromptTooLong("too long", model="player", status=400)), "truncated"),
    ],
)
def test_every_attempt_has_one_outcome(model, outcome):
    assert outcome_of(model).outcome == outcome


def test_a_failed_call_is_not_judged_and_says_what_happened():
    attempt = outcome_of(Fails(Unavailable("gone", model="player")))
    assert attempt.score is None
    assert attempt.error == "Unavailable: gone"


def test_a_vote_without_an_answer_is_unparsed_and_its_draws_are_paid():
    attempt = outcome_of(SelfConsistency(Player(["no idea"]), answer=NUMBER, draws=3))
    assert (attempt.outcome, attempt.usage.calls) == ("unparsed", 3)


def test_a_vote_whose_draws_were_cut_off_is_truncated():
    assert (
        outcome_of(SelfConsistency(Ends("First, 3 times 8 is", "length"), answer=NUMBER, draws=3)).outcome
        == "truncated"
    )


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("no key"),
        UnknownModel("no such model", status=404),
    ],
)
def test_what_no_other_item_would_survive_stops_the_run(error):
    with pytest.raises(type(error)):
        run(*[trial({"direct": Fails(error)}, item=str(i)) for i in range(100)])


def test_at_most_so_many_items_are_under_way():
    under_way, most = 0, 0

    class Slow(Player):
        async def complete(self, prompt):
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return await super().complete(prompt)

    run(*[trial({"direct": Slow()}, item=str(i)) for i in range(30)], concurrency=5)
    assert most == 5


def cot_and_vote(model):
    cot = ChainOfThought(model)
    return {"cot": cot, "vote": SelfConsistency(cot, answer=NUMBER, draws=3)}


def test_a_call_that_strategies_share_is_made_once_and_paid_by_the_first(tmp_path):
    record, model = RunWriter(tmp_path), Player(["The answer is 24."])
    strategies = cot_and_vote(Cache(model, record.calls))
    first, second = run(trial(strategies))
    record.close()
    assert len(model.asked) == 3
    assert (first.usage.calls, second.usage.calls) == (1, 3)
    assert (first.paid.calls, second.paid.calls) == (1, 2)


def test_the_record_gives_back_what_was_added(tmp_path):
    record = RunWriter(tmp_path)
    record.begin({"model": "player"})
    attempts = run(*[trial({"direct": Player(["The answer is 24."])}, item=str(i)) for i in range(5)])
    for attempt in attempts:
        record.add(attempt)
    record.close()
    assert read_configuration(tmp_path) == {"model": "player"}
    with open_run(tmp_path) as recorded:
        assert list(recorded.attempts()) == attempts


def test_what_a_strategy_fell_back_to_is_kept_with_its_attempt_wherever_it_stands(tmp_path):
    record = RunWriter(tmp_path)
    record.begin({"model": "player"})
    plan, vote = PlanThenSolve(Player(["No list here. 24."])), {"draws": 2, "answer": NUMBER, "temperature": 1.0}
    whole = Player(["The answer is 24."])
    for attempt in run(trial({"plan": plan, "plan+vote": SelfConsistency(plan, **vote), "direct": whole})):
        record.add(attempt)
    record.close()
    with open_run(tmp_path) as recorded:
        fallbacks = {attempt.strategy: attempt.fallbacks for attempt in recorded.attempts()}
    fell_back = ("fell back to a direct answer: no plan could be read",)
    assert fallbacks == {"plan": fell_back, "plan+vote": fell_back, "direct": ()}


def test_strategies_see_no_target():
    seen = []

    class Looks(Player):
        async def complete(self, prompt):
            seen.append(prompt.model_dump_json())
            return Completion(text="The answer is 24.", prompt=prompt, by="looks")

    run(trial({"direct": Looks()}, target="24.000001"))
    assert not any("24.000001" in text for text in seen)


def test_replicates_use_fresh_draws_and_share_them_as_the_first_does(tmp_path):
    record, model = RunWriter(tmp_path), Player(["The answer is 24."])
    strategies = cot_and_vote(Cache(model, record.calls))
    attempts = run(trial(strategies), trial(strategies, replicate=1))
    record.close()
    assert len(model.asked) == len({p.draw for p in model.asked}) == 6
    assert [(a.replicate, a.paid.calls) for a in attempts] == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_independent_strategies_share_no_call(tmp_path):
    record, model = RunWriter(tmp_path), Player(["The answer is 24."])
    strategies = cot_and_vote(Cache(model, record.calls))
    run(trial(strategies, independent=True), trial(strategies, independent=True, replicate=1))
    record.close()
    assert len(model.asked) == 8


def test_the_steps_of_a_recorded_attempt_lead_to_its_calls(tmp_path):
    from promptkit import SelfReflection

    record = RunWriter(tmp_path)
    model = Cache(Player(["The answer is 18.", "Verdict: wrong", "The answer is 24."]), record.calls)
    (attempt,) = run(trial({"reflect": SelfReflection(ChainOfThought(model))}))
    texts = {step: record.calls.get(key).text for step, key in attempt.calls}
    record.close()
    assert texts == {"draft": "The answer is 18.", "critique": "Verdict: wrong", "revision": "The answer is 24."}


class Nowhere:
    """A store that keeps nothing, and needs no thread to do so."""

    def get(self, key):
        return None

    async def put(self, key, endpoint, call):
        pass


def test_calls_in_the_air_are_finished_when_the_time_of_the_run_is_over():
    class Slow(Player):
        async def complete(self, prompt):
            self.asked.append(prompt)
            await asyncio.sleep(60)
            return Completion(text="The answer is 24.", prompt=prompt, by="player")

    task = Task("legs", NUMBER, tuple(Item(str(i), f"{i}?", "24") for i in range(9)))
    model, attempts = Slow(), []
    planned = Benchmark((task,), (model,), ("direct",), RunSettings(concurrency=3), RunLimits(run_seconds=90))

    async def at_virtual_time():
        with pytest.raises(Stopped, match="90 s of `run_seconds`"):
            await run_guarded(planned, Nowhere(), attempts.append)

    virtual_time.run(at_virtual_time())
    assert [a.outcome for a in attempts] == ["correct"] * 6
    assert len(model.asked) == 6


def test_calls_of_an_attempt_that_took_too_long_are_cancelled():
    cancelled = []

    class Stuck(Player):
        async def complete(self, prompt):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled.append(now())
                raise

    task = Task("legs", NUMBER, tuple(Item(str(i), f"{i}?", "24") for i in range(3)))
    attempts = []
    planned = Benchmark((task,), (Stuck(),), ("direct",), RunSettings(concurrency=3, item_seconds=20))
    virtual_time.run(run_guarded(planned, Nowhere(), attempts.append))
    assert [a.outcome for a in attempts] == ["error"] * 3
    assert cancelled == [20] * 3


def test_few_calls_wait_inside_a_model_of_this_process_where_they_cannot_be_stopped():
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    task = Task("legs", NUMBER, tuple(Item(str(i), f"{i} + 2?", "24") for i in range(60)))
    attempts, stop = [], Stop()

    def done(attempt):
        attempts.append(attempt)
        stop(Stopped("enough"))

    with pytest.raises(Stopped):
        asyncio.run(run_guarded(Benchmark((task,), (GGUF(NANO, engines=1),), ("direct",)), Nowhere(), done, stop))
    assert 1 <= len(attempts) <= 6  # two inside it, and those that began before the first was judged
