"""The code that docs/interop.md shows runs, against the real packages."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "interop.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- python -->\n```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_of_the_page_runs(block):
    pytest.importorskip(block.split()[1].split(".")[0], reason="the library of this block is not installed")
    exec(compile(block, "docs/interop.md", "exec"), {"__name__": "shown"})
