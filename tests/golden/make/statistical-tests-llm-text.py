"""Reference numbers for the text detection tests, from numpy and scipy alone.

The authors' repository (github.com/TaraRadvand74/LLM-text-detection) could not be obtained, so nothing here runs their code.
Limits come from eigenvectors and matrix inverses, error rates from enumerating every text or every table of transition
counts: other routes than the ones under test. Run: python3 tests/golden/make/statistical-tests-llm-text.py
"""

import itertools
import json
import math
import pathlib

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import logsumexp, softmax
from scipy.stats import entropy


def clean(x):
    if isinstance(x, dict):
        return {k: clean(v) for k, v in x.items()}
    if isinstance(x, (list, tuple, np.ndarray)):
        return [clean(v) for v in x]
    if isinstance(x, (int, np.integer)):
        return int(x)
    if isinstance(x, (float, np.floating)):
        return float(f'{x:.12g}')
    return x


def stationary(p):
    values, vectors = np.linalg.eig(p.T)
    v = vectors[:, np.argmin(abs(values - 1))].real
    return v / v.sum()


def excess(p):
    """X[i, j] = -ln p_ij - entropy of row i."""
    return -np.log(p) - entropy(p, axis=1)[:, None]


def variance(p, f):
    """Limit of N var(mean of f): the lag-0 variance and twice the sum of all autocovariances, by the fundamental matrix."""
    share = stationary(p)
    n = len(share)
    mean = share @ (p * f).sum(1)
    g = f - mean
    after = np.linalg.inv(np.eye(n) - p + np.outer(np.ones(n), share)) @ (p * g).sum(1)
    return share @ (p * g * g).sum(1) + 2 * share @ (p * g * after[None, :]).sum(1)


def rates(writer, p):
    share = stationary(writer)
    own = share @ entropy(writer, axis=1)
    cross = -(share[:, None] * writer * np.log(p)).sum()
    mean = share @ entropy(p, axis=1)
    return {
        'stationary': share,
        'entropy': mean,
        'crossEntropy': cross,
        'drift': cross - mean,
        'divergence': (share * entropy(writer, p, axis=1)).sum(),
        'writerEntropy': own,
        'variance': variance(writer, excess(p)),
        'width': np.ptp(np.log(p), axis=1).max(),
    }


def enumerate_errors(a, b, length, tau):
    """Exact errors over all texts of a length: the statistic's two, and the likelihood ratio's two."""
    n = len(a)
    x = excess(a)
    llr = np.log(a) - np.log(b)
    result = dict(typeI=0.0, typeII=0.0, ratioI=0.0, ratioII=0.0)
    pa, pb = stationary(a), stationary(b)
    for text in itertools.product(range(n), repeat=length + 1):
        i, j = np.array(text[:-1]), np.array(text[1:])
        chance_a = pa[i[0]] * a[i, j].prod()
        chance_b = pb[i[0]] * b[i, j].prod()
        accept = abs(x[i, j].mean()) <= tau
        ratio = llr[i, j].sum() >= 0
        result['typeI'] += 0 if accept else chance_a
        result['typeII'] += chance_b if accept else 0
        result['ratioI'] += 0 if ratio else chance_a
        result['ratioII'] += chance_b if ratio else 0
    return result


def count_errors(a, b, length, taus):
    """Exact errors for two symbols at any length: dynamic programming over the counts (00, 01, 10, 11) of transitions."""
    x = excess(a)

    def distribution(p):
        states = {((0, 0, 0, 0), s): w for s, w in enumerate(stationary(p))}
        for _ in range(length):
            following = {}
            for (counts, s), w in states.items():
                for t in (0, 1):
                    c = list(counts)
                    c[2 * s + t] += 1
                    key = (tuple(c), t)
                    following[key] = following.get(key, 0.0) + w * p[s, t]
            states = following
        values = np.array([np.dot(counts, x.ravel()) / length for counts, _ in states])
        return values, np.array(list(states.values()))

    va, wa = distribution(a)
    vb, wb = distribution(b)
    return [{'tau': t, 'typeI': wa[abs(va) > t].sum(), 'typeII': wb[abs(vb) <= t].sum()} for t in taus]


def log_moment(p, f, theta, length):
    m = p * np.exp(theta * f)
    return math.log(stationary(p) @ np.linalg.matrix_power(m, length) @ np.ones(len(p)))


def rate(p, f, threshold, sign):
    def objective(size):
        return math.log(max(abs(np.linalg.eigvals(p * np.exp(sign * size * f))))) - sign * size * threshold

    best = minimize_scalar(objective, bounds=(0, 40), method='bounded', options={'xatol': 1e-10})
    return -best.fun


def wave(n, a, b, c):
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing='ij')
    return softmax(a * np.sin(b * (i + 1) * (j + 1)) + c * np.cos(i - 2 * j), axis=1)


