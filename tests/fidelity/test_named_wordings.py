"""The words of wordings that papers print."""

from promptkit import Prompt, preview
from promptkit.specs import build
from tests.fidelity import fidelity
from tests.players import Player


def said(spec: str, question: str) -> str:
    (call,) = preview(build(spec, Player()), Prompt.of(question))
    return call.prompt.question


@fidelity(
    "repeat",
    source="Xu et al. 2023, arXiv:2309.06275, section 3",
    checks="the question, the sentence between, word for word, and the question again",
)
def test_the_question_is_read_again():
    assert " ".join(said("repeat", "{Q}").split()) == "{Q} Read the question again: {Q}"


@fidelity(
    "repeat",
    source="Leviathan et al. 2025, arXiv:2512.14982, section 1",
    checks="of `repeat@plain`: <QUERY> becomes <QUERY><QUERY>, and three with times=3; we write an empty line between",
)
def test_the_query_is_repeated_and_nothing_is_said():
    assert said("repeat@plain", "<QUERY>").split() == ["<QUERY>"] * 2
    assert said("repeat@plain(times=3)", "<QUERY>").split() == ["<QUERY>"] * 3


@fidelity(
    "thread-of-thought",
    source="Zhou et al. 2023, arXiv:2311.08734, the best of the 30 triggers compared in its appendix",
    checks="the trigger, word for word, behind context and question",
)
def test_the_trigger_of_thread_of_thought():
    trigger = "Walk me through this context in manageable parts step by step, summarizing and analyzing as we go."
    assert said("thread-of-thought", "{context} {question}") == f"{{context}} {{question}}\n\n{trigger}"


@fidelity(
    "analogical",
    source="Yasunaga et al. 2023, arXiv:2310.01714, section 4",
    checks="the structure, in words of our own: three relevant, distinct problems with solutions, then the question",
)
def test_three_relevant_and_distinct_problems_are_recalled_before_the_question_is_solved():
    words = said("analogical", "{problem}")
    order = ["{problem}", "recall 3 problems", "relevant", "distinct", "solution", "solve the problem above"]
    places = [words.index(word) for word in order]
    assert places == sorted(places)
