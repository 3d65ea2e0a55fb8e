"""What the page sends."""

from __future__ import annotations

from pydantic import Field

from promptkit.studio.cases import Case
from promptkit.types import Value

SAVED, SHIPPED = "saved", "shipped"  # wordings to compare with, beside templates by name


class Reading(Value):
    """Which template."""

    name: str


class Keeping(Value):
    """A text to be kept as the template `name`, which was edited from the content of `digest`."""

    name: str
    text: str
    digest: str


class Wording(Value):
    """The text of a template as it is typed, and the case it is tried on."""

    name: str
    text: str
    case: Case = Case()


class Pair(Wording):
    """The same beside another wording: `saved`, `shipped`, or that of another template, by its name."""

    against: str = SAVED


class Asking(Pair):
    """Rows to be asked in both wordings, of a model by name; the case has the others."""

    model: str
    rows: tuple[int, ...] = Field(default=(0,), min_length=1, max_length=20)
    max_tokens: int | None = Field(default=None, gt=0)
    temperature: float | None = Field(default=None, ge=0)


class Comparing(Pair):
    """A task to be compared on in both wordings, with at most `limit` of its rows."""

    model: str
    limit: int | None = Field(default=None, gt=0)
    max_tokens: int | None = Field(default=None, gt=0)
    temperature: float | None = Field(default=None, ge=0)
