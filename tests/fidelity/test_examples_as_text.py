"""Examples and chains as the papers print them: one text of questions and answers, for models that continue text."""

from promptkit import AsText, ChainOfThought, Example, FewShot, Prompt, run
from tests.fidelity import fidelity
from tests.players import Player


def sent(strategy_of, question: str) -> str:
    """The text that a base model is sent, in one line."""
    model = Player()
    run(strategy_of(AsText(model)), Prompt.of(question))
    (asked,) = model.asked
    return " ".join(asked.question.split())


@fidelity(
    "few-shot",
    source="Brown et al. 2020, arXiv:2005.14165, section 2 and appendix G",
    checks="K examples as `Q:` and `A:`, in the order given, then the question and an `A:` to be continued",
)
def test_examples_stand_before_the_question_as_lines_of_q_and_a():
    examples = (Example(question="1 + 1?", answer="2"), Example(question="2 + 2?", answer="4"))
    text = sent(lambda model: FewShot(model, examples=examples), "3 + 3?")
    assert text == "Q: 1 + 1? A: 2 Q: 2 + 2? A: 4 Q: 3 + 3? A:"


@fidelity(
    "few-shot",
    source="Wei et al. 2022, arXiv:2201.11903, appendix, table 20",
    checks="a chain stands in the answer, before `The answer is`; the paper's first example, word for word",
)
def test_a_chain_stands_before_the_answer_of_its_example():
    chain = (
        "There are 15 trees originally. Then there were 21 trees after some more were planted. "
        "So there must have been 21 - 15 = 6."
    )
    example = Example(question="How many trees?", answer="The answer is 6.", reasoning=chain)
    text = sent(lambda model: FewShot(model, examples=(example,)), "How many cars?")
    assert text == f"Q: How many trees? A: {chain} The answer is 6. Q: How many cars? A:"


@fidelity(
    "cot",
    source="Kojima et al. 2022, arXiv:2205.11916, section 3, the first prompt",
    checks="of `begin=True` on a base model: `Q: [X]. A: [T]`, the trigger behind the cue of the answer",
)
def test_the_trigger_stands_behind_the_cue_of_the_answer():
    text = sent(lambda model: ChainOfThought(model, begin=True), "How many?")
    assert text == "Q: How many? A: Let's think step by step."
