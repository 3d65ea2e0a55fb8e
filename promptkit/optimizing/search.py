"""The search: GEPA proposes from the candidates that are best on some item; this is its window to our models.

Agrawal et al. 2025, "GEPA: Reflective Prompt Evolution Can Outperform Reinforcement Learning", arXiv:2507.19457, by the
authors' package. What differs: 6 train items per step where the paper takes 3; merging is left out; a wording that
loses an input or fails the linter is never sent; examples are exchanged by rule. The seed is fixed and every call is on
record, so a search that is started again takes the same steps to where it was, for nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from promptkit.errors import BudgetExceeded, PromptkitError
from promptkit.optimizing.asking import Asking
from promptkit.optimizing.candidates import Candidate, Candidates
from promptkit.optimizing.editable import EXAMPLES
from promptkit.optimizing.plan import TRIES, Plan
from promptkit.optimizing.proposing import Proposals
from promptkit.optimizing.reflecting import reword_prompt
from promptkit.optimizing.requests import Requests
from promptkit.tasks import Item

P = ParamSpec("P")
T = TypeVar("T")
Texts = dict[str, str]
Shown = Mapping[str, Sequence[Mapping[str, Any]]]


class _Over(Exception):
    """Nothing more is to be evaluated; the search has the reason."""


def _told(
    method: Callable[Concatenate[Search, P], T],
) -> Callable[Concatenate[Search, P], T]:
    """The method, whose errors are kept: GEPA logs those of callbacks and proposals, and goes on."""

    @functools.wraps(method)
    def called(search: Search, /, *arguments: P.args, **named: P.kwargs) -> T:
        try:
            return method(search, *arguments, **named)
        except _Over:
            raise
        except Exception as error:
            search.broken = search.broken or error
            raise

    return called


class Search:
    """What GEPA calls an adapter, and its callbacks and stop condition. GEPA runs in a thread, and asks in our loop.

    Attributes:
        ended: why it ended for good, in words; empty while it may go on.
        failed: what cut it short: it goes on when it is started again.
        broken: what must not happen, such as a disk that is full.
    """

    def __init__(
        self, plan: Plan, asking: Asking, candidates: Candidates, proposals: Proposals, requests: Requests
    ) -> None:
        self._plan, self._asking, self._candidates = plan, asking, candidates
        self._proposals, self._requests = proposals, requests
        self._loop = asyncio.get_running_loop()
        self._fruitless = 0  # steps in a row that brought no candidate to the validation items
        self._before = 0.0  # the parent's score on the train items of this step
        self.ended = ""
        self.failed: PromptkitError | None = None
        self.broken: Exception | None = None

    async def run(self) -> None:
        """Search until the budget is used up, nothing new is proposed, every item is right, or something fails.

        Raises:
            RecordError: a candidate can't be written.
        """
        from gepa import optimize  # the extra `optimize`

        self._proposals.original()

        def blocking() -> None:
            with contextlib.suppress(_Over):
                optimize(
                    seed_candidate=dict(self._plan.versions.original),
                    trainset=list(self._plan.splits.train),
                    valset=list(self._plan.splits.validation),
                    adapter=self,
                    reflection_minibatch_size=self._plan.minibatch,
                    stop_callbacks=self._is_over,
                    callbacks=[self],
                    logger=_Silent(),
                    track_best_outputs=False,
                    seed=self._plan.benchmark.settings.seed,
                )

        await asyncio.to_thread(blocking)
        if self.broken:
            raise self.broken

    @_told
    def evaluate(self, batch: list[Item], candidate: Texts, capture_traces: bool = False) -> Any:  # noqa: ANN401, ARG002
        """The scores of a candidate on some items."""
        from gepa.core.adapter import EvaluationBatch

        tried = self._waited(self._asking.tried(self._proposals.benchmark(self._known(candidate), tuple(batch))))
        if tried is None:
            raise _Over
        scores, replies = [one.score for one in tried], [one.reply for one in tried]
        return EvaluationBatch(outputs=replies, scores=scores, trajectories=tried)

    @_told
    def make_reflective_dataset(
        self,
        candidate: Texts,  # noqa: ARG002 - by GEPA's names
        eval_batch: Any,  # noqa: ANN401 - what `evaluate` returned
        components_to_update: list[str],
    ) -> Shown:
        """What a proposal is made from."""
        return {name: [{"tried": one} for one in eval_batch.trajectories] for name in components_to_update}

    @_told
    def propose_new_texts(self, candidate: Texts, reflective_dataset: Shown, components_to_update: list[str]) -> Texts:
        """Another text for one component; nothing where what was proposed is not to be tried."""
        (name,) = components_to_update
        parent = self._known(candidate)
        if name == EXAMPLES:
            made = self._proposals.exchange(parent)
        else:
            tried = [one["tried"] for one in reflective_dataset[name]]
            prompt = reword_prompt(self._plan.benchmark.templates, parent.texts[name], tried)
            reply = self._waited(self._asking.reflect(prompt))
            if reply is None:
                return {}
            made = self._proposals.reworded(parent, name, reply)
        return {} if made.fate == "rejected" else {name: made.texts[name]}

    @_told
    def on_iteration_start(self, event: Mapping[str, Any]) -> None:  # noqa: ARG002 - by GEPA's names
        """Count a step; one whose train items are all right proposes nothing."""
        self._fruitless += 1

    @_told
    def on_valset_evaluated(self, event: Mapping[str, Any]) -> None:
        """Keep the score of a candidate."""
        known, score = self._known(event["candidate"]), float(event["average_score"])
        self._fruitless = 0
        fate = known.fate if known.fate == "original" else "scored"
        self._proposals.update(known.number, validation=score, fate=fate)
        if score >= 1:
            self.ended = "every validation item is right"

    @_told
    def on_evaluation_end(self, event: Mapping[str, Any]) -> None:
        """Keep how a proposal did beside its parent."""
        score = sum(event["scores"])
        if event["candidate_idx"] is not None:
            self._before = score
        else:
            self._proposals.update(max(self._candidates.all), train=(self._before, score, len(event["scores"])))

    @_told
    def on_candidate_rejected(self, event: Mapping[str, Any]) -> None:  # noqa: ARG002 - by GEPA's names
        """Keep that a proposal was no better than its parent."""
        self._proposals.update(max(self._candidates.all), fate="no better on train items")

    def _is_over(self, _state: object) -> bool:
        left = self._plan.search_calls - self._requests.count
        if not self.ended and self._fruitless >= TRIES:
            self.ended = f"the last {TRIES} steps brought no better wording"
        elif not self.ended and self._requests.sends and left < self._plan.step_calls:
            self.ended = f"{left:,} requests are left for the search, and a step may take {self._plan.step_calls:,}"
        return bool(self.ended or self.failed or self.broken)

    def _known(self, texts: Texts) -> Candidate:
        found = self._candidates.find(texts)
        assert found is not None  # noqa: S101 - GEPA has the original, and what was proposed to it
        return found

    def _waited(self, asked: Coroutine[Any, Any, T]) -> T | None:
        """What came of asking, waited for in GEPA's thread; nothing when it is over."""
        try:
            return asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        except BudgetExceeded:
            self.ended = "the requests for the search are used up"
        except PromptkitError as error:
            self.failed = error
        return None


class _Silent:
    """Where GEPA's own messages go."""

    def log(self, message: str) -> None:
        """Nothing."""
