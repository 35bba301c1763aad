"""Golden vectors for Positional Integrity Encoding: its rotation from NVIDIA/kvpress, its decoder a second time in numpy.

python3 tests/golden/make/positional-integrity-encoding.py <checkout of NVIDIA/kvpress>

The authors' repository (zhenyuhe00/PIE at 2f1e1fc) holds no code. What the method adds to a cache, keys turned once more by the difference of two
positions, is what kvpress does to keys that move up when others are pruned, so `KeyRerotationPress.rerotate_keys` is run on the CPU, unchanged.
Its module imports transformers; of that it uses `rotate_half` alone, which stands below as its documentation gives it. Its base
classes are left empty. A deletion is its own case; an insertion gathers the new tokens' rows from wherever and leaves them unturned.

The toy decoder (random weights, an edit, five ways to keep the cache) is written here a second time, with complex numbers for rotations and a mask over all
tokens in place of a cache, in double precision. Its weights come from a linear congruential generator that the tests have too.
"""

import importlib.util
import math
import os
import sys
import types

import numpy as np
import torch

from golden import checkout_at, rounded, write

COMMIT = "8bb29b9c3078452a86d692f29123fa6c793e2b05"
FILE = "kvpress/presses/key_rerotation_press.py"


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat((-x[..., half:], x[..., :half]), dim=-1)


def load(checkout):
    for name in (
        "transformers",
        "transformers.models",
        "transformers.models.llama",
        "transformers.models.llama.modeling_llama",
        "kvpress",
        "kvpress.presses",
        "kvpress.presses.base_press",
        "kvpress.presses.scorer_press",
    ):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["transformers.models.llama.modeling_llama"].rotate_half = rotate_half
    sys.modules["kvpress.presses.base_press"].BasePress = object
    sys.modules["kvpress.presses.scorer_press"].ScorerPress = object
    spec = importlib.util.spec_from_file_location("key_rerotation_press", os.path.join(checkout, FILE))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.KeyRerotationPress


# The rotation.


def raw_keys(heads, n, dim):
    """The closed form that the tests use too."""
    return torch.tensor([[[math.sin(0.7 * t + 1.1 * c + 2.3 * h) for c in range(dim)] for t in range(n)] for h in range(heads)], dtype=torch.float64)


def turned(keys, theta):
    """Each token's keys turned for its own position, halves as real and imaginary parts."""
    half = keys.shape[-1] // 2
    z = torch.complex(keys[..., :half], keys[..., half:]) * torch.exp(1j * torch.arange(keys.shape[1])[None, :, None] * theta)
    return torch.cat((z.real, z.imag), dim=-1)


def rotations(press):
    cases = []
    for dim, heads, n, base, edits in (
        (8, 2, 12, 10000.0, [[3, 4, 0]]),
        (16, 1, 12, 10000.0, [[5, 0, 4]]),
        (16, 2, 20, 10000.0, [[5, 2, 6]]),
        (32, 1, 16, 500000.0, [[4, 3, 3]]),
        (8, 1, 24, 10000.0, [[4, 0, 3], [12, 6, 1]]),
        (64, 1, 10, 10000.0, [[0, 7, 1]]),
    ):
        theta = base ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)
        cached = turned(raw_keys(heads, n, dim), theta).float()[None]
        gathered, moves = [], []
        old = 0
        for at, removed, inserted in edits + [[n, 0, 0]]:
            for t in range(old, at):
                moves.append(len(gathered))
                gathered.append(t)
            for _ in range(inserted):
                # A new token's row: any row that stands where it stands, so that it is not turned. It is left out of what is compared.
                gathered.append(min(len(gathered), n - 1))
            old = at + removed
        module = types.SimpleNamespace(rotary_emb=types.SimpleNamespace(inv_freq=theta.float()), head_dim=dim)
        indices = torch.tensor(gathered)[None, None].expand(1, heads, -1)
        result = press.rerotate_keys(module, indices, cached)[0]
        cases.append(
            {
                "dim": dim,
                "heads": heads,
                "n": n,
                "base": base,
                "edits": edits,
                "kept": moves,
                # [kept, heads x dim]
                "keys": rounded(result[:, moves].permute(1, 0, 2).reshape(len(moves), -1), 9),
            }
        )
    return cases


# The decoder.


