"""Trains one of the models from nothing and logs it: python3 train.py rope

Needs torch (1.13 or newer) and numpy; the weights go to .cache/, the log to ../logs/. Debian: python3-torch, and libopenblas0-pthread for
speed. Seeds are fixed, but sums in bfloat16 depend on the machine: another machine gives other weights and much the same curve.
"""
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from data import batch, needles, text
from model import Model
from muon import Muon
from text import HERE, VOCAB, load

# Length, rows, shares of (text, needles, repeats), steps. Looking something up is learned within a minute from strings that repeat, and not
# at all from a text that asks for something once a page: so that comes first, on short rows.
RECALL = [(64, 64, (0, 0, 1), 500), (128, 64, (0.45, 0.35, 0.2), 600)]
RECIPES = {
    "rope": (dict(kind="rope"), [*RECALL, (256, 48, (0.7, 0.2, 0.1), 4000)]),
    "draft": (dict(kind="rope", layers=2), [*RECALL, (256, 48, (0.7, 0.2, 0.1), 1500)]),
    "alibi": (dict(kind="alibi", layers=3), [*RECALL, (256, 48, (0.7, 0.2, 0.1), 1500)]),
    "nope": (dict(kind="nope", layers=3), [*RECALL, (256, 48, (0.7, 0.2, 0.1), 1000)]),
    # Its heads rest on the start token, those of the others do not: see ../README.md.
    "sink": (dict(kind="rope", layers=3, shift=True), [(64, 64, (0, 0, 1), 300), (128, 48, (0.5, 0.35, 0.15), 500), (256, 32, (0.5, 0.35, 0.15), 700)]),
}
SEED = 1
THREADS = int(os.environ.get("THREADS", 2))  # two that wait for each other are slower than one, where a machine does something else besides


def losses(model, ids, **options):
    """Nats per character (rows, length), and the logits they come from."""
    ids = torch.from_numpy(ids)
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(ids[:, :-1], **options).float()
    return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view(ids.shape[0], -1), logits


@torch.no_grad()
def check(model, length, held):
    """What a look in between is worth: loss on held-out text, digits of planted lines found."""
    random = np.random.default_rng(7)
    rows = np.stack([text(random, length, held)[0] for _ in range(48)]).astype(np.int64)
    loss, _ = losses(model, rows)
    found = None
    if length >= 128:
        made = [needles(random, length, held, pairs=3, queries=2) for _ in range(48)]
        rows, weights = np.stack([m[0] for m in made]).astype(np.int64), np.stack([m[1] for m in made])
        _, logits = losses(model, rows)
        found = round(float((logits.argmax(-1).numpy() == rows[:, 1:])[weights[:, 1:] == 5].mean()), 4)
    return dict(held_out=round(loss.mean().item(), 4), digits_found=found)


def train(name):
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    options, phases = RECIPES[name]
    source, held = load()
    model = Model(VOCAB, **options)
    muon = Muon(model)
    total, step, start, log, recent = sum(p[3] for p in phases), 0, time.time(), [], []
    for length, rows, shares, steps in phases:
        for _ in range(steps):
            ids, weights = batch(random, rows, length, source, shares)
            weights = torch.from_numpy(weights[:, 1:])
            loss, _ = losses(model, ids)
            loss = (loss * weights).sum() / weights.sum()
            muon.zero()
            loss.backward()
            # Fifty steps up; the second half and a bit of the way, down to nothing.
            muon.step(min(1, (step + 1) / 50, (total - step) / (0.6 * total)))
            step += 1
            recent.append(loss.item())
            if step % 100 == 0:
                log.append(dict(step=step, length=length, seconds=round(time.time() - start), loss=round(float(np.mean(recent)), 4), **check(model, length, held)))
                recent = []
                print(json.dumps(log[-1]), flush=True)
                torch.save(model.state_dict(), os.path.join(HERE, ".cache", f"{name}.pt"))
    with open(os.path.join(HERE, "..", "logs", f"{name}.json"), "w") as file:
        json.dump(dict(seed=SEED, options=options, phases=phases, log=log), file)


if __name__ == "__main__":
    for folder in (".cache", "../logs"):
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    for name in sys.argv[1:]:
        train(name)
