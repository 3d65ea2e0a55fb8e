"""A reply while it is written: passed on in pieces, and ended when nobody waits for it or it only repeats itself."""

from __future__ import annotations

import asyncio
import threading

from promptkit.providers.llama.repetition import Repetition
from promptkit.streaming import DeltaStream


class Writing:
    """One reply that is being written. The engine's thread calls `hears`, the event loop the rest.

    Attributes:
        repeated: whether it was ended because it only repeated itself.
    """

    def __init__(self, stream: DeltaStream | None, *, cut_repetition: bool) -> None:
        self._stream, self._loop = stream, asyncio.get_running_loop()
        self._repetition = Repetition() if cut_repetition else None
        self._unwanted = threading.Event()
        self._failure: Exception | None = None
        self.repeated = False

    def hears(self, text: str, thought: str) -> bool:
        """Take the next piece of the text, and of what is thought before it; whether the engine is to stop."""
        if self._unwanted.is_set():
            return True
        if self._stream and text:
            self._loop.call_soon_threadsafe(self._pass_on, text)
        if self._repetition:
            self.repeated = self._repetition.goes_on(thought + text)
        return self.repeated

    def end(self) -> None:
        """Nobody waits for it any more: the engine stops with the next token."""
        self._unwanted.set()

    def finish(self, text: str) -> None:
        """Make what was passed on the whole of `text`.

        Raises:
            Exception: what the listener raised.
        """
        if self._failure:
            raise self._failure
        if self._stream:
            self._stream.reconcile(text)

    def _pass_on(self, text: str) -> None:
        if self._stream and not self._unwanted.is_set():
            try:
                self._stream.emit(text)
            except Exception as error:  # noqa: BLE001 - the listener's: `finish` raises it where the call is awaited
                self._failure = error
                self.end()
