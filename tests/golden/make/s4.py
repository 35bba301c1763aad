"""Golden vectors of S4: python3 tests/golden/make/s4.py <checkout of the repository>. Needs torch, numpy, scipy and einops."""
import sys
import types

from golden import checkout_at, rounded, write

COMMIT = 'e757cef57d89e448c413de7325ed5601aceaac13'
checkout = checkout_at(COMMIT)
# The file decorates its logger with one function of Lightning, which is not needed here.
lightning = types.ModuleType('pytorch_lightning')
lightning.utilities = types.ModuleType('pytorch_lightning.utilities')
lightning.utilities.rank_zero_only = lambda f: f
sys.modules['pytorch_lightning'] = lightning
sys.modules['pytorch_lightning.utilities'] = lightning.utilities
sys.path.insert(0, checkout)

import numpy as np
import torch
from models.s4 import s4

torch.manual_seed(0)


def numbers(x):
    return rounded(x, 13)


def readout(n):
    return torch.tensor([np.cos(0.7 * i + 0.3) for i in range(n)], dtype=torch.double)


def signal(length):
    return torch.tensor([np.sin(0.3 * t) + 0.5 * np.cos(1.1 * t + 0.2) for t in range(length)], dtype=torch.double)


cases = []
for n in (4, 8, 16, 32):
    a, b = s4.transition('legs', n)
    p = s4.rank_correction('legs', n, dtype=torch.double)
    w, pt, bt, v = s4.nplr('legs', n, dtype=torch.double, B_clip=None)
    # Eigenvectors have arbitrary phases: only what does not depend on them is comparable.
    cases.append({
        'name': f'matrices, N={n}',
        'params': {'n': n},
        'expected': {
            'a': numbers(a), 'b': numbers(b[:, 0]), 'p': numbers(p[0]),
            'imaginary': numbers(w.imag), 'real': numbers(w.real),
            'lowRank': numbers(pt[0].abs() ** 2), 'input': numbers(bt.abs() ** 2),
            'productRe': numbers((pt[0].conj() * bt).real), 'productIm': numbers((pt[0].conj() * bt).imag),
        },
    })

for n, length, step in ((4, 8, 0.1), (8, 16, 0.1), (8, 64, 0.02), (16, 128, 0.02), (32, 256, 0.01), (64, 256, 0.005)):
    kernel = s4.SSMKernelDPLR(d_model=1, l_max=length, d_state=n, deterministic=True, dt_min=step, dt_max=step, n_ssm=1, verbose=False).double()
    w, p, b, v = s4.nplr('legs', n, dtype=torch.double, B_clip=None)
    with torch.no_grad():
        kernel.inv_dt.copy_(torch.tensor([[np.log(step)]], dtype=torch.double))
        kernel.A_real.copy_(s4.inv_transform(-w.real, kernel.real_transform).unsqueeze(0))
        kernel.A_imag.copy_(s4.inv_transform(-w.imag, kernel.imag_transform).unsqueeze(0))
        kernel.B.copy_(torch.view_as_real(b).reshape(kernel.B.shape))
        kernel.P.copy_(torch.view_as_real(p).reshape(kernel.P.shape))
        kernel.C.copy_(torch.view_as_real(readout(n).to(v) @ v).reshape(kernel.C.shape))
        taps = kernel.forward(L=length)[0][0, 0]
        # The recurrent mode, in its O(N) form.
        kernel._setup_step(mode='linear')
        state = kernel.default_state(1).to(torch.cdouble)
        u = signal(length)
        outputs = []
        for t in range(length):
            y, state = kernel.step(u[t].reshape(1, 1).to(torch.cdouble), state)
            outputs.append(float(y.real.reshape(-1)[0]))
    cases.append({
        'name': f'kernel and recurrence, N={n}, L={length}, step {step}',
        'params': {'n': n, 'length': length, 'step': step},
        'expected': {'kernel': numbers(taps), 'outputs': numbers(outputs)},
    })

write(
    's4',
    repository='https://github.com/state-spaces/s4',
    commit=COMMIT,
    licence='Apache-2.0',
    function='models/s4/s4.py::transition, rank_correction, nplr, SSMKernelDPLR.forward, SSMKernelDPLR.step',
    note='Run on the CPU in double precision, with nplr in double and its clipping of B switched off (the paper has none). A stand-in replaces the one function imported from Lightning.',
    precision='float64',
    cases=cases,
)
