"""Golden vectors for RingAttention, from zhuzilin/ring-flash-attention.

python3 tests/golden/make/ringattention-lwm.py <checkout of the repository>

Each case starts P processes on the CPU that talk over gloo, and runs the repository's own schedule in them: its
`*_forward` functions, its `RingComm` and its `update_out_and_lse`. Only the CUDA kernel below them is replaced, by plain
attention in torch, which also notes how many (query, key) pairs each call computed. How a sequence is dealt out comes from
`extract_local` of the repository's tests, applied to the positions 0, 1, 2, ...
"""

import ast
import importlib
import json
import os
import sys
import tempfile
import types

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from golden import checkout_at, rounded, write

COMMIT = "899628238f2f5bb8c028579c89b7cd56ea451d2a"
CHANNELS = 4
SCHEDULES = {
    "contiguous": ("ring_flash_attn", "ring_flash_attn_forward", None),
    "striped": ("stripe_flash_attn", "stripe_flash_attn_forward", "test/test_stripe_flash_attn_func.py"),
    "zigzag": ("zigzag_ring_flash_attn", "zigzag_ring_flash_attn_forward", "test/test_zigzag_ring_flash_attn_func.py"),
}
CASES = [
    ("contiguous", 24, 4, True),
    ("striped", 24, 4, True),
    ("zigzag", 24, 4, True),
    ("contiguous", 24, 4, False),
    ("contiguous", 18, 3, True),
    ("striped", 16, 2, True),
    ("zigzag", 36, 3, True),
    ("zigzag", 32, 8, True),
]


def inputs(length):
    """The closed form that the tests use too; the key of position 5 stands out so that running maxima really change."""
    i = torch.arange(length, dtype=torch.float64)[:, None]
    c = torch.arange(CHANNELS, dtype=torch.float64)[None, :]
    q = 2 * torch.sin(0.7 * i + 1.3 * c)
    k = 2 * torch.cos(0.4 * i - 0.9 * c) * (1 + 2 * (i == 5))
    v = torch.sin(0.3 * i * (c + 1)) + 0.1 * c
    return [x.reshape(1, length, 1, CHANNELS) for x in (q, k, v)]


def install_kernel(log):
    """A module flash_attn whose forward is plain attention, causal aligned to the bottom right, as the kernel's is."""

    def _flash_attn_forward(
        q, k, v, dropout_p=0, softmax_scale=None, causal=False, window_size_left=-1, window_size_right=-1, softcap=0.0, alibi_slopes=None, return_softmax=False
    ):
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * softmax_scale
        queries, keys = scores.shape[-2:]
        if causal:
            future = torch.ones(queries, keys, dtype=torch.bool).triu(1 + keys - queries)
            scores = scores.masked_fill(future, float("-inf"))
        log.append(int(torch.isfinite(scores).sum()))
        lse = torch.logsumexp(scores, dim=-1)
        return torch.einsum("bhqk,bkhd->bqhd", torch.exp(scores - lse[..., None]), v), lse, None, None

    interface = types.ModuleType("flash_attn.flash_attn_interface")
    interface._flash_attn_forward = _flash_attn_forward
    interface._flash_attn_backward = None
    sys.modules["flash_attn"] = types.ModuleType("flash_attn")
    sys.modules["flash_attn.flash_attn_interface"] = interface


def repository_module(checkout, name):
    """ring_flash_attn.<name> without the package's __init__, which imports every schedule and Hugging Face."""
    package = types.ModuleType("ring_flash_attn")
    package.__path__ = [os.path.join(checkout, "ring_flash_attn")]
    sys.modules["ring_flash_attn"] = package
    return importlib.import_module("ring_flash_attn." + name)


def extract_local(checkout, path):
    """The function of that name from a test file, which as a whole needs CUDA. The contiguous test cuts with chunk() in line."""
    if path is None:
        return lambda value, rank, world_size: value.chunk(world_size, dim=1)[rank]
    with open(os.path.join(checkout, path)) as f:
        tree = ast.parse(f.read())
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "extract_local"]
    scope = {"torch": torch}
    exec(compile(tree, path, "exec"), scope)
    return scope["extract_local"]


def device(rank, checkout, layout, length, devices, causal, folder):
    dist.init_process_group("gloo", init_method="file://" + os.path.join(folder, "meeting"), rank=rank, world_size=devices)
    torch.set_num_threads(1)
    calls = []
    install_kernel(calls)
    module, function, test = SCHEDULES[layout]
    schedule = repository_module(checkout, module)
    extract = extract_local(checkout, test)
    sent = []
    work = []
    comm = schedule.RingComm
    send_recv_kv, wait = comm.send_recv_kv, comm.wait

    def counted(self, k, v, *buffers):
        sent.append(k.numel() + v.numel())
        return send_recv_kv(self, k, v, *buffers)

    def waited(self):
        work.append(sum(calls))
        calls.clear()
        return wait(self)

    comm.send_recv_kv, comm.wait = counted, waited
    positions = extract(torch.arange(length)[None, :, None], rank, devices).flatten()
    q, k, v = (extract(x, rank, devices).contiguous() for x in inputs(length))
    out, lse = getattr(schedule, function)(None, q, k, v, CHANNELS**-0.5, causal=causal)
    work.append(sum(calls))
    result = {"owned": positions.tolist(), "work": work, "sent": sum(sent), "out": out[0, :, 0].tolist(), "lse": lse[0, 0].tolist()}
    with open(os.path.join(folder, str(rank)), "w") as f:
        json.dump(result, f)
    dist.destroy_process_group()


def run(checkout, layout, length, devices, causal):
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(device, args=(checkout, layout, length, devices, causal, folder), nprocs=devices)
        parts = [json.load(open(os.path.join(folder, str(rank)))) for rank in range(devices)]
    output, lse = [None] * length, [None] * length
    for part in parts:
        for i, position in enumerate(part["owned"]):
            output[position], lse[position] = part["out"][i], part["lse"][i]
    return {
        "name": "%s, N=%d, P=%d%s" % (layout, length, devices, "" if causal else ", not causal"),
        "params": {"layout": layout, "length": length, "devices": devices, "causal": causal},
        "expected": {
            "owned": [part["owned"] for part in parts],
            "work": [part["work"] for part in parts],
            "sent": [part["sent"] for part in parts],
            "output": rounded(output),
            "logSumExp": rounded(lse),
        },
    }


def main():
    checkout = checkout_at(COMMIT)
    write(
        "ringattention-lwm",
        repository="https://github.com/zhuzilin/ring-flash-attention",
        commit=COMMIT,
        licence="MIT",
        function="ring_flash_attn/{ring,stripe,zigzag_ring}_flash_attn.py::*_forward with ring_flash_attn/utils.py::update_out_and_lse",
        note="The three schedules ran in P processes over gloo on the CPU; only the CUDA attention kernel was replaced, by plain "
        "attention in torch (float64), which also counted its pairs. The repository merges in float32.",
        precision="float32",
        cases=[run(checkout, *case) for case in CASES],
    )


if __name__ == "__main__":
    main()
