# What the model can do: every target measured on held-out items, in the library's wordings and in held-out ones.
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from training import wordings
from training.by_example import ByExample
from training.engine import Engine
from training.intervals import Share, gain
from training.problem import Problem
from training.split import held_out_form
from training.suites import EXAMPLES, FORMATS, SUITES, UNIT, example_items, format_items, problems, train_problems
from training.techniques import Techniques, assistant, read, user
from training.world import World

DRAWS, TEMPERATURE = 8, 0.8
CLOSE = 5
HELD_OUT = ", held-out wordings"
UNSEEN = " (forms never trained on)"


@dataclass(frozen=True)
class Target:
    """A claim, the least that would support it, and what was measured."""

    claim: str
    wanted: float
    measured: float
    detail: str
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the point estimate reaches what is wanted."""
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted


def share(replies: list[str], problems: list[Problem]) -> Share:
    """How many replies announce the right answer."""
    return Share(sum(read(r) == p.answer for r, p in zip(replies, problems, strict=True)), len(problems))


class Measurement:
    """All measurements of a chat model and its base model; every set of replies is drawn once."""

    def __init__(self, model: Path, base: Path, world: World) -> None:
        self.engine = Engine(model)
        self.base = Engine(base)
        self.world = world
        self.suites = {suite.name: (problems(suite, world), train_problems(suite, world)) for suite in SUITES}
        self.shares: dict[str, Share] = {}

    def run(self) -> Iterator[list[Target]]:
        """The targets, group by group, the most important first."""
        said = self._targets(Techniques(self.engine, "library"), "")
        yield said
        formats, held_out_formats = self._formats()
        yield [self._one_step(), *self._by_example(), formats]
        self._base_model()
        unheard = self._targets(Techniques(self.engine, "held out"), HELD_OUT)
        yield [_close(*pair) for pair in zip([*said, formats], [*unheard, held_out_formats], strict=True)]
        self._others()
        yield []

    def _targets(self, asked: Techniques, mark: str) -> list[Target]:
        compare, long = (self.suites[name][0] for name in ("compare", "long-stories"))
        chained = [
            self._chain_gain(asked, name, mark, wanted)
            for name, wanted in (("stories", 55), ("stories-zh", 55), ("large-numbers", 0))
        ]
        compare_chain = self._keep(f"compare chain of thought{mark}", asked.chain(compare), compare)
        compare_plan = self._keep(f"compare plan, then solve{mark}", asked.plan(compare), compare)
        long_chain = self._keep(f"long-stories chain of thought{mark}", asked.chain(long), long)
        long_plan = self._keep(f"long-stories plan, then solve{mark}", asked.plan(long), long)
        return [
            *chained,
            _gain(f"plan, then solve over chain of thought on compare{mark}", 50, compare_plan, compare_chain),
            _gain(f"plan, then solve over chain of thought on long stories{mark}", 20, long_plan, long_chain),
            *self._dead_ends(asked, mark),
        ]

    def _chain_gain(self, asked: Techniques, name: str, mark: str, wanted: float) -> Target:
        items = self.suites[name][0]
        direct = self._keep(f"{name} direct{mark}", asked.direct(items), items)
        chained = self._keep(f"{name} chain of thought{mark}", asked.chain(items), items)
        return _gain(f"chain of thought over direct on {name}{mark}", wanted, chained, direct)

    def _dead_ends(self, asked: Techniques, mark: str) -> list[Target]:
        items = self.suites["dead-ends"][0]
        drafts = asked.chain(items, temperature=TEMPERATURE, seed=1000)
        one = self._keep(f"dead-ends one sampled chain{mark}", drafts, items)
        voted = asked.vote(items, DRAWS, TEMPERATURE)
        vote = Share(sum(a == p.answer for a, p in zip(voted, items, strict=True)), len(items))
        self.shares[f"dead-ends self-consistency of {DRAWS}{mark}"] = vote
        final, accepted = asked.reflect(items, drafts)
        reflected = self._keep(f"dead-ends self-reflection on the sampled chain{mark}", final, items)
        right = [i for i, (draft, p) in enumerate(zip(drafts, items, strict=True)) if read(draft) == p.answer]
        broken = Share(sum(read(final[i]) != items[i].answer for i in right), len(right))
        taken = Share(sum(accepted[i] for i in right), len(right))
        return [
            _gain(f"self-consistency of {DRAWS} over one sampled chain on dead ends{mark}", 40, vote, one),
            _gain(f"self-reflection over its sampled draft on dead ends{mark}", 40, reflected, one),
            Target(f"right drafts broken by reflection{mark}", 1, broken.percent, str(broken), at_most=True),
            Target(f"right drafts accepted by the critic{mark}", 98, taken.percent, str(taken)),
        ]

    def _one_step(self) -> Target:
        asked, solved = Techniques(self.engine), []
        for suite in (suite for suite in SUITES if suite.name in ("stories", "tracking")):
            items = problems(replace(suite, name=f"{suite.name} of one step", steps=(1,)), self.world)
            solved.append(self._keep(f"{suite.name} of one step, direct", asked.direct(items), items))
        both = _sum(solved)
        return Target("direct at one step, stories and tracking", 98, both.percent, str(both))

    def _by_example(self) -> list[Target]:
        targets = []
        for kind, wanted in (("labels", 65), ("operators", 72)):
            tasks = example_items(kind, self.world)
            zero = self._keep_examples(f"{kind} zero-shot", tasks, 0)
            few = self._keep_examples(f"{kind} with {EXAMPLES[kind]} examples", tasks, EXAMPLES[kind])
            targets.append(_gain(f"few-shot over zero-shot on {kind}", wanted, few, zero))
        return targets

    def _keep_examples(self, name: str, tasks: list[ByExample], count: int) -> Share:
        chats = []
        for task in tasks:
            shown = [(user(task.asked(text)), assistant(reply)) for text, reply in task.examples[:count]]
            chats.append([turn for pair in shown for turn in pair] + [user(task.asked(task.question))])
        replies = self.engine.chat(chats)
        right = sum(_said(reply) == task.answer for reply, task in zip(replies, tasks, strict=True))
        self.shares[name] = Share(right, len(tasks))
        return self.shares[name]

    def _base_model(self) -> None:
        for kind, count in EXAMPLES.items():
            tasks = example_items(kind, self.world)
            for shown in (0, count):
                texts = [_as_text(task, shown) for task in tasks]
                replies = self.base.complete(texts, stop="\n")
                right = sum(_said(reply) == task.answer for reply, task in zip(replies, tasks, strict=True))
                self.shares[f"nano-base: {kind} with {shown} examples as text"] = Share(right, len(tasks))

    def _formats(self) -> tuple[Target, Target]:
        claim = "instructions over bare on strict formats"
        bare_total, told_total, held_total = [], [], []
        for form, (_, _, instruction) in FORMATS.items():
            items = format_items(form, self.world)
            listed = wordings.ONLY["number"] if form == "number" else wordings.FORMATS[form]
            unheard = listed[-1].format(k="answer", u=UNIT)
            bare = self._exact(f"formats-{form} bare", items, "")
            told = self._exact(f"formats-{form} with instructions", items, instruction)
            held = self._exact(f"formats-{form} with held-out instructions", items, unheard)
            bare_total.append(bare)
            told_total.append(told)
            held_total.append(held)
        bare_sum = _sum(bare_total)
        return _gain(claim, 75, _sum(told_total), bare_sum), _gain(claim + HELD_OUT, 75, _sum(held_total), bare_sum)

    def _exact(self, name: str, items: list[tuple[str, str]], instruction: str) -> Share:
        system = [{"role": "system", "content": instruction}] if instruction else []
        replies = self.engine.chat([[*system, user(question)] for question, _ in items])
        right = sum(reply.strip() == wanted for reply, (_, wanted) in zip(replies, items, strict=True))
        self.shares[name] = Share(right, len(items))
        return self.shares[name]

    def _others(self) -> None:
        asked = Techniques(self.engine)
        for name in ("stories", "stories-zh", "large-numbers", "compare", "tracking", "spelling", "sorting"):
            items, examples = self.suites[name]
            drafts = asked.direct(items)
            self._keep(f"{name} direct", drafts, items)
            self._keep(f"{name} chain of thought", asked.chain(items), items)
            self._keep(f"{name} few-shot of 3", asked.shots(items, examples, 3, reasoned=False), items)
            self._keep(f"{name} few-shot of 3 with reasoning", asked.shots(items, examples, 3, reasoned=True), items)
            self._keep(f"{name} self-reflection on a direct draft", asked.reflect(items, drafts)[0], items)
            self._keep(f"{name} plan, then solve", asked.plan(items), items)

    def _keep(self, name: str, replies: list[str], items: list[Problem]) -> Share:
        self.shares[name] = share(replies, items)
        unseen = [i for i, problem in enumerate(items) if held_out_form(problem.form)]
        if unseen:
            self.shares[name + UNSEEN] = _chosen(replies, items, unseen)
        for steps in sorted({problem.steps for problem in items}):
            chosen = [i for i, problem in enumerate(items) if problem.steps == steps]
            self.shares[f"{name} [steps={steps}]"] = _chosen(replies, items, chosen)
        return self.shares[name]


def table(targets: list[Target], shares: dict[str, Share], command: str) -> str:
    """The Markdown page of a measurement."""
    lines = [f"Measured with `{command}`. Per cent and points with 95 % intervals (Wilson; differences: Newcombe).", ""]
    lines += ["| target | wanted | measured | met |", "|---|---|---|---|"]
    for target in targets:
        bound = f"{'at most' if target.at_most else 'at least'} {target.wanted:g}"
        lines.append(f"| {target.claim} | {bound} | {target.detail} | {'yes' if target.met else '**no**'} |")
    lines += ["", "| what | right | of these, in forms never trained on |", "|---|---|---|"]
    for name, value in shares.items():
        if "[steps" not in name and UNSEEN not in name:
            lines.append(f"| {name} | {value} | {shares.get(name + UNSEEN, '')} |")
    lines += ["", "By number of steps:", "", *_by_steps(shares)]
    return "\n".join(lines) + "\n"


def _by_steps(shares: dict[str, Share]) -> list[str]:
    rows: dict[str, dict[int, Share]] = {}
    for name, value in shares.items():
        what, mark, steps = name.partition(" [steps=")
        if mark:
            rows.setdefault(what, {})[int(steps.rstrip("]"))] = value
    most = max((steps for row in rows.values() for steps in row), default=0)
    lines = [f"| right, per cent | {' | '.join(map(str, range(1, most + 1)))} |", "|---" * (most + 1) + "|"]
    for what, row in rows.items():
        cells = (f"{row[steps].percent:.0f}" if steps in row else "" for steps in range(1, most + 1))
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return lines


def measure(folder: Path, world: World, page: Path, command: str, progress: Callable[[str], None]) -> list[Target]:
    """Measure both models; the page and the bare figures beside it are written anew after every group."""
    measurement = Measurement(folder / "nano.gguf", folder / "nano-base.gguf", world)
    targets: list[Target] = []
    for group in measurement.run():
        targets += group
        page.write_text(table(targets, measurement.shares, command), encoding="utf-8")
        figures = {name: [value.right, value.total] for name, value in measurement.shares.items()}
        page.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        for target in group:
            progress(f"{'met   ' if target.met else 'MISSED'} {target.claim}: {target.detail}")
    return targets


def _gain(claim: str, wanted: float, after: Share, before: Share) -> Target:
    difference, low, high = gain(after, before)
    shares = f"{before.percent:.1f} → {after.percent:.1f}, n={after.total}"
    detail = f"{difference:+.1f} ({low:+.1f} to {high:+.1f}): {shares}"
    return Target(claim, wanted, difference, detail)


def _close(said: Target, unheard: Target) -> Target:
    """A figure in wordings never trained on is wanted to be at most `CLOSE` points worse."""
    wanted = said.measured + (CLOSE if said.at_most else -CLOSE)
    return replace(unheard, wanted=round(wanted, 1))


def _as_text(task: ByExample, count: int) -> str:
    pairs = "".join(f"Q: {task.asked(text)}\nA: {reply}\n" for text, reply in task.examples[:count])
    return f"{pairs}Q: {task.asked(task.question)}\nA:"


def _said(reply: str) -> str:
    return read(reply) or reply.strip().removesuffix(".")


def _chosen(replies: list[str], items: list[Problem], places: list[int]) -> Share:
    return share([replies[i] for i in places], [items[i] for i in places])


def _sum(shares: list[Share]) -> Share:
    return Share(sum(s.right for s in shares), sum(s.total for s in shares))
