"""Golden vectors for LM-Infinite, from Glaciohound/LM-Infinite.

python3 tests/golden/make/lm-infinite.py <checkout of the repository>

Runs the repository's block-wise Λ attention in its four modes, and its plain attention with a distance limit and no Λ mask (the ceiling alone), on
the CPU in double precision. models/llama.py imports the LLaMA model of transformers, of which these functions use nothing, so an
empty stand-in is imported instead. Queries and keys are turned by the repository's own apply_rotary_pos_emb, as its attention does before it calls
these functions; that code is inside a closure, so its few lines are repeated here.
"""

import importlib
import math
import sys
import types

import torch

from golden import checkout_at, rounded, write

COMMIT = "a0ce64c6b7ae54f6059668c899603a6eb0c94c18"


def load(checkout):
    """models/lambda_attention.py and models/llama.py of the checkout, as a package that has nothing else."""
    transformers = types.ModuleType("transformers")
    transformers.LlamaForCausalLM = transformers.LlamaTokenizer = object
    modeling = types.ModuleType("transformers.models.llama.modeling_llama")
    modeling.LlamaDecoderLayer = object
    sys.modules["transformers"] = transformers
    for parent in ("transformers.models", "transformers.models.llama"):
        sys.modules[parent] = types.ModuleType(parent)
    sys.modules[modeling.__name__] = modeling
    package = types.ModuleType("models")
    package.__path__ = [f"{checkout}/models"]
    sys.modules["models"] = package
    base = types.ModuleType("models.model_base")
    base.Model_Base = object
    sys.modules[base.__name__] = base
    return importlib.import_module("models.lambda_attention"), importlib.import_module("models.llama")


def vectors(n, dim):
    """The closed form that the tests use too, [1, 1, n, dim] each."""
    i = torch.arange(n, dtype=torch.float64)[:, None]
    c = torch.arange(dim, dtype=torch.float64)[None]
    q = torch.sin(0.7 * i + 1.3 * c + 0.1)
    k = torch.cos(0.5 * i + 0.9 * c + 0.2)
    v = torch.sin(0.3 * i - 0.6 * c + 0.4)
    return [x[None, None] for x in (q, k, v)]


def turned(llama, q, k, limit):
    """What limited_distance_forward makes of queries and keys: by their positions, and at the limit."""
    n, dim = q.shape[-2:]
    angles = torch.arange(n, dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    cos, sin = (torch.cat((f(angles), f(angles)), -1)[None] for f in (torch.cos, torch.sin))
    positions = torch.arange(n)[None]
    rot_q, rot_k = (llama.apply_rotary_pos_emb(x, cos, sin, positions) for x in (q, k))
    at = min(limit, n - 1)
    stationary_q = q * cos[0, at] + llama.rotate_half(q) * sin[0, at]
    return rot_q, rot_k, stationary_q, cos, sin


def main(checkout):
    lambda_attention, llama = load(checkout)
    cases = []

    def case(mode, params, output):
        name = " ".join([mode] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"mode": mode} | params, "expected": rounded(output[0, 0])})

    def run(mode, key_rot, key, query_rot, query_stationary, value, window, starting, dim):
        matrix = lambda_attention.lambda_matmul(key_rot, key, query_rot, query_stationary, window, starting)
        assert matrix.mode == mode, matrix.mode
        return (matrix / math.sqrt(dim)).softmax().matmul(value)

    for n, dim, window, starting in ((12, 4, 4, 2), (37, 8, 8, 3), (32, 8, 16, 0), (50, 4, 7, 10)):
        q, k, v = vectors(n, dim)
        rot_q, rot_k, stationary_q, _, _ = turned(llama, q, k, window)
        params = {"n": n, "dim": dim, "window": window, "starting": starting}
        case("long_seq", params, run("long_seq", rot_k, k, rot_q, stationary_q, v, window, starting, dim))
        last = slice(n - 1, n)
        case("single_query", params, run("single_query", rot_k, k, rot_q[..., last, :], stationary_q[..., last, :], v, window, starting, dim))

    for n, dim, window, starting in ((9, 4, 16, 2), (16, 8, 16, 4)):
        q, k, v = vectors(n, dim)
        rot_q, rot_k, stationary_q, _, _ = turned(llama, q, k, window)
        params = {"n": n, "dim": dim, "window": window, "starting": starting}
        case("short_seq", params, run("short_seq", rot_k, k, rot_q, stationary_q, v, window, starting, dim))

    # The cache holds the starting tokens and the window; what comes is read at once.
    for n, dim, window, starting, coming in ((40, 8, 8, 3, 11), (30, 4, 6, 2, 6)):
        q, k, v = vectors(n, dim)
        rot_q, rot_k, stationary_q, _, _ = turned(llama, q, k, window)
        kept = list(range(starting)) + list(range(n - coming - window, n))
        params = {"n": n, "dim": dim, "window": window, "starting": starting, "coming": coming}
        new = slice(n - coming, n)
        output = run("cached", rot_k[..., kept, :], k[..., kept, :], rot_q[..., new, :], stationary_q[..., new, :], v[..., kept, :], window, starting, dim)
        case("cached", params, output)

    # No Λ mask: every key is seen, and none is further away than the limit.
    for n, dim, limit in ((12, 4, 4), (33, 8, 10)):
        q, k, v = vectors(n, dim)
        rot_q, rot_k, stationary_q, cos, sin = turned(llama, q, k, limit)
        causal = torch.full((1, 1, n, n), torch.finfo(torch.float64).min, dtype=torch.float64).triu(1)
        # One head at a time, as the repository calls it; its softmax is in single precision.
        output = llama.detailed_lambda_attention(
            q[:, 0], k[:, 0], v[:, 0], rot_q[:, 0], rot_k[:, 0], stationary_q[:, 0], k[:, 0], cos, sin,
            causal, dim, q.device, q.dtype, n, n, 0, limit, limit, 0, None, None, None, None, 0,
        )
        case("detailed", {"n": n, "dim": dim, "limit": limit}, output[:, None])

    write(
        "lm-infinite",
        repository="https://github.com/Glaciohound/LM-Infinite",
        commit=COMMIT,
        licence="MIT",
        function="models/lambda_attention.py::Lambda_Attention_Matrix and models/llama.py::detailed_lambda_attention",
        note="Run on the CPU in float64, with an empty stand-in for the LLaMA model that models/llama.py imports. `detailed` takes its softmax "
        "in float32, whatever it is given. Outputs [token, channel] of one head; single_query and cached are of the last rows.",
        precision="float64",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
