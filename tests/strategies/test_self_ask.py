import pytest

from promptkit import ChainOfThought, FunctionModel, Prompt, SelfAsk, Templates, UsageError, run
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

QUESTION = Prompt.of("Who was king when the author of Emma was born?", max_tokens=99)
FIRST = "Yes.\nFollow up: Who wrote Emma?"
SECOND = "Follow up: When was Jane Austen born?"
FINAL = "So the final answer is: George III"


def searched(replies, found=("Jane Austen.", "In 1775."), prompt=QUESTION, **options):
    model, searcher = Player(replies), Player(found, name="searcher")
    return run(SelfAsk(model, searcher=searcher, **options), prompt), model.asked, searcher.asked


def test_without_a_searcher_it_is_one_call_behind_worked_examples():
    model = Player([f"{FIRST}\nIntermediate answer: Jane Austen.\n{FINAL}"])
    answer = run(SelfAsk(model), QUESTION)
    (asked,) = model.asked
    assert answer.text.endswith(FINAL)
    assert [m.role for m in asked.messages] == ["user", "assistant"] * 3 + ["user"]
    assert asked.question == f"Question: {QUESTION.question}\nAre follow up questions needed here:"


def test_every_follow_up_question_is_answered_by_the_searcher_and_what_it_found_is_the_next_turn():
    answer, asked, found = searched([FIRST, SECOND, FINAL])
    assert answer.text == FINAL
    assert [step.step for step in answer.steps] == [
        "follow-up 1", "search 1", "follow-up 2", "search 2", "follow-up 3",
    ]  # fmt: skip
    assert [[m.text for m in prompt.messages] for prompt in found] == [
        ["Who wrote Emma?"], ["When was Jane Austen born?"],
    ]  # fmt: skip
    assert [m.text for m in asked[2].messages[-4:]] == [
        FIRST, "Intermediate answer: Jane Austen.", SECOND, "Intermediate answer: In 1775.",
    ]  # fmt: skip
    assert answer.note == ""


def test_a_reply_is_stopped_before_its_own_intermediate_answer():
    _, asked, _ = searched([FIRST, FINAL], prompt=QUESTION.with_stop("END"))
    assert [prompt.stop for prompt in asked] == [("END", "Intermediate answer:")] * 2


def test_what_a_model_that_no_stop_text_stops_found_by_itself_is_not_believed():
    _, asked, found = searched([f"{FIRST}\nIntermediate answer: Walter Scott.\n{FINAL}", FINAL])
    assert len(found) == 1
    assert "Walter Scott" not in str(asked[1].messages)


def test_a_question_that_needs_no_follow_up_is_answered_at_once():
    answer, asked, found = searched(["No.\nSo the final answer is: 7"])
    assert (answer.text, len(asked), len(found)) == ("No.\nSo the final answer is: 7", 1, 0)


def test_when_enough_was_answered_the_answer_is_asked_for_and_the_note_says_so():
    answer, asked, found = searched([FIRST, SECOND, "Follow up: Which?"], max_follow_ups=2)
    assert (len(asked), len(found)) == (3, 2)
    assert asked[2].question.startswith("Intermediate answer: In 1775.\n\nNo more follow up questions are answered.")
    assert asked[2].stop == ()
    assert answer.note == "2 follow-up questions were answered; then the answer was asked for"
    assert answer.fallbacks


@pytest.mark.parametrize(
    "written",
    ["Follow up: {}", "Follow-up: {}", "**Follow up:** {}", "> Follow up question: {}", "follow up:{}", "追問：{}"],
)
def test_a_follow_up_question_reads_the_same_however_it_is_written(written):
    _, _, found = searched([f"Yes.\n{written.format('Who wrote it?')}", FINAL])
    assert found[0].question == "Who wrote it?"


def test_the_searcher_is_not_limited_by_what_shapes_the_answer():
    _, asked, found = searched([FIRST, FINAL], prompt=QUESTION.with_form("Reply as JSON.").with_stop("END"))
    assert (found[0].stop, found[0].form, found[0].max_tokens) == ((), "", 1024)
    assert "Reply as JSON." in str(asked[0].messages)


def test_a_search_is_any_function():
    model = Player([FIRST, FINAL])
    run(SelfAsk(model, searcher=FunctionModel(lambda prompt: f"Found: {prompt.question}")), QUESTION)
    assert model.asked[1].question == "Intermediate answer: Found: Who wrote Emma?"


def test_a_searcher_is_named_on_the_command_line():
    other = Player(name="other")
    made = build("self-ask(searcher=other/model,max_follow_ups=2)", Player(), TaskContext(load_model=lambda _: other))
    assert (made.searcher, made.max_follow_ups) == (other, 2)


def test_the_wrapped_backend_asks_in_every_turn():
    model = Player([FIRST, FINAL])
    run(SelfAsk(ChainOfThought(model), searcher=Player(["Jane Austen."])), QUESTION)
    assert [prompt.question.endswith("Reason step by step, then give the answer.") for prompt in model.asked] == [
        True
    ] * 2


def test_no_follow_up_question_at_all_is_refused():
    with pytest.raises(UsageError, match="allow at least one follow-up question"):
        SelfAsk(Player(), max_follow_ups=0)


def test_it_is_in_chinese_where_that_is_chosen():
    replies, chinese = ["需要。\n追問：《艾瑪》是誰寫的？", "所以最後的答案是：喬治三世"], Templates(variant="zh-Hant")
    answer, asked, found = searched(replies, found=["珍．奧斯汀。"], templates=chinese)
    assert answer.text == "所以最後的答案是：喬治三世"
    assert found[0].question == "《艾瑪》是誰寫的？"
    assert asked[1].question == "中間答案：珍．奧斯汀。"
    assert asked[0].stop == ("中間答案：",)
