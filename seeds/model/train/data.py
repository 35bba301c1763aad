"""What the models are trained on, row by row: text, text with planted lines that are asked for again, random strings that repeat."""
import numpy as np

from text import CODE, START, UNKNOWN

LETTERS = np.array([CODE[c] for c in "abcdefghijklmnopqrstuvwxyz"])
DIGITS = np.array([CODE[c] for c in "0123456789"])
SIZE = 10  # characters of a planted line: "[key=1234]"


def passage(random, length, source):
    i = random.integers(0, len(source) - length)
    return source[i : i + length]


def planted(key, value):
    return np.concatenate([[CODE["["]], key, [CODE["="]], value, [CODE["]"]]])


def text(random, length, source):
    """The start token and a passage. In one row of ten some characters are unknown; nobody is asked to foretell those."""
    row, weight = np.concatenate([[START], passage(random, length, source)]), np.ones(length + 1)
    if random.random() < 0.1:
        hidden = 1 + np.flatnonzero(random.random(length) < 0.02)
        row[hidden], weight[hidden] = UNKNOWN, 0
    return row, weight


def needles(random, length, source, pairs=None, queries=None):
    """A passage with 1 to 4 planted lines and 1 to 4 later repetitions of some of them; the digits of a repetition weigh five-fold."""
    pairs, queries = pairs or random.integers(1, 5), queries or random.integers(1, 5)
    room = length - SIZE * (pairs + queries)
    body = passage(random, room, source)
    keys, values = random.choice(LETTERS, (pairs, 3)), random.choice(DIGITS, (pairs, 4))
    cuts = np.sort(random.integers(0, room + 1, pairs + queries))
    if random.random() < 0.5:
        cuts[-1] = room
    asks = [False, *random.permutation([True] * queries + [False] * (pairs - 1))]
    parts, weights, at, known = [[START]], [[0.0]], 0, 0
    for cut, ask in zip(cuts, asks):
        which = random.integers(0, known) if ask else known
        known += not ask
        parts += [body[at:cut], planted(keys[which], values[which])]
        # Letters and digits that are new cannot be foretold.
        weights += [np.ones(cut - at), [0.2, 0.2, 0.2, 0.2, 1, *([5.0] * 4 if ask else [0.0] * 4), 1]]
        at = cut
    return np.concatenate([*parts, body[at:]]), np.concatenate([*weights, np.ones(room - at)])


def repeats(random, length, _):
    """A random string of letters and digits, again and again; only what has been seen once is asked for."""
    period = random.integers(6, length // 2)
    string = random.choice(np.concatenate([LETTERS, DIGITS]), period)
    weight = np.zeros(length + 1)
    weight[period + 1 :] = 1
    return np.concatenate([[START], np.tile(string, length // period + 1)[:length]]), weight


def batch(random, rows, length, source, shares):
    """(ids, weights), each (rows, length + 1); `shares` of text, needles and repeats."""
    made = [(text, needles, repeats)[random.choice(3, p=shares)](random, length, source) for _ in range(rows)]
    return np.stack([row for row, _ in made]).astype(np.int64), np.stack([weight for _, weight in made]).astype(np.float32)
