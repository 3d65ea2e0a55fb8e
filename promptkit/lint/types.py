"""What is known about the values of expressions: the declared inputs, followed through loops and fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from promptkit.wording.inputs import Input

Scope = Mapping[str, Input | None]
_ONE_OF = frozenset({"first", "last", "random"})
_OWN = frozenset({"items", "keys", "values", "get"})  # what every object has beside its fields


@dataclass(frozen=True)
class Known:
    """An expression or loop, and what names mean where it stands."""

    node: nodes.Node
    scope: Scope

    def type_of(self, node: nodes.Node) -> Input | None:
        """What an expression is declared as; `None` where that is open."""
        match node:
            case nodes.Name():
                return self.scope.get(node.name)
            case nodes.Getattr():
                return self.field(node)
            case nodes.Getitem(arg=nodes.Const(value=str())):
                return self.field(node)
            case nodes.Getitem():
                return self._of(node.node)
            case nodes.Filter(name=name) if name in _ONE_OF and node.node is not None:
                return self._of(node.node)
        return None

    def _of(self, node: nodes.Node) -> Input | None:
        many = self.type_of(node)
        return many.of if many and many.type == "list" else None

    def field(self, node: nodes.Getattr | nodes.Getitem) -> Input | None:
        """What `object.field` is declared as."""
        owner = self.type_of(node.node)
        return owner.fields.get(field_name(node)) if owner else None

    def unknown_field(self) -> tuple[str, tuple[str, ...]] | None:
        """The field that this expression reads and its object has not, with those that it has."""
        if not isinstance(self.node, (nodes.Getattr, nodes.Getitem)) or not (name := field_name(self.node)):
            return None
        owner = self.type_of(self.node.node)
        if owner is None or not owner.fields or name in owner.fields or name in _OWN:
            return None
        return name, tuple(owner.fields)


def field_name(node: nodes.Getattr | nodes.Getitem) -> str:
    """The field that is read; empty where it is no constant."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else ""


def walk(node: nodes.Node, scope: Scope) -> Iterator[Known]:
    """Every node of a tree with what names mean there: loops and `set` give names of their own."""
    yield Known(node, scope)
    inner: dict[str, Input | None] = dict(scope)
    if isinstance(node, nodes.For):
        yield from walk(node.iter, scope)
        many = Known(node, scope).type_of(node.iter)
        element = many.of if many and many.type == "list" else None
        names = [name.name for name in node.target.find_all(nodes.Name)] or [getattr(node.target, "name", "")]
        inner |= dict.fromkeys(names, element if isinstance(node.target, nodes.Name) else None)
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = element
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from walk(child, inner)
        return
    if isinstance(node, nodes.Macro):
        inner |= {argument.name: None for argument in node.args}
    for child in node.iter_child_nodes():
        yield from walk(child, inner)
        if isinstance(child, nodes.Assign) and isinstance(child.target, nodes.Name):
            inner[child.target.name] = Known(child, inner).type_of(child.node)
