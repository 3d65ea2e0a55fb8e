"""The distribution has a name of its own, in one place."""

import re
import tomllib
from pathlib import Path

from promptkit.distribution import DISTRIBUTION, pip_install, version_of

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "pyproject.toml",
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "promptkit").rglob("*.py"),
]


def test_the_project_has_the_name_and_the_extras_that_messages_tell_to_install():
    assert PROJECT["name"] == DISTRIBUTION
    assert version_of("promptkit")
    named = set()
    for file in TEXTS:
        text = file.read_text(encoding="utf-8")
        named |= set(re.findall(r"pip_install\([\"'](\w+)[\"']\)", text))
        for extras in re.findall(rf"{DISTRIBUTION}\[([\w,]+)\]", text):
            named |= set(extras.split(","))
    assert named <= PROJECT["optional-dependencies"].keys()
    assert pip_install("report") == "pip install 'promptkit-lab[report]'"


def test_nothing_tells_to_install_the_other_package():
    for file in TEXTS:
        found = re.findall(r"pip install [\"']?promptkit(?!-lab)\b|\bpromptkit\[\w", file.read_text(encoding="utf-8"))
        assert not found, file
