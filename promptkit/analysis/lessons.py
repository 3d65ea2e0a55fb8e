"""What a run of several tasks shows, in at most five sentences, made by fixed rules from the verdicts.

Each rule may find nothing to say. No sentence goes beyond the verdicts: "better" and "worse" are what was shown, and
what was not is called that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import promptkit.formatting as formatting
from promptkit.analysis.comparison import Comparison
from promptkit.analysis.glance import Glance, Place, Price, without_options
from promptkit.analysis.pairs import outermost

MOST = 5
_FEW = 3  # tasks that are named; more are counted
_DECIDED = ("better", "worse")


def lessons(found: Glance) -> tuple[str, ...]:
    """The sentences, the most useful first."""
    rules: tuple[Callable[[Glance], Iterator[str]], ...] = (
        *(_most_often_better, _better_alone, _worse, _added),
        *(_models, _costs, _undecided),
    )
    said = [_shortened(sentence) for rule in rules for sentence in rule(found)]
    return tuple(said[:MOST])


def lessons_of_runs(compared: Iterable[Comparison]) -> tuple[str, ...]:
    """What comparing runs shows: a sentence for each that is compared with the first."""
    by_run: dict[tuple[str, str], list[Comparison]] = {}
    for pair in compared:
        by_run.setdefault((pair.model, pair.baseline_model), []).append(pair)
    return tuple(_shortened(_of_run(*names, pairs)) for names, pairs in by_run.items())


def _of_run(run: str, first: str, pairs: Sequence[Comparison]) -> str:
    parts = []
    for verdict in _DECIDED:
        if those := _those(pairs, verdict):
            names = [formatting.inline(f"{pair.strategy} on {pair.task}") for pair in those]
            named = (
                f"with {formatting.joined(names)}" if len(names) <= _FEW else f"in {len(names)} of {len(pairs)} cells"
            )
            parts.append(f"{verdict} than {formatting.inline(first)} {named}, by {_by(those)}")
    undecided = len(_those(pairs, "not_enough_data"))
    left = f"; not enough data for {undecided} of {len(pairs)} cells" if undecided else ""
    found = " and ".join(parts) or f"not shown to be better or worse than {formatting.inline(first)}"
    return f"{formatting.inline(run)} is {found}{left}."


def _most_often_better(found: Glance) -> Iterator[str]:
    """The strategy that is better in most places, or that none is."""
    best = _leader(found)
    if not found.comparisons:
        yield from _alone(found)
    elif best is None:
        largest = max(found.comparisons, key=lambda pair: pair.difference)
        where = f"{_heading(found, largest.strategy)} on {_place(found, largest)}"
        seen = f"the largest difference is that of {where}, {_by([largest])}"
        yield f"Nothing is shown to be better than {_baseline(found)}; {seen}."
    else:
        worse = _those(found.of(best), "worse")
        beside = f"worse {_in(found, worse)}" if worse else "worse on none"
        yield f"{_scored(found, best, 'better')}; {beside}."


def _better_alone(found: Glance) -> Iterator[str]:
    """Places where one strategy alone is better, and not the one that is better most often."""
    leader, alone = _leader(found), dict[str, list[Comparison]]()
    for place in found.places:
        better = [pair for pair in _those(found.comparisons, "better") if Place(pair.task, pair.model) == place]
        if len(better) == 1 and better[0].strategy != leader:
            alone.setdefault(better[0].strategy, []).append(better[0])
    parts = [f"{_heading(found, s)} {_in(found, pairs)}" for s, pairs in alone.items()]
    if parts:
        yield f"The only one better than {_baseline(found)}: {'; '.join(parts)}."


def _worse(found: Glance) -> Iterator[str]:
    """What hurts; what is better most often has said so itself."""
    leader = _leader(found)
    hurts = {s: _those(found.of(s), "worse") for s in found.strategies if s != leader}
    hurting = sorted((s for s in hurts if hurts[s]), key=lambda s: -len(hurts[s]))
    if hurting:
        parts = [f"{_heading(found, s)} {_in(found, hurts[s])}{_though(found, s)}" for s in hurting[:_FEW]]
        more = f"; so {_are(len(hurting) - _FEW)} more" if len(hurting) > _FEW else ""
        yield f"Worse than {_baseline(found)}: {'; '.join(parts)}{more}."
    elif len(found.comparisons) > 1 and leader is not None and not _those(found.of(leader), "worse"):
        yield f"Nothing is shown to be worse than {_baseline(found)}."


def _added(found: Glance) -> Iterator[str]:
    """What the outermost part of a strategy adds to what stands inside it."""
    by_pair: dict[tuple[str, str], list[Comparison]] = {}
    for pair in found.added:
        by_pair.setdefault((pair.baseline, pair.strategy), []).append(pair)
    decided = sorted(by_pair, key=lambda two: -sum(pair.verdict in _DECIDED for pair in by_pair[two]))[:_FEW]
    parts: dict[str, list[str]] = {}
    for inner, strategy in decided:
        effect = f"{outermost(strategy)} is {_effect(found, by_pair[inner, strategy])}"
        parts.setdefault(f"Added to {formatting.inline(without_options(inner))}", []).append(effect)
    for inner, effects in parts.items():
        yield f"{inner}, {'; '.join(effects)}."


def _models(found: Glance) -> Iterator[str]:
    """Each further model beside the first one, strategy by strategy."""
    for model in found.models[1:]:
        pairs = [pair for pair in found.across_models if pair.model == model]
        if pairs:
            yield f"{formatting.inline(model)} is {_effect(found, pairs, of=pairs[0].baseline_model)}."


def _costs(found: Glance) -> Iterator[str]:
    """What an answer costs by the baseline, and beside it by the strategy most often better and by the dearest."""
    for model in found.models:
        prices = {s: price for s in found.strategies if (price := found.price(s, model, where=found.baseline))}
        if found.baseline in prices and len(prices) > 1 and any(price.calls for price in prices.values()):
            dearest = max(prices, key=lambda s: (prices[s].tokens, prices[s].calls))
            shown = dict.fromkeys(s for s in (_leader(found), dearest) if s in prices and s != found.baseline)
            where = f" on {formatting.inline(model)}" if len(found.models) > 1 else ""
            beside = "".join(f"; {_heading(found, s)} takes {_beside(found, s, model)}" for s in shown if s)
            yield f"An answer by {_baseline(found)}{where} takes {_price(prices[found.baseline])}{beside}."


def _undecided(found: Glance) -> Iterator[str]:
    """How much is left open."""
    pairs = _those(found.comparisons, "not_enough_data")
    if pairs:
        bounds = formatting.short_span(min(p.low for p in pairs), max(p.high for p in pairs))
        count = f"{len(pairs)} of {len(found.comparisons)} comparisons"
        yield f"Not decided: {count} with {_baseline(found)}, whose intervals lie within {bounds} points."


def _alone(found: Glance) -> Iterator[str]:
    rows = [cell.row for cell in found.cells.values() if cell.row.accuracy is not None]
    if rows:
        low, high = (pick(row.accuracy or 0.0 for row in rows) for pick in (min, max))
        shown = " to ".join(dict.fromkeys((formatting.percent(low), formatting.percent(high))))
        names = formatting.joined([_heading(found, s) for s in found.strategies])
        yield f"Only {names} was tried, which is compared with nothing: {shown} right on {_count(found, len(rows))}."


def _leader(found: Glance) -> str | None:
    """The strategy better in most places; of several the one worse in fewest, then the cheapest, then the best."""
    better = {s: len(_those(found.of(s), "better")) for s in found.strategies}

    def rank(strategy: str) -> tuple[float, ...]:
        prices = [found.price(strategy, model) for model in found.models]
        pairs = found.of(strategy)
        gained = sum(pair.difference for pair in pairs)
        return (-better[strategy], len(_those(pairs, "worse")), sum(p.tokens for p in prices if p), -gained)

    best = min(found.strategies, key=rank, default=None)
    return best if best is not None and better[best] else None


def _scored(found: Glance, strategy: str, verdict: str) -> str:
    pairs = found.of(strategy)
    those = _those(pairs, verdict)
    of = f"on {len(those)} of {_count(found, len(pairs))}"
    return f"{_heading(found, strategy)} is {verdict} than {_baseline(found)} {of}, by {_by(those)}"


def _effect(found: Glance, pairs: Sequence[Comparison], *, of: str = "") -> str:
    """`better on a and b, by +3 to +5 points (…), worse on c, by …`; or that neither is shown."""
    beside = f" than {formatting.inline(of)}" if of else ""
    parts = [f"{verdict}{beside} {_in(found, those)}" for verdict in _DECIDED if (those := _those(pairs, verdict))]
    return " and ".join(parts) or f"not shown to be better or worse{beside} {_where(found, pairs)}"


def _though(found: Glance, strategy: str) -> str:
    """Where a strategy that is worse somewhere is better."""
    better = _those(found.of(strategy), "better")
    return f", though better {_in(found, better)}" if better else ""


def _in(found: Glance, pairs: Sequence[Comparison]) -> str:
    return f"{_where(found, pairs)}, by {_by(pairs)}"


def _by(pairs: Sequence[Comparison]) -> str:
    """`+38 to +81 points (95 % intervals within +20 … +93)`."""
    ordered = sorted(pair.difference for pair in pairs)
    shown = " to ".join(dict.fromkeys(formatting.short_points(ordered[place]) for place in (0, -1)))
    sure = formatting.confidence(pairs[0].confidence)
    bounds = formatting.short_span(min(pair.low for pair in pairs), max(pair.high for pair in pairs))
    kind = "interval" if len(pairs) == 1 else "intervals within"
    return f"{shown} points ({sure} {kind} {bounds})"


def _where(found: Glance, pairs: Sequence[Comparison]) -> str:
    """The places by name, where they are few; else how many."""
    names = list(dict.fromkeys(_place(found, pair) for pair in pairs))
    return f"on {formatting.joined(names)}" if len(names) <= _FEW else f"on {_count(found, len(names))}"


def _place(found: Glance, pair: Comparison) -> str:
    return formatting.inline(found.name(Place(pair.task, pair.model)))


def _count(found: Glance, number: int) -> str:
    """So many tasks; with several models, tasks on a model."""
    if len(found.models) > 1:
        return f"{number} tasks of models" if number != 1 else "1 task of a model"
    return f"{number} tasks" if number != 1 else "1 task"


def _those(pairs: Iterable[Comparison], verdict: str) -> list[Comparison]:
    return [pair for pair in pairs if pair.verdict == verdict]


def _price(price: Price, tokens: str = "") -> str:
    calls = f"{price.calls:.3g} call{'s' * (price.calls != 1)}"
    counted = f"{price.tokens:,.0f} tokens" if price.tokens else ""
    dollars = f" ({formatting.dollars(price.usd)})" if price.usd else ""
    return " and ".join(filter(None, (calls, tokens or counted))) + dollars


def _beside(found: Glance, strategy: str, model: str) -> str:
    """Its price on the tasks that the baseline has, and its tokens as a multiple of the baseline's on those it has."""
    price = found.price(strategy, model, where=found.baseline)
    base = found.price(found.baseline, model, where=strategy)
    if price is None or base is None or not base.tokens:
        return _price(price) if price else "an unknown number of calls"
    return _price(price, f"{price.tokens / base.tokens:.2g} times the tokens")


def _shortened(sentence: str) -> str:
    """The sentence, in which only the first interval is called one."""
    first, sign, rest = sentence.partition(" % interval")
    return first + sign + re.sub(r"\([\d.]+ % intervals?(?: within)? ", "(", rest)


def _baseline(found: Glance) -> str:
    return _heading(found, found.baseline)


def _heading(found: Glance, strategy: str) -> str:
    return formatting.inline(found.headings[strategy])


def _are(number: int) -> str:
    return f"is {number}" if number == 1 else f"are {number}"
