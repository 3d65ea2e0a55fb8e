"""docs/lint.md, made of the rules, their examples and the table of mistakes."""

from pathlib import Path

from promptkit.lint import RULES, Rule, gate
from tests.lint.catches import table
from tests.lint.examples import changed, files, found

PAGE = Path(__file__).parents[2] / "docs" / "lint.md"
_BEGINNING = """\
# Lint: mistakes in templates, before anything is sent

```bash
promptkit template lint prompts                  # a folder, a file, or a name; without one the current folder
promptkit template lint prompts --task stories   # also the rules that need a task
promptkit template lint prompts --json           # or --github: annotations for a workflow
promptkit template lint --rules
```

Lint reads the front matter with its lines and Jinja's own tree of the body; nothing is sent, and no key is needed. A
finding has a file, line and column, what is wrong, the way out, and the name of its rule. The exit code is 0 when
nothing is found, 1 when something is, and 2 for a mistake on the command line. In Python:
`promptkit.lint.lint(Templates((Path("prompts"),)))`.

Mistakes that can't be intended are also **refused before anything is sent**: when a strategy is made, and at the start
of `bench`, `ask` and `preview`, its templates that are yours are checked by the rules marked below, and rendered with
samples, with and without every optional input. Silenced findings are let through.

**Silence** a finding that you have considered, with a reason: `{# lint: off RULE: why #}` at the beginning of a line
holds for that line, and on a line of its own for the whole file; in the front matter it is `# lint: off RULE: why`. A
comment that gives no reason or silences nothing is itself a finding.

Tokens are estimated without a tokenizer: one for each word of up to seven letters, each three digits, each sign and
each Chinese or Japanese character. Models count differently.
"""
_CATCHES = """\
## What is found when

Common mistakes, each made in a folder of its own: what lint finds, whether a strategy that uses the template is
refused when it is made, and whether the template fails when it is loaded or rendered with samples. None goes unnoticed.
"""


def page(folder: Path) -> str:
    """The whole page; `folder` is for the files of the table."""
    table_of_rules = ["| rule | finds | at the start of a run | needs |", "| --- | --- | --- | --- |"]
    for r in RULES:
        start, needs = "refused" if r.name in gate.RULES else "", "a task" if r.with_task else ""
        table_of_rules.append(f"| [`{r.name}`](#{r.name}) | {r.severity}s | {start} | {needs} |")
    parts = [_BEGINNING, "## The rules\n\n" + "\n".join(table_of_rules) + "\n", *map(_rule, RULES)]
    return "\n".join([*parts, _CATCHES, *table(folder)]) + "\n"


def _rule(rule: Rule) -> str:
    shown = []
    for name, text in files(rule.name, "bad").items():
        shown.append(f"`{name}`:\n\n````jinja\n{text}````\n")
    findings = "\n".join(f"{f.line}:{f.column}: {f.message}; {f.fix}" for f in found(rule.name, "bad"))
    return (
        f"### {rule.name}\n\n{rule.reason} The way out: {rule.fix}.\n\n"
        + "\n".join(shown)
        + f"\n```text\n{findings}\n```\n\nThe good example:\n\n```diff\n{changed(rule.name)}```\n"
    )
