"""`python -m benchmarks.techniques measure` measures every technique; `… docs` writes docs/techniques."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.techniques.measure import measure, without_folder
from benchmarks.techniques.readme import write_readme
from promptkit.errors import PromptkitError
from promptkit.techniques.index import write_pages
from promptkit.techniques.measured import merged, read_results, write_results

DOCS = Path(__file__).parents[2] / "docs" / "techniques"
LIMIT = 25


def main() -> None:
    """Do what is asked; a mistake is one line."""
    given = _parser().parse_args()
    try:
        if given.what == "docs":
            write_pages(DOCS)
            write_readme()
        else:
            new = measure(
                given.model,
                _names(given.tasks),
                _names(given.techniques),
                given.limit,
                given.folder,
                _command(sys.argv),
                given.other,
                given.machine,
                given.first,
            )
            write_results(merged(read_results(), new))
            write_pages(DOCS)
            write_readme()
    except PromptkitError as error:
        raise SystemExit(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.techniques", description=__doc__)
    parser.add_argument("what", choices=["measure", "docs"])
    parser.add_argument("--model", default="nano", help="such as gguf/path/to/file.gguf (nano)")
    parser.add_argument("--other", default="", help="the further model of cascade(to=other) and router(to=other)")
    parser.add_argument("--tasks", default="", help="names or files of tasks, by commas (those that suit a technique)")
    parser.add_argument("--techniques", default="", help="some of them, by commas (all)")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"items of each task, drawn by the seed ({LIMIT})")
    parser.add_argument("--first", type=int, help="the first so many items of each task instead")
    parser.add_argument("--machine", default="", help="what the model runs on, told beside the figures")
    parser.add_argument("--folder", type=Path, default=Path("runs/techniques"), help="where calls are recorded")
    return parser


def _names(text: str) -> Sequence[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _command(arguments: Sequence[str]) -> str:
    """What was typed, without the folders of this machine, and without its name, which stands beside it."""
    kept, skip = list[str](), False
    for word in arguments[1:]:
        if skip or word in {"--folder", "--machine"}:
            skip = not skip
            continue
        kept.append(without_folder(word) if word.startswith("gguf/") else word)
    return shlex.join(["python", "-m", "benchmarks.techniques", *kept])


if __name__ == "__main__":
    main()
