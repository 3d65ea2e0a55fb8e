"""A model as a run asks it: within its limits, tried again, waited for, and recorded."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

from promptkit.backend import Model
from promptkit.bench.models import batch_api_of
from promptkit.errors import UsageError
from promptkit.judges.asks_model import AsksModel
from promptkit.prices import cost_usd
from promptkit.settings import RunLimits, RunSettings
from promptkit.wrappers.batched import Batched, Collected, Live
from promptkit.wrappers.budget import Budget
from promptkit.wrappers.cache import Cache, Calls
from promptkit.wrappers.deadline import Deadline
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.waves import BatchedModel, Waves


def guarded_model(
    model: Model,
    settings: RunSettings,
    limits: RunLimits,
    *,
    store: Calls,
    stop: Stop,
    spent: Spent,
    patience: Patience,
    known_at: str | None = None,
    waves: Waves | None = None,
) -> Model:
    """`model` in its wrappers, innermost first: budget, limit (which waits an outage out), retry, deadline, cache.

    Models of one run share `stop` and `spent`. `known_at` is the endpoint under which calls of a model that has moved
    are on record. With `waves` a model that has a batch API is asked by that.
    """
    if waves is not None and (api := batch_api_of(model)):
        asked = BatchedModel(model.name, model.endpoint if known_at is None else known_at, api)
        budgeted = _budgeted(Batched(model, waves, asked), limits, spent, stop, batch=True)
        return Cache(Collected(budgeted, waves, asked), store, known_at=known_at)
    sent = _budgeted(model, limits, spent, stop)
    limited = Limit(sent, settings.concurrency, patience=patience, stop=stop)
    # how long it is tried follows from the attempts alone: most of the time may pass in the queue of the limit
    tried: Model = Retry(limited, attempts=settings.attempts, total_seconds=math.inf, sleep=stop.sleep)
    if settings.item_seconds is not None:
        tried = Deadline(tried)
    if waves is not None:
        tried = Live(tried, waves)
    return Cache(tried, store, known_at=known_at)


def _budgeted(model: Model, limits: RunLimits, spent: Spent, stop: Stop, *, batch: bool = False) -> Model:
    if limits.max_calls is None and limits.max_cost is None:
        return model
    price = functools.partial(cost_usd, model.name, batch=batch)
    return Budget(model, max_calls=limits.max_calls, max_cost=limits.max_cost, price=price, spent=spent, stop=stop)


def require_keys(models: Iterable[Model]) -> None:
    """See that hosted models have keys, before anything is written for what could ask nothing.

    Raises:
        AuthenticationError: one has none.
    """
    for model in models:
        if require := getattr(model, "require_key", None):
            require()


def require_bounded(limits: RunLimits, max_tokens: int | None, graders: Iterable[object] = ()) -> None:
    """See that replies are bounded where dollars are, and what models write that `graders` ask as well.

    Raises:
        UsageError: they are not.
    """
    if limits.max_cost is None:
        return
    if max_tokens is None:
        raise UsageError("`max_cost` needs `max_tokens`, or one reply could exceed it")
    for one in graders:
        if isinstance(one, AsksModel) and one.max_tokens is None:
            fact = f"`max_cost` needs a limit on the length of what {one.model_name} writes about a reply"
            raise UsageError(f"{fact}, or it could exceed it; give {one.kind}(…,max_tokens=N)")


def priced_model(model: Model, limits: RunLimits) -> Model:
    """`model` itself.

    Raises:
        UsageError: a limit in dollars, which can't be kept because the price of the model is not known.
    """
    if limits.max_cost is not None:
        Budget(model, max_cost=limits.max_cost, price=functools.partial(cost_usd, model.name))
    return model
