# Conversations: how a problem is asked under each technique, and what a good reply says.
from random import Random
from typing import NamedTuple

from training import wordings
from training.by_example import ByExample
from training.languages import ENGLISH, Language
from training.problem import Problem
from training.wordings import pick


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

    def spoken(self, problem: Problem, own: float = 0.5) -> Language:
        """What a problem is asked in: English, or with the probability `own` its own language."""
        return problem.language if self.chance(own) else ENGLISH


def said(text: str) -> Turn:
    """A reply the model is taught to give."""
    return Turn("assistant", text, learn=True)


def asked(style: Style, problem: Problem) -> str:
    """The problem, mostly with a sentence about the form of the answer."""
    if style.chance(0.25):
        return problem.body
    finish = style.pick(style.spoken(problem, 0.7).finish[problem.answer_kind])
    return problem.body + style.rng.choice(("\n", "\n", "\n\n", problem.language.gap)) + finish


def directed(style: Style, question: str, directive: str, language: Language = ENGLISH) -> str:
    """A question and an instruction about how to work on it, in one of several layouts."""
    return style.rng.choice(language.layouts).format(q=question, d=directive)


def system(style: Style, demand: str = "", language: Language = ENGLISH) -> Chat:
    """A system turn of instructions that change nothing but the form demanded, if any."""
    rng = style.rng
    lines = [rng.choice(language.roles)] if style.chance(0.6) else []
    if style.chance(0.5):
        rules = rng.sample(language.rules, rng.randint(1, 3))
        lines += ["Rules:", *(f"- {rule}" for rule in rules)] if style.chance(0.7) else rules
    if language is ENGLISH and style.chance(0.2):
        lines.append(f"Write for {rng.choice(wordings.READERS)}.")
    if language is ENGLISH and style.chance(0.15):
        lines.append("Reply in English.")
    if demand:
        lines.append(demand)
    return [Turn("system", "\n".join(lines or [rng.choice(language.roles)]))]


def chain_text(style: Style, steps: tuple[str, ...], final: str, language: Language = ENGLISH) -> str:
    """The steps in a row, sometimes as a numbered list, then the answer."""
    announced = language.answer.format(final)
    if style.chance(0.12):
        return "\n".join((*(f"{i}. {step}" for i, step in enumerate(steps, 1)), announced))
    return language.gap.join((*steps, announced))


def right_chain(style: Style, problem: Problem) -> str:
    """The chain that arrives."""
    return chain_text(style, problem.chain, problem.answer, problem.language)


def dead_end(style: Style, problem: Problem) -> str:
    """The first of the chains that do not."""
    return chain_text(style, problem.dead_ends[0], problem.language.unknown, problem.language)


def reasoning(style: Style, problem: Problem) -> str:
    """A chain; where it has to guess its start, nearly one in two is honest about a dead end."""
    return dead_end(style, problem) if problem.dead_ends and style.chance(0.45) else right_chain(style, problem)


def direct(style: Style, problem: Problem) -> Chat:
    """The question and the bare answer."""
    return [Turn("user", asked(style, problem)), said(problem.announced)]


def chain(style: Style, problem: Problem) -> Chat:
    """The question with an instruction to reason, and the reasoning."""
    question, language = asked(style, problem), style.spoken(problem)
    directive = style.pick(language.chain)
    if style.chance(0.1):
        return [*system(style, directive, language), Turn("user", question), said(reasoning(style, problem))]
    return [Turn("user", directed(style, question, directive, language)), said(reasoning(style, problem))]


def plan_text(problem: Problem) -> str:
    """The way back from what is asked, where there is one, and the numbered sub-questions."""
    listed = "\n".join(f"{i}. {part.question}" for i, part in enumerate(problem.parts, 1))
    return f"{problem.search}\n{listed}" if problem.search else listed


def plan(style: Style, problem: Problem) -> Chat:
    """The question with an instruction to list sub-questions, and the list."""
    question, language = asked(style, problem), style.spoken(problem)
    if style.chance(0.08):
        question = directed(style, question, style.pick(language.chain), language)
    return [Turn("user", directed(style, question, style.pick(language.plan), language)), said(plan_text(problem))]


def _part_reply(problem: Problem, index: int) -> str:
    part, language = problem.parts[index], problem.language
    return f"{part.work}{language.gap}{language.answer.format(part.answer)}"


def _solved(style: Style, problem: Problem, count: int) -> str:
    short = style.chance(0.25)
    lines = []
    for index, part in enumerate(problem.parts[:count]):
        lines.append(f"{index + 1}. {part.question} {part.answer if short else _part_reply(problem, index)}")
    return "\n".join(lines)


