"""One technique a file. `TECHNIQUES` names them for the command line, `NAMED` those that are a wording alone."""

from collections.abc import Mapping

from promptkit.strategies.best_of_n import BestOfN as BestOfN
from promptkit.strategies.cascade import Cascade as Cascade
from promptkit.strategies.chain_of_thought import ChainOfThought as ChainOfThought
from promptkit.strategies.chain_of_verification import ChainOfVerification as ChainOfVerification
from promptkit.strategies.contrastive import Contrastive as Contrastive
from promptkit.strategies.debate import Debate as Debate
from promptkit.strategies.effort import ReasoningEffort as ReasoningEffort
from promptkit.strategies.explicit_instructions import ExplicitInstructions as ExplicitInstructions
from promptkit.strategies.extract_answer import ExtractAnswer as ExtractAnswer
from promptkit.strategies.few_shot import FewShot as FewShot
from promptkit.strategies.least_to_most import LeastToMost as LeastToMost
from promptkit.strategies.mixture_of_agents import MixtureOfAgents as MixtureOfAgents
from promptkit.strategies.named import NAMED as NAMED
from promptkit.strategies.plan_and_solve import PlanAndSolve as PlanAndSolve
from promptkit.strategies.plan_then_solve import PlanThenSolve as PlanThenSolve
from promptkit.strategies.program_of_thought import ProgramOfThought as ProgramOfThought
from promptkit.strategies.rephrase_and_respond import RephraseAndRespond as RephraseAndRespond
from promptkit.strategies.router import Router as Router
from promptkit.strategies.self_ask import SelfAsk as SelfAsk
from promptkit.strategies.self_consistency import SelfConsistency as SelfConsistency
from promptkit.strategies.self_refine import SelfRefine as SelfRefine
from promptkit.strategies.self_reflection import SelfReflection as SelfReflection
from promptkit.strategies.skeleton import Skeleton as Skeleton
from promptkit.strategies.step_back import StepBack as StepBack
from promptkit.strategies.system_two_attention import SystemTwoAttention as SystemTwoAttention
from promptkit.strategies.verbalized_sampling import VerbalizedSampling as VerbalizedSampling
from promptkit.strategies.wrap import Wrap as Wrap
from promptkit.strategy import Strategy
from promptkit.wording.variants import folder_of

TECHNIQUES: Mapping[str, type[Strategy]] = {
    "instructions": ExplicitInstructions,
    "few-shot": FewShot,
    "cot": ChainOfThought,
    "plan": PlanThenSolve,
    "plan-and-solve": PlanAndSolve,
    "least-to-most": LeastToMost,
    "step-back": StepBack,
    "self-ask": SelfAsk,
    "reflect": SelfReflection,
    "self-refine": SelfRefine,
    "program-of-thought": ProgramOfThought,
    "cascade": Cascade,
    "router": Router,
    "debate": Debate,
    "mixture-of-agents": MixtureOfAgents,
    "effort": ReasoningEffort,
    "self-consistency": SelfConsistency,
    "best-of-n": BestOfN,
    "rephrase": RephraseAndRespond,
    "system-two-attention": SystemTwoAttention,
    "contrastive": Contrastive,
    "extract": ExtractAnswer,
    "skeleton": Skeleton,
    "verbalized-sampling": VerbalizedSampling,
    "chain-of-verification": ChainOfVerification,
    "wrap": Wrap,
}


def technique_of(template: str) -> str | None:
    """The technique that says the template of this name, given without its wording: `cot` of `chain_of_thought/think`.

    A template that `Wrap` asks with is a technique of its own where it has a name (`NAMED`).
    """
    folder = template.rpartition("/")[0]
    by_folder = {folder_of(made): name for name, made in TECHNIQUES.items() if made is not Wrap}
    by_template = {named.template: name for name, named in NAMED.items()}
    return by_template.get(template) or by_folder.get(folder)
