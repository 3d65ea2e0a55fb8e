"""The kinds of files that are known by their columns. The first that fits counts."""

from __future__ import annotations

from collections.abc import Sequence

import promptkit.tasks.shapes.chats as chats
import promptkit.tasks.shapes.choices as choices
import promptkit.tasks.shapes.label_studio as label_studio
import promptkit.tasks.shapes.programs as programs
import promptkit.tasks.shapes.questions as questions
from promptkit.tasks.columns import Names, Raw
from promptkit.tasks.shapes.shape import ODD as ODD
from promptkit.tasks.shapes.shape import Part as Part
from promptkit.tasks.shapes.shape import Shape as Shape

SHAPES = (*label_studio.SHAPES, *programs.SHAPES, *choices.SHAPES, *questions.SHAPES, *chats.SHAPES)


def recognised(names: Names, rows: Sequence[Raw]) -> Shape | None:
    """The kind of file that these records are of, if it is a known one."""
    return next((shape for shape in SHAPES if shape.matches(names, rows)), None)
