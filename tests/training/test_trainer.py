# A run learns, and it is the same run whether or not it was interrupted.
import json
import shutil
from dataclasses import replace

import pytest
import torch

from training.dice import dice
from training.guesses import own_guesses
from training.model import Llama, Shape
from training.sizes import SIZES
from training.trainer import Trainer, load_model, rate

SIZE = SIZES["miniature"]


def logged(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_the_loss_falls(words, tmp_path):
    trainer = Trainer(SIZE, words, tmp_path)
    trainer.step = SIZE.base_steps
    batch = trainer._next_block(base=False)[0]
    first = trainer._loss(batch.tokens, batch.weights)[1]
    for _ in range(15):
        trainer._learn(batch)
    assert trainer._loss(batch.tokens, batch.weights)[1] < first - 1


def test_an_interrupted_run_ends_with_the_same_weights(words, miniature, tmp_path):
    Trainer(SIZE, words, tmp_path).run(until=20)
    resumed = Trainer(SIZE, words, tmp_path)
    assert resumed.resume()
    assert 20 <= resumed.step < SIZE.steps
    resumed.run()
    whole, parts = load_model(miniature / "checkpoint.pt"), load_model(tmp_path / "checkpoint.pt")
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, parts.state_dict()[name]), name
    assert [entry["data"] for entry in logged(tmp_path)] == [entry["data"] for entry in logged(miniature)]


def test_a_run_whose_last_mixture_was_added_later_is_the_run_in_one_piece(words, miniature, tmp_path):
    Trainer(replace(SIZE, steps=SIZE.steps - SIZE.last_steps, last_steps=0), words, tmp_path).run()
    grown = Trainer(SIZE, words, tmp_path)
    assert grown.resume()
    assert grown.step == SIZE.steps - SIZE.last_steps
    grown.run()
    whole, parts = load_model(miniature / "checkpoint.pt"), load_model(tmp_path / "checkpoint.pt")
    assert all(torch.equal(tensor, parts.state_dict()[name]) for name, tensor in whole.state_dict().items())
    assert logged(tmp_path)[-1]["data"] == logged(miniature)[-1]["data"]


def test_the_run_keeps_its_seed_its_versions_and_the_hash_of_its_data(miniature):
    record = json.loads((miniature / "run.json").read_text())
    last = logged(miniature)[-1]
    assert record["size"]["seed"] == SIZE.seed
    assert record["torch"] == torch.__version__
    assert len(last["data"]) == 16


def test_the_base_model_is_kept_before_conversations_begin(miniature):
    base = torch.load(miniature / "base.pt", weights_only=True)
    assert base["step"] == SIZE.base_steps


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (0, 0.2),
        (4, 1.0),
        (9, 0.216),
        (10, 0.2),
        (15, 1.0),
        (19, 0.216),
        (20, 0.2),
        (30, 0.51),
        (39, 0.069),
        (40, 0.2),
        (49, 0.069),
    ],
)
def test_the_rate_rises_holds_and_falls_in_every_stage(step, expected):
    assert rate(SIZE, step) == pytest.approx(expected)


def test_a_place_is_not_seen_by_the_places_before_it():
    model = Llama(Shape(50, width=32, layers=2, heads=2, hidden=64)).train()
    tokens = torch.arange(12)[None]
    changed = tokens.clone()
    changed[0, 6:] += 20
    assert torch.allclose(model(tokens)[:, :6], model(changed)[:, :6], atol=1e-5)


def test_attention_in_training_is_the_attention_that_answers():
    model = Llama(Shape(50, width=32, layers=2, heads=2, hidden=64))
    tokens = torch.randint(50, (3, 13), generator=torch.Generator().manual_seed(1))
    assert torch.allclose(model.train()(tokens), model.eval()(tokens), atol=1e-5)


def test_the_last_layer_can_be_asked_for_some_places_alone():
    model = Llama(Shape(50, width=32, layers=2, heads=2, hidden=64))
    tokens = torch.randint(50, (3, 13), generator=torch.Generator().manual_seed(1))
    kept = torch.tensor([0, 7, 20, 38])
    assert torch.allclose(model.hidden(tokens, kept), model.hidden(tokens).flatten(0, 1)[kept], atol=1e-5)


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method`:DeprecationWarning")  # torch.compile itself uses it
def test_a_compiled_step_is_the_plain_step(words, tmp_path):
    plain, compiled = Trainer(SIZE, words, tmp_path), Trainer(SIZE, words, tmp_path, compiled=True)
    plain.step = SIZE.base_steps
    for batch in plain._next_block(base=False)[:3]:
        losses = [trainer._loss(batch.tokens, batch.weights)[0] for trainer in (plain, compiled)]
        assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-3)
        for loss in losses:
            loss.backward()
    for one, other in zip(plain.working.parameters(), compiled.working.parameters(), strict=True):
        assert (one.grad - other.grad).norm() < 0.03 * one.grad.norm()


def test_guesses_are_wrong_answers(words):
    model = Llama(Shape(words.get_vocab_size(), width=32, layers=1, heads=2, hidden=64))
    guesses = own_guesses(model, words, dice("guesses"), SIZE.world)
    assert all(guess != problem.answer for problem, guess in guesses)
