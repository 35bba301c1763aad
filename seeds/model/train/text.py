"""The text and its alphabet: Jane Austen's six novels, one line a paragraph, lower case, 52 characters."""
import gzip
import os

import numpy as np

ALPHABET = "\n abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"-()[]=_"
START, UNKNOWN = 0, 1  # the token in front of everything, and the one for what the alphabet has not
CODE = {c: i + 2 for i, c in enumerate(ALPHABET)}
VOCAB = len(ALPHABET) + 2

HERE = os.path.dirname(os.path.abspath(__file__))


def encode(text):
    """The ids of a text, without the start token."""
    return np.array([CODE.get(c, UNKNOWN) for c in text.lower()], dtype=np.int64)


def decode(ids):
    return "".join("" if i == START else "\ufffd" if i == UNKNOWN else ALPHABET[i - 2] for i in ids)


def load():
    """(text to train on, text held out): of each novel the last twentieth is held out."""
    with gzip.open(os.path.join(HERE, "..", "austen.txt.gz"), "rt", encoding="utf8") as file:
        novels = file.read().split("\f")
    cut = [len(n) - len(n) // 20 for n in novels]
    return encode("\n".join(n[:c] for n, c in zip(novels, cut))), encode("\n".join(n[c:] for n, c in zip(novels, cut)))
