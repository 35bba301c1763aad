"""Packs trained weights into ../weights/<name>.bin: python3 pack.py rope

Matrices as int8 with a scale for each row, gains as floats. `unpack` reads such a file back into a Model: what the browser runs is what the
reference vectors are made with.
"""
import json
import os
import struct
import sys

import numpy as np
import torch

from model import Model
from text import HERE, VOCAB

MAGIC = b"LWM1"


def checksum(data):
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def pack(name, kind, model, exits=(), window=256):
    """The bytes of a file. `exits` is a list of (gain, matrix), one for each layer but the last."""
    named = {"embed": model.embed, "unembed": model.unembed, "norm": model.norm}
    for i, block in enumerate(model.block):
        named |= {f"block.{i}.{part}": value for part, value in block.named_parameters()}
    for i, (gain, matrix) in enumerate(exits):
        named |= {f"exit.{i}.norm": gain, f"exit.{i}.unembed": matrix}
    tensors, data = [], b""
    for key, value in named.items():
        value = value.detach().float().numpy()
        tensors.append(dict(name=key, shape=list(value.shape), at=len(data)))
        if value.ndim == 1:
            data += value.astype("<f4").tobytes()
        else:
            scale = np.abs(value).max(1).astype("<f4") / np.float32(127)
            data += scale.tobytes() + np.rint(value / scale[:, None]).astype(np.int8).tobytes()
        data += b"\0" * (-len(data) % 4)
    shape = dict(kind=kind, vocabulary=VOCAB, width=model.width, layers=model.layers, heads=model.heads)
    shape |= dict(hidden=model.block[0].up.shape[0], base=model.base, window=window)
    header = json.dumps(dict(name=name, shape=shape, exits=len(exits), tensors=tensors)).encode()
    header += b" " * (-len(header) % 4)
    rest = struct.pack("<I", len(header)) + header + data
    return MAGIC + struct.pack("<I", checksum(rest)) + rest


def unpack(name):
    """(model, exits) as they are in ../weights/<name>.bin."""
    with open(os.path.join(HERE, "..", "weights", f"{name}.bin"), "rb") as file:
        data = file.read()
    (size,) = struct.unpack_from("<I", data, 8)
    header = json.loads(data[12 : 12 + size])
    found = {}
    for tensor in header["tensors"]:
        at, shape = 12 + size + tensor["at"], tensor["shape"]
        if len(shape) == 1:
            value = np.frombuffer(data, "<f4", shape[0], at)
        else:
            scale = np.frombuffer(data, "<f4", shape[0], at)
            value = np.frombuffer(data, np.int8, shape[0] * shape[1], at + 4 * shape[0]).reshape(shape) * scale[:, None]
        found[tensor["name"]] = torch.from_numpy(value.astype(np.float32))
    s = header["shape"]
    shift = "block.0.shift" in found
    model = Model(s["vocabulary"], s["kind"], s["width"], s["layers"], s["heads"], s["hidden"], s["base"], shift)
    model.load_state_dict({k: v for k, v in found.items() if not k.startswith("exit")})
    return model, [(found[f"exit.{i}.norm"], found[f"exit.{i}.unembed"]) for i in range(header["exits"])]


if __name__ == "__main__":
    from stretch import LENGTH
    from train import RECIPES

    os.makedirs(os.path.join(HERE, "..", "weights"), exist_ok=True)
    for name in sys.argv[1:]:
        options, _ = RECIPES["rope" if name == "linear" else name]
        model = Model(VOCAB, **options)
        model.load_state_dict(torch.load(os.path.join(HERE, ".cache", f"{name}.pt")))
        exits = os.path.join(HERE, ".cache", f"{name}-exits.pt")
        data = pack(name, options["kind"], model, torch.load(exits) if os.path.exists(exits) else (), LENGTH if name == "linear" else 256)
        with open(os.path.join(HERE, "..", "weights", f"{name}.bin"), "wb") as file:
            file.write(data)
        print(name, len(data), "bytes")
