"""docs/fidelity.md, made of the promises that the tests beside this file make."""

import importlib
from pathlib import Path

from promptkit.techniques.facts import all_facts
from promptkit.techniques.page import table
from tests.fidelity import PROMISES, Fidelity

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "fidelity.md"
_BEGINNING = """\
# Fidelity: what is held to which paper

Each row is a test. Where a paper prints its prompt, our text is compared with its words; where the wording is our own,
what is checked is the structure: which call comes when and what it sees. `pytest tests/fidelity` runs them all, and a
technique with a paper and no row here fails them. [What each technique is, sends and did](techniques/README.md).

"""


def promises() -> list[Fidelity]:
    """The promises of all tests, by technique."""
    for file in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"tests.fidelity.{file.stem}")
    return sorted(set(PROMISES), key=lambda one: (one.technique, one.test))


def page() -> str:
    """The whole page."""
    heads = ["technique", "source", "what is checked", "test"]
    return _BEGINNING + table(heads, map(_row, promises()))


def _row(one: Fidelity) -> list[str]:
    module, _, test = one.test.partition("::")
    link = (
        f"[`{one.technique}`](techniques/{one.technique}.md)" if one.technique in all_facts() else f"`{one.technique}`"
    )
    return [link, one.source, one.checks, f"`{test}` in `{_file(module)}`"]


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
