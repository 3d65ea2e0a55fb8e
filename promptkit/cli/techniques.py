"""`promptkit techniques`: what there is, and a page about each."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from promptkit.cli import options, output
from promptkit.techniques.example import as_python, shown
from promptkit.techniques.facts import SITUATIONS, Facts, facts_of
from promptkit.techniques.index import by_group, one_line, paper, suited
from promptkit.techniques.measured import results_of
from promptkit.techniques.page import intervals, options_of, page
from promptkit.terminal import Terminal

_WIDE = 100  # columns, from which on a table can be read
_Groups = Sequence[tuple[str, Mapping[str, Facts]]]

app = typer.Typer(help="What each technique is, sends, costs and did.", rich_markup_mode="markdown")
For = Annotated[
    list[str] | None,
    typer.Option("--for", help=f"Only those that suit this situation; repeated, all of them: {', '.join(SITUATIONS)}."),
]


@app.callback(invoke_without_command=True)
def techniques(context: typer.Context, for_: For = None, json: options.Json = False) -> None:
    """List the techniques: what each does, its cost in calls, and its paper.

    `promptkit techniques show NAME` shows one. No model is called.

    Examples:
        promptkit techniques --for i-have-examples

        promptkit techniques show self-consistency
    """
    if context.invoked_subcommand is not None:
        return None
    chosen = suited(for_ or [])
    if json:
        return output.print_json({"techniques": [_row(name, facts) for name, facts in chosen.items()]})
    return _print(chosen)


def _row(name: str, facts: Facts) -> dict[str, Any]:
    about = {"name": name, "title": facts.title, "group": facts.group, "summary": facts.summary, "spec": facts.spec}
    return {**about, "calls": facts.calls.formula, "paper": paper(facts), "use_when": facts.use_when}


def _print(chosen: Mapping[str, Facts]) -> None:
    out = Terminal()
    groups = [(group, {n: facts for n, facts in of.items() if n in chosen}) for group, of in by_group()]
    out.print(_table(groups) if out.width >= _WIDE else _paragraphs(groups))


def _table(groups: _Groups) -> Table:
    listed = Table(box=None, pad_edge=False, header_style="bold")
    listed.add_column("name", no_wrap=True)
    for heading in ("what", "calls", "paper"):
        listed.add_column(heading)
    for group, rows in groups:
        if rows:
            listed.add_row(f"[dim]{group}[/dim]")
        for name, facts in rows.items():
            listed.add_row(f"  {name}", one_line(facts), facts.calls.formula, paper(facts))
    return listed


def _paragraphs(groups: _Groups) -> Group:
    """The same, where four columns would leave a few words a line."""
    listed: list[RenderableType] = []
    for group, rows in groups:
        if rows:
            listed.append(Text(group, "dim"))
        for name, facts in rows.items():
            facts_line = f"calls {facts.calls.formula}; {paper(facts)}"
            listed += [Padding(Text(name, "bold"), (0, 0, 0, 2)), Padding(Text(one_line(facts)), (0, 0, 0, 4))]
            listed.append(Padding(Text(facts_line, "dim"), (0, 0, 0, 4)))
    return Group(*listed)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The technique, as in a specification: cot, reflect, …")],
    json: options.Json = False,
) -> None:
    """Show a technique: what it is, its exact prompts, its calls, and what is known about it.

    Examples:
        promptkit techniques show cot

        promptkit techniques show reflect --json
    """
    facts = facts_of(name)
    if json:
        return output.print_json(_as_json(name, facts))
    if sys.stdout.isatty():
        return Terminal().print(Markdown(page(name)))
    return output.print_text(page(name).rstrip("\n"))


def _as_json(name: str, facts: Facts) -> dict[str, Any]:
    example = shown(facts)
    return {
        **_row(name, facts),
        **facts.model_dump(mode="json", exclude={"published"}),
        "published": [
            {**one.model_dump(mode="json"), "intervals": {of: vars(found) for of, found in intervals(one).items()}}
            for one in facts.published
        ],
        "measured": [
            {"model": found.run.model, "command": found.run.command, **found.row.model_dump()}
            for found in results_of(name)
        ],
        "example": {
            "question": example.question,
            "calls": [call.model_dump(mode="json") for call in example.calls],
            "templates": list(example.templates),
            "python": as_python(example.strategy)[0],
        },
        "options": [vars(option) for option in options_of(name, facts)],
    }
