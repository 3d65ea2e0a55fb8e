"""The report as one page that needs no network: charts as SVG, a matrix to search, every transcript a click away."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

import promptkit.formatting as formatting
from promptkit.analysis import verdicts
from promptkit.analysis.comparison import interval_heading
from promptkit.analysis.glance import Glance
from promptkit.analysis.lessons import lessons
from promptkit.outcomes import OUTCOMES
from promptkit.record.reader import Run
from promptkit.report import provenance
from promptkit.report.charts import Chart, Charts
from promptkit.report.draw import drawn
from promptkit.report.findings import LETTERS, Findings, ItemRow, Section, findings_of
from promptkit.report.labelling import replies_on_page
from promptkit.report.transcripts import TooMuch, Transcripts, beside, packed

PAGE = Path(__file__).parent / "page"
MARKS = dict(zip(OUTCOMES, "✓◐✗?…⊘!∅–", strict=True))
SIZES = {"wide": (300, 24), "narrow": (190, 17)}  # pixels of the plot, characters of a name in a line
PANEL_SIZES = {"wide": (410, 24), "narrow": (210, 17)}  # the same of the picture that the page opens with


@dataclass(frozen=True)
class Figure:
    """A chart for wide and for narrow screens, with what it shows in words."""

    caption: str
    alternative: str
    drawings: dict[str, Markup]


def write(run: Run, output: Path) -> list[Path]:
    """Write the page, and pages of transcripts beside it when they are too many for one; all files written."""
    page, findings = environment(), findings_of(run)
    folder = output.with_name(f"{output.stem}.transcripts")
    try:
        transcripts = packed(run, page)
    except TooMuch:
        transcripts = beside(run, page, folder)
    written = page.get_template("report.html.j2").generate(
        run=run,
        findings=findings,
        picture=_picture(findings.glance),
        figures=figures(findings.sections),
        transcripts=transcripts,
        data=_data(findings, transcripts),
        labelling=replies_on_page(run),
        numbers=_sections(findings),
    )
    output.touch(mode=0o600)
    with output.open("w", encoding="utf-8") as file:
        file.writelines(written)
    return [output, *([folder] if transcripts.pages else [])]


def _breakable(name: str) -> Markup:
    """The name of a strategy, which a narrow column may break between its parts and options."""
    return Markup(re.sub(r"([+,(])", r"\1<wbr>", str(escape(formatting.plain(name)))))  # noqa: S704 - escaped


def _sections(findings: Findings) -> dict[tuple[str, str], int]:
    """The number of the section of each task and model."""
    return {(section.task, section.model): number for number, section in enumerate(findings.sections, start=1)}


@cache
def environment() -> jinja2.Environment:
    """Templates of pages. Every value is escaped, and made text that a page can hold."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: formatting.plain(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script, style = _text("page.js") + _text("label.js"), _text("page.css")
    made.filters["breakable"] = _breakable
    made.globals.update(
        formatting=formatting,
        as_json=htmlsafe_json_dumps,
        verdicts=verdicts,
        lessons=lessons,
        provenance=provenance,
        outcomes=OUTCOMES,
        marks=MARKS,
        script=script,
        style=style,
        policy=_policy(script, style),
        policy_without_script=_policy("", style),
    )
    return made


def figures(sections: Sequence[Section]) -> dict[tuple[str, str], list[Figure]]:
    """The charts of each section, by its task and model; all drawn together, since it takes a process."""
    asked = [(section, *planned) for section in sections for planned in _planned(section)]
    charts = [plan(Charts(*fitting)) for *_, plan in asked for fitting in SIZES.values()]
    drawings = iter(drawn(charts))
    made: dict[tuple[str, str], list[Figure]] = {}
    for section, caption, alternative, _ in asked:
        sizes = {size: Markup(next(drawings)) for size in SIZES}  # noqa: S704 - our own SVG
        made.setdefault((section.task, section.model), []).append(Figure(caption, alternative, sizes))
    return made


