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
    copy_steps: int = 2_600
    """Steps on plain text of the first mixture."""
    base_steps: int = 4_000
    """All steps on plain text; the base model is the checkpoint after them."""
    first_steps: int = 6_500
    """Steps of conversations of the first mixture."""
    grow_steps: int = 3_000
    """Steps of conversations after which problems have their full length."""
    last_steps: int = 8_000
    """The last of all steps, on conversations of the last mixture."""
    steps: int = 30_500
    """All steps."""
    base_decay_steps: int = 600
    """The last steps of both mixtures of plain text, in which the learning rate falls."""
    decay_steps: int = 13_500
    """How long it falls in both stages of conversations: the last one is all fall."""
    warm_steps: int = 100
    batch_tokens: int = 5_120
    block: int = 2_048
    """Texts generated at a time; checkpoints lie between blocks."""
    base_longest: int = 400
    """Plain texts with more tokens than this are left out of training."""
    longest: int = 800
    """Conversations with more tokens than this are left out."""
    muon_rate: float = 0.012
    adam_rate: float = 3e-3
    seed: int = 1

    @property
    def ends(self) -> tuple[int, ...]:
        """The step at which each stage is over, with a learning rate that has fallen."""
        return self.copy_steps, self.base_steps, self.steps - self.last_steps, self.steps


SIZES = {
    size.name: size
    for size in (
        Size(
            "miniature", width=32, layers=1, heads=2, hidden=64,
            copy_steps=10, base_steps=20, first_steps=12, grow_steps=10, last_steps=10, steps=50, base_decay_steps=5,
            decay_steps=20, warm_steps=5, batch_tokens=2_048, block=64,
        ),
        Size("small"),
        Size(
            "large", width=160, layers=5, heads=5, hidden=480, copy_steps=3_000, base_steps=7_000, first_steps=20_000,
            grow_steps=10_000, last_steps=10_000, steps=70_000, base_decay_steps=1_200, decay_steps=45_000,
            warm_steps=300, batch_tokens=8_192,
        ),
    )
}  # fmt: skip
