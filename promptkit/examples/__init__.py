"""Which examples are shown: one way to choose them a file. `SELECTIONS` names them."""

from collections.abc import Mapping

from promptkit.examples.balanced import balanced
from promptkit.examples.diverse import diverse
from promptkit.examples.fixed import fixed
from promptkit.examples.nearest import nearest
from promptkit.examples.one_of_each import one_of_each
from promptkit.examples.randomly import randomly
from promptkit.examples.situation import Pick

SELECTIONS: Mapping[str, Pick] = {
    "fixed": fixed,
    "random": randomly,
    "nearest": nearest,
    "diverse": diverse,
    "balanced": balanced,
    "one-of-each": one_of_each,
}
BOOTSTRAPPED = "bootstrapped"  # made before a run asks its first item, and then fixed
BEST_LAST = frozenset({"nearest", "diverse"})  # the example that fits best stands nearest to the question
BY_SIMILARITY = frozenset({"nearest", "diverse"})
BY_QUESTION = frozenset({"random", "nearest", "diverse"})  # other questions are shown other examples
