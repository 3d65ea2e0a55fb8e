"""Built strategies as a trial has them: by strategy and model."""

from __future__ import annotations

from collections.abc import Mapping

from promptkit.backend import Backend
from promptkit.bench.models import model_name
from promptkit.bench.strategies import Arm


def arms(strategies: Mapping[str, Backend]) -> dict[Arm, Backend]:
    """Each beside the name of the model under it."""
    return {Arm(name, model_name(built)): built for name, built in strategies.items()}
