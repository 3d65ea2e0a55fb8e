"""The page of a technique in Markdown: its facts, what its code says, its prompts, and what it did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from promptkit.formatting import joined, percent, points, span
from promptkit.previewing import runs
from promptkit.specs import DIRECT, STRATEGIES, parse_spec
from promptkit.stats import Interval, share_interval, unpaired_interval
from promptkit.strategies.named import NamedWording
from promptkit.strategy import Strategy
from promptkit.techniques.code import Option, description, options, options_of_template, wordings
from promptkit.techniques.example import Shown, as_python, shown
from promptkit.techniques.facts import Calls, Facts, Figure, Published, facts_of
from promptkit.techniques.formula import names_in
from promptkit.techniques.measured import Result, results_of
from promptkit.types import Message
from promptkit.wording.templates import Templates

_PUBLISHED = (
    "Figures are the source's and were read in its text; *quoted* ones were read where others quote it, and those that "
    "are *not checked* were found in neither. Intervals are ours, 95 %: Wilson's of each accuracy from its number of "
    "items; of a difference Newcombe's for two separate samples, since no source says which items both got right. "
    "Measured on the same items, most differences are surer than that."
)
_MARKS = {"paper": "", "quotation": " (*quoted*)", None: " (*not checked*)"}
_MEASURED = (
    "Accuracy with its 95 % interval; the difference is paired, item by item, and its interval is not adjusted for the "
    "number of techniques that were compared. `nano` has a million parameters and was trained on tasks and wordings of "
    "these kinds: a wording that it does not know gets it nowhere, and no figure of it tells about a large model."
)


def page(name: str) -> str:
    """The page of the technique `name`.

    Raises:
        UsageError: there is no technique of that name.
    """
    facts = facts_of(name)
    example = shown(facts)
    parts = [
        _head(name, facts, len(example.calls)),
        _prompts(example),
        _sentences("When it helps", facts.helps),
        _sentences("When it hurts", facts.hurts),
        _published(facts.published),
        _measured(results_of(name)),
        _use(facts, example),
        _code(name, facts, example),
    ]
    return "\n".join(part for part in parts if part)


def _head(name: str, facts: Facts, calls: int) -> str:
    source = f"{facts.source}.\n\n" if facts.source else ""
    suits = f"\n\nFor: {', '.join(facts.use_when)}." if facts.use_when else ""
    cost = calls_in_words(facts.calls) + (f"; {calls} for the example below" if names_in(facts.calls.formula) else "")
    return f"# {facts.title}: `{name}`\n\n{facts.summary}\n\n{source}**Calls**: {cost}.{suits}\n"


def calls_in_words(calls: Calls) -> str:
    """The formula, with what its names mean."""
    where = "; ".join(f"`{name}`: {meaning}" for name, meaning in calls.where.items())
    return f"`{calls.formula}`" + (f" ({where})" if where else "")


def _prompts(example: Shown) -> str:
    lines = ["## What is sent", "", f"Asked:\n{fenced(example.question)}"]
    for first, last, call in runs(example.calls):
        numbers = f"Call {first}" if first == last else f"Calls {first} to {last}, each a draw of its own"
        lines += [f"### {numbers}{f': {call.step}' if call.step and first == last else ''}", ""]
        lines += [_turn(message) for message in call.prompt.messages]
        if call.prompt.effort is not None:
            lines.append(f"Sent with the reasoning effort `{call.prompt.effort}`.\n")
    return "\n".join(lines)


def _turn(message: Message) -> str:
    return f"{message.role}:\n{fenced(message.shown)}"


def fenced(text: str) -> str:
    """The text as a block of its own, whatever is in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}text\n{text.rstrip()}\n{fence}\n"


def _sentences(heading: str, sentences: Sequence[str]) -> str:
    return f"## {heading}\n\n" + "".join(f"- {sentence}\n" for sentence in sentences) if sentences else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _published(published: Sequence[Published]) -> str:
    if not published:
        return ""
    heads = ["task", "model", "n", "before", "with it", "difference", "source"]
    return f"## Published\n\n{table(heads, map(_published_row, published))}\n{_PUBLISHED}\n"


def intervals(one: Published) -> dict[str, Interval]:
    """Of the accuracies and their difference, as fractions of 1; empty where they can't be known."""
    if not (one.is_share and one.items):
        return {}
    before, after = one.baseline.correct / 100, one.technique.correct / 100
    shares = {"baseline": share_interval(before, one.items), "technique": share_interval(after, one.items)}
    return {**shares, "difference": unpaired_interval(before, after, one.items)}


