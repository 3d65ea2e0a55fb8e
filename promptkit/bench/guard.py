"""A model as a run asks it: within its limits, tried again, waited for, and recorded."""

from __future__ import annotations

import functools
import math

from promptkit.backend import Model
from promptkit.prices import cost_usd
from promptkit.settings import RunLimits, RunSettings
from promptkit.wrappers.budget import Budget
from promptkit.wrappers.cache import Cache, Calls
from promptkit.wrappers.deadline import Deadline
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop


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
) -> Model:
    """`model` in its wrappers, innermost first: budget, limit (which waits an outage out), retry, deadline, cache.

    Models of one run share `stop` and `spent`. `known_at` is the endpoint under which calls of a model that has moved
    are on record.
    """
    sent = model
    if limits.max_calls is not None or limits.max_cost is not None:
        price = functools.partial(cost_usd, model.name)
        sent = Budget(sent, max_calls=limits.max_calls, max_cost=limits.max_cost, price=price, spent=spent, stop=stop)
    limited = Limit(sent, settings.concurrency, patience=patience, stop=stop)
    # how long it is tried follows from the attempts alone: most of the time may pass in the queue of the limit
    tried: Model = Retry(limited, attempts=settings.attempts, total_seconds=math.inf, sleep=stop.sleep)
    if settings.item_seconds is not None:
        tried = Deadline(tried)
    return Cache(tried, store, known_at=known_at)


def priced_model(model: Model, limits: RunLimits) -> Model:
    """`model` itself.

    Raises:
        UsageError: a limit in dollars, which can't be kept because the price of the model is not known.
    """
    if limits.max_cost is not None:
        Budget(model, max_cost=limits.max_cost, price=functools.partial(cost_usd, model.name))
    return model