def _picture(found: Glance | None) -> Figure | None:
    """The differences of all strategies on all tasks; nothing for a run of one task, or without a comparison."""
    if found is None or not found.comparisons:
        return None
    pairs = found.comparisons
    drawings = zip(
        PANEL_SIZES, drawn([Charts(*fitting).glance(found) for fitting in PANEL_SIZES.values()]), strict=True
    )
    baseline = formatting.inline(found.headings[found.baseline])
    caption = f"Difference to {baseline}, with {interval_heading(pairs)}s: ▶ better, ◀ worse, ● not decided"
    shown = " ".join(f"{formatting.inline(pair.task)}: {formatting.inline(pair.sentence())}" for pair in pairs)
    return Figure(caption, shown, {size: Markup(drawing) for size, drawing in drawings})  # noqa: S704 - our own SVG


def _planned(section: Section) -> Iterator[tuple[str, str, Callable[[Charts], Chart]]]:
    """The figures of a section: caption, what it shows in words, and how it is drawn."""
    shown = "; ".join(
        f"{formatting.inline(r.strategy)}: {formatting.percent(r.accuracy)} ({formatting.interval(r.low, r.high)})"
        for r in section.rows
    )
    yield "Accuracy, with 95 % intervals", shown, partial(Charts.accuracy, section=section)
    if section.comparisons:
        baseline = formatting.inline(section.baseline)
        caption = f"Difference to {baseline}, with {section.interval}s: ▶ better, ◀ worse, ● not decided"
        shown = " ".join(formatting.inline(pair.sentence()) for pair in section.comparisons.values())
        yield caption, shown, partial(Charts.differences, section=section)
    for name, cost_accuracy in (("cost", section.cost), ("latency", section.latency)):
        on_it = [formatting.inline(strategy) for strategy in cost_accuracy.front]
        caption = f"Accuracy against {name}. ● On the Pareto front: {formatting.joined(on_it)}; □ dominated by another"
        points = (
            f"{formatting.inline(p.strategy)}: {formatting.percent(p.accuracy)} at "
            f"{formatting.cost(p.price, cost_accuracy.unit)} an answer"
            for p in cost_accuracy.points
        )
        draw = partial(Charts.cost_accuracy, cost_accuracy=cost_accuracy, numbers=section.numbers)
        yield caption, "; ".join(points), draw


def _data(findings: Findings, transcripts: Transcripts) -> Iterator[Markup]:
    """What the page's script works on: one JSON object, in pieces, as there may be many items."""
    outcomes = {LETTERS[o]: [o, MARKS[o]] for o in OUTCOMES}
    yield _open({"outcomes": outcomes, "starts": transcripts.starts, "pages": transcripts.pages}, "sections")
    for number, section in enumerate(findings.sections):
        strategies = [formatting.plain(strategy) for strategy in section.numbers]
        title, model = (formatting.plain(text) for text in (f"{section.task} · {section.model}", section.model))
        yield Markup(",") * (number > 0) + _open({"title": title, "model": model, "strategies": strategies}, "rows")
        for place, item in enumerate(section.items):
            yield Markup(",") * (place > 0) + htmlsafe_json_dumps(_matrix_row(item, section))
        yield Markup("]}")
    yield Markup("]}")


def _open(fields: dict[str, Any], list_name: str) -> Markup:
    """A JSON object up to the beginning of a list, its last member."""
    return Markup(f'{htmlsafe_json_dumps(fields).removesuffix("}")}, "{list_name}": [')  # noqa: S704 - escaped


def _matrix_row(item: ItemRow, section: Section) -> list[object]:
    cells = ",".join(item.cells.get(strategy, "") for strategy in section.numbers)
    return [item.number, formatting.plain(item.item), formatting.plain(item.question), cells]


def _text(name: str) -> Markup:
    """A file of the page, as it stands in it."""
    return Markup((PAGE / name).read_text(encoding="utf-8"))  # noqa: S704 - our own


def _policy(script: str, style: str) -> str:
    """A Content-Security-Policy that allows this script, this style, images in the page, and nothing else."""
    allowed = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "img-src": "data:"}
    for directive, source in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")
        allowed[directive] = f"'sha256-{digest}'" if source else "'none'"
    return "; ".join(f"{directive} {value}" for directive, value in allowed.items())
