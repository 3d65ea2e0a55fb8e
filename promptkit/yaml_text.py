"""YAML that people bring, read as data alone: it is no bigger than it looks, and a mistake has its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

DEEPEST = 50  # levels of lists and mappings
MOST_REPEATED = 10_000  # values that aliases (`*name`) stand for, all together
_SHOWN = 40  # characters of a value in an error

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})


class YamlError(ValueError):
    """It is not YAML, or too much of it; the line and what is wrong there."""


class _Loader(yaml.SafeLoader):
    """Dates are text, as they are written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._composed = 0  # values, with all that aliases stand for
        self._repeated = 0
        self._sizes: dict[int, int] = {}  # of the finished nodes, by their `id`

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as PyYAML has it
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        is_alias, before = self.check_event(yaml.AliasEvent), self._composed
        self._depth += 1
        if self._depth > DEEPEST:
            raise _refused(f"nested more than {DEEPEST} levels deep", mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        if is_alias:
            if id(node) not in self._sizes:
                raise _refused("a value contains itself", mark)
            self._repeated += self._sizes[id(node)]
            self._composed += self._sizes[id(node)]
            if self._repeated > MOST_REPEATED:
                raise _refused(f"aliases stand for more than {MOST_REPEATED:,} values", mark)
        else:
            self._composed += 1
            self._sizes[id(node)] = self._composed - before
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401 - as above
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, LookupError):  # `!!int x`; what YAML itself refuses is another error
            written, kind = str(node.value)[:_SHOWN], node.tag.rpartition(":")[2]
            raise _refused(f"{written!r} is not a YAML {kind}", node.start_mark) from None


class _TextLoader(_Loader):
    """Numbers are text as well, as they are written: 2024, 1.10 and 007."""


def _resolvers(without: frozenset[str]) -> Mapping[str, list[tuple[str, Any]]]:
    known = yaml.SafeLoader.yaml_implicit_resolvers
    return {first: [(tag, form) for tag, form in forms if tag not in without] for first, forms in known.items()}


_Loader.add_constructor(_TIMESTAMP, lambda _, node: node.value)
_Loader.yaml_implicit_resolvers = dict(_resolvers(frozenset({_TIMESTAMP})))
_TextLoader.yaml_implicit_resolvers = dict(_resolvers(_NUMBERS | {_TIMESTAMP}))


def parse_yaml(text: str, *, numbers: bool = True) -> Any:  # noqa: ANN401 - whatever it is
    """The value of a YAML document. `numbers=False` leaves numbers the text that they are written as.

    Raises:
        YamlError: it is not one, is nested more than `DEEPEST` levels deep, or has aliases that stand for more than
            `MOST_REPEATED` values.
    """
    try:
        loader = (_Loader if numbers else _TextLoader)(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise YamlError(where + ", ".join(part for part in (error.context, error.problem) if part)) from None
    except (yaml.YAMLError, RecursionError) as error:  # such as a character that YAML does not allow
        raise YamlError(" ".join(str(error).split())) from None


def _refused(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def key_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The line of each key and list item of a YAML document, by its path from the top; lines count from 1.

    Raises:
        YamlError: it is not YAML, or too much of it; or a mapping has a key twice, of which YAML keeps the last.
    """
    loader = _Loader(text)
    try:
        root, found = loader.get_single_node(), dict[tuple[str | int, ...], int]()
        _note_lines(root, (), found)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError((f"line {mark.line + 1}: " if mark else "") + str(error.problem)) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(" ".join(str(error).split())) from None
    finally:
        loader.dispose()
    return found


def _note_lines(node: yaml.Node | None, path: tuple[str | int, ...], found: dict[tuple[str | int, ...], int]) -> None:
    if isinstance(node, yaml.MappingNode):
        keys = set[str]()
        for key, value in node.value:
            if key.value in keys and isinstance(key, yaml.ScalarNode):
                raise _refused(f"the key {key.value!r} occurs twice", key.start_mark)
            keys.add(str(key.value))
            place = (*path, str(key.value))
            found[place] = key.start_mark.line + 1
            _note_lines(value, place, found)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            place = (*path, number)
            found[place] = item.start_mark.line + 1
            _note_lines(item, place, found)
