"""Golden vectors for HiP attention, from DeepAuto-AI/hip-attention.

python3 tests/golden/make/hip-attention.py <checkout of the repository>

Runs the repository's search for one block of queries, `masking_iteration_draft_numba_kernel`, as plain Python: `numba.njit` is
replaced by the identity, and the block-sparse GPU kernel that its module imports but this function never calls by an empty module.
The scores of every round are noted where the function sorts them.
"""

import importlib.util
import os
import sys
import types

import numpy as np

from golden import checkout_at, rounded, write

COMMIT = "fea42c779263a87b0a669d8ad330e219f18e5d53"
FILE = "src/hip_attn/v1_1/attention2_draft.py"
FUNCTION = "masking_iteration_draft_numba_kernel"


def load(checkout):
    """The module, and the list in which every array it sorts will be noted."""
    numba = types.ModuleType("numba")
    numba.njit = lambda *args, **options: args[0] if args else (lambda function: function)
    numba.prange = range
    sys.modules["numba"] = numba
    kernel = types.ModuleType("hip_attn.v1_0.attention1_block_gpu")
    kernel.calc_prob_return_context = kernel.to_dense = None
    for name in ("hip_attn", "hip_attn.v1_0"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules[kernel.__name__] = kernel
    spec = importlib.util.spec_from_file_location("attention2_draft", os.path.join(checkout, FILE))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    noted = []

    class Numpy:
        def __getattr__(self, name):
            return getattr(np, name)

        def argsort(self, x):
            noted.append(-x)
            return np.argsort(x)

    module.np = Numpy()
    return module, noted


def inputs(length, queries, channels):
    """The closed form that the tests use too. The last channel lifts every score above 0, which the oracle needs: it starts from 0."""
    i = np.arange(queries)[:, None]
    j = np.arange(length)[:, None]
    c = np.arange(channels)[None, :]
    q = np.cos(0.9 * i + 0.7 * c * c)
    k = np.sin(0.11 * (c + 1) * j + 1.7 * c) + 0.3 * np.cos(2.3 * (c + 2) * j)
    q[:, -1] = 1
    k[:, -1] = 12
    return q, k


def given(scores):
    """Two equal queries of one channel whose scores are exactly these."""
    return np.ones((2, 1)), np.array(scores, dtype=np.float64)[:, None]


def run(module, noted, q, k, budget, keys_per_block=1, window=0, oracle=False):
    noted.clear()
    indices = np.zeros(-(-budget // keys_per_block), dtype=np.int32)
    found = getattr(module, FUNCTION)(
        q,
        k,
        indices,
        mask_k=budget,
        mask_k_init=budget,
        block_size_q=len(q),
        block_size_k=keys_per_block,
        block_size_k_group=1,
        oracle_rep=oracle,
        sifter_shift=0,
        has_initial_indices=False,
        has_initial_ks=False,
        initial_group_sizes=None,
        sliding_window_size=window,
        using_extend=False,
        rope_cos=None,
        rope_sin=None,
        idx_tdst=0,
        TDST=len(q),
        self_extend_neighboor_window=0,
        self_extend_group_size=1,
        topk_head_group_size=1,
    )
    # An empty half has its score lowered by 32000. Which key scored what is in the order of the kernel's own sort, so only the
    # scores themselves are written, largest first.
    rounds = [sorted((rounded(s) for s in scores if s > -16000), reverse=True) for scores in noted]
    return {"selected": sorted(int(i) // keys_per_block for i in indices[:found]), "scores": rounds}


def main(checkout):
    module, noted = load(checkout)
    cases = []

    def case(name, length, budget, queries=2, channels=8, keys_per_block=1, window=0, oracle=False):
        q, k = inputs(length, queries, channels)
        params = {"length": length, "budget": budget, "queries": queries, "channels": channels}
        params |= {"keysPerBlock": keys_per_block, "window": window, "representative": "oracle" if oracle else "first"}
        expected = run(module, noted, q, k, budget, keys_per_block, window, oracle)
        cases.append({"name": name, "params": params, "expected": expected})

    case("one query", 256, 16)
    case("one query, k = 8", 64, 8)
    case("long", 1024, 32)
    case("length / k is not a power of two", 200, 16)
    case("length / k is not whole", 77, 10)
    case("four rows of queries: the largest score counts", 128, 8, queries=8)
    case("key blocks of 2", 128, 16, queries=4, keys_per_block=2)
    case("key blocks of 4, the last one short", 250, 32, queries=4, keys_per_block=4)
    case("the window is left out of the search", 160, 16, window=32)
    case("window and key blocks", 160, 16, queries=4, keys_per_block=2, window=32)
    case("oracle", 128, 8, oracle=True)
    case("oracle, not a power of two", 100, 8, queries=4, oracle=True)
    case("no longer than k", 12, 16)

    for name, scores in (
        ("peak at 11.2", [np.exp(-abs(j - 11.2) / 3) for j in range(16)]),
        ("needle at 7", [1 if j == 7 else 0.5 * np.exp(-abs(j - 12.2) / 3) for j in range(16)]),
    ):
        q, k = given(scores)
        cases.append({"name": name, "params": {"budget": 2}, "inputs": {"scores": rounded(scores)}, "expected": run(module, noted, q, k, 2)})

    write(
        "hip-attention",
        repository="https://github.com/DeepAuto-AI/hip-attention",
        commit=COMMIT,
        licence="FSL-1.1-MIT",
        function=f"{FILE}::{FUNCTION}",
        note="The search for one query block, its numba decorator replaced by the identity. It uses the odd rows of the queries alone and keeps scores in float32; "
        "selected are key blocks, scores those of every round's halves, largest first, as the function sorted them.",
        precision="float32",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
