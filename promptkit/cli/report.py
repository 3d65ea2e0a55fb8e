"""`promptkit report`: a run as a page to read and pass on, or as rows for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import promptkit.by_path as by_path
from promptkit.cli.browser import open_page as show
from promptkit.cli.options import Json, Trust
from promptkit.cli.output import print_json, print_text
from promptkit.report.write import write_report


def report(
    run: Annotated[Path, typer.Argument(help="A directory that `promptkit bench --run` made.", metavar="RUN")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; by default RUN/report.html.")
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        str | None,
        typer.Option(
            help="html, md, csv, parquet or eval; or one that a package adds, or module:name. "
            "By default as the name of --output says.",
            metavar="FORMAT",
        ),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    trust: Trust = False,
    json: Json = False,
) -> None:
    """Write a report of a run.

    `html` is one file that works as a mail attachment: verdicts, charts, every item and every transcript; `md` has the
    verdicts and tables. `csv` and `parquet` have one row per attempt. `eval` is a folder with one log for each task and
    strategy, which `inspect view` opens. No model is called, and the run is not changed.

    Examples:
        promptkit report runs/mini --open

        promptkit report runs/mini --output mini.md
    """
    by_path.typed(format)
    by_path.trust_files(trust)
    written = write_report(run, output=output, format=format)
    if json:
        print_json({"run": str(run), "files": [str(file) for file in written]})
    for file in () if json else written:
        print_text(str(file))
    if open_page:
        show(written[0])
