"""The tag that marks a part of a wording, so that `promptkit ablate` can leave it out."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class PartTag(Extension):
    """`{% part name %}…{% endpart %}` marks a part of a wording. It renders as what stands in it."""

    tags = {"part"}  # noqa: RUF012 - as Jinja has it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """What stands in it, in its place."""
        line = next(parser.stream).lineno
        if parser.stream.current.type != "name":
            parser.fail("a part has a name: {% part rules %}", line)
        while parser.stream.current.type != "block_end":  # of `such-as-this` Jinja makes several tokens
            next(parser.stream)
        return list(parser.parse_statements(("name:endpart",), drop_needle=True))
