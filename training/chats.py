# Conversations: how a problem is asked under each technique, and what a good reply says.
from random import Random
from typing import NamedTuple

from training import wordings
from training.by_example import ByExample
from training.problem import Problem
from training.wordings import pick

LAYOUTS = (
    "{q}\n\n{d}", "{q}\n\n{d}", "{q}\n{d}", "{q} {d}", "{d}\n{q}", "{d}\n\nQuestion: {q}", "Question: {q}\n{d}",
)  # fmt: skip


class Turn(NamedTuple):
    """One message; `learn` marks replies that the model is taught to give."""

    role: str
    text: str
    learn: bool = False


Chat = list[Turn]


class Style:
    """Which wordings a chat uses: those of training, or those held out."""

    def __init__(self, rng: Random, *, held_out: bool = False) -> None:
        self.rng = rng
        self.held_out = held_out

    def pick(self, options: tuple[str, ...]) -> str:
        """One of the wordings."""
        return pick(self.rng, options, held_out=self.held_out)

    def chance(self, probability: float) -> bool:
        """A coin with this probability of heads."""
        return self.rng.random() < probability


def said(text: str) -> Turn:
    """A reply the model is taught to give."""
    return Turn("assistant", text, learn=True)


def answer(problem: Problem) -> str:
    """The answer sentence that every format sentence asks for."""
    return f"The answer is {problem.answer}."


def asked(style: Style, problem: Problem) -> str:
    """The problem, mostly with a sentence about the form of the answer."""
    body = problem.body.strip()
    if style.chance(0.25):
        return body
    finish = style.pick(wordings.FINISH[problem.answer_kind])
    return body + style.rng.choice(("\n", "\n", "\n\n", " ")) + finish


def directed(style: Style, question: str, directive: str) -> str:
    """A question and an instruction about how to work on it, in one of several layouts."""
    return style.rng.choice(LAYOUTS).format(q=question, d=directive)


def system(style: Style, demand: str = "") -> Chat:
    """A system turn of instructions that change nothing but the form demanded, if any."""
    rng = style.rng
    lines = [rng.choice(wordings.ROLES)] if style.chance(0.6) else []
    if style.chance(0.5):
        rules = rng.sample(wordings.RULES, rng.randint(1, 3))
        lines += ["Rules:", *(f"- {rule}" for rule in rules)] if style.chance(0.7) else rules
    if style.chance(0.2):
        lines.append(f"Write for {rng.choice(wordings.READERS)}.")
    if style.chance(0.15):
        lines.append("Reply in English.")
    if demand:
        lines.append(demand)
    return [Turn("system", "\n".join(lines or [rng.choice(wordings.ROLES)]))]


def chain_text(style: Style, steps: tuple[str, ...], final: str) -> str:
    """The steps in a row, sometimes as a numbered list, then the answer."""
    if style.chance(0.12):
        return "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1)) + f"\nThe answer is {final}."
    return " ".join(steps) + f" The answer is {final}."


def reasoning(style: Style, problem: Problem) -> str:
    """A chain; where it has to guess its start, one in two is honest about a dead end."""
    if problem.dead_end and style.chance(0.5):
        return chain_text(style, problem.dead_end, "unknown")
    return chain_text(style, problem.chain, problem.answer)


def direct(style: Style, problem: Problem) -> Chat:
    """The question and the bare answer."""
    return [Turn("user", asked(style, problem)), said(answer(problem))]


def chain(style: Style, problem: Problem) -> Chat:
    """The question with an instruction to reason, and the reasoning."""
    question, directive = asked(style, problem), style.pick(wordings.CHAIN)
    if style.chance(0.1):
        return [*system(style, directive), Turn("user", question), said(reasoning(style, problem))]
    return [Turn("user", directed(style, question, directive)), said(reasoning(style, problem))]


def plan_text(problem: Problem) -> str:
    """The way back from what is asked, where there is one, and the numbered sub-questions."""
    listed = "\n".join(f"{i}. {part.question}" for i, part in enumerate(problem.parts, 1))
    return f"{problem.search}\n{listed}" if problem.search else listed


def plan(style: Style, problem: Problem) -> Chat:
    """The question with an instruction to list sub-questions, and the list."""
    question = asked(style, problem)
    if style.chance(0.08):
        question = directed(style, question, style.pick(wordings.CHAIN))
    return [Turn("user", directed(style, question, style.pick(wordings.PLAN))), said(plan_text(problem))]


def _part_reply(problem: Problem, index: int) -> str:
    part = problem.parts[index]
    return f"{part.work} The answer is {part.answer}."


def _solved(style: Style, problem: Problem, count: int) -> str:
    short = style.chance(0.25)
    lines = []
    for index, part in enumerate(problem.parts[:count]):
        lines.append(f"{index + 1}. {part.question} {part.answer if short else _part_reply(problem, index)}")
    return "\n".join(lines)


def part(style: Style, problem: Problem, index: int) -> Chat:
    """One sub-question of a plan, with the earlier answers in view."""
    body = asked(style, problem) if style.chance(0.7) else problem.body.strip()
    question = problem.parts[index].question
    solved = _solved(style, problem, index)
    heading, ask = style.rng.choice(
        (
            ("Answers so far:", f"Sub-question {index + 1}: {question}"),
            ("Answers so far:", f"Sub-question {index + 1}: {question}"),
            ("Earlier answers:", f"Question: {question}"),
            ("Known:", f"Now answer this question: {question}"),
        )
    )
    text = f"{body}\n\n" + (f"{heading}\n{solved}\n\n" if solved else "") + ask
    if style.chance(0.12):
        text = f"{text}\n\n{style.pick(wordings.CHAIN)}"
    return [Turn("user", text), said(_part_reply(problem, index))]