def tilt(b, a):
    """b a^s, normalised, with the s at which the expectation of -ln a is the entropy of a; by Brent's method in the log domain."""
    def row(s):
        logs = np.log(b) + s * np.log(a)
        return np.exp(logs - logsumexp(logs))

    return row(brentq(lambda s: -(row(s) * np.log(a)).sum() - entropy(a), -40, 40, xtol=1e-13))


cases = []

# The pair the toy was designed on.
a = softmax(np.random.default_rng(1).standard_normal((8, 8)), axis=1)
b = softmax(np.random.default_rng(2).standard_normal((8, 8)), axis=1)
temperatures = [0.5, 0.7, 0.85, 1.2, 1.5]
cooled = [softmax(np.log(a) / t, axis=1) for t in temperatures]
cases.append({
    'name': 'random pair', 'params': {'symbols': 8, 'temperatures': temperatures}, 'inputs': {'a': a, 'b': b},
    'expected': {'ab': rates(b, a), 'aa': rates(a, a), 'temperatureDrift': [rates(c, a)['drift'] for c in cooled]},
})

for n in (2, 3, 5, 12):
    a, b = wave(n, 1.3, 0.7, 0.4), wave(n, 1.1, 1.9, -0.6)
    cases.append({'name': f'waves, {n} symbols', 'params': {'symbols': n}, 'inputs': {'a': a, 'b': b},
                  'expected': {'ab': rates(b, a), 'aa': rates(a, a), 'ba': rates(a, b)}})

a = wave(5, 1.3, 0.7, 0.4)
text = [(3 * t * t + t) % 5 for t in range(1, 25)]
x, h = -np.log(a), entropy(a, axis=1)
path = [0] + text
s = [x[i, j] for i, j in zip(path, text)]
e = [h[i] for i in path[:-1]]
cases.append({'name': 'one text', 'params': {'start': 0}, 'inputs': {'a': a, 'text': text},
              'expected': {'surprise': s, 'entropy': e, 'running': np.cumsum(np.subtract(s, e)) / np.arange(1, 25),
                           'logPerplexity': np.mean(s), 'meanEntropy': np.mean(e), 'delta': np.mean(s) - np.mean(e)}})

a, b = wave(3, 1.3, 0.7, 0.4), wave(3, 1.1, 1.9, -0.6)
for length in (3, 6, 9):
    for tau in (0.07, 0.2):
        cases.append({'name': f'every text of {length}', 'params': {'length': length, 'tau': tau}, 'inputs': {'a': a, 'b': b},
                      'expected': enumerate_errors(a, b, length, tau)})

a, b = np.array([[0.7, 0.3], [0.2, 0.8]]), np.array([[0.45, 0.55], [0.4, 0.6]])
taus = [0.05, 0.083, 0.12]
for length in (25, 50, 100):
    cases.append({'name': f'every count at {length}', 'params': {'length': length}, 'inputs': {'a': a, 'b': b},
                  'expected': {'errors': count_errors(a, b, length, taus), 'drift': rates(b, a)['drift']}})

a, b = wave(5, 1.3, 0.7, 0.4), wave(5, 1.1, 1.9, -0.6)
f = excess(a)
drift = rates(b, a)['drift']
cases.append({
    'name': 'tails', 'params': {'thetas': [-1.5, -0.2, 0.4, 2], 'lengths': [1, 7, 50, 200], 'thresholds': [0.05, 0.1, 0.3]},
    'inputs': {'a': a, 'b': b},
    'expected': {
        'moments': [[log_moment(a, f, t, n) for n in (1, 7, 50, 200)] for t in (-1.5, -0.2, 0.4, 2)],
        'upper': [rate(a, f, t, 1) for t in (0.05, 0.1, 0.3)],
        'lower': [rate(a, f, -t, -1) for t in (0.05, 0.1, 0.3)],
        'drift': drift,
        'other': rate(b, f, drift / 2, -1 if drift > 0 else 1),
    },
})

a, b = wave(5, 1.3, 0.7, 0.4), wave(5, 1.1, 1.9, -0.6)
cases.append({'name': 'tilted to no drift', 'params': {}, 'inputs': {'a': a, 'b': b},
              'expected': {'blind': [tilt(y, x) for x, y in zip(a, b)]}})

out = pathlib.Path(__file__).parent.parent / 'statistical-tests-llm-text.json'
out.write_text(json.dumps(clean({
    'repository': None,
    'commit': None,
    'licence': None,
    'function': 'numpy and scipy: eig, inv, matrix_power, entropy, brentq, minimize_scalar, and exhaustive enumeration',
    'command': 'python3 tests/golden/make/statistical-tests-llm-text.py',
    'note': "The authors' repository could not be obtained; an independent reference written for this check instead: limits by linear "
            'algebra, error rates by enumerating every text (3 symbols) or every table of transition counts (2 symbols).',
    'precision': 'float64',
    'cases': cases,
})) + '\n')