def part(style: Style, problem: Problem, index: int) -> Chat:
    """One sub-question of a plan, with the earlier answers in view."""
    body, language = asked(style, problem) if style.chance(0.7) else problem.body, style.spoken(problem)
    solved = _solved(style, problem, index)
    heading, ask = style.rng.choice(language.headings)
    text = f"{body}\n\n" + (f"{heading}\n{solved}\n\n" if solved else "")
    text += ask.format(index + 1) + problem.parts[index].question
    if style.chance(0.12):
        text = f"{text}\n\n{style.pick(language.chain)}"
    return [Turn("user", text), said(_part_reply(problem, index))]


def combine(style: Style, problem: Problem) -> Chat:
    """All answers of a plan, and the final answer."""
    solved, language = _solved(style, problem, len(problem.parts)), style.spoken(problem)
    heading = style.rng.choice(language.headings)[0]
    text = f"{asked(style, problem)}\n\n{heading}\n{solved}\n\n{style.pick(language.combine)}"
    if style.chance(0.12):
        text = f"{text}\n\n{style.pick(language.chain)}"
    return [Turn("user", text), said(problem.announced)]


def draft(style: Style, problem: Problem, guess: str) -> tuple[str, str]:
    """A reply to be reviewed, half of them right, and its answer; `guess` is a wrong one of the model's own."""
    rng, language = style.rng, problem.language
    if style.chance(0.5):
        return problem.announced if style.chance(0.3) else right_chain(style, problem), problem.answer
    if problem.dead_ends and style.chance(0.6):
        return dead_end(style, problem), language.unknown
    if style.chance(0.35) and problem.slipped_answer != problem.answer:
        return chain_text(style, problem.slipped, problem.slipped_answer, language), problem.slipped_answer
    wrong = guess if guess and guess != problem.answer and style.chance(0.6) else rng.choice(problem.near_misses)
    return language.answer.format(wrong), wrong


def critique(style: Style, problem: Problem, drafted: str, language: Language, *, by_chain: bool) -> str:
    """The steps done again, the two answers side by side, and the verdict in the language that asked for it.

    The start of a draft that argues tells the critic where to begin, or where not; after a bare answer it must search
    like anyone else, and goes on when it meets a dead end.
    """
    own, steps = problem.language, problem.chain
    left = problem.dead_ends[1:] if drafted == own.unknown else () if by_chain else problem.dead_ends
    if left and style.chance(0.5):
        steps = (*style.rng.choice(left), *steps)
    verdict = language.verdicts[drafted != problem.answer]
    return f"{own.gap.join((*steps, own.gives.format(problem.answer, drafted)))}\n{verdict}"


def review(style: Style, problem: Problem, guess: str = "") -> Chat:
    """A draft, the request to check it, the verdict, and when it is wrong the improved answer."""
    drafted, final = draft(style, problem, guess)
    argued = len(drafted) > len(problem.language.answer.format(final))
    question, language = asked(style, problem), style.spoken(problem)
    if argued and style.chance(0.3):
        question = directed(style, question, style.pick(language.chain), language)
    verdict = critique(style, problem, final, language, by_chain=argued)
    request = f"{style.pick(language.review)}{language.gap}{style.pick(language.verdict)}"
    chat = [Turn("user", question), Turn("assistant", drafted), Turn("user", request), said(verdict)]
    if final != problem.answer or style.chance(0.05):
        chat += [Turn("user", style.pick(language.revise)), said(right_chain(style, problem))]
    return chat


def shots(style: Style, problems: list[Problem]) -> Chat:
    """Examples as earlier turns, all in the form of the last; with reasoning in some."""
    own, language = problems[0].language, style.spoken(problems[0])
    finish = style.pick(language.finish[problems[0].answer_kind]) if style.chance(0.8) else ""
    separator = style.rng.choice(("\n", "\n\n", own.gap))
    reasoned = style.chance(0.4)
    gap = style.rng.choice((own.gap, "\n"))
    directive = style.pick(language.chain) if reasoned and style.chance(0.6) else ""
    chat: Chat = []
    for problem in problems:
        text = problem.body + (separator + finish if finish else "")
        text += f"\n\n{directive}" if directive else ""
        reply = f"{own.gap.join(problem.chain)}{gap}{problem.announced}" if reasoned else problem.announced
        chat += [Turn("user", text), said(reply)]
    return chat


def example_turns(style: Style, task: ByExample, finish_share: float) -> Chat:
    """A task that only its examples define, as earlier turns."""
    finish = style.pick(wordings.FINISH["label" if task.labels else "number"]) if style.chance(finish_share) else ""
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
