"""What a run may use up, and what else holds for it this time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from promptkit.on_ray.engine import EXAMPLE, known_engine
from promptkit.settings.option import Option, Settings


class RunLimits(Settings):
    """What holds for a run this time, and what it may use up. Not recorded: resumed, it may use as much again."""

    max_calls: Annotated[
        int | None,
        Field(ge=0, description="Send at most N requests, failed ones included."),
        Option("pace", metavar="N"),
    ] = None
    max_cost: Annotated[
        float | None,
        Field(
            ge=0,
            description="Stop before US dollars could exceed this: calls in flight count at their most, and one that "
            "does not fit beside them waits.",
        ),
        Option("pace", metavar="USD"),
    ] = None
    run_seconds: Annotated[
        float | None,
        Field(ge=0, description="Stop sending calls after S seconds; the run can be resumed."),
        Option("pace", metavar="S"),
    ] = None
    batch: Annotated[
        bool,
        Field(
            description="Ask through the providers' batch APIs: half the price, up to 24 h for each wave of calls. A "
            "run that was begun this way goes on this way."
        ),
        Option("pace"),
    ] = False
    batch_wait: Annotated[
        float | None,
        Field(
            ge=0,
            description="Wait at most S seconds for batches when there is nothing else to do; then end with exit code "
            "75, to go on later.",
        ),
        Option("pace", metavar="S"),
    ] = None
    allow_code: Annotated[
        bool,
        Field(description="Run code that the model writes, with limits, to grade answers of type code."),
        Option("pace"),
    ] = False
    engine: Annotated[
        str | None,
        AfterValidator(known_engine),
        Field(
            description="Have calls made by actors of Ray: ray on this machine, or ray:ADDRESS of a cluster, as in "
            f"'{EXAMPLE}' (docs/ray.md; the extra `ray`)."
        ),
        Option("pace", metavar="ray[:ADDRESS]"),
    ] = None
    moved: Annotated[
        bool,
        Field(description="The model has moved from the address on record, and is the same: its calls there are kept."),
        Option("pace"),
    ] = False
    wording: Annotated[
        Literal["recorded", "current"] | None,
        Field(
            description="When templates were edited after the run began: keep the recorded texts, or ask again "
            "where the current ones differ."
        ),
        Option("pace", metavar="recorded|current"),
    ] = None
