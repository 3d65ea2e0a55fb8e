"""Usual mistakes of who writes templates, and when each is found: by lint, on loading, on rendering, or never."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from promptkit import TemplateError, Templates
from promptkit.lint import lint
from promptkit.lint.gate import require_sound
from promptkit.wording.folders import SUFFIX
from tests.lint.examples import needs_task, task

HEADER = '---\ninputs:\n  question: {type: text, sample: "Why?"}\n---\n'
THINK = "chain_of_thought/think.j2"


@dataclass(frozen=True)
class Catch:
    """A mistake in a folder of templates, and the rule that finds it. The template that is rendered is the first."""

    rule: str
    mistake: str
    files: Mapping[str, str | bytes]


CATCHES = (
    Catch("misspelt-input", "an input misspelt in the text", {"ask.j2": HEADER + "{{ qestion }}\n"}),
    Catch(
        "misspelt-input",
        "an input misspelt in a branch that no sample takes",
        {"ask.j2": HEADER + "{% if question == '' %}\n{{ qestion }}\n{% endif %}\n{{ question }}\n"},
    ),
    Catch("question-unused", "an override that never shows the question", {THINK: HEADER + "Think hard.\n"}),
    Catch("foreign-placeholder", "an override with {question}", {THINK: HEADER + "{question}\n\nThink hard.\n"}),
    Catch(
        "unused-input",
        "an override that leaves out the rules of the task",
        {
            "explicit_instructions/instructions.j2": "{% system %}\n"
            "{{ task }}{{ audience }}{{ language }}{{ output_format }}\n{% endsystem %}\n"
        },
    ),
    Catch(
        "overrides-nothing",
        "the folder of an override misspelt",
        {"chain_of_thougt/think.j2": HEADER + "{{ question }}\n"},
    ),
    Catch(
        "overrides-nothing",
        "the file of an override with a capital",
        {"chain_of_thought/Think.j2": HEADER + "{{ question }}\n"},
    ),
    Catch(
        "overrides-nothing",
        "an override one folder too deep",
        {"mine/chain_of_thought/think.j2": HEADER + "{{ question }}\n"},
    ),
    Catch(
        "overrides-nothing",
        "an override with the suffix .jinja",
        {"chain_of_thought/think.jinja": HEADER + "{{ question }}\n"},
    ),
    Catch(
        "header-not-read", "front matter without its end", {"ask.j2": HEADER.removesuffix("---\n") + "{{ question }}\n"}
    ),
    Catch("header-not-read", "front matter that begins with two dashes", {"ask.j2": HEADER[1:] + "{{ question }}\n"}),
    Catch("header-not-read", "front matter below a comment", {"ask.j2": "{# mine #}\n" + HEADER + "{{ question }}\n"}),
    Catch("unreadable", "a file saved as UTF-16", {"ask.j2": (HEADER + "{{ question }}\n").encode("utf-16")}),
    Catch(
        "doubled-key",
        "a key that stands twice",
        {"ask.j2": "---\ninputs:\n  question: text\n  question: text\n---\n{{ question }}\n"},
    ),
    Catch("unreadable", "a key that there is not", {"ask.j2": HEADER.replace("inputs", "input") + "{{ question }}\n"}),
    Catch(
        "unreadable",
        "a default of another type",
        {
            "ask.j2": "---\ninputs:\n  question: text\n  many: {type: number, default: few}\n---\n"
            "{{ question }} {{ many }}\n"
        },
    ),
    Catch(
        "lost-text", "text beside a role", {"ask.j2": HEADER + "Be brief.\n{% user %}\n{{ question }}\n{% enduser %}\n"}
    ),
    Catch(
        "lost-text",
        "a role inside of a role",
        {"ask.j2": HEADER + "{% system %}\nBe brief.\n{% user %}\n{{ question }}\n{% enduser %}\n{% endsystem %}\n"},
    ),
    Catch(
        "lost-text",
        "a condition around an overriding block",
        {
            "few_shot/example.j2": "{% extends 'promptkit/few_shot/example.j2' %}\n{% if reasoning %}\n"
            "{% block user %}\nQ: {{ question }}\n{% endblock %}\n{% endif %}\n"
        },
    ),
    Catch("unreadable", "a role tag misspelt", {"ask.j2": HEADER + "{% usr %}\n{{ question }}\n{% endusr %}\n"}),
    Catch(
        "overrides-nothing",
        "an overriding block misspelt",
        {
            "few_shot/example.j2": "{% extends 'promptkit/few_shot/example.j2' %}\n{% block question %}\n"
            "Q: {{ question }}\n{% endblock %}\n"
        },
    ),
    Catch(
        "letters-looped",
        "a loop over the letters of a text",
        {"ask.j2": HEADER + "{% for rule in question %}\n- {{ rule }}\n{% endfor %}\n"},
    ),
    Catch(
        "unknown-field",
        "a field misspelt",
        {
            "plan_then_solve/combine.j2": "{{ question }}\n{% for step in solved %}\n"
            "{{ step.question }} {{ step.anser }}\n{% endfor %}\n"
        },
    ),
    Catch(
        "hidden-typo",
        "an input misspelt behind a default",
        {"ask.j2": HEADER + "{{ question }}{{ tne | default('') }}\n"},
    ),
    Catch(
        "nobody-gives",
        "an input that no strategy gives",
        {THINK: "---\ninputs:\n  tone: {type: text, sample: kind}\n---\n{{ question }} Be {{ tone }}.\n"},
    ),
    Catch(
        "unread-reply",
        "a critique that asks for no verdict",
        {"self_reflection/critique.j2": "Is anything wrong with that?\n"},
    ),
    Catch("role-as-text", "roles written as text", {"ask.j2": HEADER + "System: be brief.\nUser: {{ question }}\n"}),
    Catch(
        "role-from-data",
        "data that names its role",
        {
            "ask.j2": "---\ninputs:\n"
            "  turns: {type: list, of: {role: text, text: text}, sample: [{role: user, text: Hello.}]}\n---\n"
            "{% for turn in turns %}\n{{ turn.role }}: {{ turn.text }}\n{% endfor %}\n"
        },
    ),
    Catch(
        "eaten-newline",
        "two lines that become one",
        {"ask.j2": HEADER + "Answer{% if question %} briefly{% endif %}\n{{ question }}\n"},
    ),
    Catch("closable-delimiter", "a fence that data can close", {"ask.j2": HEADER + "```\n{{ question }}\n```\n"}),
    Catch(
        "variants-differ",
        "a variant with other inputs",
        {
            "ask.short.j2": HEADER + "{{ question }}\n",
            "ask.j2": HEADER.replace("inputs:\n", "inputs:\n  tone: {type: text, sample: kind}\n")
            + "{{ question }} Be {{ tone }}.\n",
        },
    ),
    Catch("unreadable", "a part that there is not", {"ask.j2": HEADER + "{% include '_rules.j2' %}\n{{ question }}\n"}),
    Catch("unreadable", "a brace too few", {"ask.j2": HEADER + "{{ question }\n"}),
    Catch(
        "test-item-shown",
        "an example that is a question of the test",
        {"ask.j2": HEADER + "How many wheels have 7 carts of 4 wheels? 28.\n\n{{ question }}\n"},
    ),
    Catch(
        "no-answer-form",
        "no form of the answer, on a task that states none",
        {"ask.j2": HEADER + "{{ question }}\n\nThink it over.\n"},
    ),
)


def stages(catch: Catch, folder: Path) -> dict[str, str]:
    """Where a mistake is found: the rules of lint, and the errors on loading and on rendering with samples."""
    for path, content in catch.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    templates = Templates((folder,))
    name = next(iter(catch.files)).removesuffix(SUFFIX)
    asked = task() if needs_task(catch.rule) else None
    found = {"lint": ", ".join(sorted({finding.rule for finding in lint(templates, task=asked)}))}
    try:
        require_sound(templates, folders=(name.rpartition("/")[0],), names=(name,))
    except TemplateError:
        found["start"] = "refused"
    if templates.find(name) is None:
        return found
    try:
        templates.variables(name)
        header = templates.header(name)
    except TemplateError:
        return {**found, "load": "error"}
    try:
        templates.render(name, **{key: one.stand_in(key) for key, one in header.inputs.items()})
    except TemplateError:
        found["render"] = "error"
    return found


def table(folder: Path) -> list[str]:
    """The rows of the table in docs/lint.md."""
    rows = ["| mistake | lint | start of a run | loading | rendering |", "| --- | --- | --- | --- | --- |"]
    for number, catch in enumerate(CATCHES):
        found = stages(catch, folder / str(number))
        rules = ", ".join(f"`{rule}`" for rule in found["lint"].split(", ") if rule)
        mistake = catch.mistake.replace("{question}", "`{question}`")
        cells = [mistake, rules or "—", *(found.get(stage, "—") for stage in ("start", "load", "render"))]
        rows.append(f"| {' | '.join(cells)} |")
    return rows
