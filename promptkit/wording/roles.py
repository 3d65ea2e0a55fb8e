"""Role tags: `{% user %}…{% enduser %}` appends a message while the template is rendered.

A message is made from the tag that wrote it, never read back from rendered text: data can't choose its role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.visitor import NodeTransformer

from promptkit.types import Message, Role

ROLES: tuple[Role, ...] = get_args(Role)
Written = Literal["tag", "block"]


class Conversation:
    """The messages of one render, as its roles write them.

    Attributes:
        may_have_roles: whether a template that took part has a role, be it one whose condition was not met.
        read: the files that took part: one that is included twice is of one moment.
    """

    def __init__(self) -> None:
        self.may_have_roles = False
        self.read = set[str]()
        self._written: list[tuple[Written, Message]] = []
        self._open: Role | None = None

    def messages(self) -> tuple[Message, ...]:
        """In the order written; where all are role blocks, in that of `ROLES`."""
        written = self._written
        if all(by == "block" for by, _ in written):
            written = sorted(written, key=lambda one: ROLES.index(one[1].role))
        return tuple(message for _, message in written)

    def add(self, role: Role, by: Written, text_of: Callable[[], str]) -> None:
        """Append the message whose text this is; one without text is left out."""
        if self._open is not None:
            raise jinja2.TemplateRuntimeError(f"a message for {role} is written inside one for {self._open}")
        self._open = role
        try:
            text = text_of().strip()
        finally:
            self._open = None
        if text:
            self._written.append((by, Message(role=role, content=text)))


_current: ContextVar[Conversation | None] = ContextVar("promptkit_conversation", default=None)


@contextmanager
def conversation() -> Iterator[Conversation]:
    """Roles that are rendered in this block write their messages to it."""
    begun = Conversation()
    token = _current.set(begun)
    try:
        yield begun
    finally:
        _current.reset(token)


def note_roles(has_roles: bool) -> None:
    """Note that a template takes part in the render that is on, and whether it has roles."""
    if has_roles and (current := _current.get()) is not None:
        current.may_have_roles = True


def note_read(path: str) -> bool:
    """Note that a file takes part in the render that is on; whether it did before."""
    if (current := _current.get()) is None:
        return False
    known = path in current.read
    current.read.add(path)
    return known


class RoleTags(Extension):
    """The tags `system`, `user` and `assistant`, each closed by `end` and its name."""

    tags = set(ROLES)  # noqa: RUF012 - as Jinja has it

    def parse(self, parser: Parser) -> nodes.Node:
        """The tag at which the parser stands, with what is inside."""
        tag = next(parser.stream)
        body = parser.parse_statements((f"name:end{tag.value}",), drop_needle=True)
        return self.node(tag.value, "tag", body, tag.lineno)

    def node(self, role: str, by: Written, body: list[nodes.Node], line: int) -> nodes.Node:
        """What Jinja compiles a role to: a call of `write`, with a body."""
        call = self.call_method("write", [nodes.Const(role), nodes.Const(by)], lineno=line)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def write(self, role: Role, by: Written, caller: Callable[[], str]) -> str:
        """Append the message; nothing stands in its place."""
        current = _current.get()
        if current is None:
            raise jinja2.TemplateRuntimeError(f"a message for {role} is written where none can be")
        current.add(role, by, caller)
        return ""


def role_of(node: nodes.Node) -> Role | None:
    """The role whose message `node` writes, when it is a role tag or what stands for a role block; else `None`."""
    call = node.call if isinstance(node, nodes.CallBlock) else None
    if call is None or not isinstance(call.node, nodes.ExtensionAttribute):
        return None
    if call.node.identifier != RoleTags.identifier or not isinstance(call.args[0], nodes.Const):
        return None
    role: Role = call.args[0].value
    return role


def has_roles(tree: nodes.Template) -> bool:
    """Whether the template itself writes a message of some role."""
    return any(role_of(node) for node in tree.find_all(nodes.CallBlock))


class _BlocksAsRoles(NodeTransformer):
    """Each `{% block user %}` inside of a `{% user %}`: it can be overridden, stand in a condition and in a loop."""

    def __init__(self, tags: RoleTags, overrides: frozenset[int]) -> None:
        self._tags, self._overrides = tags, overrides

    def visit_Block(self, block: nodes.Block) -> nodes.Node:  # noqa: N802 - by Jinja's names
        self.generic_visit(block)
        if block.name not in ROLES or id(block) in self._overrides:
            return block
        block.scoped = True  # it sees the variable of a loop around it
        return self._tags.node(block.name, "block", [block], block.lineno)


def with_blocks_as_roles(tree: nodes.Template, tags: RoleTags) -> nodes.Template:
    """The same template, whose role blocks write messages where they stand; those that override a parent's do there."""
    overrides = frozenset(id(node) for node in tree.body) if tree.find(nodes.Extends) else frozenset[int]()
    made: nodes.Template = _BlocksAsRoles(tags, overrides).visit(tree)
    return made
