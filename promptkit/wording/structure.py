"""Text that would reach no message, found in a template's tree before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2
from jinja2 import nodes

from promptkit.did_you_mean import closest
from promptkit.wording.roles import ROLES, has_roles, role_of

_CUTOFF = 0.7  # from here on a block's name is taken for a misspelt role
_NOT_OUTPUT = (nodes.Macro, nodes.CallBlock, nodes.AssignBlock)  # what is written in them comes out elsewhere


class Misplaced(jinja2.TemplateSyntaxError):
    """Something stands where it would be lost; with the way out."""

    def __init__(self, fact: str, line: int, way_out: str) -> None:
        super().__init__(fact, line)
        self.way_out = way_out


def check_structure(tree: nodes.Template) -> None:
    """See that everything a template writes reaches a message.

    Raises:
        Misplaced: some of it would not; the first such place.
    """
    for fault in structure_faults(tree):
        raise fault


def structure_faults(tree: nodes.Template) -> Iterator[Misplaced]:
    """All such places of a template by itself, whatever it extends or includes."""
    yield from _nested(tree, None)
    if tree.find(nodes.Extends) is not None:
        yield from _beside_blocks(tree)
        return
    for block in tree.find_all(nodes.Block):
        meant = closest(block.name.lower(), ROLES, similar=_CUTOFF)
        if meant and block.name not in ROLES:
            yield Misplaced(f"block {block.name!r} is not a role", block.lineno, f"did you mean {meant}?")
    if has_roles(tree):
        for node, line in _outside(tree):
            if _writes(node):
                way_out = "move it into one, such as {% user %}…{% enduser %}"
                yield Misplaced("text outside of the roles would reach no message", line, way_out)


def _nested(node: nodes.Node, outer: str | None) -> Iterator[Misplaced]:
    role = role_of(node)
    if role and outer:
        yield Misplaced(f"a message for {role} stands inside one for {outer}", node.lineno, f"end {outer} before it")
    for child in node.iter_child_nodes():
        yield from _nested(child, role or outer)


def _beside_blocks(tree: nodes.Template) -> Iterator[Misplaced]:
    """What a template that extends another has outside of its blocks: Jinja leaves it out."""
    way_out = "move it into a block of the template that is extended"
    for node in tree.body:
        for found in _flat(node):
            if isinstance(found, nodes.Output) and not _is_blank(found):
                fact = "text outside of the blocks of a template that extends another would reach no message"
                yield Misplaced(fact, _line(found), way_out)
            elif role_of(found) and not _of_block(found):
                fact = "a role outside of the blocks of a template that extends another would make no message"
                yield Misplaced(fact, found.lineno, way_out)
            elif isinstance(found, nodes.Block) and found is not node:
                fact = f"block {found.name!r} overrides whatever the condition or loop around it is"
                yield Misplaced(fact, found.lineno, "put the condition into the block")


def _flat(node: nodes.Node) -> Iterator[nodes.Node]:
    """`node` and what stands in it, without what is inside of blocks, roles and macros."""
    yield node
    if _of_block(node) or not isinstance(node, (nodes.Block, nodes.Output, *_NOT_OUTPUT)):
        for child in node.iter_child_nodes():
            yield from _flat(child)


def _of_block(node: nodes.Node) -> bool:
    """Whether it stands for a role block."""
    return role_of(node) is not None and isinstance(node.body[0], nodes.Block)  # type: ignore[attr-defined]


def _outside(node: nodes.Node) -> Iterator[tuple[nodes.Output, int]]:
    """What is written outside of roles, with its line."""
    if isinstance(node, nodes.Output):
        yield node, _line(node)
    elif not isinstance(node, _NOT_OUTPUT):
        for child in node.iter_child_nodes():
            yield from _outside(child)


def _writes(output: nodes.Output) -> bool:
    """Whether it writes something; what is called, such as a macro, may write roles alone."""
    return any(
        bool(node.data.strip()) if isinstance(node, nodes.TemplateData) else not isinstance(node, nodes.Call)
        for node in output.nodes
    )


def _is_blank(output: nodes.Output) -> bool:
    return all(isinstance(node, nodes.TemplateData) and not node.data.strip() for node in output.nodes)


def _line(output: nodes.Output) -> int:
    """The line of the first character that is written: the text of a node may begin with empty lines."""
    for node in output.nodes:
        if isinstance(node, nodes.TemplateData) and node.data.strip():
            return node.lineno + node.data[: len(node.data) - len(node.data.lstrip())].count("\n")
        if not isinstance(node, nodes.TemplateData):
            return node.lineno
    return output.lineno
