"""Trains what reads a next character off after each layer but the last, with the layers held as they are: python3 exits.py rope"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from data import batch
from model import Model
from text import HERE, VOCAB, load
from train import RECIPES, SEED, THREADS

STEPS = 600


def train(name):
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED + 1)
    source, held = load()
    options, phases = RECIPES[name]
    length, rows, shares, _ = phases[-1]
    model = Model(VOCAB, **options)
    model.load_state_dict(torch.load(os.path.join(HERE, ".cache", f"{name}.pt")))
    model.requires_grad_(False)
    exits = [(torch.nn.Parameter(model.norm.clone()), torch.nn.Parameter(model.unembed.clone())) for _ in range(model.layers - 1)]
    adam = torch.optim.AdamW([p for e in exits for p in e], lr=0.004, weight_decay=0)

    def losses(ids):
        states = []
        ids = torch.from_numpy(ids)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            model(ids[:, :-1], states=states)
        read = [F.linear(x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-6) * gain, matrix) for x, (gain, matrix) in zip(states, exits)]
        return [F.cross_entropy(y.flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view(ids.shape[0], -1) for y in read]

    for step in range(STEPS):
        ids, weights = batch(random, rows, length, source, shares)
        weights = torch.from_numpy(weights[:, 1:])
        loss = sum((l * weights).sum() / weights.sum() for l in losses(ids))
        adam.zero_grad()
        loss.backward()
        for group in adam.param_groups:
            group["lr"] = 0.004 * min(1, 2 * (1 - step / STEPS))
        adam.step()
        if step % 100 == 99:
            with torch.no_grad():
                ids, _ = batch(np.random.default_rng(7), 48, length, held, (1, 0, 0))
                print(json.dumps(dict(step=step + 1, held_out=[round(l.mean().item(), 4) for l in losses(ids)])), flush=True)
    torch.save([(g.detach(), m.detach()) for g, m in exits], os.path.join(HERE, ".cache", f"{name}-exits.pt"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        train(name)