class Draws:
    """Uniform draws of variance 1, the same in any language."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, *shape):
        values = []
        for _ in range(math.prod(shape)):
            self.state = (1664525 * self.state + 1013904223) % 2**32
            values.append((self.state / 2**32 - 0.5) * math.sqrt(12))
        return np.array(values).reshape(shape)


def rotate(x, positions, theta):
    half = x.shape[-1] // 2
    z = (x[:, :half] + 1j * x[:, half:]) * np.exp(1j * np.outer(positions, theta))
    return np.concatenate([z.real, z.imag], axis=1)


def forward(weights, theta, x, positions, visible, coupling, kept=None):
    """
    All tokens at once. `visible` [query, key] says who sees whom. `kept`, where given, is (rows, keys, values): rows whose keys and values are not
    computed here but taken from an older run. The last row is the query: what it gathers is not multiplied by the coupling.
    """
    x = x.copy()
    gain = np.full(len(x), coupling)
    gain[-1] = 1
    all_keys, all_values = [], []
    for layer, (q, k, v, o) in enumerate(weights):
        y = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-6)
        keys, values = rotate(y @ k.T, positions, theta), y @ v.T
        if kept is not None:
            rows, old_keys, old_values = kept
            keys[rows], values[rows] = old_keys[layer], old_values[layer]
        scores = rotate(y @ q.T, positions, theta) @ keys.T / math.sqrt(x.shape[1])
        scores[~visible] = -np.inf
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        x += gain[:, None] * ((p @ values) @ o.T)
        all_keys.append(keys)
        all_values.append(values)
    return x[-1], all_keys, all_values


def toy(seed, dim, layers, n, edits, coupling):
    draw = Draws(seed)
    scale = 1 / math.sqrt(dim)
    weights = [tuple(draw(dim, dim) * s * scale for s in (1.5, 1.5, 1.0, 0.5)) for _ in range(layers)]
    old = draw(n, dim)
    new = draw(sum(edit[2] for edit in edits), dim)
    query = draw(1, dim)
    theta = 10000.0 ** (-np.arange(0, dim, 2) / dim)

    # The edited text: old number of each token, or None.
    origin, at_old = [], 0
    for at, removed, inserted in edits:
        origin += list(range(at_old, at)) + [None] * inserted
        at_old = at + removed
    origin += list(range(at_old, n))
    length = len(origin)
    fresh = iter(new)
    text = np.array([next(fresh) if t is None else old[t] for t in origin])
    first = edits[0][0]

    def causal(size):
        return np.tril(np.ones((size, size), dtype=bool))

    def with_query(x):
        return np.concatenate([x, query])

    _, old_keys, old_values = forward(weights, theta, with_query(old), np.arange(n + 1), causal(n + 1), coupling)
    expected = {}
    state, full_keys, _ = forward(weights, theta, with_query(text), np.arange(length + 1), causal(length + 1), coupling)
    expected["full"] = state
    cosines = {}
    rows = np.array([p for p, t in enumerate(origin) if t is not None])
    from_old = np.array([origin[p] for p in rows])
    for method in ("pie", "conflict", "drop"):
        shift = rows - from_old if method == "pie" else np.zeros(len(rows))
        keys = [rotate(layer[from_old], shift, theta) for layer in old_keys]
        values = [layer[from_old] for layer in old_values]
        visible = causal(length + 1)
        if method == "drop":
            visible[:, [p for p in rows if p >= first]] = False
            # Who is not seen still needs something to see; nothing comes of it.
            np.fill_diagonal(visible, True)
        state, made, _ = forward(weights, theta, with_query(text), np.arange(length + 1), visible, coupling, (rows, keys, values))
        expected[method] = state
        if method != "drop":
            cos = lambda a, b: (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
            cosines[method] = [cos(a[:length], b[:length]).tolist() for a, b in zip(made, full_keys)]
    expected["stale"] = forward(weights, theta, with_query(old), np.arange(n + 1), causal(n + 1), coupling)[0]
    return {
        "params": {"seed": seed, "dim": dim, "layers": layers, "n": n, "edits": edits, "coupling": coupling},
        "states": {method: rounded(state) for method, state in expected.items()},
        "cosines": {method: rounded(rows) for method, rows in cosines.items()},
    }


def main(checkout):
    press = load(checkout)
    write(
        "positional-integrity-encoding",
        repository="https://github.com/NVIDIA/kvpress",
        commit=COMMIT,
        licence="Apache-2.0",
        function=f"{FILE}::KeyRerotationPress.rerotate_keys",
        note="Run on the CPU in float32 with transformers' rotate_half written out and empty base classes, on keys in closed form that were turned for their "
        "old positions. The authors' repository holds no code. `toy` comes from the script itself: the decoder a second time, in numpy and double precision.",
        precision="float32",
        rotations=rotations(press),
        toy=[
            toy(1, 8, 2, 12, [[4, 0, 3]], 1.0),
            toy(2, 8, 3, 14, [[4, 5, 0]], 1.0),
            toy(3, 16, 4, 16, [[5, 3, 3]], 1.5),
            toy(4, 8, 3, 16, [[3, 0, 2], [9, 4, 1]], 1.0),
            toy(5, 8, 3, 12, [[4, 1, 4]], 0.0),
            toy(6, 8, 2, 10, [[10, 0, 3]], 1.0),
        ],
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
