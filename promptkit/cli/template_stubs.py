"""`promptkit template stubs`: typed functions for the prompts of an app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import output
from promptkit.cli.template_files import located
from promptkit.errors import UsageError
from promptkit.wording.stubs import folder_from
from promptkit.wording.stubs import stubs as written


def stubs(
    folder: Annotated[Path, typer.Argument(help="The folder of the templates.", metavar="[FOLDER]")] = Path(),
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="The Python file to write.", metavar="FILE")
    ] = None,
) -> None:
    """Write a Python module with a typed function for each template, so that a type checker sees a misspelt input.

    Without --output it is printed.

    Examples:
        promptkit template stubs prompts -o my_app/prompts.py
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name that of the templates")
    templates, _ = located(str(folder), None)
    text = written(templates, folder_from(out, folder))
    if out is None:
        return output.print_text(text.rstrip("\n"))
    if out.suffix != ".py":
        raise UsageError(f"{out} is not a Python file; name one that ends in .py")
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror}") from None
    output.print_notice(f"{out} is written")
    return None
