"""Golden vectors for Giraffe, from abacusai/Long-Context.

python3 tests/golden/make/giraffe.py <checkout of the repository>

Runs the repository's rotary module, its truncation and its xPos on the CPU. Their modules import the LLaMA model of an old release of
transformers, of which these functions use nothing, so an empty stand-in is imported instead. xPos opens two contexts that need CUDA
and a newer torch, `torch.autocast` and `torch.device`; both are replaced by one that does nothing. Uniform draws come from a list.
"""

import contextlib
import importlib.util
import math
import os
import sys
import types

import torch

from golden import checkout_at, rounded, write

COMMIT = "c2a90d1fd0e905d6e8ef8c7e6f5a9441c78616b1"
FOLDER = "python/models"


class Torch:
    """torch, with some names replaced."""

    def __init__(self, **names):
        self.__dict__.update(names)

    def __getattr__(self, name):
        return getattr(torch, name)


def load(checkout, name):
    llama = types.ModuleType("transformers.models.llama.modeling_llama")
    llama.LlamaAttention = llama.LlamaConfig = torch.nn.Module
    for parent in ("transformers", "transformers.models"):
        sys.modules[parent] = types.ModuleType(parent)
    package = types.ModuleType("transformers.models.llama")
    package.modeling_llama = llama
    sys.modules[package.__name__] = package
    sys.modules[llama.__name__] = llama
    spec = importlib.util.spec_from_file_location(name, os.path.join(checkout, FOLDER, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draws(n, phase, size):
    """The closed form that the tests use too: numbers in [0, size)."""
    return torch.tensor([size * (0.5 + 0.49 * math.sin(1.3 * i + phase)) for i in range(n)])


def vectors(n, dim, phase):
    """The closed form that the tests use too, in channels of interleaved pairs."""
    return torch.tensor([[math.sin(0.7 * i + 1.1 * c + phase) for c in range(dim)] for i in range(n)])


def main(checkout):
    interpolate = load(checkout, "interpolate")
    xpos = load(checkout, "xpos")
    cases = []

    def case(method, params, expected):
        name = " ".join([method] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"method": method} | params, "expected": expected})

    for dim, scale, exponent, context in (
        (16, 1, 0, 0),
        (16, 4, 0, 0),
        (16, 1, 0.5, 0),
        (128, 1, 0.5, 0),
        (32, 16, 0.1, 0),
        (32, 1, 2, 0),
        (16, 1, 0, 64),
        (32, 1, 0, 64),
        (32, 4, 0, 256),
        (128, 1, 0, 2048),
        (128, 1, 0, 4096),
        (128, 4, 0.5, 2048),
    ):
        module = interpolate.ScaledLlamaRotaryEmbedding(dim, scale=scale, scale_power=exponent, truncate=context, max_position_embeddings=8)
        case("basis", {"dim": dim, "scale": scale, "exponent": exponent, "context": context}, {"theta": rounded(module.freq_2pi.tolist())})

    for keep, slow, cut in ((0.05, 0.01, 4), (0.2, 0.0, 8), (0.01, 0.001, 1)):
        theta = 1.0 / (10000 ** (torch.arange(0, 32, 2).float() / 32))
        case("truncate", {"dim": 32, "keep": keep, "slow": slow, "cut": cut}, {"theta": rounded(interpolate.truncate_frequency(theta, keep, slow, cut).tolist())})

    for n, phase, size in ((24, 0.0, 1.0), (24, 2.0, 0.6), (64, 0.5, 1.0)):
        seen = {}

        def einsum(equation, t, theta):
            seen["positions"] = t
            return torch.einsum(equation, t, theta)

        module = interpolate.ScaledLlamaRotaryEmbedding(8, randomize=True, max_position_embeddings=n)
        interpolate.torch = Torch(rand=lambda *_, **__: draws(n, phase, size)[None], einsum=einsum)
        module.random_init_forward(torch.zeros(1, 1, n, 8))
        interpolate.torch = torch
        case("random", {"n": n, "phase": phase, "size": size}, {"positions": rounded(seen["positions"][0].tolist())})

    xpos.torch = Torch(autocast=lambda *_, **__: contextlib.nullcontext(), device=lambda *_: contextlib.nullcontext())
    for n, dim, scale_base in ((12, 8, 512), (12, 16, 32), (9, 16, 128)):
        module = xpos.XPOS(dim, n, scale_base=scale_base)
        q = module(vectors(n, dim, 0.0)[None, None], 0, downscale=False)[0, 0]
        k = module(vectors(n, dim, 2.0)[None, None], 0, downscale=True)[0, 0]
        expected = {"zeta": rounded(module.scale.tolist()), "logits": rounded((q @ k.T).tolist())}
        case("xpos", {"n": n, "dim": dim, "scaleBase": scale_base}, expected)

    write(
        "giraffe",
        repository="https://github.com/abacusai/Long-Context",
        commit=COMMIT,
        licence="Apache-2.0",
        function=f"{FOLDER}/interpolate.py::ScaledLlamaRotaryEmbedding, truncate_frequency and {FOLDER}/xpos.py::XPOS",
        note="Run on the CPU in float32 with an empty stand-in for the LLaMA model they import; the CUDA autocast context of xPos does "
        "nothing, and the uniform draws of randomised positions come from a closed form.",
        precision="float32",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
