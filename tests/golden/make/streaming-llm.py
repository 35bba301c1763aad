"""Golden vectors for StreamingLLM, from mit-han-lab/streaming-llm.

python3 tests/golden/make/streaming-llm.py <checkout of the repository>

Runs `StartRecentKVCache` on keys and values that are the numbers of their tokens, so that what it keeps can be read off, and
`apply_rotary_pos_emb_single` on keys in closed form at the positions that they have in the cache. Its module imports transformers;
of that it uses `rotate_half` alone, which stands below as its documentation gives it, and the rest is left empty.
"""

import contextlib
import importlib.util
import io
import os
import sys
import types

import torch

from golden import checkout_at, rounded, write

COMMIT = "2e5042606d69933d88fbf909bd77907456b9b4dd"
CACHE = "streaming_llm/kv_cache.py"
SHIFT = "streaming_llm/pos_shift/modify_llama.py"


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat((-x[..., half:], x[..., :half]), dim=-1)


def load(checkout, file):
    for name in ("transformers", "transformers.models", "transformers.models.llama", "transformers.models.llama.modeling_llama"):
        sys.modules[name] = types.ModuleType(name)
    llama = sys.modules["transformers.models.llama.modeling_llama"]
    llama.rotate_half = rotate_half
    llama.LlamaAttention = llama.apply_rotary_pos_emb = llama.repeat_kv = None
    spec = importlib.util.spec_from_file_location(os.path.basename(file)[:-3], os.path.join(checkout, file))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cache_of(module, start, recent, axis=2):
    # It prints its sizes.
    with contextlib.redirect_stdout(io.StringIO()):
        return module.StartRecentKVCache(start, recent, axis, axis)


def pair(ids, axis=2):
    """Keys and values of one layer, one head and one channel: the numbers of the tokens, along the axis of the sequence."""
    shape = [1, 1, 1, 1]
    shape[axis] = len(ids)
    x = torch.tensor(ids, dtype=torch.float64).reshape(shape)
    return [[x, x.clone()]]


def kept(past):
    k, v = past[0]
    assert torch.equal(k, v)
    return [int(i) for i in k.flatten()]


def stream(module, start, recent, tokens, axis=2):
    """What is held after each token: one is appended, then the cache is called, as in eval_long_ppl.py."""
    cache, ids, held = cache_of(module, start, recent, axis), [], []
    for token in range(tokens):
        ids = kept(cache(pair([*ids, token], axis)))
        held.append(ids)
    return held


def main(checkout):
    module, shift = load(checkout, CACHE), load(checkout, SHIFT)
    streams = []
    for start, recent, tokens, axis in ((4, 4, 20, 2), (0, 4, 12, 2), (1, 7, 24, 1), (2, 6, 24, 3), (8, 8, 40, 2)):
        held = stream(module, start, recent, tokens, axis)
        streams.append({"params": {"start": start, "recent": recent, "tokens": tokens, "axis": axis}, "expected": held})
    spaces = []
    for start, recent, held, coming in ((4, 4, 8, 1), (4, 4, 8, 2), (4, 4, 8, 3), (4, 4, 8, 4), (4, 4, 8, 9), (4, 4, 5, 3), (4, 4, 5, 4), (0, 6, 6, 2), (2, 10, 12, 5)):
        ids = kept(cache_of(module, start, recent).evict_for_space(pair(list(range(held))), coming))
        spaces.append({"params": {"start": start, "recent": recent, "held": held, "coming": coming}, "expected": ids})

    # Keys of a cache with gaps, turned by their slots, and a query by its own.
    dim, ids = 8, [0, 1, 2, 3, 6, 7, 8, 9]
    n = len(ids)
    i, c = torch.arange(n, dtype=torch.float64)[:, None], torch.arange(dim, dtype=torch.float64)[None, :]
    token = torch.tensor(ids, dtype=torch.float64)[:, None]
    keys = torch.sin(0.3 * (c + 1) * token + 0.5 * c)
    query = torch.cos(0.7 * (c + 1))
    theta = 1 / 10000 ** (torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    angles = i * theta
    angles = torch.cat((angles, angles), dim=-1)[None, None]
    cos, sin = angles.cos(), angles.sin()
    slots = torch.arange(n).unsqueeze(0)
    turned = shift.apply_rotary_pos_emb_single(keys[None, None], cos, sin, slots)[0, 0]
    asking = shift.apply_rotary_pos_emb_single(query[None, None], cos, sin, torch.tensor([[n - 1]]))[0, 0]
    rotary = {"ids": ids, "dim": dim, "keys": rounded(turned), "query": rounded(asking[0]), "scores": rounded((turned @ asking[0]) / dim**0.5)}

    write(
        "streaming-llm",
        repository="https://github.com/mit-han-lab/streaming-llm",
        commit=COMMIT,
        licence="MIT",
        function=f"{CACHE}::StartRecentKVCache",
        note="Which tokens the cache holds after each token of a stream, and after room was made for a prompt; keys in closed form, turned "
        f"at their slots by {SHIFT}::apply_rotary_pos_emb_single, whose import of transformers is replaced by rotate_half alone.",
        precision="float64",
        streams=streams,
        spaces=spaces,
        rotary=rotary,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
