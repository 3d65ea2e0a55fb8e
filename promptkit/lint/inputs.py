"""Rules about inputs: what is declared, what is used, and what is given."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

from promptkit.did_you_mean import closest, did_you_mean
from promptkit.lint.rule import Hit, rule
from promptkit.lint.subject import Subject, set_on_top
from promptkit.lint.types import walk

_DEFAULTS = frozenset({"default", "d"})
_TESTS = frozenset({"defined", "undefined", "none"})
_OF_MACROS = frozenset({"caller", "varargs", "kwargs"})
_GOES_THROUGH = frozenset({"join", "first", "last", "random", "sort", "unique", "batch", "slice", "map", "list"})


@rule(
    "undeclared-input",
    "error",
    reason="Nobody knows that the input has to be given: rendering fails, perhaps only in a branch that is rarely "
    "taken.",
    fix="declare it in the front matter under `inputs`",
)
def undeclared_input(subject: Subject) -> Iterator[Hit]:
    """A variable that no front matter declares, and that is like no declared one."""
    for node in _undeclared(subject):
        if not _meant(subject, node.name):
            yield _at(subject, node, f"`{node.name}` is not declared")
    for name in sorted(_taken_by_parts(subject)):
        close = _meant(subject, name)
        message = f"`{name}`, an input of a template that this one includes or extends, is not declared"
        yield Hit(1, message, 1, f"did you mean {close}?" if close else "")


@rule(
    "misspelt-input",
    "error",
    reason="Jinja does not know a variable that is spelt unlike its input: rendering fails where it is used.",
    fix="write the name as it is declared",
)
def misspelt_input(subject: Subject) -> Iterator[Hit]:
    """A variable that no front matter declares, but almost."""
    for node in _undeclared(subject):
        if close := _meant(subject, node.name):
            yield _at(subject, node, f"`{node.name}` is not declared", f"did you mean {close}?")


@rule(
    "unused-input",
    "warning",
    reason="The input's value never reaches the model. In a template that replaces a shipped one, this may be what "
    "the strategy has to show, such as the rules of a task.",
    fix="show it, or take it out of `inputs`",
)
def unused_input(subject: Subject) -> Iterator[Hit]:
    """A declared or inherited input that is shown nowhere, and of which `question-unused` is not."""
    needed = _needed(subject)
    for name in _unused(subject):
        if name not in needed:
            yield _not_shown(subject, name)


@rule(
    "question-unused",
    "error",
    reason="The model is never shown what it is asked.",
    fix="write {{ question }} where it belongs",
)
def question_unused(subject: Subject) -> Iterator[Hit]:
    """The question, or what else the replaced template can't do without, is shown nowhere."""
    needed = _needed(subject)
    for name in _unused(subject):
        if name in needed:
            yield _not_shown(subject, name)


@rule(
    "unknown-field",
    "error",
    reason="The objects of the input are declared without this field: rendering fails, or a default hides that it is "
    "missing.",
    fix="write the field as it is declared, or declare it",
)
def unknown_field(subject: Subject) -> Iterator[Hit]:
    """A field that the declaration of its object does not have."""
    for known in walk(subject.tree, dict(subject.header.inputs)):
        if found := known.unknown_field():
            name, fields = found
            column = subject.column_of(known.node.lineno, name)
            yield Hit(known.node.lineno, f"there is no field `{name}`", column, did_you_mean(name, fields))


@rule(
    "hidden-typo",
    "error",
    reason="A default, or a test whether it is defined, turns an undeclared variable into empty text instead of an "
    "error: what was meant is missing from every prompt.",
    fix="declare it in `inputs`, with its `default`, and remove the filter or test",
)
def hidden_typo(subject: Subject) -> Iterator[Hit]:
    """An undeclared variable behind `default` or `is defined`."""
    unknown = _unknown_names(subject)
    for node in _forgiven(subject.tree):
        if node.name in unknown:
            close = _meant(subject, node.name)
            yield _at(
                subject,
                node,
                f"`{node.name}` is not declared, and a default or test hides it",
                f"did you mean {close}?" if close else "",
            )


@rule(
    "letters-looped",
    "error",
    reason="The loop goes through a text letter by letter, and makes one bullet for each letter.",
    fix="declare the input as a list, or show the text without a loop",
)
def letters_looped(subject: Subject) -> Iterator[Hit]:
    """A loop or filter over the letters of a text."""
    for known in walk(subject.tree, dict(subject.header.inputs)):
        node = known.node
        over = node.iter if isinstance(node, nodes.For) else None
        if isinstance(node, nodes.Filter) and node.name in _GOES_THROUGH:
            over = node.node
        declared = known.type_of(over) if over is not None else None
        if over is not None and declared is not None and declared.type in ("text", "number", "flag"):
            what = "letters of a text" if declared.type == "text" else f"parts of a {declared.type}"
            name = getattr(over, "name", getattr(over, "attr", "it"))
            yield Hit(node.lineno, f"this goes through the {what}, `{name}`", subject.column_of(node.lineno, name))


