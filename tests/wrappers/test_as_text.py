import asyncio
import dataclasses
from dataclasses import dataclass

import pytest

from promptkit import (
    GGUF,
    AsText,
    Cache,
    CallStore,
    ChainOfThought,
    Completion,
    Example,
    ExplicitInstructions,
    FewShot,
    PlanThenSolve,
    Prompt,
    Retry,
    SelfReflection,
    Strategy,
    TemplateError,
    Templates,
    UsageError,
    emit,
    load_model,
    run,
    stream_to,
)
from promptkit.data_files import data_path
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

EXAMPLES = (Example(question="1 + 2 =", answer="3"), Example(question="2 + 2 =", answer="4", reasoning="Count on."))


@dataclass
class Continues(Player):
    """A model that only continues text."""

    chat: bool = False


def sent(strategy_of, question="3 + 4 =", **options):
    model = Continues([" 7\n"])
    answer = run(strategy_of(AsText(model)), Prompt.of(question, **options))
    (prompt,) = model.asked
    assert [m.role for m in prompt.messages] == ["user"]
    return prompt, answer


def test_a_question_is_asked_as_text_and_the_reply_comes_without_its_white_space():
    prompt, answer = sent(lambda model: model)
    assert prompt.messages[0].content == "Q: 3 + 4 =\nA:"
    assert (answer.text, answer.prompt) == ("7", prompt)


def test_examples_are_earlier_lines_of_the_text():
    prompt, answer = sent(lambda model: FewShot(model, examples=EXAMPLES, reasoning=False))
    assert prompt.messages[0].content == "Q: 1 + 2 =\nA: 3\nQ: 2 + 2 =\nA: 4\nQ: 3 + 4 =\nA:"
    assert answer.text == "7"


def test_instructions_stand_above_the_questions():
    prompt, _ = sent(lambda model: ExplicitInstructions(FewShot(model, examples=EXAMPLES[:1]), task="Add."))
    assert prompt.messages[0].content == "Add.\n\nQ: 1 + 2 =\nA: 3\nQ: 3 + 4 =\nA:"


def test_reasoning_may_begin_after_the_cue_of_the_answer():
    prompt, _ = sent(lambda model: ChainOfThought(model, begin=True))
    assert prompt.messages[0].content == "Q: 3 + 4 =\nA: Let's think step by step."
    shown, _ = sent(lambda model: ChainOfThought(FewShot(model, examples=EXAMPLES[1:]), begin=True))
    assert shown.messages[0].content == "Q: 2 + 2 =\nA: Count on.\n4\nQ: 3 + 4 =\nA: Let's think step by step."


def test_whole_words_may_mark_the_turns():
    words = "as_text/question_answer"
    model = Continues([" 7\n"])
    run(FewShot(AsText(model, template=words), examples=EXAMPLES[:1]), "3 + 4 =")
    (prompt,) = model.asked
    assert prompt.messages[0].content == "Question: 1 + 2 =\nAnswer: 3\nQuestion: 3 + 4 =\nAnswer:"
    assert prompt.stop == ("\nQuestion:",)
    assert AsText(model, template=words).endpoint != AsText(model).endpoint


def test_the_reply_ends_where_the_model_goes_on_with_a_question_of_its_own():
    prompt, _ = sent(lambda model: model, stop=("never",), temperature=0.5, max_tokens=9)
    assert prompt.stop == ("never", "\nQ:")
    assert (prompt.temperature, prompt.max_tokens) == (0.5, 9)


def test_what_is_heard_is_the_answer():
    @dataclass
    class Tells(Continues):
        async def complete(self, prompt):
            return emit(await super().complete(prompt))

    heard = []
    with stream_to(heard.append):
        answer = run(AsText(Tells([" 7\n"])), "3 + 4 =")
    assert [delta.text for delta in heard] == [answer.text] == ["7"]


def test_techniques_of_several_turns_work_and_their_side_calls_are_text_as_well():
    model = Continues(["1. How many?\n2. And then?", " 5", " 6", " 11", " It is 11. Verdict: wrong", " 12"])
    answer = run(SelfReflection(PlanThenSolve(ChainOfThought(AsText(model)))), "3 + 4 + 4 =")
    assert answer.text == "12"
    assert all([m.role for m in p.messages] == ["user"] for p in model.asked)
    critique, revision = (p.messages[0].content for p in model.asked[-2:])
    assert critique.startswith("Q: 3 + 4 + 4 =\nA: 11\nQ: Solve it again by yourself")
    assert revision.startswith(critique + " It is 11. Verdict: wrong\nQ: ")


