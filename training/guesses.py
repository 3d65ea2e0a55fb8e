# The model's own direct answers, drawn while it trains: the wrong ones become drafts to be reviewed.
from random import Random

import torch
from tokenizers import Tokenizer

from training.chats import Turn
from training.mixture import problem_to_guess, reply_spans
from training.model import Llama
from training.problem import Problem
from training.world import World

COUNT = 64


@torch.no_grad()
def own_guesses(model: Llama, tokenizer: Tokenizer, rng: Random, world: World) -> list[tuple[Problem, str]]:
    """Problems with the answer that the model gave at temperature 1, where it was wrong and an answer at all."""
    problems = [problem_to_guess(rng, world, 1.0) for _ in range(COUNT)]
    guessed = _next_tokens(model, tokenizer, rng, [_prompt(problem) for problem in problems])
    known = {*world.names, *(str(number) for number in range(world.limit + 1))}
    pairs = zip(problems, guessed, strict=True)
    return [(problem, guess) for problem, guess in pairs if guess in known and guess != problem.answer]


def _prompt(problem: Problem) -> str:
    asked = "".join(span.text for span in reply_spans([Turn("user", problem.body)], 0.0))
    space = " " if problem.answer_kind == "number" else ""  # a name brings its own space, a number does not
    return f"{asked}<|im_start|>assistant\nThe answer is{space}"


def _next_tokens(model: Llama, tokenizer: Tokenizer, rng: Random, prompts: list[str]) -> list[str]:
    device = model.embedding.weight.device
    encoded = [encoding.ids for encoding in tokenizer.encode_batch(prompts, add_special_tokens=False)]
    tokens = torch.zeros(len(encoded), max(map(len, encoded)), dtype=torch.long)
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = torch.tensor(ids)
    model.eval()
    last = torch.tensor([len(ids) - 1 for ids in encoded])
    scores = model(tokens.to(device))[torch.arange(len(encoded)), last].float().cpu()
    model.train()
    generator = torch.Generator().manual_seed(rng.getrandbits(48))
    drawn = torch.multinomial(torch.softmax(scores, -1), 1, generator=generator).squeeze(1).tolist()
    return [tokenizer.decode([token]).strip() for token in drawn]
