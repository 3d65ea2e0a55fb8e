# How large a run is: the network, the data and the number of steps.
from dataclasses import dataclass

from training import mixture
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
    texts: tuple[tuple[int, dict[str, int]], ...] = ((0, mixture.EARLY_TEXTS), (2_600, mixture.LATER_TEXTS))
    """Which plain texts are drawn from which step on."""
    chats: tuple[tuple[int, mixture.Shares], ...] = (
        (4_000, mixture.EARLY),
        (7_742, mixture.MIDDLE),
        (10_544, mixture.EXAMPLES),
        (11_874, mixture.LATER),
        (13_239, mixture.LAST),
    )
    """Which conversations; the base model is the checkpoint before the first of them."""
    grow_steps: int = 3_500
    """Steps of conversations after which problems have their full length."""
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

    @property
    def base_steps(self) -> int:
        """All steps on plain text."""
        return self.chats[0][0]


SIZES = {
    size.name: size
    for size in (
        Size(
            "miniature", width=32, layers=1, heads=2, hidden=64,
            texts=((0, mixture.EARLY_TEXTS), (10, mixture.LATER_TEXTS)),
            chats=((20, mixture.EARLY), (30, mixture.MIDDLE), (33, mixture.EXAMPLES), (36, mixture.LAST)),
            grow_steps=10, steps=40, base_decay_steps=5, decay_steps=20, warm_steps=5, batch_tokens=2_048, block=64,
        ),
        Size("small"),
        Size(
            "large", width=160, layers=5, heads=5, hidden=480, grow_steps=8_000, steps=70_000, decay_steps=45_000,
            warm_steps=300, batch_tokens=8_192, longest=640,
        ),
    )
}  # fmt: skip
