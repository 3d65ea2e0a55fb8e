"""Write a report of a run in one of its formats."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.foreign import guarded
from promptkit.plugins import Registry
from promptkit.record.reader import Run, open_run

Writer = Callable[[Run, Path], list[Path]]


def _module(name: str) -> Writer:
    """The writer of a module here; what that needs beside the library is imported when it writes."""
    return lambda run, output: import_module(f"promptkit.report.{name}").write(run, output)


FORMATS: Registry[Writer] = Registry(
    "promptkit.reports",
    "report format",
    {
        "html": _module("html"),
        "md": _module("markdown"),
        "csv": _module("csv_file"),
        "parquet": _module("parquet"),
        "eval": _module("inspect_logs"),
    },
)


def write_report(directory: Path, *, output: Path | None = None, format: str | None = None) -> list[Path]:  # noqa: A002
    """Write a report of the run in `directory`; what was written.

    Args:
        directory: of a run that `promptkit bench` recorded.
        output: the file (for `eval` the folder) to write; `report.<format>` in the run's directory when not given.
        format: html, md, csv, parquet or eval; one that an installed package registers; or `module:function` of a
            function that is called with the `Run` and the output, and returns the files it wrote. By the name of
            `output` when not given, else html.

    Raises:
        UsageError: no such run, an unknown format, a package that is not installed, a format of someone else's that
            fails, or a place that can't be written.
    """
    kind = format or (output.suffix.removeprefix(".").lower() if output else "html")
    writer = FORMATS.get(kind)
    if output is None and ":" in kind:
        raise UsageError(f"{kind} has no file name of its own; name the file to write with output")
    target = output or directory / f"report.{kind}"
    if not (target.parent.is_dir() or output is None):
        raise UsageError(f"there is no folder {target.parent}; make it, or name another output")
    try:
        with open_run(directory) as run:
            return writer(run, target) if kind in FORMATS.shipped else _foreign(kind, writer, run, target)
    except ModuleNotFoundError as error:
        install = "pip install inspect-ai" if kind == "eval" else pip_install("report")
        raise UsageError(f"a report as {kind} needs {error.name}: {install}") from None
    except BrokenPipeError:  # of /dev/stdout, whose reader has gone
        raise
    except OSError as error:
        where = error.filename or target
        raise UsageError(f"{where} can't be written: {error.strerror}; name another output") from None


def _foreign(kind: str, writer: Callable[..., object], run: Run, target: Path) -> list[Path]:
    """What a writer of someone else's code wrote."""
    if not callable(writer):
        raise UsageError(f"report format {kind} is a {type(writer).__name__}; name a function write(run, output)")
    written = guarded(f"report format {kind}", lambda: writer(run, target))
    if not isinstance(written, (list, tuple)) or not all(isinstance(file, (str, Path)) for file in written):
        raise UsageError(f"report format {kind} returned {written!r}; it returns a list of the files that it wrote")
    return [Path(file) for file in written]
