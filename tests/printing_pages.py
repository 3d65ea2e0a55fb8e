"""Pages of the documentation whose Python is run: what it prints stands below it.

A page's blocks of Python are one program. A block of text that follows one is what was printed since the last such
block. A block after `<!-- file: NAME -->` is a file in the folder in which the program runs. With
PROMPTKIT_UPDATE_GOLDEN=1 the blocks of text are written anew.
"""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
RECIPES = sorted(page for page in (DOCS / "cookbook").glob("*.md") if page.name != "README.md")
PRINTING = [*(DOCS / name for name in ("index.md", "asking.md", "statistics.md")), *RECIPES]
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)```\n", re.DOTALL)


@dataclass
class Printed:
    """What a page shows, and what its program printed there."""

    text: str
    shown: list[str]
    printed: list[str]


def run_page(page: Path, folder: Path) -> Printed:
    """Run the program of a page in `folder`, the current one."""
    text, names = page.read_text(encoding="utf-8"), {"__name__": page.stem}
    found, waiting, anew, end = Printed("", [], []), "", [], 0
    for block in BLOCK.finditer(text):
        body = block["body"]
        if block["file"]:
            (folder / block["file"]).write_text(body, encoding="utf-8")
        elif block["kind"] == "python":
            waiting += printed_by(body, page.name, names)
        elif block["kind"] == "text" and waiting:
            found.shown.append(body)
            found.printed.append(trimmed(waiting))
            anew += [text[end : block.start("body")], trimmed(waiting)]
            waiting, end = "", block.end("body")
    found.text = "".join([*anew, text[end:]])
    assert not waiting, f"{page.name}: a block prints what no block of text shows: {waiting:.200}"
    return found


def printed_by(code: str, name: str, names: dict[str, Any]) -> str:
    """What a block prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, name, "exec", dont_inherit=True), names)
    return output.getvalue()


def trimmed(text: str) -> str:
    """The text without blanks at the ends of its lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
