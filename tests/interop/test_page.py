"""The code that docs/interop.md shows runs, against the real packages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "interop.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- python -->\n```python\n(.*?)```", PAGE, re.DOTALL)
ANSWERED, ASKED = "3 and 4 are 7. The answer is 7.", "The answer is 7. 1"
PRINTED = ["", ANSWERED, ASKED, ANSWERED, ASKED]


@pytest.mark.parametrize(("block", "printed"), [*zip(BLOCKS, PRINTED, strict=True)], ids=range(len(BLOCKS)))
def test_a_block_of_the_page_runs(block, printed):
    pytest.importorskip(block.split()[1].split(".")[0], reason="the library of this block is not installed")
    # in a process of its own: `run_sync` of an agent leaves its event loop open
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, printed), done.stderr
