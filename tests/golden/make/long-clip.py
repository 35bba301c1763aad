"""Golden vectors for Long-CLIP, from beichenzbc/Long-CLIP.

python3 tests/golden/make/long-clip.py <checkout of the repository>

The stretching of the positional table stands in the middle of `load_from_clip`, which downloads a model first; its statements are cut out of the
file by their first and last assignment and run on a table in closed form. `CLIP.PCA` and `CLIP.forward` are taken out of their class, which would
build a transformer, and run with a stand-in for the model: its encoders return what they are given, and gathering from other devices returns the
own. Gradients are those of torch through the authors' code. Everything on the CPU; PCA computes in float32 by itself.
"""

import ast
import math
import os
import types

import torch
import torch.nn.functional as F

from golden import checkout_at, rounded, write

COMMIT = "3966af9ae9331666309a22128468b734db4672a7"
LOADING = "model/longclip.py"
MODEL = "model/model_longclip.py"


def read(checkout, file):
    with open(os.path.join(checkout, file)) as source:
        return source.read()


def assigned(statement):
    """What a statement assigns to, as it is written."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [ast.unparse(target) for target in targets]


def stretching(checkout):
    """The statements of load_from_clip from the table that is read to its stretched copy, compiled."""
    tree = ast.parse(read(checkout, LOADING))
    loader = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "load_from_clip")
    names = [assigned(statement) for statement in loader.body]
    first = names.index(["positional_embedding_pre"])
    last = names.index(["positional_embedding_res"])
    return compile(ast.Module(body=loader.body[first : last + 1], type_ignores=[]), LOADING, "exec")


def methods(checkout):
    """PCA and forward of the class CLIP, as functions."""
    tree = ast.parse(read(checkout, MODEL))
    model = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "CLIP")
    body = [node for node in model.body if isinstance(node, ast.FunctionDef) and node.name in ("PCA", "forward")]
    torch.distributed.nn = types.SimpleNamespace(all_gather=lambda x: [x])
    space = {"torch": torch, "F": F}
    exec(compile(ast.Module(body=body, type_ignores=[]), MODEL, "exec"), space)
    return space["PCA"], space["forward"]


def table(rows, channels, phase, dtype):
    """The closed form that the tests use too."""
    return torch.tensor([[math.sin(0.1 * i * (c + 1) + phase) for c in range(channels)] for i in range(rows)], dtype=dtype)


def features(count, width, phase):
    """The closed form that the tests use too."""
    return torch.tensor(
        [[math.sin(1.1 * i + 0.7 * c + phase + 0.13 * i * c) + 0.9 * math.sin(0.37 * i * (c + 1) + phase) / (c + 1) for c in range(width)] for i in range(count)]
    )


def main(checkout):
    cases = []

    def case(method, params, expected):
        name = " ".join([method] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"method": method} | params, "expected": expected})

    code = stretching(checkout)
    for rows, channels, phase, precision in ((77, 4, 0.0, "float64"), (77, 8, 0.6, "float32"), (77, 3, 1.9, "float16"), (40, 3, 0.3, "float64")):
        dtype = getattr(torch, precision)
        before = table(rows, channels, phase, dtype)
        space = {"torch": torch, "model": types.SimpleNamespace(positional_embedding=before, dtype=dtype)}
        exec(code, space)
        after = space["positional_embedding_res"]
        # What is kept, where the stretch begins, a stretch of its middle, and its end.
        chosen = sorted({0, 1, 10, 19, 20, 21, 22, 23, 24, 61, 62, 63} | set(range(len(after) - 8, len(after))))
        params = {"rows": rows, "channels": channels, "phase": phase, "precision": precision}
        case("stretch", params, {"length": len(after), "at": chosen, "rows": rounded(after[chosen]), "sum": rounded(after.double().sum(dim=0))})

    pca, forward = methods(checkout)
    for count, width, phase, k in ((8, 6, 0.0, 1), (8, 6, 0.0, 2), (24, 8, 0.4, 3), (24, 8, 0.4, 8), (5, 7, 1.0, 3), (64, 40, 0.2, 32)):
        x = F.normalize(features(count, width, phase), dim=1)
        out = pca(None, x, k)
        singular = torch.linalg.svdvals(x - x.mean(dim=0))
        params = {"count": count, "width": width, "phase": phase, "k": k}
        case("pca", params, {"first": rounded(out[:4], 9), "last": rounded(out[-1], 9), "singular": rounded(singular, 9)})

    # forward asks for 32 components; the stand-in gives it those or as many as a case names.
    for count, width, phase, k, scale in ((24, 8, 0.4, 3, 8.0), (16, 6, 0.1, 2, 20.0), (64, 40, 0.2, 32, 100.0)):
        image, long, short = (features(count, width, phase + shift).requires_grad_() for shift in (0.0, 0.25, 0.5))
        model = types.SimpleNamespace(
            encode_image=lambda x: x,
            encode_text=lambda x: x,
            PCA=lambda x, asked, k=k: pca(None, x, k),
            logit_scale=torch.tensor(math.log(scale)),
        )
        both = forward(model, image, long, short, 0)
        params = {"count": count, "width": width, "phase": phase, "k": k, "scale": scale}
        expected = {"long": rounded(both[0], 9), "short": rounded(both[1], 9)}
        if width <= 8:
            sum(both).backward()
            expected |= {name: rounded(x.grad[:4], 9) for name, x in (("imageGradient", image), ("longGradient", long), ("shortGradient", short))}
        case("forward", params, expected)

    write(
        "long-clip",
        repository="https://github.com/beichenzbc/Long-CLIP",
        commit=COMMIT,
        licence="Apache-2.0",
        function=f"{LOADING}::load_from_clip (the stretching), {MODEL}::CLIP.PCA and CLIP.forward",
        note="Statements and methods are cut out of the authors' files and run on the CPU on inputs in closed form, without weights; encoders return "
        "what they are given, and one device gathers from itself. Gradients are torch's, through their code.",
        precision="float32 but for the tables that say otherwise",
        cases=cases,
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
