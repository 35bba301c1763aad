"""Golden vectors for the five encodings, from McGill-NLP/length-generalization, transformers and attention_with_linear_biases; and a small decoder in torch.

python3 tests/golden/make/positional-encoding-length-generalization.py <checkout of McGill-NLP/length-generalization>
    <checkout of ofirpress/attention_with_linear_biases> <transformers 4.57.6, the unpacked wheel>

Functions are cut out of their files by name and run as they are, on the CPU, because their modules import a release of transformers that wants another
torch. ALiBi's get_slopes stands within a method and is cut out of it. The decoder is written anew here, with torch's own operations and gradients; only its
rotation, its sinusoids, its slopes and its buckets are the cut-out ones. Its weights and tokens come from a closed form that the tests use too.
"""

import ast
import math
import os
import subprocess
import sys
import textwrap

import torch
from torch import nn

from golden import rounded, write

COMMIT = "40f8a445f976d795ff0e19fc2b7530e36386eabc"
ALIBI = "4b92f28a005ead2567abe2359f633e73e08f3833"


def at(checkout, commit):
    git = subprocess.run(["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True)
    if git.returncode == 0 and git.stdout.strip() != commit:
        sys.exit(f"wanted {commit}, {checkout} is at {git.stdout.strip()}")
    return checkout


def cut(path, *names):
    """The named functions and classes of a file, however deep they stand, run in a fresh namespace."""
    with open(path) as file:
        source = file.read()
    found = {node.name: node for node in ast.walk(ast.parse(source)) if getattr(node, "name", None) in names}
    space = {"torch": torch, "nn": nn, "math": math}
    for name in names:
        node = found[name]
        lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
        exec(textwrap.dedent("\n".join(lines)), space)
    return [space[name] for name in names]


torch.manual_seed(0)
torch.set_num_threads(1)
nlp, alibi, transformers = at(sys.argv[1], COMMIT), at(sys.argv[2], ALIBI), sys.argv[3]
model = os.path.join(nlp, "src/models/custom_t5_decoder_only.py")
build_alibi_tensor, Sinusoid, Rotary, _, rotate = cut(
    model,
    "build_alibi_tensor",
    "FixedAbsolutePositionalEmbedding",
    "FixedRotaryPositionalEmbedding",
    "rotate_every_two",
    "apply_rotary_pos_emb_new",
)
symmetric, compare = cut(os.path.join(nlp, "src/analyzers/attention_kl_analyzer.py"), "torch_compute_symmetric_kl", "torch_compute_jensen_shannon_divergence")
(get_slopes,) = cut(os.path.join(alibi, "fairseq/models/transformer.py"), "get_slopes")
(bucket,) = cut(os.path.join(transformers, "transformers/models/t5/modeling_t5.py"), "_relative_position_bucket")

cases = []


def case(kind, params, expected):
    cases.append({"name": " ".join([kind] + [f"{k}={v}" for k, v in params.items()]), "params": {"kind": kind} | params, "expected": expected})


for heads in range(1, 13):
    case("slopes", {"heads": heads}, {"slopes": rounded([float(x) for x in get_slopes(heads)])})
for heads in (4, 6, 12):
    n = 9
    bias = build_alibi_tensor(torch.ones(1, n, dtype=torch.int64), heads, torch.float32)
    case("alibi", {"heads": heads, "n": n}, {"bias": rounded(bias[:, 0], 9)})
for buckets, most in ((32, 128), (8, 16), (16, 64), (64, 512), (12, 100)):
    distances = torch.arange(0, 260)
    found = bucket(-distances, bidirectional=False, num_buckets=buckets, max_distance=most)
    case("bucket", {"buckets": buckets, "maxDistance": most}, {"buckets": found.tolist()})
for width, positions in ((8, [0, 3, 40]), (24, [1, 17, 41])):
    case("sinusoid", {"width": width}, {"positions": positions, "rows": rounded(Sinusoid(width)(torch.tensor(positions)), 9)})


def rows(phase, n):
    """The closed form that the tests use too: rows of a causal map."""
    scores = torch.tensor([[2 * math.sin(1.7 * t + 0.9 * i + phase) for i in range(n)] for t in range(n)], dtype=torch.float64)
    return torch.softmax(scores.masked_fill(torch.ones(n, n).triu(1) > 0, -math.inf), -1)


for phase, other in ((0.0, 1.0), (0.5, 3.0), (2.0, 2.1)):
    p, q = rows(phase, 7), rows(other, 7)
    pairs = [(p[t, : t + 1], q[t, : t + 1]) for t in range(7)]
    expected = {
        "released": rounded([float(compare(a, b)) for a, b in pairs]),
        "symmetric": rounded([float(symmetric(a, b)) for a, b in pairs]),
        # The same two calls with their distributions the other way round: the divergence by its definition.
        "jsd": rounded([0.5 * float((a * (a / (0.5 * (a + b))).log()).sum() + (b * (b / (0.5 * (a + b))).log()).sum()) for a, b in pairs]),
    }
    case("divergence", {"phase": phase, "other": other, "n": 7}, expected)


def decoder(shape, flat, tokens, targets):
    """The mean loss of the small decoder; flat holds all weights in the order of the layout."""
    encoding, vocabulary, width, heads = shape["encoding"], shape["vocabulary"], shape["width"], shape["heads"]
    layers, hidden, d, turned = shape["layers"], shape["hidden"], shape["width"] // shape["heads"], shape["turned"]
    at = 0

    def take(*size):
        nonlocal at
        part = flat[at : at + math.prod(size)].view(*size)
        at += math.prod(size)
        return part

    def norm(x, gain):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain

    embed = take(vocabulary, width)
    table = take(shape["buckets"], heads) if encoding == "t5" else None
    n = len(tokens)
    x = embed[tokens]
    if encoding == "ape":
        x = x + Sinusoid(width)(torch.arange(n)).double()
    distance = torch.arange(n)[:, None] - torch.arange(n)[None, :]
    bias = torch.zeros(heads, n, n, dtype=torch.float64)
    if encoding == "alibi":
        bias = -torch.tensor(get_slopes(heads), dtype=torch.float64)[:, None, None] * distance
    if encoding == "t5":
        bias = table[bucket(-distance, bidirectional=False, num_buckets=shape["buckets"], max_distance=shape["maxDistance"])].permute(2, 0, 1)
    mask = (distance < 0)[None]
    for _ in range(layers):
        gain = take(width)
        q, k, v = (norm(x, gain) @ take(width, width).T for _ in range(3))
        q, k, v = (y.view(n, heads, d) for y in (q, k, v))
        if encoding == "rope":
            sines = Rotary(turned)(torch.arange(n)).double()[None]
            pair = (sines[..., : turned // 2], sines[..., turned // 2 :])
            q, k = (torch.cat([rotate(y[None, :, :, :turned], pair)[0], y[:, :, turned:]], -1) for y in (q, k))
        scores = (torch.einsum("thd,ihd->hti", q, k) + bias).masked_fill(mask, -math.inf)
        out = torch.einsum("hti,ihd->thd", scores.softmax(-1), v).reshape(n, width)
        x = x + out @ take(width, width).T
        gain = take(width)
        x = x + torch.relu(norm(x, gain) @ take(hidden, width).T) @ take(width, hidden).T
    logits = norm(x, take(width)) @ take(vocabulary, width).T
    assert at == len(flat)
    return nn.functional.cross_entropy(logits, targets, ignore_index=-1)


for encoding in ("ape", "t5", "alibi", "rope", "nope"):
    shape = dict(encoding=encoding, vocabulary=24, width=8, heads=2, layers=2, hidden=12, buckets=8, maxDistance=16, turned=2 if encoding == "rope" else 0)
    given = [5, 17, 0, 9, 13, 2, 20, 11, 7]
    answer = sorted(given)
    tokens = torch.tensor([21, *given, 22, *answer])
    targets = torch.tensor([-1] * (len(given) + 1) + answer + [23])
    count = 2 * 24 * 8 + (16 if encoding == "t5" else 0) + 8 + 2 * (4 * 64 + 2 * 96 + 16)
    flat = torch.tensor([0.6 * math.sin(1.3 * i * i + 0.7 * i) for i in range(count)], dtype=torch.float64, requires_grad=True)
    loss = decoder(shape, flat, tokens, targets)
    loss.backward()
    every = list(range(0, count, 7))
    case("decoder", shape, {"loss": rounded(float(loss)), "gradient": rounded(flat.grad[every]), "norm": rounded(float(flat.grad.norm()))})

write(
    "positional-encoding-length-generalization",
    repository="https://github.com/McGill-NLP/length-generalization",
    commit=COMMIT,
    licence="MIT",
    function="src/models/custom_t5_decoder_only.py::build_alibi_tensor, FixedAbsolutePositionalEmbedding, FixedRotaryPositionalEmbedding, "
    "apply_rotary_pos_emb_new and src/analyzers/attention_kl_analyzer.py::torch_compute_jensen_shannon_divergence, torch_compute_symmetric_kl",
    note="Cut out of their files and run on the CPU. Slopes: get_slopes of ofirpress/attention_with_linear_biases at "
    f"{ALIBI} (fairseq/models/transformer.py). Buckets: T5Attention._relative_position_bucket of transformers 4.57.6. The decoder is written "
    "with torch's operations and gradients in double precision, its positions by the functions above (tables of the repository are float32).",
    command="python3 tests/golden/make/positional-encoding-length-generalization.py <checkout of the repository> "
    "<checkout of ofirpress/attention_with_linear_biases> <unpacked wheel of transformers 4.57.6>",
    precision="float32 for positions, float64 for the decoder",
    alibi={"repository": "https://github.com/ofirpress/attention_with_linear_biases", "commit": ALIBI},
    transformers={"repository": "https://github.com/huggingface/transformers", "commit": "v4.57.6"},
    cases=cases,
)
