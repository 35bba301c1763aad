"""Golden vectors for task hinting: a second implementation, in numpy and torch, because no code of the paper was found.

python3 tests/golden/make/task-hinting.py

Lists come from a formula that the tests use too. The attention steps are computed token by token, as a transformer would, and never by value; the
gradients of the small network come from torch's automatic differentiation in double precision.
"""

import json
import math
import os

import numpy as np
import torch

from golden import rounded

torch.set_num_threads(1)


def formula(n, q, phase):
    """n values below q."""
    return [int(q * (0.5 + 0.499 * math.sin(1.7 * i * i + 0.9 * i + phase))) for i in range(n)]


def step(values, a, beta):
    """One attention step over the tokens of a list: softmax of -beta (x - a) over those above a, added up by value."""
    x = np.array(values, dtype=np.float64)
    logits = np.where(x > a, -beta * (x - a), -np.inf)
    weights = np.exp(logits - logits.max())
    weights /= weights.sum()
    mass = {}
    for value, weight in zip(values, weights):
        if value > a:
            mass[value] = mass.get(value, 0.0) + weight
    best = max(mass.values())
    return mass, min(v for v, m in mass.items() if m > best - 1e-12)


def sort_run(values, beta):
    distinct = sorted(set(values))
    picks, right = [], []
    for a, following in zip(distinct, distinct[1:]):
        mass, pick = step(values, a, beta)
        picks.append(pick)
        right.append(mass[following])
    return picks, right


def construction():
    cases = []
    for n, q, phase, beta in ((4, 12, 0.3, 0.5), (20, 100, 0.0, 0.8), (50, 100, 1.0, 0.8), (100, 100, 2.0, 0.8), (100, 100, 2.0, 1.6), (100, 40, 0.7, 0.3), (100, 200, 0.1, 1.2)):
        values = formula(n, q, phase)
        picks, right = sort_run(values, beta)
        # The smallest sharpness on a fine grid from which no step is wrong any more.
        distinct = sorted(set(values))
        wrong = [b / 1000 for b in range(1, 3000) if sort_run(values, b / 1000)[0] != distinct[1:]]
        cases.append({"n": n, "q": q, "phase": phase, "beta": beta, "picks": picks, "right": rounded(right), "lastWrong": max(wrong, default=0)})
    return cases


def network():
    """Gradient descent on S and T of the small network, by automatic differentiation."""
    cases = []
    for q, rate, shortcut, with_hints in ((8, 1.0, 0.0, False), (8, 1.0, 5.0, False), (12, 0.5, 2.0, True)):
        pair = torch.zeros(q + 1, q, dtype=torch.float64, requires_grad=True)
        longest = 5
        place = torch.zeros(longest + 1, longest + 1, q, dtype=torch.float64, requires_grad=True)
        losses = []
        for batch in range(6):
            terms = []
            for i in range(3):
                values = formula(3 + i + batch % 3, q, 0.37 * (3 * batch + i))
                terms += [(values, k, False) for k in range(len(set(values)))]
                if with_hints and len(set(values)) > 2:
                    terms.append((values, 2, True))
            total = 0
            for values, k, hint in terms:
                distinct = sorted(set(values))
                logits = pair[distinct[k - 1] if k else q, values]
                if k and not hint:
                    logits = logits + place[min(len(values), longest), min(k, longest), values]
                # By token: those of the right value share the probability.
                logp = torch.log_softmax(logits, 0)
                hits = torch.tensor([v == distinct[k] for v in values])
                total = total - torch.logsumexp(logp[hits], 0)
            losses.append(float(total) / len(terms))
            g_pair, g_place = torch.autograd.grad(total, (pair, place), allow_unused=True)
            with torch.no_grad():
                pair -= rate / 3 * g_pair
                if shortcut:
                    place -= shortcut / 3 * g_place
        cases.append({"q": q, "longest": longest, "rate": rate, "shortcut": shortcut, "hints": with_hints, "losses": rounded(losses), "pair": rounded(pair.detach().flatten()), "place": rounded(place.detach().flatten())})
    return cases


if __name__ == "__main__":
    golden = {
        "function": "a second implementation in numpy and torch, token by token; gradients by automatic differentiation",
        "command": "python3 tests/golden/make/task-hinting.py",
        "note": "No code of the paper was found.",
        "precision": "float64",
        "construction": construction(),
        "network": network(),
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "task-hinting.json")
    with open(path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(os.path.getsize(path), "bytes")
