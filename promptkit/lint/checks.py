"""All rules, and lint: every template of one's own against each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import promptkit.lint.files as files
import promptkit.lint.flow as flow
import promptkit.lint.inputs as inputs
import promptkit.lint.tasks as tasks
import promptkit.lint.text as text
from promptkit.errors import TemplateError
from promptkit.lint.finding import Finding
from promptkit.lint.rule import Hit, Rule
from promptkit.lint.silence import faults, silences
from promptkit.lint.subject import Subject
from promptkit.wording.templates import Templates

if TYPE_CHECKING:
    from promptkit.tasks import Task

IDLE_SILENCE = Rule(
    "idle-silence",
    "warning",
    reason="A comment that silences nothing, or gives no reason, does not tell its reader what was considered.",
    fix="write {# lint: off RULE: why #}",
    check=lambda _: iter(()),  # found when all other rules have been, in `_of`
)
RULES: Sequence[Rule] = (*files.RULES, *inputs.RULES, *text.RULES, *flow.RULES, *tasks.RULES, IDLE_SILENCE)
BY_NAME = {one.name: one for one in RULES}


def lint(templates: Templates, name: str | None = None, *, task: Task | None = None) -> list[Finding]:
    """The mistakes in the template `name`, or in all templates that are not the shipped ones, by file and line.

    Nothing is rendered for a model and nothing is sent. Without templates of one's own the shipped ones are checked.

    Raises:
        TemplateError: no template of that name, or a folder of templates that does not exist.
    """
    if name is not None:
        return _sorted(_of(templates, name, task))
    shipped = Templates.shipped()
    own = [one for one in templates.names() if shipped.find(one) != templates.find(one)]
    found = [finding for one in own or templates.names() for finding in _of(templates, one, task)]
    found += [_finding(files.overrides_nothing, file.stem, file, hit) for file, hit in _stray(templates)]
    return _sorted(found)


def misnamed(templates: Templates) -> Iterator[Finding]:
    """The files that are never read, whatever they have: they nearly have the name of a shipped template."""
    shipped = Templates.shipped()
    for name in templates.names():
        file = templates.find(name)
        if file and file != shipped.find(name) and (found := files.misnamed(templates, name)):
            lines = templates.read(name).split("\n")
            if not any(comment.covers(files.overrides_nothing.name, 1) for comment in silences(lines)):
                yield _finding(files.overrides_nothing, name, file, found)
    for file, hit in _stray(templates):
        yield _finding(files.overrides_nothing, file.stem, file, hit)


def _of(templates: Templates, name: str, task: Task | None) -> list[Finding]:
    file = templates.find(name)
    try:
        subject = Subject(templates, name, file or templates.file(name), templates.read(name), task)
    except TemplateError as error:
        if file is None:
            raise
        return [_finding(files.unreadable, name, file, files.hit(name, file, error))]
    comments = list(silences(subject.lines))
    kept, silenced = list[Finding](), list[tuple[str, int]]()
    for one in RULES:
        for hit in _hits(one, subject):
            if any(comment.covers(one.name, hit.line) for comment in comments):
                silenced.append((one.name, hit.line))
            else:
                kept.append(_finding(one, name, subject.file, hit))
    for comment in comments:
        covered = {rule_name for rule_name, line in silenced if comment.covers(rule_name, line)}
        if task is None:
            covered |= {one.name for one in RULES if one.with_task}
        kept += [_finding(IDLE_SILENCE, name, subject.file, hit) for hit in faults(comment, BY_NAME, covered)]
    return kept


def _hits(one: Rule, subject: Subject) -> list[Hit]:
    try:
        return list(one.check(subject))
    except (TemplateError, *files.UNPARSED):  # which `unreadable` and its like report
        return []


def _stray(templates: Templates) -> Iterator[tuple[Path, Hit]]:
    for folder in templates.search_path(must_exist=False)[:-1]:
        yield from files.stray_files(folder)


def _finding(one: Rule, name: str, file: Path, hit: Hit) -> Finding:
    return Finding(one.name, one.severity, name, str(file), hit.line, hit.column, hit.message, hit.fix or one.fix)


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.file, one.line, one.column, one.rule))