def test_another_wording_brings_its_own_end_of_a_reply(tmp_path):
    (tmp_path / "as_text").mkdir()
    file = tmp_path / "as_text" / "conversation.j2"
    file.write_text("{% for m in messages %}[{{ m.role }}] {{ m.content }} /// {% endfor %}[assistant]")
    model = Continues()
    german = AsText(model, templates=Templates((tmp_path,)))
    run(german, "3 + 4 =")
    assert model.asked[0].messages[0].content == "[user] 3 + 4 = /// [assistant]"
    assert model.asked[0].stop == (" /// [user]",)
    assert german.endpoint != AsText(model).endpoint
    file.write_text("{% for m in messages %}{{ m.content }} {% endfor %}")
    with pytest.raises(TemplateError, match="as_text/conversation writes nothing before a question"):
        run(AsText(model, templates=Templates((tmp_path,))), "3 + 4 =")


def test_a_cache_around_it_does_not_take_its_calls_for_those_of_the_bare_model(tmp_path):
    model, store = Continues(["text", "bare"]), CallStore(tmp_path / "calls.sqlite")

    async def both():
        return [(await Cache(m, store).complete(Prompt.of("?"))).text for m in (AsText(model), model)]

    assert asyncio.run(both()) == ["text", "bare"]
    store.close()


def test_a_specification_is_built_on_text_where_the_model_takes_no_conversations():
    setting, model = TaskContext(examples=EXAMPLES), Continues()

    def base(built):
        return built.base if isinstance(built, Strategy) else built

    def is_as_text_around(inner, backend):
        return type(backend) is AsText and backend.backend is inner

    assert is_as_text_around(model, build("direct", model))
    for inner in (model, retrying := Retry(model)):
        few_shot = build("few-shot", inner, setting)
        assert type(few_shot) is FewShot
        assert is_as_text_around(inner, few_shot.backend)
    for takes_conversations in (AsText(model), Retry(Player()), Retry(AsText(retrying)), Player()):
        assert base(build("cot", takes_conversations)) is takes_conversations
    critic = dataclasses.replace(setting, load_model=lambda _: model)
    assert is_as_text_around(model, build("reflect(critic=other)", Player(), critic).critic)


def test_what_wraps_a_model_takes_conversations_as_it_does():
    assert not Retry(Continues()).chat
    assert Retry(AsText(Continues())).chat
    assert Retry(Player()).chat


def test_a_model_that_does_not_tell_takes_conversations():
    class Plain:
        name, endpoint = "plain", ""

        async def complete(self, prompt):
            return Completion(text="ok", prompt=prompt, by="plain")

        async def aclose(self):
            pass

    plain = Plain()
    assert Retry(plain).chat
    assert build("direct", plain) is plain
    assert run(build("cot", Retry(plain)), "q").text == "ok"


def test_a_real_engine_continues_the_text_to_the_next_question():
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    model = GGUF(data_path("models") / "nano.gguf", chat=False, max_tokens=60, extra={"grammar": GRAMMAR})

    async def both():
        try:
            raw = await model.complete(Prompt.of("Q: Who?\nA:"))
            return raw, await AsText(model).complete(Prompt.of("Who?"))
        finally:
            await model.aclose()

    raw, answer = asyncio.run(both())
    assert raw.text == " Anna\nQ: Why?\nA: So."  # as a base model would: it goes on listing questions
    assert (answer.text, answer.finish_reason) == ("Anna", "stop")
    assert answer.usage.input_tokens == raw.usage.input_tokens


GRAMMAR = 'root ::= " Anna\\nQ: Why?\\nA: So."'


def test_the_wording_may_be_chosen_with_the_model(tmp_path):
    words = tmp_path / "base.gguf"
    content = (data_path("models") / "nano.gguf").read_bytes()
    words.write_bytes(content.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat3"))
    for model in (GGUF(words, as_text="question_answer"), load_model(f"gguf/{words}?as_text=question_answer")):
        assert AsText(Retry(model)).template == "as_text/question_answer"
        assert AsText(model).endpoint == AsText(GGUF(words), template="as_text/question_answer").endpoint
    assert AsText(GGUF(words)).template == "as_text/conversation"


def test_a_wording_for_text_is_refused_where_a_model_takes_turns():
    with pytest.raises(UsageError, match="takes turns as they are, and as_text is for models that don't; add chat=Fal"):
        GGUF(data_path("models") / "nano.gguf", as_text="question_answer")


def test_a_wording_that_is_unknown_is_refused_before_anything_is_asked():
    model = Continues()
    model.as_text = "question_anser"
    with pytest.raises(TemplateError, match="did you mean as_text/question_answer"):
        _ = AsText(model).endpoint
