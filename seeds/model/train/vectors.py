"""Writes tests/golden/resident-model.json: logits of the packed models under each hook, in float64: python3 vectors.py

One forward pass, spelled out: scores of every query with every key, each pair at a distance of its own, weights by a function that is given.
With nothing in its place it is checked against model.py.
"""
import json
import math
import os

import torch
import torch.nn.functional as F

from pack import unpack
from text import HERE, START, encode

LENGTH = 96
ROWS = [0, 31, 60, 95]  # of the logits that are written out


def frequencies(model, base=None):
    return (base or model.base) ** (-torch.arange(0, model.d, 2).double() / model.d)


def causal(length):
    i = torch.arange(length)
    return i[:, None] >= i, (i[:, None] - i).double()


def forward(model, exits, ids, *, theta=None, seen=None, apart=None, weigh=None, layers=None):
    """Logits (T, vocabulary). seen (T, T): who sees whom; apart (T, T): how far; weigh: scores (T, T) -> weights."""
    model = model.double()
    T, H, d = len(ids), model.heads, model.d
    own_seen, own_apart = causal(T)
    seen = own_seen if seen is None else seen & own_seen
    apart = own_apart if apart is None else apart
    theta = frequencies(model) if theta is None else theta
    normed = lambda x, gain: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain.double()
    x = model.embed[ids]
    for block in model.block[:layers]:
        y = normed(x, block.norm1)
        q, k, v = [F.linear(y, w).view(T, H, d).transpose(0, 1) for w in (block.q, block.k, block.v)]
        if hasattr(block, "shift"):
            k = k + torch.sigmoid(block.shift)[:, None, None] * (torch.cat([k[:, :1], k[:, :-1]], 1) - k)
        out = []
        for h in range(H):
            a, b, c, e = q[h, :, None, : d // 2], q[h, :, None, d // 2 :], k[h, None, :, : d // 2], k[h, None, :, d // 2 :]
            turn = apart[:, :, None] * theta if model.kind == "rope" else torch.zeros(T, T, d // 2).double()
            scores = ((a * c + b * e) * turn.cos() + (a * e - b * c) * turn.sin()).sum(-1) / math.sqrt(d)
            if model.kind == "alibi":
                scores = scores - 2.0 ** (-8 * (h + 1) / H) * apart
            scores = scores.masked_fill(~seen, -math.inf)
            out.append((weigh or (lambda s: s.softmax(-1)))(scores) @ v[h])
        x = x + F.linear(torch.cat(out, -1), block.o)
        y = normed(x, block.norm2)
        x = x + F.linear(F.gelu(F.linear(y, block.up), approximate="tanh"), block.down)
    gain, matrix = (model.norm, model.unembed) if layers in (None, model.layers) else exits[layers - 1]
    return F.linear(normed(x, gain), matrix.double())


def best(scores, k):
    """Softmax over the k largest of each row."""
    least = scores.topk(min(k, scores.shape[-1]), -1).values[:, -1:]
    return scores.masked_fill(scores < least, -math.inf).softmax(-1)


def off_by_one(scores):
    most = scores.max(-1, keepdim=True).values.clamp(min=0)
    e = (scores - most).exp()
    return e / ((-most).exp() + e.sum(-1, keepdim=True))


def streaming(length, sinks, recent):
    """(seen, apart) where a cache keeps the first `sinks` and the last `recent` tokens and positions are slots; the token that asks is one more."""
    seen, apart = torch.zeros(length, length, dtype=torch.bool), torch.zeros(length, length).double()
    held = []
    for t in range(length):
        held.append(t)
        for slot, token in enumerate(held):
            seen[t, token], apart[t, token] = True, len(held) - 1 - slot
        if len(held) > sinks + recent:
            held = held[:sinks] + held[-recent:]
    return seen, apart


if __name__ == "__main__":
    text = "she had a great deal to say, [kqz=4071] and said it; but nobody at hartfield [kqz=4071] was listening."
    ids = torch.tensor([START, *encode(text)][:LENGTH])
    _, apart = causal(LENGTH)
    seen, slots = streaming(LENGTH, 2, 24)
    cases = {
        "plain": dict(),
        "ntk": dict(theta=lambda m: frequencies(m, m.base * 4 ** (m.d / (m.d - 2)))),
        "linear": dict(theta=lambda m: frequencies(m) / 4),
        "band": dict(seen=apart < 32),
        "capped": dict(apart=apart.clamp(max=40)),
        "streaming": dict(seen=seen, apart=slots),
        "best": dict(weigh=lambda s: best(s, 8)),
        "off-by-one": dict(weigh=off_by_one),
        "layers": dict(layers=2),
    }
    models = {}
    for name in ("rope", "alibi", "draft", "linear", "sink", "nope"):
        if not os.path.exists(os.path.join(HERE, "..", "weights", f"{name}.bin")):
            continue
        model, exits = unpack(name)
        with torch.no_grad():
            expected = model(ids[None])[0].double()
            models[name] = {}
            for case, options in cases.items() if name == "rope" else [(c, cases[c]) for c in ("plain", "streaming") if c == "plain" or name == "sink"]:
                theta = options.get("theta")
                logits = forward(model, exits, ids, **{**options, **(dict(theta=theta(model)) if theta else {})})
                if case == "plain":
                    assert (logits - expected).abs().max() < 1e-3, "model.py and this file disagree"
                models[name][case] = [[float(f"{x:.8g}") for x in logits[row].tolist()] for row in ROWS]
    golden = dict(
        function="seeds/model/train/vectors.py:forward, in float64, of the weights in seeds/model/weights",
        command="cd seeds/model/train && python3 vectors.py",
        ids=ids.tolist(),
        rows=ROWS,
        models=models,
    )
    path = os.path.join(HERE, "..", "..", "..", "tests", "golden", "resident-model.json")
    with open(path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(os.path.getsize(path), "bytes")
