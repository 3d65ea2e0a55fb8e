# How large a run is: the network, the data and the number of steps.
from dataclasses import dataclass

from training.world import WORLD, World


@dataclass(frozen=True)
class Size:
    """One configuration of the whole recipe. Time is counted in steps, never in minutes."""

    name: str
    world: World = WORLD
    width: int = 128
    layers: int = 4
    heads: int = 4
    hidden: int = 384
    first_steps: int = 2_600
    """The first steps on plain text, in its early shares."""
    base_steps: int = 4_000
    """All steps on plain text; the base model is the checkpoint after them."""
    grow_steps: int = 3_500
    """Steps of conversations after which problems have their full length."""
    middle_step: int = 7_742
    examples_step: int = 10_544
    later_step: int = 11_874
    last_step: int = 13_239
    """The steps from which conversations are drawn in other shares."""
    steps: int = 19_500
    """All steps."""
    base_decay_steps: int = 600
    """The last steps of both stages of plain text, in which the learning rate falls."""
    decay_steps: int = 11_758
    """The last steps, in which the learning rate falls. Before them a run may still be made longer or shorter."""
    warm_steps: int = 100
    batch_tokens: int = 5_120
    block: int = 2_048
    """Texts generated at a time; checkpoints lie between blocks."""
    base_longest: int = 400
    """Plain texts with more tokens than this are left out of training."""
    longest: int = 560
    """Conversations with more tokens than this are left out: all answers of a plan of ten steps fit."""
    muon_rate: float = 0.012
    adam_rate: float = 3e-3
    seed: int = 1


SIZES = {
    size.name: size
    for size in (
        Size(
            "miniature", width=32, layers=1, heads=2, hidden=64, first_steps=10, base_steps=20, grow_steps=10,
            middle_step=26, examples_step=30, later_step=33, last_step=36, steps=40, base_decay_steps=5, decay_steps=20, warm_steps=5,
            batch_tokens=2_048, block=64,
        ),
        Size("small"),
        Size(
            "large", width=160, layers=5, heads=5, hidden=480, first_steps=6_000, base_steps=12_000, grow_steps=15_000,
            middle_step=22_000, examples_step=26_000, later_step=30_000, last_step=33_000, steps=70_000, decay_steps=35_000,
            warm_steps=300, batch_tokens=8_192, longest=640,
        ),
    )
}  # fmt: skip