@rule(
    "nobody-gives",
    "error",
    reason="The strategy passes only the inputs of the shipped template; another one without a default has no value "
    "in any run.",
    fix="give it a `default`, or write its text into the template",
)
def nobody_gives(subject: Subject) -> Iterator[Hit]:
    """A required input of a replacement that the strategy does not pass."""
    if subject.replaces is None:
        return
    given = subject.replaces.inputs
    for name, declared in subject.own.inputs.items():
        if name not in given and declared.required:
            line = subject.line_of_input(name)
            message = f"no strategy gives the input `{name}`"
            yield Hit(line, message, subject.column_of(line, name), did_you_mean(name, given, ""))


@rule(
    "variants-differ",
    "warning",
    reason="Two wordings of one step are compared as the same step: one that shows other inputs is another step, and "
    "one that needs others fails.",
    fix="let both use the same inputs",
)
def variants_differ(subject: Subject) -> Iterator[Hit]:
    """A variant `step.short` whose inputs are not those of `step`."""
    base = subject.base
    if base is None or subject.used is None or subject.templates.find(base) is None:
        return
    header, used = subject.templates.header(base), subject.templates.variables(base)[0]
    if used is None:
        return
    for name in sorted(subject.own.inputs.keys() - header.inputs.keys()) if subject.replaces is None else ():
        line = subject.line_of_input(name)
        message = f"`{name}` is no input of {base}, whose variant this is"
        yield Hit(line, message, subject.column_of(line, name))
    for name in sorted((used & header.inputs.keys()) - subject.used):
        if name not in _unused(subject):
            yield Hit(1, f"`{name}`, which {base} shows, is not shown in this variant of it")


def _unused(subject: Subject) -> tuple[str, ...]:
    """The inputs that it declares, or has to show since it replaces a shipped template, and shows nowhere."""
    if subject.used is None or subject.is_partial:
        return ()
    expected = dict(subject.own.inputs) | dict(subject.replaces.inputs if subject.replaces else {})
    return tuple(name for name in expected if name not in subject.used)


def _needed(subject: Subject) -> set[str]:
    """The inputs without which the model is not asked what it should be: those that a shipped template requires."""
    inputs = subject.replaces.inputs if subject.replaces else {}
    return {"question", *(name for name, declared in inputs.items() if declared.required)}


def _not_shown(subject: Subject, name: str) -> Hit:
    line = subject.line_of_input(name)
    way_out = "" if name in subject.own.inputs else f"write {{{{ {name} }}}} where it belongs"
    return Hit(line, f"the input `{name}` is never shown", subject.column_of(line, name), way_out)


def _unknown_names(subject: Subject) -> frozenset[str]:
    """Variables of the body that nothing declares. What includes a part passes variables of its own to it."""
    if subject.is_partial and not subject.own.inputs:
        return frozenset()
    return subject.undeclared - subject.header.inputs.keys()


def _taken_by_parts(subject: Subject) -> set[str]:
    """Variables of what a template includes or extends that nothing declares, and that nothing of it sets."""
    if subject.is_partial or not subject.used:
        return set()
    trees = [subject.tree, *subject.parts()]
    set_somewhere = {node.name for tree in trees for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    set_somewhere |= {name for tree in trees for name in set_on_top(tree)} | _OF_MACROS
    forgiven = {node.name for tree in trees for node in _forgiven(tree)}
    return set(subject.used) - subject.undeclared - subject.header.inputs.keys() - set_somewhere - forgiven


def _undeclared(subject: Subject) -> Iterator[nodes.Name]:
    """The first place of each undeclared variable, but for those that a default hides."""
    hidden = {id(node) for node in _forgiven(subject.tree)}
    for name in sorted(_unknown_names(subject)):
        plain = (node for node in subject.reads_of(name) if id(node) not in hidden)
        if first := next(plain, None):
            yield first


def _forgiven(tree: nodes.Template) -> Iterator[nodes.Name]:
    """The variables that may be undefined without an error."""
    for found in tree.find_all((nodes.Filter, nodes.Test)):
        assert isinstance(found, (nodes.Filter, nodes.Test))  # noqa: S101 - for the type checker
        names = _DEFAULTS if isinstance(found, nodes.Filter) else _TESTS
        if found.name in names and isinstance(found.node, nodes.Name):
            yield found.node


def _meant(subject: Subject, name: str) -> str | None:
    """The declared input that a misspelt name is taken for."""
    return closest(name, subject.header.inputs, similar=0.7)


def _at(subject: Subject, node: nodes.Name, message: str, fix: str = "") -> Hit:
    return Hit(node.lineno, message, subject.column_of(node.lineno, node.name), fix)


RULES = (
    undeclared_input,
    misspelt_input,
    unused_input,
    question_unused,
    unknown_field,
    hidden_typo,
    letters_looped,
    nobody_gives,
    variants_differ,
)
