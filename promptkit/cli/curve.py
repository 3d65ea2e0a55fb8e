"""`promptkit curve`: what a majority over fewer draws would have scored."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import promptkit.by_path as by_path
from promptkit.analysis.curve import curves, draws_in_files, draws_in_run
from promptkit.analysis.recorded import Reading
from promptkit.cli import options, output
from promptkit.cli.tables import print_curve
from promptkit.errors import UsageError
from promptkit.record.reader import open_run
from promptkit.settings import known_answer


def curve(
    paths: Annotated[
        list[Path], typer.Argument(help="A run's directory, or files as for `promptkit score`.", metavar="RUN|FILE…")
    ],
    answer: options.Answer = None,
    labels: options.Labels = None,
    think_tags: options.ThinkTags = None,
    allow_code: options.AllowCode = False,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Show the expected accuracy of a majority vote over 1, 2, … of the draws recorded, without calling anything.

    Example:
        promptkit curve runs/mini
    """
    by_path.trust_files(trust)
    names, tags = options.label_list(labels), options.label_list(think_tags)
    reading = Reading(known_answer(answer), names, tags, allow_code)
    with ExitStack() as opened:
        found = curves(
            itertools.chain.from_iterable(
                draws_in_run(opened.enter_context(open_run(path)), allow_code=allow_code)
                if path.is_dir()
                else draws_in_files([path], reading)
                for path in paths
            )
        )
    if not found:
        raise UsageError("no item was drawn more than once; record a run with self-consistency(draws=8)")
    if json:
        return output.print_json({"curves": [asdict(one) for one in found]})
    for one in found:
        print_curve(one)
    return None