def _published_row(one: Published) -> list[str]:
    found = intervals(one)
    task = one.task if one.metric == "accuracy" else f"{one.task} ({one.metric})"
    figures = [_figure(one.baseline, found.get("baseline")), _figure(one.technique, found.get("technique"))]
    difference = points((one.technique.correct - one.baseline.correct) / 100)
    if found:
        difference += f" ({span(found['difference'].low, found['difference'].high)})"
    source = (
        one.source
        + _MARKS[one.checked]
        + (f". {one.note[0].upper()}{one.note[1:].removesuffix('.')}" if one.note else "")
    )
    return [task, one.model, f"{one.items:,}" if one.items else "not told", *figures, difference, source]


def _figure(figure: Figure, interval: Interval | None) -> str:
    beside = f"{figure.name}: " if figure.name else ""
    if interval is None:
        return f"{beside}{figure.correct:g}"
    return f"{beside}{figure.correct:g} % ({100 * interval.low:.1f} … {100 * interval.high:.1f})"


def _measured(results: Sequence[Result]) -> str:
    if not results:
        return "## Measured here\n\nNot measured.\n"
    heads = ["model", "task", "n", "direct", "with it", "difference", "calls per item", "tokens per item"]
    commands = "\n".join(dict.fromkeys(f"{r.run.command}   # {r.run.when}, {_versions(r)}" for r in results))
    spec = results[0].row.spec
    rows = table(heads, map(_measured_row, results))
    return f"## Measured here\n\nAs `{spec}`:\n\n{rows}\n{_MEASURED}\n\n```bash\n{commands}\n```\n"


def _versions(result: Result) -> str:
    return ", ".join(f"{name} {version}" for name, version in result.run.versions.items())


def _measured_row(result: Result) -> list[str]:
    row, direct = result.row, result.direct
    figures = [f"{percent(r.accuracy)} ({100 * r.low:.1f} … {100 * r.high:.1f})" for r in (direct, row)]
    difference = "—"
    if row.difference is not None and row.difference_low is not None and row.difference_high is not None:
        difference = f"{points(row.difference)} ({span(row.difference_low, row.difference_high)})"
    tokens = f"{row.input_tokens + row.output_tokens:,.0f}"
    return [result.run.shown_model, row.task, str(row.n), *figures, difference, f"{row.calls:.1f}", tokens]


def _use(facts: Facts, example: Shown) -> str:
    expression, names = as_python(example.strategy)
    imports = ", ".join(sorted({*names, "load_model", "run"}, key=lambda name: (name[0].islower(), name)))
    code = f'from promptkit import {imports}\n\nmodel = load_model("nano")\nstrategy = {expression}\n'
    code += f"question = {example.question!r}\nprint(run(strategy, question).text)"
    bench = f"promptkit bench stories --limit 25 --strategies '{DIRECT},{facts.spec}'"
    see = f"promptkit preview --task stories --strategy '{facts.spec}'"
    others = [f"`{name}`" for name in dict.fromkeys(re.findall(r"load_model\('([^']+)'\)", expression))]
    stands = f"{joined(others)} stands for the name of another model of yours.\n\n" if others else ""
    return f"## How to use it\n\n{stands}```python\n{code}\n```\n\n```bash\n{see}\n{bench}\n```\n"


def options_of(name: str, facts: Facts) -> tuple[Option, ...]:
    """What the technique takes in its brackets: the options of its class, or the inputs of its template."""
    made = _made_of(name, facts)
    return options_of_template(made.template) if isinstance(made, NamedWording) else options(made)


def _made_of(name: str, facts: Facts) -> type[Strategy] | NamedWording:
    """The class that the technique is made of, or the template that it is."""
    found = STRATEGIES.get(name) if name in STRATEGIES.names() else None
    if isinstance(found, NamedWording) or (isinstance(found, type) and issubclass(found, Strategy)):
        return found
    return type(shown(facts).strategy)


def _code(name: str, facts: Facts, example: Shown) -> str:
    made = _made_of(name, facts)
    if isinstance(made, NamedWording):
        heading, said = f'Wrap(model, template="{made.template}")', Templates().header(made.template).description
    else:
        heading, said = made.__name__, description(made)
    spec = "" if [p.name for p in parse_spec(facts.spec)] == [name] else f"\n\nThe example is `{facts.spec}`."
    return f"## `{heading}`\n\n{said}{spec}\n\n" + "\n".join(filter(None, [_options(name, facts), _templates(example)]))


def _options(name: str, facts: Facts) -> str:
    rows = [
        (f"`{o.name}`", f"`{o.type}`", f"`{o.default}`" if o.default else "required", o.meaning)
        for o in options_of(name, facts)
    ]
    return f"### Options\n\n{table(['option', 'type', 'default', 'meaning'], rows)}" if rows else ""


def _templates(example: Shown) -> str:
    rows = [(f"`{name}`", ", ".join(f"`@{wording}`" for wording in wordings(name))) for name in example.templates]
    return f"### Templates\n\n{table(['template', 'other wordings'], rows)}" if rows else ""
