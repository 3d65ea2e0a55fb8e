"""Techniques whose sources print no prompt: what reaches the model, and what stays as it is."""

from promptkit import ExplicitInstructions, Prompt, ReasoningEffort
from tests.fidelity import fidelity
from tests.players import Player

QUESTION = Prompt.of("How many?")


@fidelity(
    "instructions",
    source="Ouyang et al. 2022, arXiv:2203.02155",
    checks="every instruction is stated to the model to the letter, before the question, which stays as it is. "
    "The source prints no layout: the system turn and its order are our own",
)
def test_every_instruction_is_stated_before_the_question():
    stated = ExplicitInstructions(Player(), task="You count.", rules=("Be brief.", "Round nothing."), language="French")
    system, user = stated.rewrite(QUESTION).messages
    assert (system.role, user) == ("system", QUESTION.messages[0])
    places = [system.text.find(text) for text in ("You count.", "Be brief.", "Round nothing.", "French")]
    assert places == sorted(places)
    assert -1 not in places


@fidelity(
    "effort",
    source="Snell et al. 2024, arXiv:2408.03314, section 1",
    checks="more is thought about the same prompt: no word of it changes. How a provider is asked is its own",
)
def test_no_word_of_the_prompt_changes():
    asked = ReasoningEffort(Player(), level="low").rewrite(QUESTION)
    assert (asked.messages, asked.effort) == (QUESTION.messages, "low")
