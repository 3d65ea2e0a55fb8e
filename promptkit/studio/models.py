"""The models that the page asks: loaded once by name, closed together."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.backend import Model
from promptkit.errors import UsageError
from promptkit.providers.load import load_model
from promptkit.wrappers.retry import Retry

ATTEMPTS = 3  # somebody waits for the reply: a model that is out of reach is an error soon


class Models:
    """Loads models by name, each once.

    Args:
        typed: the names given on the command line. Of names as `module:object`, whose code is run when they are
            loaded, only these can be asked.
    """

    def __init__(self, typed: Iterable[str] = ()) -> None:
        self.typed = tuple(typed)
        self._loaded: dict[str, Model] = {}

    def get(self, name: str) -> Model:
        """The model called `name`, which tries again when it is busy.

        Raises:
            UsageError: there is no such model, or its code would have to be run and it was not named on the command
                line.
        """
        if name not in self._loaded:
            self._loaded[name] = Retry(self.load(name), attempts=ATTEMPTS)
        return self._loaded[name]

    def load(self, name: str) -> Model:
        """The bare model, for who closes it.

        Raises:
            UsageError: as `get`.
        """
        if ":" in name.partition("?")[0].partition("/")[0] and name not in self.typed:
            raise UsageError(f"{name} is code of yours, which the page doesn't run; name it when you start: -m {name}")
        return load_model(name)

    async def aclose(self) -> None:
        """Close all of them."""
        while self._loaded:
            _, model = self._loaded.popitem()
            await model.aclose()
