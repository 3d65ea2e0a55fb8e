"""A turn of a conversation: a text, or texts and images in order."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from promptkit.image import Image
from promptkit.types.value import Value

Role = Literal["system", "user", "assistant"]


def _as_text(parts: tuple[str | Image, ...]) -> str | tuple[str | Image, ...]:
    """Without empty parts; those without an image are one text."""
    if not any(isinstance(part, Image) for part in parts):
        return _joined(parts)
    return tuple(part for part in parts if part != "")


def _joined(parts: tuple[str | Image, ...]) -> str:
    return "\n".join(part for part in parts if isinstance(part, str))


Content = str | Annotated[tuple[str | Image, ...], Field(min_length=1), AfterValidator(_as_text)]


class Message(Value):
    """One turn of a conversation.

    Attributes:
        content: a text; or, where a user shows images, its texts and images in order.
    """

    role: Role
    content: Content

    @property
    def text(self) -> str:
        """The text of it, without images: that of several parts in lines of their own."""
        return self.content if isinstance(self.content, str) else _joined(self.content)

    @property
    def images(self) -> tuple[Image, ...]:
        """The images in it."""
        return () if isinstance(self.content, str) else tuple(p for p in self.content if isinstance(p, Image))

    @property
    def shown(self) -> str:
        """All of it as a text for those who read it, a line for each image."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part if isinstance(part, str) else part.shown for part in self.content)

    def with_text(self, text: str) -> Self:
        """The same turn with another text, whose images stay where they were.

        What stands around its old texts goes to the first and to the last of them; where these can't be found in the
        new text, all of that stands in the place of the first.
        """
        if isinstance(self.content, str):
            return type(self)(role=self.role, content=text)
        *before, _ = [part for part in self.content if isinstance(part, str)] or [""]
        head = "".join(f"{part}\n" for part in before)
        at = text.find(head)
        if at < 0:
            new = [text, *("" for _ in before)]
        else:
            new = [*before, text[at + len(head) :]]
            new[0] = text[:at] + new[0]
        left = iter(new)
        parts = [next(left) if isinstance(part, str) else part for part in self.content]
        parts += list(left)
        return self.model_copy(update={"content": tuple(part for part in parts if part != "")})
