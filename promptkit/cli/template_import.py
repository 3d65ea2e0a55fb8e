"""`promptkit template import`: prompts of other tools as templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.importers.read import FORMATS, imported
from promptkit.wording.folders import SUFFIX


def import_(
    file: Annotated[Path, typer.Argument(help="A file of Prompty, promptfoo or LangChain.", metavar="FILE")],
    form: Annotated[
        str | None,
        typer.Option("--as", help=f"The format: {', '.join(FORMATS)}. By default it is recognised.", metavar="FORM"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=f"The {SUFFIX} file to write, or a folder for it.", metavar="PATH"),
    ] = None,
    json: options.Json = False,
) -> None:
    """Make templates from prompts of other tools, and report what is not carried over.

    Without --output they are printed. An existing file is never overwritten.

    Examples:
        promptkit template import chat.prompty -o prompts

        promptkit template import joke.txt --as fstring -o prompts/joke.j2
    """
    found = imported(file, form)
    names = _names([one.name or file.stem for one in found])
    files = [_file(name, out, len(found)) for name in names] if out else []
    if there := next((one for one in files if one.exists()), None):
        raise UsageError(f"{there} already exists; choose another --output")
    for place, one in zip(files, found, strict=False):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(one.text, encoding="utf-8")
    if json:
        rows = [
            {"name": name, "file": str(files[n]) if files else None, "text": one.text, "left_out": one.left_out}
            for n, (name, one) in enumerate(zip(names, found, strict=True))
        ]
        return output.print_json({"templates": rows})
    for number, one in enumerate(found):
        output.print_text(str(files[number]) if files else one.text.rstrip("\n"))
        for sentence in one.left_out:
            output.print_notice(f"not carried over: {sentence}")
    return None


def _names(wanted: list[str]) -> list[str]:
    """Names that differ: the second `ask` is `ask_2`."""
    found: list[str] = []
    for name in wanted:
        number, own = 2, name
        while own in found:
            own, number = f"{name}_{number}", number + 1
        found.append(own)
    return found


def _file(name: str, out: Path, count: int) -> Path:
    if out.suffix != SUFFIX:
        return out / f"{name}{SUFFIX}"
    if count > 1:
        raise UsageError(f"there are {count} prompts in the file; give a folder as --output")
    return out
