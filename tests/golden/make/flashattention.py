"""Golden vectors for FlashAttention, from Dao-AILab/flash-attention.

python3 tests/golden/make/flashattention.py <checkout of the repository>        (needs torch and einops)

The authors test their kernels against references in plain torch. The test file as a whole needs CUDA, so its functions are
compiled from its syntax tree one by one. `attention_ref` runs in float64 (upcast=False); gradients are torch's, through it.
`attention_blocksparse_ref` casts to float32 itself.
"""

import ast
import math
import os

import torch
from einops import rearrange, repeat

from golden import checkout_at, rounded, write

COMMIT = "0251105a2fb19d2957484b7f023cd8c115286ced"
FILE = "tests/test_flash_attn.py"
WANTED = ("construct_local_mask", "attention_ref", "attention_blocksparse_ref")

# name, queries, keys, channels, causal
CASES = [
    ("square", 8, 8, 4, False),
    ("square, causal", 8, 8, 4, True),
    ("ragged, causal", 33, 33, 8, True),
    ("fewer queries than keys, causal", 5, 12, 4, True),
    ("more queries than keys, causal", 11, 6, 4, True),
    ("rectangular", 13, 21, 6, False),
]


def functions(checkout):
    with open(os.path.join(checkout, FILE)) as f:
        tree = ast.parse(f.read())
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in WANTED]
    scope = {"torch": torch, "math": math, "rearrange": rearrange, "repeat": repeat}
    exec(compile(tree, FILE, "exec"), scope)
    return [scope[name] for name in WANTED[1:]]


def inputs(queries, keys, channels):
    """The closed form that the tests use too; the last one is the gradient by the output."""

    def grid(length):
        return torch.arange(length, dtype=torch.float64)[:, None], torch.arange(channels, dtype=torch.float64)[None, :]

    i, c = grid(queries)
    q, do = torch.sin(0.7 * i + 1.3 * c + 0.1), torch.cos(0.4 * i - 0.8 * c + 0.3)
    i, c = grid(keys)
    k, v = torch.cos(0.5 * i + 0.9 * c + 0.2), torch.sin(0.3 * i - 0.6 * c + 0.4)
    return [x.reshape(1, -1, 1, channels) for x in (q, k, v, do)]


def dense(attention_ref, name, queries, keys, channels, causal):
    q, k, v, do = inputs(queries, keys, channels)
    leaves = [x.requires_grad_() for x in (q, k, v)]
    output, _ = attention_ref(*leaves, causal=causal, upcast=False)
    gradients = torch.autograd.grad(output, leaves, do)
    return {
        "name": name,
        "params": {"queries": queries, "keys": keys, "channels": channels, "causal": causal},
        "expected": {
            "output": rounded(output[0, :, 0]),
            "dq": rounded(gradients[0][0, :, 0]),
            "dk": rounded(gradients[1][0, :, 0]),
            "dv": rounded(gradients[2][0, :, 0]),
        },
    }


def block_sparse(attention_blocksparse_ref):
    """Tiles of 16 x 256 are fixed in the function; one query tile keeps nothing."""
    length, channels = 300, 2
    mask = [[int(i == 0 or i % 3 != 1 and i != 6), int(i % 2 == 0 and i != 6)] for i in range(math.ceil(length / 16))]
    q, k, v, _ = inputs(length, length, channels)
    output, _ = attention_blocksparse_ref(
        torch.stack((q, k, v), dim=2),
        torch.tensor(mask, dtype=torch.bool),
        torch.ones(1, length, dtype=torch.bool),
        0.0,
        torch.ones(1, 1, length, length, dtype=torch.bool),
    )
    return {
        "name": "block-sparse, 16 x 256",
        "params": {"length": length, "channels": channels, "rows": 16, "columns": 256, "keep": mask},
        "expected": {"output": rounded(output[0, :, 0], 8)},
    }


def main():
    checkout = checkout_at(COMMIT)
    attention_ref, attention_blocksparse_ref = functions(checkout)
    write(
        "flashattention",
        repository="https://github.com/Dao-AILab/flash-attention",
        commit=COMMIT,
        licence="BSD-3-Clause",
        function=FILE + "::attention_ref, " + FILE + "::attention_blocksparse_ref",
        note="The plain torch references of the authors' tests, compiled from the test file's syntax tree because importing it "
        "needs CUDA. attention_ref ran in float64 (upcast=False), gradients by torch's autograd through it; "
        "attention_blocksparse_ref casts to float32 itself.",
        precision="float64",
        cases=[dense(attention_ref, *case) for case in CASES],
        blockSparse=[block_sparse(attention_blocksparse_ref)],
    )


if __name__ == "__main__":
    main()
