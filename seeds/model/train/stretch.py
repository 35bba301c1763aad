"""Position interpolation: the trained model goes on for a short while with positions divided by 4, on rows four times as long: python3 stretch.py

Writes .cache/linear.pt and ../logs/linear.json. After Chen et al. 2023, https://arxiv.org/abs/2306.15595.
"""
import json
import os
import time

import numpy as np
import torch

from data import batch
from model import Model
from muon import Muon
from text import HERE, VOCAB, load
from train import RECIPES, SEED, THREADS, losses

SCALE, LENGTH, ROWS, SHARES, STEPS = 4, 1024, 6, (0.75, 0.15, 0.1), 300

if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED + 2)
    source, held = load()
    model = Model(VOCAB, **RECIPES["rope"][0])
    model.load_state_dict(torch.load(os.path.join(HERE, ".cache", "rope.pt")))
    angles = model.angles(LENGTH) / SCALE
    muon = Muon(model)
    check, _ = batch(np.random.default_rng(7), 6, LENGTH, held, (1, 0, 0))
    start, log, recent = time.time(), [], []
    for step in range(STEPS + 1):
        if step % 25 == 0:
            with torch.no_grad():
                log.append(dict(step=step, seconds=round(time.time() - start), held_out=round(losses(model, check, angles=angles)[0].mean().item(), 4)))
            log[-1] |= dict(loss=round(float(np.mean(recent)), 4)) if recent else {}
            recent = []
            print(json.dumps(log[-1]), flush=True)
        ids, weights = batch(random, ROWS, LENGTH, source, SHARES)
        weights = torch.from_numpy(weights[:, 1:])
        loss, _ = losses(model, ids, angles=angles)
        loss = (loss * weights).sum() / weights.sum()
        muon.zero()
        loss.backward()
        muon.step(min(1, (step + 1) / 20, 2 * (1 - step / (STEPS + 1))))
        recent.append(loss.item())
    torch.save(model.state_dict(), os.path.join(HERE, ".cache", "linear.pt"))
    with open(os.path.join(HERE, "..", "logs", "linear.json"), "w") as file:
        json.dump(dict(seed=SEED, scale=SCALE, length=LENGTH, rows=ROWS, steps=STEPS, log=log), file)
