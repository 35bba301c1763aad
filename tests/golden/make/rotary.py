"""Golden vectors for rescaled rotary embeddings, from jquesnelle/yarn.

python3 tests/golden/make/rotary.py <checkout of the repository>

Constructs the repository's rotary modules on the CPU and writes their frequencies as they stand (float32). Linear scaling keeps its
frequencies and divides positions, so its cosines are written instead.
"""

import importlib.util
import os

import torch

from golden import checkout_at, rounded, write

COMMIT = "995db5b575e75230b3384d658f8b944c9662f775"
FOLDER = "scaled_rope"


def load(checkout, name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(checkout, FOLDER, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(checkout):
    linear = load(checkout, "LlamaLinearScaledRotaryEmbedding").LlamaLinearScaledRotaryEmbedding
    ntk = load(checkout, "LlamaNTKScaledRotaryEmbedding").LlamaNTKScaledRotaryEmbedding
    dynamic = load(checkout, "LlamaDynamicScaledRotaryEmbedding").LlamaDynamicScaledRotaryEmbedding
    yarn_module = load(checkout, "LlamaYaRNScaledRotaryEmbedding")
    yarn = yarn_module.LlamaYaRNScaledRotaryEmbedding
    cases = []

    def case(method, params, expected):
        name = " ".join([method] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"method": method} | params, "expected": expected})

    for dim, scale, positions in ((16, 4, 33), (32, 2.5, 17)):
        module = linear(dim, max_position_embeddings=positions, scale=scale)
        last = positions - 1
        cos, sin = (table[0, 0, last, : dim // 2].tolist() for table in (module.cos_cached, module.sin_cached))
        case("linear", {"dim": dim, "scale": scale, "position": last}, {"cos": rounded(cos), "sin": rounded(sin)})
    for dim, alpha, base in ((8, 4, 10000), (16, 2, 10000), (32, 7, 10000), (128, 8, 10000), (64, 3.5, 500000)):
        module = ntk(dim, max_position_embeddings=8, base=base, alpha=alpha)
        case("ntk", {"dim": dim, "alpha": alpha, "base": base}, {"theta": rounded(module.inv_freq.tolist())})
    for dim, factor, trained, length in ((16, 1, 32, 64), (32, 2, 16, 100), (32, 2, 16, 12)):
        module = dynamic(dim, max_position_embeddings=trained, ntk=factor)
        module(torch.zeros(1), seq_len=length)
        params = {"dim": dim, "factor": factor, "trained": trained, "length": length}
        case("dynamic", params, {"theta": rounded(module.inv_freq.tolist())})
    for dim, scale, trained, base, fast, slow in (
        (16, 4, 256, 10000, 32, 1),
        (32, 4, 64, 10000, 32, 1),
        (32, 8, 256, 10000, 32, 1),
        (64, 16, 4096, 10000, 32, 1),
        (128, 4, 2048, 10000, 32, 1),
        (128, 16, 4096, 10000, 32, 1),
        (128, 8, 8192, 500000, 32, 1),
        (64, 4, 512, 10000, 16, 2),
        (32, 4, 256, 10000, 1.9, 1.9),
        (32, 1, 256, 10000, 32, 1),
    ):
        module = yarn(dim, max_position_embeddings=8, base=base, scale=scale, original_max_position_embeddings=trained, beta_fast=fast, beta_slow=slow)
        low, high = yarn_module.find_correction_range(fast, slow, dim, base, trained)
        params = {"dim": dim, "scale": scale, "trained": trained, "base": base, "fast": fast, "slow": slow}
        expected = {"range": [low, high], "magnitude": module.mscale, "theta": rounded(module.inv_freq.tolist())}
        case("yarn", params, expected)

    write(
        "rotary",
        repository="https://github.com/jquesnelle/yarn",
        commit=COMMIT,
        licence="MIT",
        function=f"{FOLDER}/Llama{{Linear,NTK,Dynamic,YaRN}}ScaledRotaryEmbedding.py",
        note="The four rotary modules constructed on the CPU, unchanged; their inverse frequencies are float32. For linear scaling, "
        "which divides positions instead, the cosines and sines of one position.",
        precision="float32",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
