"""The answer of a strategy as it is written: the call that answers piece by piece, earlier steps beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import Unavailable
from promptkit.strategy import leads_to_answer
from promptkit.streaming import Delta
from promptkit.streams import Stream
from promptkit.types import Completion


@dataclass(frozen=True, slots=True)
class Piece:
    """What the answer, or a step before it, continues with."""

    text: str
    is_step: bool = False


async def answer_pieces(strategy: Backend, pieces: Stream) -> AsyncIterator[Piece | Completion]:
    """The pieces of what `strategy` is asked in `pieces`, and at last the completion.

    The pieces that are no steps together are the text of the completion. They come as they are written where it is
    known which call answers (`leads_to_answer`), and at the end otherwise. An empty piece says that something goes on.

    Raises:
        Unavailable: the reply broke off, and when it was asked for again it began otherwise than what was passed on.
        PromptkitError: as the strategy raised it.
    """
    sent = written = at = ""
    async for piece in pieces:
        if isinstance(piece, Completion):
            if not piece.text.startswith(sent):
                raise Unavailable("the reply broke off, and begins differently when asked for again; try again")
            yield Piece(piece.text[len(sent) :])
            yield piece
        elif leads_to_answer(strategy, piece.path):
            written = ("" if piece.restart else written) + piece.text
            fresh = written[len(sent) :] if written.startswith(sent) else ""
            sent += fresh
            yield Piece(fresh)
        else:
            yield Piece(_step_text(piece, at), is_step=True)
            at = piece.path


def _step_text(piece: Delta, at: str) -> str:
    """A piece of a step, under a line that names the step where another one was before."""
    return piece.text if piece.path == at and not piece.restart else f"\n\n[{piece.path or 'draft'}]\n{piece.text}"
