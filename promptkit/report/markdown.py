"""The verdicts and tables of a run as Markdown."""

from __future__ import annotations

import html
import re
from pathlib import Path

import jinja2
from markupsafe import Markup

import promptkit.formatting as formatting
from promptkit.analysis import verdicts
from promptkit.analysis.lessons import lessons
from promptkit.record.reader import Run
from promptkit.report import provenance
from promptkit.report.findings import findings_of

PAGE = Path(__file__).parent / "page"
_MARKUP = re.compile(r"([\\`*_\[\]|#~])")


def write(run: Run, output: Path) -> list[Path]:
    """Write verdicts, tables and how it was run."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=False,  # noqa: S701 - `finalize` escapes every value, for Markdown and HTML
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: escaped(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.md.j2")
    written = template.generate(
        run=run,
        findings=findings_of(run, matrix=False),
        code=_code,
        formatting=formatting,
        verdicts=verdicts,
        lessons=lessons,
        provenance=provenance,
    )
    output.touch(mode=0o600)
    with output.open("w", encoding="utf-8") as file:
        file.writelines(written)
    return [output]


def _code(text: str) -> Markup:
    """An indented block, which shows everything as it is."""
    return Markup("\n".join(f"    {line}" for line in formatting.plain(text).splitlines()))  # noqa: S704 - no HTML


def escaped(value: str) -> str:
    """The text in one line, with nothing in it that Markdown or HTML would read as markup."""
    return _MARKUP.sub(r"\\\1", html.escape(formatting.inline(value), quote=False))
