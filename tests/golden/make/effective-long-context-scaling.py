"""Golden vectors for rotary embeddings with another base, from meta-llama/llama3.

python3 tests/golden/make/effective-long-context-scaling.py <checkout of the repository>

The paper released no code. Llama 3 is the public model whose rotary base is the paper's, 500,000, and its authors' two functions are run here
as they stand: precompute_freqs_cis makes the turns, apply_rotary_emb turns queries and keys. Their module imports fairscale for its layers, of
which neither function uses any, so empty stand-ins are imported instead. Position interpolation is the same table read at a fraction of a
position, which the functions do not offer; rotary.json has it.

Vectors are interleaved pairs (2c, 2c + 1). What is written is the score of a query at distance 0 to n - 1 from a key, for vectors of ones and for
two given by a formula, divided by the root of their width.
"""

import importlib.util
import math
import os
import sys
import types

import torch

from golden import checkout_at, rounded, write

COMMIT = "a0940f9cf7065d45bb6675660f80d305c041a754"


def load(checkout):
    names = {
        "fairscale.nn.model_parallel.initialize": [],
        "fairscale.nn.model_parallel.layers": ["ColumnParallelLinear", "RowParallelLinear", "VocabParallelEmbedding"],
    }
    for path, members in names.items():
        parts = path.split(".")
        for depth in range(1, len(parts) + 1):
            sys.modules.setdefault(".".join(parts[:depth]), types.ModuleType(".".join(parts[:depth])))
            if depth > 1:
                setattr(sys.modules[".".join(parts[: depth - 1])], parts[depth - 1], sys.modules[".".join(parts[:depth])])
        for member in members:
            setattr(sys.modules[path], member, object)
    spec = importlib.util.spec_from_file_location("llama_model", os.path.join(checkout, "llama", "model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def vector(dim, phase):
    """Component c is sin(1.1 c + phase)."""
    return torch.tensor([math.sin(1.1 * c + phase) for c in range(dim)])


def main(checkout):
    model = load(checkout)
    cases = []
    for dim, base, distances in (
        (128, 10000.0, (0, 1, 2, 10, 100, 1000, 4095, 5000, 10000, 30000, 32767)),
        (128, 500000.0, (0, 1, 2, 10, 100, 1000, 4095, 5000, 10000, 30000, 32767)),
        (128, 1000000.0, (0, 1, 7, 100, 5000, 32767)),
        (128, 10000000.0, (0, 1, 7, 100, 5000, 32767)),
        (64, 500000.0, (0, 1, 7, 100, 5000, 32767)),
        (32, 50000.0, (0, 1, 7, 100, 255, 1023)),
    ):
        table = model.precompute_freqs_cis(dim, max(distances) + 1, base)
        ones = torch.ones(dim)
        expected = {"theta": rounded(torch.angle(table[1]).tolist()), "ones": [], "formula": []}
        for name, q, k in (("ones", ones, ones), ("formula", vector(dim, 0.0), vector(dim, 2.0))):
            for distance in distances:
                turned = []
                # A query at the distance, a key at 0; both have one place in a batch of one with one head.
                for one, position in ((q, distance), (k, 0)):
                    here = table[position : position + 1]
                    turned.append(model.apply_rotary_emb(one[None, None, None], one[None, None, None], here)[0][0, 0, 0])
                expected[name].append(float((turned[0].double() * turned[1].double()).sum() / math.sqrt(dim)))
            expected[name] = rounded(expected[name])
        cases.append({"name": f"dim={dim} base={base:.0f}", "params": {"dim": dim, "base": base, "distances": list(distances)}, "expected": expected})

    defaults = model.ModelArgs()
    write(
        "effective-long-context-scaling",
        repository="https://github.com/meta-llama/llama3",
        commit=COMMIT,
        licence="Meta Llama 3 Community License",
        function="llama/model.py::precompute_freqs_cis and apply_rotary_emb",
        note=f"Run on the CPU in float32, unchanged, with empty stand-ins for fairscale. Not the code of the paper, which released none; the default "
        f"rotary base of this repository, {defaults.rope_theta:.0f}, is the paper's.",
        precision="float32",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