def combine(style: Style, problem: Problem) -> Chat:
    """All answers of a plan, and the final answer."""
    solved = _solved(style, problem, len(problem.parts))
    heading = style.rng.choice(("Answers so far:", "Answers so far:", "Earlier answers:", "Known:"))
    text = f"{asked(style, problem)}\n\n{heading}\n{solved}\n\n{style.pick(wordings.COMBINE)}"
    if style.chance(0.12):
        text = f"{text}\n\n{style.pick(wordings.CHAIN)}"
    return [Turn("user", text), said(answer(problem))]


def draft(style: Style, problem: Problem, guess: str) -> tuple[str, str]:
    """A reply to be reviewed, half of them right, and its answer; `guess` is a wrong one of the model's own."""
    rng = style.rng
    if style.chance(0.5):
        bare = style.chance(0.3)
        return (answer(problem) if bare else chain_text(style, problem.chain, problem.answer)), problem.answer
    if problem.dead_end and style.chance(0.6):
        return chain_text(style, problem.dead_end, "unknown"), "unknown"
    if style.chance(0.35) and problem.slipped_answer != problem.answer:
        return chain_text(style, problem.slipped, problem.slipped_answer), problem.slipped_answer
    wrong = guess if guess and guess != problem.answer and style.chance(0.6) else rng.choice(problem.near_misses)
    return f"The answer is {wrong}.", wrong


def critique(style: Style, problem: Problem, drafted: str, *, by_chain: bool) -> str:
    """The steps done again, the two answers side by side, and the verdict.

    The start of a draft that argues tells the critic where to begin; after a bare answer it must search like anyone
    else, and goes on when it meets a dead end.
    """
    steps = problem.chain
    if problem.dead_end and not by_chain and style.chance(0.5):
        steps = (*problem.dead_end, *steps)
    verdict = "correct" if drafted == problem.answer else "wrong"
    return f"{' '.join(steps)} That gives {problem.answer}, the answer above is {drafted}.\nVerdict: {verdict}"


def review(style: Style, problem: Problem, guess: str = "") -> Chat:
    """A draft, the request to check it, the verdict, and when it is wrong the improved answer."""
    drafted, final = draft(style, problem, guess)
    argued = len(drafted) > len(f"The answer is {final}.")
    question = asked(style, problem)
    if argued and style.chance(0.3):
        question = directed(style, question, style.pick(wordings.CHAIN))
    verdict = critique(style, problem, final, by_chain=argued)
    request = f"{style.pick(wordings.REVIEW)} {style.pick(wordings.VERDICT)}"
    chat = [Turn("user", question), Turn("assistant", drafted), Turn("user", request), said(verdict)]
    if final != problem.answer or style.chance(0.05):
        chat += [Turn("user", style.pick(wordings.REVISE)), said(chain_text(style, problem.chain, problem.answer))]
    return chat


def shots(style: Style, problems: list[Problem]) -> Chat:
    """Examples as earlier turns, all in the form of the last; with reasoning in some."""
    finish = style.pick(wordings.FINISH[problems[0].answer_kind]) if style.chance(0.8) else ""
    separator = style.rng.choice(("\n", "\n\n", " "))
    reasoned = style.chance(0.4)
    gap = style.rng.choice((" ", "\n"))
    directive = style.pick(wordings.CHAIN) if reasoned and style.chance(0.6) else ""
    chat: Chat = []
    for problem in problems:
        text = problem.body.strip() + (separator + finish if finish else "")
        text += f"\n\n{directive}" if directive else ""
        reply = f"{' '.join(problem.chain)}{gap}{answer(problem)}" if reasoned else answer(problem)
        chat += [Turn("user", text), said(reply)]
    return chat


def example_turns(style: Style, task: ByExample) -> Chat:
    """A task that only its examples define, as earlier turns."""
    finish = style.pick(wordings.FINISH["label" if task.labels else "number"]) if style.chance(0.6) else ""
    separator = style.rng.choice(("\n", "\n\n", " "))
    everywhere = style.chance(0.7)
    directive = f"\n\n{style.pick(wordings.CHAIN)}" if style.chance(0.08) else ""
    chat: Chat = []
    for index, (question, reply) in enumerate((*task.examples, (task.question, task.answer))):
        intro = f"{task.intro}\n" if task.intro and (everywhere or index == 0) else ""
        text = f"{intro}{question}{separator + finish if finish else ''}{directive}"
        chat += [Turn("user", text), said(f"The answer is {reply}." if finish else reply)]
    return chat


def example_text(style: Style, task: ByExample) -> Chat:
    """The same with all examples in one turn."""
    if not task.labels:
        joined = "\n".join(f"{question} {reply}" for question, reply in task.examples)
        return [Turn("user", f"{joined}\n{task.question}".strip()), said(task.answer)]
    before, between = style.rng.choice((("", " -> "), ("", " => "), ("Input: ", "\nLabel: "), ("Text: ", "\nLabel: ")))
    lines = [f"{before}{question}{between}{reply}" for question, reply in task.examples]
    text = "\n".join((task.intro, *lines, f"{before}{task.question}{between.rstrip()}"))
    return [Turn("user", text), said(task.answer)]
