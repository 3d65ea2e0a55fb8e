"""A page of ours in the browser of whoever typed the command."""

from __future__ import annotations

import importlib
import webbrowser
from pathlib import Path

from promptkit.cli import output
from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.report.write import write_report


def require_report() -> None:
    """See that a page can be written, before anything is asked for it.

    Raises:
        UsageError: the extra is not installed.
    """
    try:
        importlib.import_module("vl_convert")  # its engine starts with the first chart
    except ModuleNotFoundError:
        raise UsageError(f"--open writes a page, which needs vl_convert: {pip_install('report')}") from None


def write_page(directory: Path) -> None:
    """Write the page of a run, name it, and open it."""
    page, *beside = write_report(directory)
    for written in (page, *beside):
        output.print_notice(f"page: {written}")
    open_page(page)


def open_page(page: Path) -> None:
    """Open a file in the browser; where there is none, say so."""
    try:
        opened = webbrowser.open(page.resolve().as_uri())
    except webbrowser.Error:
        opened = False
    if not opened:
        output.print_notice(f"no browser was found here; open {page} in one, or copy it to where there is one")
