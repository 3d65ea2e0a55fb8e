# How things are asked: many paraphrases of every instruction, the last three of each list held out.
"""A wording of the library's own templates is one entry among a dozen, so that changing a template breaks nothing."""

from random import Random

HELD_OUT = 3

CHAIN = (
    "Reason step by step, then give the answer.", "Think step by step.", "Let's think step by step.",
    "Solve it step by step.", "Show your work.", "Show each step before the answer.",
    "Work through it step by step.", "Explain your steps.", "Write down every step, then the answer.",
    "First write the steps. Then write the answer.", "Go step by step.", "Take it one step at a time.",
    "Give your reasoning, then the answer.", "Think carefully step by step.", "Write the steps before the answer.",
    "Reason about it one step at a time.", "Write each step and then the answer.",
    "Work step by step and show the answer.",
)  # fmt: skip
FINISH: dict[str, tuple[str, ...]] = {
    "number": (
        'Finish with "The answer is <number>."', "End your reply with: The answer is N.",
        'The last sentence must be "The answer is <number>."', 'Close with "The answer is N."',
        'End with "The answer is <number>."', 'Give the answer as "The answer is N."',
        'Write the answer as "The answer is <number>."', "Finish your reply with: The answer is N.",
        'Your reply must end with "The answer is <number>."', 'Say "The answer is N." at the end.',
        "The last line is: The answer is N.", 'Answer in the form "The answer is <number>."',
        'End your answer with "The answer is <number>."', 'Finish with: "The answer is N."',
        'Your last sentence must be "The answer is <number>."',
    ),
    "name": (
        'Finish with "The answer is <name>."', "End your reply with: The answer is NAME.",
        'The last sentence must be "The answer is <name>."', 'Close with "The answer is NAME."',
        'End with "The answer is <name>."', 'Give the answer as "The answer is NAME."',
        'Write the answer as "The answer is <name>."', "Finish your reply with: The answer is NAME.",
        'Your reply must end with "The answer is <name>."', 'Say "The answer is NAME." at the end.',
        "The last line is: The answer is NAME.", 'Answer in the form "The answer is <name>."',
        'End your answer with "The answer is <name>."', 'Finish with: "The answer is NAME."',
        'Your last sentence must be "The answer is <name>."',
    ),
}  # fmt: skip
FINISH |= {
    kind: tuple(text.replace("<name>", f"<{kind}>").replace("NAME", kind.upper()) for text in FINISH["name"])
    for kind in ("letters", "list", "label")
}
PLAN = (
    "Do not solve it yet. First list the sub-questions.", "Make a plan. List the sub-questions.",
    "List the sub-questions needed to solve it.", "Break it into sub-questions.",
    "Break the problem into smaller questions.", "Write a plan as a numbered list of sub-questions.",
    "Split the problem into simple sub-questions.", "Plan: list the sub-questions.",
    "First make a plan. List the questions to answer.", "Make a plan with numbered sub-questions.",
    "Only list the sub-questions, do not solve them.", "Which sub-questions must be answered? List them.",
    "Write the plan as sub-questions.", "List the smaller questions to answer.",
    "Break this problem into a numbered list of sub-questions.",
)  # fmt: skip
COMBINE = (
    "Now give the final answer to the question.", "Now answer the question.", "What is the final answer?",
    "Give the answer to the problem.", "Use the answers above and give the final answer.",
    "Now give the answer.", "Combine the answers and answer the question.", "Now solve the problem with these answers.",
    "Now give the final answer.", "Answer the question with the answers above.", "What is the answer to the question?",
)  # fmt: skip
REVIEW = (
    "Check the answer above step by step. Is anything wrong with it, or impractical?",
    "Check the answer step by step.", "Is this correct? Check each step.", "Check your work.",
    "Review the answer. Is anything wrong with it?", "Check the answer above. Is it correct?",
    "Look for mistakes in the answer.", "Check each step, then say if it is correct or wrong.",
    "Find any mistake in the answer above.", "Go through the answer step by step. Is it correct?",
    "Is anything wrong with the answer above? Check it step by step.",
    "Check it again step by step.", "Look at the answer above. Find any mistake.", "Review your work step by step.",
)  # fmt: skip
VERDICT = (
    'Finish with "Verdict: correct" or "Verdict: wrong".', "End with Verdict: correct or Verdict: wrong.",
    'The last line must be "Verdict: correct" or "Verdict: wrong".',
    'Close with "Verdict: correct" or "Verdict: wrong".', 'Say "Verdict: correct" or "Verdict: wrong" at the end.',
    "Finish your reply with Verdict: correct or Verdict: wrong.",
    'Your reply must end with "Verdict: correct" or "Verdict: wrong".',
    'End your reply with "Verdict: correct" or "Verdict: wrong".', "Finish with Verdict: correct or Verdict: wrong.",
    'The last sentence is "Verdict: correct" or "Verdict: wrong".',
)  # fmt: skip
REVISE = (
    "Now give the improved answer in full.", "Give the correct answer in full.", "Now write the improved answer.",
    "Correct it and give the answer.", "Now give the corrected answer.", "Write the answer again, without the mistake.",
    "Now solve it correctly.", "Give the improved answer.", "Now write the correct answer in full.",
    "Give the corrected answer in full.", "Now give the correct answer.", "Write the improved answer in full.",
)  # fmt: skip
ONLY = {
    "number": (
        "Answer with only the number.", "Give only the number.", "Reply with just the number.",
        "Answer with the number only.", "Write only the number.", "Only give the number.",
        "Reply with a number and nothing else.", "Your reply must be only the number.", "Just the number, please.",
        "The reply is the number and nothing else.",
        "Answer with just the number.", "Reply with only the number.", "Give just the number.",
    ),
    "name": (
        "Answer with only the name.", "Give only the name.", "Reply with just the name.",
        "Answer with the name only.", "Write only the name.", "Only give the name.",
        "Reply with a name and nothing else.", "Your reply must be only the name.", "Just the name, please.",
        "The reply is the name and nothing else.",
        "Answer with just the name.", "Reply with only the name.", "Give just the name.",
    ),
}  # fmt: skip
FORMATS = {
    "words": (
        "Reply with the number in words.", "Answer in words.", "Write the number in words.", "Spell out the number.",
        "Give the number as words.", "Use words for the number.", "Write the answer in words, not digits.",
        "Give only the number, in words.", "Reply in words and nothing else.",
        "Answer with the number in words.", "Spell the number in words.", "Give the answer in words.",
    ),
    "json": (
        "Reply as JSON with the key {k}.", "Answer as JSON with the key {k}.",
        "Give the answer as JSON with the key {k}.",
        "Return JSON with the key {k}.", "Write JSON with one key, {k}.", "Output JSON. Use the key {k}.",
        "Use JSON with the key {k}.", "Reply with JSON only. The key is {k}.", "The reply is JSON with the key {k}.",
        "Answer in JSON with the key {k}.", "Reply in JSON. Use the key {k}.", "Give JSON with one key, {k}.",
    ),
    "upper": (
        "Reply with the name in capital letters.", "Write the name in capitals.", "Use only capital letters.",
        "Answer in upper case.", "Give the name in upper case.", "Write only the name, in capital letters.",
        "Write the answer in upper case.", "The reply is the name in capital letters.", "Use upper case.",
        "Answer in capital letters.", "Reply in upper case.", "Give the name in capital letters.",
    ),
    "unit": (
        "Give the answer in {u}.", "Answer in {u}.", "Reply in {u}.", "Write the answer in {u}.", "Use {u}.",
        "Give it in {u}.", "The answer must be in {u}.", "Reply with the number of {u}.",
        "Give the reply in {u}.", "Write it in {u}.", "Answer with the number of {u}.",
    ),
}  # fmt: skip
KEYS = ("answer", "result", "value", "total", "final", "count")
ROLES = (
    "You are a careful assistant.", "You answer short questions.", "You are a helpful assistant.",
    "You are a teacher.", "Answer the question.", "Solve the problem.", "You solve problems for a school.",
    "Read the question with care.", "You work for a shop.",
)  # fmt: skip
RULES = (
    "Use only facts from the question.", "Write names as they stand in the question.", "Do not guess.",
    "Read every sentence.", "Be short.", "Use plain words.", "Check every number.", "Do not add facts.",
)  # fmt: skip
READERS = ("a child", "a teacher", "a reader in a hurry", "a student", "a customer")


def pick(rng: Random, wordings: tuple[str, ...], *, held_out: bool = False) -> str:
    """A wording of the training part, or of the held-out part."""
    return rng.choice(wordings[-HELD_OUT:] if held_out else wordings[:-HELD_OUT])
