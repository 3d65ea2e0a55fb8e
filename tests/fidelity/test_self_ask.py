import re

from promptkit import SelfAsk, run
from tests.fidelity import fidelity
from tests.players import Player

SOURCE = "Press et al. 2022, arXiv:2210.03350, figure 3 and appendix, the prompt of self-ask"
LINES = [  # how the lines of a worked example begin there
    "Question: ",
    "Are follow up questions needed here: Yes.",
    "Follow up: ",
    "Intermediate answer: ",
    "Follow up: ",
    "Intermediate answer: ",
    "So the final answer is: ",
]


@fidelity("self-ask", source=SOURCE, checks="the lines of a worked example, word for word; what they ask is our own")
def test_a_worked_example_has_the_lines_of_the_paper():
    model = Player(["So the final answer is: 7"])
    run(SelfAsk(model), "Q?")
    example = "\n".join(m.text for m in model.asked[0].messages[:2]).replace("here:\n", "here: ")
    assert [
        re.match(re.escape(begins), line) is not None for begins, line in zip(LINES, example.split("\n"), strict=True)
    ] == [True] * len(LINES)


@fidelity(
    "self-ask", source=SOURCE, checks="the prompt ends with the question and the scaffold that the model completes"
)
def test_the_prompt_ends_with_the_scaffold():
    model = Player(["So the final answer is: 7"])
    run(SelfAsk(model), "Q?")
    assert model.asked[0].messages[-1].text == "Question: Q?\nAre follow up questions needed here:"


@fidelity(
    "self-ask",
    source="Press et al. 2022, arXiv:2210.03350, section 3.1, self-ask with a search engine",
    checks="a reply stops before its intermediate answer, the search answers, and the model goes on behind it",
)
def test_a_search_answers_in_place_of_the_model():
    model, search = Player(["Yes.\nFollow up: Who?", "So the final answer is: Ann"]), Player(["Ann."], name="search")
    answer = run(SelfAsk(model, searcher=search), "Q?")
    assert model.asked[0].stop == ("Intermediate answer:",)
    assert search.asked[0].question == "Who?"
    assert model.asked[1].messages[-1].text == "Intermediate answer: Ann."
    assert answer.text == "So the final answer is: Ann"
