"""Golden vectors for TempScale, from Yuqi-Zhou/Length_Collapse.

python3 tests/golden/make/length-collapse.py <checkout of the repository>

Runs the authors' two attention modules, BertAttention and T5Attention, on the CPU. They wrap attention modules of transformers and read a few
attributes of them; here they wrap stand-ins that have these attributes and the same projections, and `transformers` and `sentence_transformers`,
of which the two classes use nothing else, are empty. The filter rate is computed from the weights that leave the modules, by numpy's SVD: the
repository has no code for it.
"""

import importlib.util
import math
import os
import sys
import types

import numpy as np
import torch

from golden import checkout_at, rounded, write

COMMIT = "6943293eb64be679f1569694934a7133c977be17"


def load(checkout):
    transformers = types.ModuleType("transformers")
    transformers.AutoConfig = object
    sentences = types.ModuleType("sentence_transformers")
    sentences.SentenceTransformer = torch.nn.Module
    sys.modules["transformers"] = transformers
    sys.modules["sentence_transformers"] = sentences
    spec = importlib.util.spec_from_file_location("model", os.path.join(checkout, "src", "model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def matrix(rows, columns, phase, size=1.0):
    """The closed form that the tests use too."""
    return torch.tensor([[size * math.sin(0.7 * i + 1.1 * c + 0.3 * i * c + phase) for c in range(columns)] for i in range(rows)], dtype=torch.float64)


def linear(width, phase):
    layer = torch.nn.Linear(width, width, bias=False).double()
    with torch.no_grad():
        layer.weight.copy_(matrix(width, width, phase))
    return layer


class Bert(torch.nn.Module):
    """What BertAttention reads of the module that it takes the place of."""

    def __init__(self, width, heads):
        super().__init__()
        self.query, self.key, self.value = linear(width, 0.1), linear(width, 0.9), linear(width, 1.7)
        self.dropout = torch.nn.Dropout(0.0)
        self.num_attention_heads, self.attention_head_size, self.all_head_size = heads, width // heads, width
        self.is_decoder = False
        self.position_embedding_type = "absolute"

    def transpose_for_scores(self, x):
        return x.view(x.shape[:-1] + (self.num_attention_heads, self.attention_head_size)).permute(0, 2, 1, 3)


class T5(torch.nn.Module):
    """The same for T5Attention; its relative bias is a closed form of the distance."""

    def __init__(self, width, heads):
        super().__init__()
        self.q, self.k, self.v = linear(width, 0.1), linear(width, 0.9), linear(width, 1.7)
        self.o = torch.nn.Identity()
        self.n_heads, self.key_value_proj_dim, self.inner_dim = heads, width // heads, width
        self.has_relative_attention_bias = True
        self.pruned_heads = set()
        self.dropout = 0.0
        self.is_decoder = False

    def compute_bias(self, queries, keys, device=None):
        return torch.tensor([[[[-0.1 * (h + 1) * abs(i - j) for j in range(keys)] for i in range(queries)] for h in range(self.n_heads)]], dtype=torch.float64)


def rate(a):
    n = a.shape[-1]
    return float(np.linalg.svd((np.eye(n) - np.ones((n, n)) / n) @ a, compute_uv=False)[0])


def main(checkout):
    model = load(checkout)
    cases = []
    width, heads = 8, 2
    for kind in ("bert", "t5"):
        for n, tau, hidden in ((6, 1.0, 0), (6, 0.5, 0), (9, 0.7, 3), (12, 0.25, 0), (12, 2.0, 2)):
            x = matrix(n, width, 0.4)[None]
            mask = torch.zeros(1, 1, 1, n, dtype=torch.float64)
            if hidden:
                mask[..., n - hidden :] = -10000.0
            if kind == "bert":
                out, weights = model.BertAttention(Bert(width, heads), tau).forward(x, attention_mask=mask, output_attentions=True)
            else:
                # The module gives its weights as float32's softmax: `scores.float()`.
                out, _, _, weights = model.T5Attention(T5(width, heads), tau).eval().forward(x, mask=mask, output_attentions=True)
            cases.append(
                {
                    "name": f"{kind} n={n} tau={tau} hidden={hidden}",
                    "params": {"kind": kind, "n": n, "width": width, "heads": heads, "tau": tau, "hidden": hidden},
                    "weights": rounded(weights[0].detach()),
                    "output": rounded(out[0].detach()),
                    "rates": [rate(a) for a in weights[0].detach().double().numpy()],
                }
            )
    closed = []
    for n, scale in ((6, 1), (6, 2), (6, 4), (12, 2), (24, 2)):
        s = np.array([[scale * math.sin(1 + 0.9 * i + 1.7 * j) for j in range(n)] for i in range(n)])
        a = torch.softmax(torch.tensor(s), -1).numpy()
        closed.append({"n": n, "scale": scale, "rate": rate(a)})

    write(
        "length-collapse",
        repository="https://github.com/Yuqi-Zhou/Length_Collapse",
        commit=COMMIT,
        licence="none stated",
        function="src/model.py::BertAttention.forward, T5Attention.forward",
        note="Run on the CPU with stand-ins for the modules that the two classes wrap; filter rates by numpy's SVD of the weights that leave them.",
        precision="float64; the softmax of T5Attention in float32",
        cases=cases,
        closed=closed,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
