"""One bad and one good example of each rule: folders of templates, which docs/lint.md shows."""

import difflib
from pathlib import Path

from promptkit.lint import Finding, lint
from promptkit.tasks import Task, load_task
from promptkit.wording.templates import Templates

EXAMPLES = Path(__file__).parent / "examples"


def task() -> Task:
    """Of the rules that need one. Its questions state no form of the answer."""
    return load_task(str(EXAMPLES / "carts.csv"), answer="number")


def found(rule: str, kind: str) -> list[Finding]:
    """What lint reports on the bad or the good example."""
    return lint(Templates((EXAMPLES / rule / kind,)), task=task() if needs_task(rule) else None)


def needs_task(rule: str) -> bool:
    return rule in ("no-answer-form", "test-item-shown")


def files(rule: str, kind: str) -> dict[str, str]:
    folder = EXAMPLES / rule / kind
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def changed(rule: str) -> str:
    """What makes the good example of the bad one, as a diff; of files that go by other names, their lists."""
    bad, good = files(rule, "bad"), files(rule, "good")
    if bad.keys() != good.keys():
        return "".join(f"- {name}\n" for name in bad if name not in good) + "".join(
            f"+ {name}\n" for name in good if name not in bad
        )
    lines: list[str] = []
    for name in bad:
        if bad[name] != good[name]:
            old, new = bad[name].splitlines(), good[name].splitlines()
            lines += list(difflib.unified_diff(old, new, lineterm="", n=1))[3:]
    return "".join(f"{line}\n" for line in lines)
