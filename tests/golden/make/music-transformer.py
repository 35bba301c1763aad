"""Golden vectors for Music Transformer, from tensorflow/tensor2tensor and gwinndr/MusicTransformer-Pytorch.

python3 tests/golden/make/music-transformer.py <checkout of tensor2tensor> <checkout of MusicTransformer-Pytorch>

tensor2tensor needs TensorFlow 1. Its functions are taken from their files by name and run as they stand, over a stand-in `tf` that does each
call they make with NumPy in float64: pad, slice, reshape, concat, matmul, einsum, softmax. A variable holds what the case puts there. The
PyTorch function is imported and run in float32.
"""

import ast
import contextlib
import importlib.util
import math
import os
import sys
import types

import numpy as np
import torch

from golden import checkout_at, rounded, write

TENSOR2TENSOR = "bafdc1b67730430d38d6ab802cbd51f9d053ba2e"
PYTORCH = "7161590fe306578ad02d851e74e1141bd39004af"
LAYERS = "tensor2tensor/layers"


class Shape(tuple):
    """What get_shape gives: a tuple that says it is compatible with itself."""

    dims = property(tuple)

    def as_list(self):
        return list(self)

    def __getitem__(self, at):
        found = tuple.__getitem__(self, at)
        return Shape(found) if isinstance(at, slice) else found

    def assert_is_compatible_with(self, other):
        assert tuple(self) == tuple(other)


class Array(np.ndarray):
    def get_shape(self):
        return Shape(self.shape)


def array(x):
    return np.asarray(x, dtype=np.float64).view(Array)


def stand_in(variables):
    tf = types.SimpleNamespace()
    scope = types.SimpleNamespace(name="scope")
    tf.convert_to_tensor = array
    tf.shape = lambda x: x.shape
    tf.Tensor = Array
    tf.AUTO_REUSE = None
    tf.float32 = None
    tf.constant = lambda x, dtype=None: array(x)
    tf.variable_scope = lambda *_, **__: contextlib.nullcontext(scope)
    tf.random_normal_initializer = lambda stddev: None
    tf.maximum = max
    tf.mod = lambda a, b: a % b

    def get_variable(name, shape, initializer):
        assert variables[name].shape == tuple(shape), (name, shape)
        return variables[name]

    tf.get_variable = get_variable
    tf.pad = lambda x, paddings: array(np.pad(x, paddings))
    tf.reshape = lambda x, shape: array(np.reshape(x, shape))
    tf.slice = lambda x, begin, size: array(x[tuple(slice(b, None if s == -1 else b + s) for b, s in zip(begin, size))])
    tf.concat = lambda xs, axis: array(np.concatenate(xs, axis))
    tf.split = lambda x, n, axis: [array(part) for part in np.split(x, n, axis)]
    tf.zeros = lambda shape: array(np.zeros(shape))
    tf.transpose = lambda x, axes: array(np.transpose(x, axes))
    tf.einsum = lambda formula, a, b: array(np.einsum(formula, a, b))
    tf.matmul = lambda a, b, transpose_b=False: array(a @ (np.swapaxes(b, -1, -2) if transpose_b else b))

    def softmax(x, name=None):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return array(e / np.sum(e, axis=-1, keepdims=True))

    tf.nn = types.SimpleNamespace(softmax=softmax)
    return tf


def taken(path, names, namespace):
    """Runs the definitions of these functions, without their decorators, in a namespace."""
    with open(path) as file:
        tree = ast.parse(file.read())
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    assert {node.name for node in found} == set(names)
    for node in found:
        node.decorator_list = []
    exec(compile(ast.Module(found, []), path, "exec"), namespace)
    return types.SimpleNamespace(**namespace)


def tensor2tensor(checkout, variables):
    tf = stand_in(variables)
    common = taken(os.path.join(checkout, LAYERS, "common_layers.py"), ["shape_list", "ones_matrix_band_part"], {"tf": tf, "np": np})
    common.cast_like = lambda x, y: x
    common.dropout_with_broadcast_dims = lambda x, keep, broadcast_dims: x
    common.should_generate_summaries = lambda: False
    names = [
        "_relative_position_to_absolute_position_masked",
        "_absolute_position_to_relative_position_masked",
        "_relative_position_to_absolute_position_unmasked",
        "_absolute_position_to_relative_position_unmasked",
        "get_relative_embeddings_left",
        "matmul_with_relative_keys",
        "matmul_with_relative_values",
        "attention_bias_local",
        "attention_bias_lower_triangle",
        "dot_product_self_attention_relative_v2",
        "_make_local_block",
        "masked_relative_local_attention_1d",
    ]
    return taken(os.path.join(checkout, LAYERS, "common_attention.py"), names, {"tf": tf, "common_layers": common})


# The closed forms that the tests use too.
def queries(n, d):
    return np.array([[math.sin(0.7 * i + 1.3 * c + 0.1) for c in range(d)] for i in range(n)])


