"""Rules about a template and the task that it is to be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptkit.leaks import normal_question
from promptkit.lint.rule import Hit, rule
from promptkit.lint.subject import Subject
from promptkit.types import Prompt

_TELLING = 15  # characters of a question from which it is not in a text by chance
_PLACES = {"number": "number", "choice": "letter", "label": "label", "date": "date"}  # of the answer, by its kind
_FORM = re.compile(
    r"\b(?:answer|reply|respond|finish|end|output|return|write|give)\b[^.\n]{0,60}"
    r"\b(?:with|as|only|in the form|just|is)\b"
    r"|答案|回答|作答|answer:|\\boxed",
    re.IGNORECASE,
)


@rule(
    "no-answer-form",
    "warning",
    reason="Neither the questions of the task nor the template state how to write the answer: what is read as the "
    "answer in a long reply is a guess, and the comparison measures the guess.",
    fix='ask for a form, such as: Finish with "The answer is <number>."',
    with_task=True,
)
def no_answer_form(subject: Subject) -> Iterator[Hit]:
    """A template that asks the question of a task, neither of which states the form of the answer."""
    task = subject.task
    if task is None or subject.used is None or "question" not in subject.used or subject.is_partial:
        return
    if subject.header.reads or _FORM.search(subject.constant_text):
        return
    if any(not item.form and not _FORM.search(item.question) for item in task.items):
        kind = task.answer.kind
        fix = f'ask for a form, such as: Finish with "The answer is <{_PLACES.get(kind, "answer")}>."'
        yield Hit(1, f"nothing states how to write an answer of {task.name}; its kind is {kind}", fix=fix)


@rule(
    "test-item-shown",
    "error",
    reason="The model is shown a question of the test, and probably its answer: what is measured is copying.",
    fix="take another example, from the train split",
    with_task=True,
)
def item_shown(subject: Subject) -> Iterator[Hit]:
    """A question of the task in the text of the template, or in a default."""
    if subject.task is None:
        return
    defaults = [str(one.default) for one in subject.own.inputs.values() if one.default]
    shown = normal_question("\n".join([subject.constant_text, *defaults]))
    for item in subject.task.items:
        question = Prompt.of(item.question).model_copy(update={"form": item.form}).without_form().question
        normal = normal_question(question)
        if len(normal) >= _TELLING and normal in shown:
            first = question.strip().splitlines()[0]
            line = next((n for n, text in enumerate(subject.lines, 1) if first[:_TELLING] in text), 1)
            message = f"the question {item.id} of {subject.task.name} is in the template"
            yield Hit(line, message, subject.column_of(line, first[:_TELLING]))


RULES = (no_answer_form, item_shown)
