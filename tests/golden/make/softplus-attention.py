"""Reference vectors for softplus attention with re-weighting.

python3 tests/golden/make/softplus-attention.py

The authors' code could not be had, so this is a second implementation, written from the formulas alone: whole matrices in numpy with 80 bits a
number, where the mechanism goes row by row; powers are taken as they stand, and sums are not guarded. It shares no code and no order of operations
with what it checks, but it shares the reading of the formulas.
"""

import json
import os

import numpy as np

from golden import rounded

REAL = np.longdouble


def pattern(n, d):
    """The closed form that the tests use too."""
    i, c = np.arange(n, dtype=REAL)[:, None], np.arange(d, dtype=REAL)[None, :]
    q = np.sin(REAL("0.7") * i + REAL("1.3") * c + REAL("0.1"))
    k = np.cos(REAL("0.5") * i + REAL("0.9") * c + REAL("0.2"))
    v = np.sin(REAL("0.3") * i - REAL("0.6") * c + REAL("0.4"))
    return q, k, v


POSITIVE = {
    "softplus": lambda x: np.logaddexp(REAL(0), x),
    "exp": np.exp,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.where(x > 0, x, REAL(0)),
}


def attend(q, k, v, positive="softplus", scale="length", normalised=True, trained=None, power=None, offset=1):
    n, d = q.shape
    trained = n if trained is None else trained
    keys = np.arange(1, n + 1, dtype=REAL)[:, None]
    seen = np.tril(np.ones((n, n), dtype=REAL))
    if scale == "length":
        unit = lambda x: x / np.sqrt((x * x).sum(axis=1, keepdims=True))
        scores = np.log(REAL(d)) * np.log(keys) * (unit(q) @ unit(k).T)
    else:
        scores = q @ k.T / np.sqrt(REAL(d))
        if scale == "entropy":
            scores = scores * np.log(keys) / np.log(REAL(trained))
    first = POSITIVE[positive](scores) * seen
    first = first / (first.sum(axis=1, keepdims=True) if normalised else REAL(trained))
    weights = first
    if power is not None:
        below = np.where(keys <= 3, REAL(0), REAL(offset))
        kept = first * keys - below
        weights = np.where(kept > 0, kept, REAL(0)) ** power * seen
        weights = weights / weights.sum(axis=1, keepdims=True)
    return first, weights, weights @ v


CASES = [
    (6, 4, {}),
    (6, 4, {"power": 3}),
    (6, 4, {"power": 15}),
    (13, 8, {"power": 3, "offset": 0.5}),
    (40, 64, {"power": 15}),
    (40, 64, {}),
    (24, 16, {"positive": "exp", "scale": "plain"}),
    (24, 16, {"positive": "exp", "scale": "entropy", "trained": 8}),
    (24, 16, {"positive": "exp", "scale": "plain", "power": 3}),
    (24, 16, {"positive": "sigmoid", "scale": "plain", "normalised": False, "trained": 10}),
    (24, 16, {"positive": "sigmoid", "power": 7, "offset": 0.8}),
    (24, 16, {"positive": "softplus", "scale": "entropy", "trained": 100}),
]


def main():
    cases = []
    for n, d, options in CASES:
        first, weights, output = attend(*pattern(n, d), **options)
        assert np.isfinite(weights).all(), options
        cases.append(
            {
                "name": f"n={n} d={d} " + " ".join(f"{key}={value}" for key, value in options.items()),
                "params": {"n": n, "d": d, **options},
                # Some rows of each; what is above the diagonal is 0 and left out.
                "expected": [
                    {
                        "row": i,
                        "first": rounded(first[i, : i + 1].astype(float)),
                        "weights": rounded(weights[i, : i + 1].astype(float)),
                        "output": rounded(output[i].astype(float)),
                    }
                    for i in sorted({0, 1, 2, 3, n // 2, n - 1})
                ],
            }
        )
    golden = {
        "implementation": "numpy, written from the formulas alone: tests/golden/make/softplus-attention.py",
        "command": "python3 tests/golden/make/softplus-attention.py",
        "note": "The authors' code could not be had. A second implementation in whole matrices, which shares the reading of the formulas with the first.",
        "precision": "80-bit floats, rounded to 12 digits",
        "cases": cases,
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "softplus-attention.json")
    with open(path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(f"softplus-attention.json: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
