"""The commands together, and how errors end them: exit code 2 for a user's mistake, 1 for what stayed incomplete."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import typer

from promptkit.cli import (
    ask,
    bench,
    choose,
    curve,
    flips,
    models,
    plugins,
    power,
    preview,
    report,
    rescore,
    resume,
    score,
    shared,
    template,
)
from promptkit.errors import PromptkitError

app = typer.Typer(
    name="promptkit",
    help="Ask language models well, and measure which way of asking is worth its cost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command("ask")(ask.ask)
app.command("preview")(preview.preview)
app.command("bench")(bench.bench)
app.command("resume")(resume.resume)
app.command("score")(score.score)
app.command("report")(report.report)
app.command("rescore")(rescore.rescore)
app.command("curve")(curve.curve)
app.command("flips")(flips.flips)
app.command("choose")(choose.choose)
app.command("power")(power.power)
app.command("models")(models.models)
app.command("plugins")(plugins.plugins)
app.add_typer(template.app, name="template")


def main() -> None:
    """Run a command; an error of promptkit is one line on standard error, never a traceback."""
    sys.path.insert(0, str(Path.cwd()))  # a strategy by Python path may stand where the command is typed
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a reply may have what the terminal's encoding has not
    try:
        app()
    except PromptkitError as error:
        sys.stderr.write(f"promptkit: {error}\n")
        sys.exit(shared.USAGE_ERROR if isinstance(error, shared.USAGE_ERRORS) else shared.INCOMPLETE)
    except KeyboardInterrupt:
        sys.exit(shared.INTERRUPTED)
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stderr.close()
        sys.exit(shared.INCOMPLETE)
    except Exception as error:
        from promptkit.foreign import foreign_error

        foreign = foreign_error(error)
        if foreign is None:
            raise
        sys.stderr.write(f"promptkit: {foreign}\n")
        sys.exit(shared.USAGE_ERROR)
