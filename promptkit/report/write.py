"""Write a report of a run in one of its formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.record.reader import Run, open_run

FORMATS: Mapping[str, str] = {  # what each needs beside the library is imported when it is asked for
    "html": "promptkit.report.html",
    "md": "promptkit.report.markdown",
    "csv": "promptkit.report.csv_file",
    "parquet": "promptkit.report.parquet",
    "eval": "promptkit.report.inspect_logs",
}
Writer = Callable[[Run, Path], list[Path]]


def write_report(directory: Path, *, output: Path | None = None, format: str | None = None) -> list[Path]:  # noqa: A002
    """Write a report of the run in `directory`; what was written.

    Args:
        directory: of a run that `promptkit bench` recorded.
        output: the file (for `eval` the folder) to write; `report.<format>` in the run's directory when not given.
        format: html, md, csv, parquet or eval; by the name of `output` when not given, else html.

    Raises:
        UsageError: no such run, an unknown format, a package that is not installed, or a place that can't be written.
    """
    kind = format or (output.suffix.removeprefix(".").lower() if output else "html")
    if kind not in FORMATS:
        raise UsageError(f"no report format {kind!r}; there are {', '.join(FORMATS)}")
    target = output or directory / f"report.{kind}"
    if not (target.parent.is_dir() or output is None):
        raise UsageError(f"there is no folder {target.parent}; make it, or name another --output")
    try:
        writer: Writer = import_module(FORMATS[kind]).write
        with open_run(directory) as run:
            return writer(run, target)
    except ModuleNotFoundError as error:
        package = "inspect-ai" if kind == "eval" else "'promptkit[report]'"
        raise UsageError(f"a report as {kind} needs {error.name}: pip install {package}") from None
    except OSError as error:
        where = error.filename or target
        raise UsageError(f"{where} can't be written: {error.strerror}; name another --output") from None