def keys(n, d):
    return np.array([[math.cos(0.5 * i + 0.9 * c + 0.2) for c in range(d)] for i in range(n)])


def values(n, d):
    return np.array([[math.sin(0.3 * i - 0.6 * c + 0.4) for c in range(d)] for i in range(n)])


def embeddings(n, d):
    return np.array([[math.cos(0.4 * r + 0.7 * c) for c in range(d)] for r in range(n)])


def value_embeddings(n, d):
    return np.array([[math.sin(0.9 * r + 0.2 * c + 0.5) for c in range(d)] for r in range(n)])


def one(x):
    """One sequence, one head."""
    return array(x)[None, None]


def main(official, third):
    cases = []

    def case(method, params, expected):
        name = " ".join([method] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"method": method} | params, "expected": rounded(expected)})

    code = tensor2tensor(official, {})
    for n, d in ((3, 2), (5, 3), (8, 4)):
        m = queries(n, d) @ embeddings(n, d).T
        case("skew", {"length": n, "channels": d}, code._relative_position_to_absolute_position_masked(one(m))[0, 0])
        case("unskew", {"length": n, "channels": d}, code._absolute_position_to_relative_position_masked(one(m))[0, 0])
        x = queries(n, d) @ embeddings(2 * n - 1, d).T
        case("unmasked", {"length": n, "channels": d}, code._relative_position_to_absolute_position_unmasked(one(x))[0, 0])
    for n, d, most, with_values in ((5, 3, 5, False), (9, 4, 4, False), (6, 2, 11, False), (7, 4, 5, True)):
        code = tensor2tensor(
            official,
            {"key_relative_embeddings": array(embeddings(most, d))[None], "value_relative_embeddings": array(value_embeddings(most, d))[None]},
        )
        # The scale is applied to the queries before.
        q, k, v = queries(n, d) / math.sqrt(d), keys(n, d), values(n, d)
        output = code.dot_product_self_attention_relative_v2(
            one(q), one(k), one(v), code.attention_bias_lower_triangle(n), max_relative_position=most, add_relative_to_values=with_values
        )
        case("attention", {"length": n, "channels": d, "most": most, "values": int(with_values)}, output[0, 0])
    for n, d, block in ((12, 3, 4), (10, 4, 3), (7, 2, 4), (17, 4, 8)):
        code = tensor2tensor(official, {"relative_embeddings": array(embeddings(4 * block, d))[None]})
        q, k, v = queries(n, d) / math.sqrt(d), keys(n, d), values(n, d)
        output = code.masked_relative_local_attention_1d(one(q), one(k), one(v), block_length=block, name="local")
        case("local", {"length": n, "channels": d, "block": block}, output[0, 0])

    spec = importlib.util.spec_from_file_location("rpr", os.path.join(third, "model", "rpr.py"))
    rpr = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rpr)
    other = []
    for n, d in ((3, 2), (5, 3), (8, 4)):
        m = torch.tensor(queries(n, d) @ embeddings(n, d).T, dtype=torch.float32)
        expected = rounded(rpr._skew(m[None])[0], 9)
        other.append({"name": f"skew length={n} channels={d}", "params": {"method": "skew", "length": n, "channels": d}, "expected": expected})

    write(
        "music-transformer",
        repository="https://github.com/tensorflow/tensor2tensor",
        commit=TENSOR2TENSOR,
        licence="Apache-2.0",
        function=f"{LAYERS}/common_attention.py: dot_product_self_attention_relative_v2, masked_relative_local_attention_1d and the functions they call",
        command="python3 tests/golden/make/music-transformer.py <checkout of tensor2tensor> <checkout of MusicTransformer-Pytorch>",
        note="The functions are the repository's, unchanged; TensorFlow 1 is not: each of its calls is done by NumPy in float64 (a stand-in of some "
        "forty lines in the script). One sequence, one head, no dropout; queries are scaled before, as the caller does.",
        precision="float64",
        cases=cases,
        other={
            "repository": "https://github.com/gwinndr/MusicTransformer-Pytorch",
            "commit": PYTORCH,
            "licence": "MIT",
            "function": "model/rpr.py::_skew",
            "note": "A third party's. Imported and run with PyTorch on the CPU; it sets to 0 what the mask would hide, before it moves the rows.",
            "precision": "float32",
            "cases": other,
        },
    )


def checkout(which, commit):
    script, *paths = sys.argv
    if len(paths) != 2:
        sys.exit(f"usage: python3 {script} <checkout of tensor2tensor> <checkout of MusicTransformer-Pytorch>")
    try:
        sys.argv = [script, paths[which]]
        return checkout_at(commit)
    finally:
        sys.argv = [script, *paths]


if __name__ == "__main__":
    main(checkout(0, TENSOR2TENSOR), checkout(1, PYTORCH))
