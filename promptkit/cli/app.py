"""The commands together, and how errors end them: exit code 2 for a user's mistake, 1 for what stayed incomplete."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import re
import sys
from inspect import cleandoc
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

import promptkit.by_path as by_path
from promptkit.cli import exit_codes, output
from promptkit.cli.logs import LOG, log_to_stderr
from promptkit.distribution import version_of
from promptkit.errors import PromptkitError

# Each is a module of this package with a function of its name, or a group `app`; only the one called is imported.
COMMANDS = {
    "ask": "Ask a question and print the answer.",
    "preview": "Show what a strategy would send, without sending it.",
    "techniques": "List the techniques, and show what each sends, costs and achieved.",
    "models": "List the models on this machine, and the providers of hosted ones.",
    "pull": "Download a model from Hugging Face.",
    "serve": "Serve strategies as models, over OpenAI's API.",
    "bench": "Compare strategies on tasks.",
    "resume": "Continue a run that was stopped, killed, or had calls that failed.",
    "status": "Show how far a run has come, and what to do next.",
    "ablate": "Leave out one part of a wording at a time, and see which earn their tokens.",
    "optimize": "Search for a better wording, and prove the gain on items never seen.",
    "power": "Plan how many items a comparison needs.",
    "report": "Write a run as a page, or as rows for other tools.",
    "choose": "Choose the cheapest strategy of a run that is good enough.",
    "check": "Check conditions on a run, for scripts and CI.",
    "compare": "Compare separate runs on the items they share.",
    "flips": "Show what reflection fixed and what it broke.",
    "curve": "Show what a majority vote over fewer draws would have scored.",
    "score": "Compare strategies on recorded outputs, without calling anything.",
    "rescore": "Judge recorded replies again, strictly and leniently.",
    "judge": "Have a model judge the replies of a run by a rubric.",
    "label": "Label some replies of a run, and correct its scores with the labels.",
    "feedback": "Record what somebody thinks of a reply.",
    "task": "Describe a file of questions as a task, and check what is read from it.",
    "template": "Write, check and try templates.",
    "examples": "Make examples from a model's own correct reasoning.",
    "plugins": "List what installed packages add.",
}
# The headings that they are listed under, by the first command of each.
_HEADINGS = {
    "ask": "Ask",
    "bench": "Measure",
    "report": "Read results",
    "score": "Judge replies",
    "task": "Tasks, templates and plugins",
}
STYLE: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": "markdown"}


def app_for(arguments: list[str]) -> typer.Typer:
    """The command line with the command that `arguments` name; the others have no more than a line of help."""
    app = typer.Typer(
        name="promptkit",
        help="Ask language models well, and measure which way of asking is worth its cost.",
        no_args_is_help=True,
        **STYLE,
    )
    app.callback()(_root)
    called = next((word for word in arguments if not word.startswith("-")), None)
    heading = ""
    for name, summary in COMMANDS.items():
        heading = _HEADINGS.get(name, heading)
        if name == called:
            _add(app, name)
        else:
            app.command(name, help=summary, rich_help_panel=heading)(_not_called)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module = importlib.import_module(f"promptkit.cli.{name}")
    group: typer.Typer | None = getattr(module, "app", None)
    if group is None:
        command = getattr(module, name)
        app.command(name, help=with_examples(command.__doc__))(command)
        return
    callback = group.registered_callback and group.registered_callback.callback
    about: dict[str, Any] = {"help": with_examples(callback.__doc__)} if callback and callback.__doc__ else {}
    app.add_typer(group, name=name, **about)
    for inner in group.registered_commands:
        inner.help = with_examples(getattr(inner.callback, "__doc__", ""))


def _not_called() -> None:
    pass


def with_examples(docstring: str) -> str:
    """The help of a command in Markdown: its examples are a list, one a line where the screen is wide enough."""
    text, heading, examples = [*re.split(r"\n(Examples?:)\n", cleandoc(docstring), maxsplit=1), "", ""][:3]
    lines = [f"- `{' '.join(example.split())}`" for example in examples.split("\n\n") if example]
    return "\n\n".join([text, heading, "\n".join(lines)]).strip()


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"promptkit {version_of('promptkit')}\n")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a command; an error is one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a reply may have what the terminal's encoding has not
    try:
        if level := os.environ.get(LOG):
            log_to_stderr(level)
        with by_path.command():
            code = app_for(sys.argv[1:])(standalone_mode=False) or 0
            sys.stdout.flush()
            sys.exit(code)
    except TyperException as error:
        sys.exit(_report_wrong_command_line(error))
    except KeyboardInterrupt:
        sys.exit(exit_codes.INTERRUPTED)
    except BrokenPipeError:
        _reader_gone()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # rich makes that of it
            _reader_gone()
        raise
    except PromptkitError as error:
        from promptkit.cli.options import as_typed  # pydantic, which `promptkit --help` does without

        output.print_notice(f"promptkit: {as_typed(str(error))}")
        sys.exit(exit_codes.exit_code(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            if error.filename is None:
                raise
            fact = f"{error.filename}: {error.strerror or error}"
            output.print_notice(f"promptkit: {fact}; name another file or folder, or see to its rights")
            sys.exit(exit_codes.USAGE_ERROR)
        with contextlib.suppress(OSError):
            sys.stdout.close()  # or what it still holds would be tried again, and fail once more
        output.print_notice(
            f"promptkit: the output can't be written: {error.strerror}; make room, or write it elsewhere"
        )
        sys.exit(exit_codes.INCOMPLETE)
    except Exception as error:
        from promptkit.foreign import foreign_error  # only a command that failed needs it

        foreign = foreign_error(error)
        if foreign is None:
            raise
        output.print_notice(f"promptkit: {foreign}")
        sys.exit(exit_codes.USAGE_ERROR)


def _reader_gone() -> NoReturn:
    """End in silence: who reads our output went away, as `| head` does."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # what it still holds would be tried again at the very end, with a complaint
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(exit_codes.READER_GONE)


def _report_wrong_command_line(error: TyperException) -> int:
    """One line about it; its exit code. A command that was given nothing has shown its help instead."""
    if type(error).__name__ != "NoArgsIsHelpError":
        message = " ".join(error.format_message().split()).removesuffix(".")
        context = getattr(error, "ctx", None)
        help_command = f"{context.command_path if context else 'promptkit'} --help"
        output.print_notice(f"promptkit: {message[:1].lower()}{message[1:]}; see {help_command}")
    return error.exit_code
