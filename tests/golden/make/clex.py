"""Golden vectors for CLEX, from DAMO-NLP-SG/CLEX, integrated by rtqichen/torchdiffeq.

PYTHONPATH=<checkout of torchdiffeq> python3 tests/golden/make/clex.py <checkout of CLEX>

Runs the repository's field (ODELinear) and its rotary module (CLEXScalingRotaryEmbedding) on the CPU, with weights given by a formula. The
module imports wandb and torchdiffeq's interface to scipy, of which nothing is used; where they are not installed, empty stand-ins are imported.
Draws of t and of positions in training come from a formula too. The solver's own cases use a field in double precision.
"""

import importlib.util
import math
import os
import subprocess
import sys
import types

import torch

from golden import checkout_at, rounded, write

COMMIT = "023709d923ea9492ba82a6e8341d8c02f77e34e8"
SOLVER_COMMIT = "657943acefa826ef04c025ebeb1ff5e9d60dc268"


def stand_in(name, **names):
    if importlib.util.find_spec(name.split(".")[0]) is None or name in sys.modules:
        module = types.ModuleType(name)
        module.__dict__.update(names)
        sys.modules[name] = module


def load(checkout):
    spec = importlib.util.spec_from_file_location("clex_layer", os.path.join(checkout, "CLEX", "clex_layer.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weights(rows, columns, size, phase):
    """The closed form that the tests use too."""
    return torch.tensor([[size * math.sin(1 + i + 2 * j + phase) for j in range(columns)] for i in range(rows)])


def fill(net, pairs, hidden, size):
    with torch.no_grad():
        net.ode_up_proj.copy_(weights(pairs, hidden, size, 0.0))
        net.ode_down_proj.copy_(weights(hidden, pairs, size, 0.5))


def main(checkout):
    if importlib.util.find_spec("scipy") is None:
        stand_in("scipy")
        sys.modules["scipy.integrate"] = types.ModuleType("scipy.integrate")
        sys.modules["scipy.integrate"].solve_ivp = None
    stand_in("wandb")
    import torchdiffeq

    solver = os.path.dirname(os.path.dirname(torchdiffeq.__file__))
    found = subprocess.run(["git", "-C", solver, "rev-parse", "HEAD"], capture_output=True, text=True)
    if found.returncode == 0 and found.stdout.strip() != SOLVER_COMMIT:
        sys.exit(f"wanted torchdiffeq {SOLVER_COMMIT}, {solver} is at {found.stdout.strip()}")
    clex = load(checkout)
    cases = []

    def case(kind, params, expected):
        name = " ".join([kind] + [f"{key}={value}" for key, value in params.items()])
        cases.append({"name": name, "params": {"kind": kind} | params, "expected": expected})

    # The velocity at one t, for a state that is not on the curve.
    for dim, factor, act, size, t in (
        (8, 1, "tanh", 0.05, 1.0),
        (8, 1, "tanh", 0.05, 2.5),
        (16, 2, "tanh", 0.02, 4.0),
        (16, 1, "silu", 0.02, 3.0),
        (32, 1, "tanh", 0.01, 16.0),
        (32, 1, "tanh", 0.01, 0.5),
        (128, 1, "silu", 0.002, 8.0),
    ):
        net = clex.ODELinear(dim, factor, act)
        fill(net, dim // 2, factor * dim, size)
        z = torch.tensor([-0.3 * i + 0.1 * math.sin(i) for i in range(dim // 2)])
        params = {"dim": dim, "factor": factor, "act": act, "size": size, "t": t}
        case("field", params, {"velocity": rounded(net(torch.tensor(t), z).detach())})

    # Frequencies cached for inference at t = 1, 2, ..., and those of one training step.
    for dim, factor, act, size, most, dt in (
        (8, 1, "tanh", 0.0, 8, 0.01),
        (8, 1, "tanh", 0.05, 4, 0.01),
        (16, 2, "tanh", 0.02, 16, 0.01),
        (32, 1, "silu", 0.01, 4, 0.05),
        (32, 1, "tanh", 0.01, 4, 0.3),
        (128, 1, "tanh", 0.0, 4, 0.01),
    ):
        scaling = {"max_factor": most, "param_factor": factor, "act": act, "time_dt": dt}
        module = clex.CLEXScalingRotaryEmbedding(dim, max_position_embeddings=64, rope_scaling=scaling)
        fill(module.proj_func, dim // 2, factor * dim, size)
        if size == 0:
            module.proj_func.reset_parameters()
        with torch.no_grad():
            length = 64 * (most - 1) - 10
            cos, sin = module(torch.zeros(1), length)
        params = {"dim": dim, "factor": factor, "act": act, "size": size, "most": most, "step": dt, "length": length}
        half = dim // 2
        case("flow", params, {"theta": rounded(module.freq_cached[1:][:: max(1, (most - 1) // 3)]), "cos": rounded(cos[60, :half]), "sin": rounded(sin[60, :half])})

    # The t of a length; past 4 trained lengths t stays at 4, and the module has no angles for positions that far.
    for length in (10, 64, 65, 200, 256, 1000):
        scaling = {"max_factor": 4, "param_factor": 1, "act": "tanh", "time_dt": 0.25}
        module = clex.CLEXScalingRotaryEmbedding(8, max_position_embeddings=64, rope_scaling=scaling)
        with torch.no_grad():
            module(torch.zeros(1), length)
        case("factor", {"trained": 64, "most": 4, "length": length}, {"t": int(module.max_t_cached) or 1})

    # Positions of training: t and the permutation are given.
    for n, trained, t in ((12, 16, 3), (16, 16, 2), (24, 8, 4), (20, 8, 3)):
        scaling = {"max_factor": 4, "param_factor": 1, "act": "tanh", "time_dt": 0.25}
        module = clex.CLEXScalingRotaryEmbedding(8, max_position_embeddings=trained, rope_scaling=scaling)
        module.sample_random_times = lambda *_: torch.tensor([t])
        seen = {}

        def freq(time_grid, positions, device, solve=module.get_continuous_freq):
            seen["positions"] = positions
            return solve(time_grid, positions, device)

        module.get_continuous_freq = freq
        permutation = torch.randperm
        # A stride that shares no factor with the number of positions.
        torch.randperm = lambda m: torch.tensor([(7 * i + 3) % m for i in range(m)])
        try:
            module(torch.zeros(1), n, do_train=True)
        finally:
            torch.randperm = permutation
        case("positions", {"n": n, "trained": trained, "t": t}, {"positions": rounded(seen["positions"])})

    # The solver alone.
    ends = []
    for rule, step, times in (
        ("euler", 0.5, [1.0, 1.2, 2.0, 4.0]),
        ("euler", 0.3, [1.0, 2.0, 3.0]),
        ("rk4", 0.5, [1.0, 1.2, 2.0, 4.0]),
        ("rk4", 0.3, [1.0, 2.0, 3.0]),
        ("rk4", 0.01, [1.0, 2.0]),
    ):

        def field(t, y):
            return torch.sin(t * y + torch.arange(4, dtype=torch.float64)) / t

        y0 = torch.tensor([0.5, -1.0, 2.0, 0.0], dtype=torch.float64)
        y = torchdiffeq.odeint(field, y0, torch.tensor(times, dtype=torch.float64), method=rule, options={"step_size": step})
        ends.append({"params": {"rule": rule, "step": step, "times": times}, "expected": {"y": rounded(y, 15)}})

    write(
        "clex",
        repository="https://github.com/DAMO-NLP-SG/CLEX",
        commit=COMMIT,
        licence="MIT",
        function="CLEX/clex_layer.py::ODELinear, CLEXScalingRotaryEmbedding",
        note="Run on the CPU in float32 with weights, times and permutations given by formulas; wandb and scipy, which are imported and not "
        "used, are stand-ins. Integrated by rtqichen/torchdiffeq, whose own cases are in double precision.",
        precision="float32",
        command="PYTHONPATH=<checkout of torchdiffeq> python3 tests/golden/make/clex.py <checkout of CLEX>",
        cases=cases,
        solver={
            "repository": "https://github.com/rtqichen/torchdiffeq",
            "commit": SOLVER_COMMIT,
            "licence": "MIT",
            "function": "torchdiffeq/_impl/odeint.py::odeint, methods euler and rk4",
            "precision": "float64",
            "cases": ends,
        },
    )


if __name__ == "__main__":
    main(checkout_at(COMMIT))
