"""One technique a file."""

from promptkit.strategies.best_of_n import BestOfN
from promptkit.strategies.chain_of_thought import ChainOfThought
from promptkit.strategies.explicit_instructions import ExplicitInstructions
from promptkit.strategies.few_shot import FewShot
from promptkit.strategies.plan_then_solve import PlanThenSolve
from promptkit.strategies.self_consistency import SelfConsistency
from promptkit.strategies.self_reflection import SelfReflection

__all__ = [
    "BestOfN",
    "ChainOfThought",
    "ExplicitInstructions",
    "FewShot",
    "PlanThenSolve",
    "SelfConsistency",
    "SelfReflection",
]
