from promptkit import ChainOfThought, Prompt
from tests.fidelity import fidelity
from tests.players import Player

QUESTION = Prompt.of("Q?")


@fidelity(
    "cot",
    source="Kojima et al. 2022, arXiv:2205.11916, section 3",
    checks="with begin=True the reply begins with the paper's trigger, word for word; the usual request is our own",
)
def test_a_reply_that_is_begun_begins_with_the_trigger():
    begun = ChainOfThought(Player(), begin=True).rewrite(QUESTION)
    assert [(m.role, m.text) for m in begun.messages] == [("user", "Q?"), ("assistant", "Let's think step by step.")]


@fidelity(
    "cot",
    source="Xu et al. 2025, arXiv:2502.18600, section 4, the system prompt of Chain of Draft",
    checks="the request, word for word; it stands behind the question, and no drafted examples are shown",
)
def test_the_request_for_a_draft_is_that_of_the_paper():
    assert ChainOfThought(Player(), style="draft").rewrite(QUESTION).question == (
        "Q?\n\nThink step by step, but only keep a minimum draft for each thinking step, with 5 words at most. "
        "Return the answer at the end of the response after a separator ####."
    )


@fidelity(
    "cot",
    source="Renze & Guven 2024, arXiv:2401.05618, concise_agent.py of matthewrenze/jhu-concise-cot",
    checks="the only difference to the chain of thought is the sentence at its end, word for word; the rest is our own",
)
def test_a_concise_request_ends_with_the_sentence_of_the_paper():
    full, concise = (ChainOfThought(Player(), style=style).rewrite(QUESTION).question for style in ("full", "concise"))
    assert concise.removeprefix(full).split("\n") == [" Be concise."]
