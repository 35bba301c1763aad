"""Golden vectors for ProLong, from princeton-nlp/ProLong and from CodeCreator/datatools, with which its data were packed.

python3 tests/golden/make/prolong.py <checkout of ProLong> <checkout of datatools>

Runs DataCollator, _negative_item_cost and the sorting iterator of training/dataset.py on the CPU with torch, and pack_fn of datatools. Both import
mosaicml-streaming and other things of which these parts use nothing, or an iterator only; empty stand-ins are imported instead.
"""

import dataclasses
import importlib.util
import os
import sys
import types

import numpy as np

from golden import checkout_at, write

COMMIT = "907dcf4b833a3510e39ce8355e45db4175648a49"
TOOL = "56f591bc496db921f9d34bc787e05bfc2ee0d167"


def module(name, **names):
    """An importable stand-in, with its parents."""
    parts = name.split(".")
    for i in range(1, len(parts)):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    made = types.ModuleType(name)
    made.__dict__.update(names)
    sys.modules[name] = made


def load(checkout, path, name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(checkout, path))
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


class Stream:
    pass


class StreamingDataset:
    """The iterator that SortByLengthDataset reads from: a list of items."""

    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)


def item(lengths, number, answers=None):
    """A packed row whose tokens are 1000 * number + position, so that each is known by its id."""
    ends = np.cumsum(lengths).tolist()
    indices = [(end - n, end) for end, n in zip(ends, lengths)]
    made = {"input_ids": np.arange(ends[-1]) + 1000 * number, "indices": indices}
    if answers:
        made["mask"] = np.array([int((i * answers) % 5 < 2) for i in range(ends[-1])])
    return made


def main(checkout, tool):
    module("streaming", StreamingDataset=StreamingDataset, Stream=Stream)
    module("training.trainer", TrainingArguments=object)
    dataset = load(checkout, "training/dataset.py", "prolong_dataset")
    cases = []

    for rows, room, single, answers in (
        ([[5, 3], [8]], 4294967296, False, 0),
        ([[1, 2, 5], [3, 1, 4]], 4294967296, False, 0),
        ([[5, 3], [2, 6]], 11, False, 0),
        ([[5, 3], [2, 6]], 9, False, 0),
        ([[5, 3], [2, 6]], 4294967296, True, 0),
        ([[6, 10], [16]], 4294967296, False, 3),
        ([[6, 9, 1]], 4294967296, True, 2),
    ):
        args = dataset.DataArguments(single_seq=single, per_device_max_tokens=room, apply_instruct_masks=bool(answers))
        items = [item(lengths, number, answers) for number, lengths in enumerate(rows)]
        batch = dataset.DataCollator(None, args)(items)
        expected = {"ids": batch["input_ids"].tolist(), "labels": batch["labels"].tolist(), "lengths": batch["seq_lengths"].tolist()}
        cases.append({"params": {"method": "collate", "rows": rows, "room": room, "single": single, "answers": answers}, "expected": expected})

    rng = np.random.RandomState(7)
    for block in (1, 4, 8):
        rows = [[int(n) for n in np.diff([0, *sorted(rng.choice(np.arange(1, 64), rng.randint(0, 9), replace=False)), 64])] for _ in range(16)]
        rows[5] = rows[2]  # equal costs keep their order
        made = dataset.SortByLengthDataset([item(lengths, n) for n, lengths in enumerate(rows)], sort_by_length_size=block)
        order = [int(one["input_ids"][0]) // 1000 for one in made]
        costs = [-made._negative_item_cost(one) for one in made.items]
        cases.append({"params": {"method": "sort", "rows": rows, "block": block}, "expected": {"order": order, "costs": costs}})

    def field(default=dataclasses.MISSING, default_factory=dataclasses.MISSING, **_):
        """A field of a dataclass, without what the command line needs."""
        given = default_factory is not dataclasses.MISSING
        return dataclasses.field(default_factory=default_factory) if given else dataclasses.field(default=default)

    module("simple_parsing", ArgumentParser=object, field=field)
    module("datatools", load=None, LoadOptions=object, load_indices=None, process=None, ProcessOptions=object)
    module("streaming.base.array", Array=object)
    module("tqdm", tqdm=lambda x, **_: x)
    packer = load(tool, "datatools/scripts/pack.py", "datatools_pack")
    for documents, length, minimum, piece in (
        ([5, 3, 9, 2, 7], 8, 1, 0),
        ([30, 1, 1, 4, 17, 8, 8, 3], 8, 1, 0),
        ([11, 20, 9, 8, 33], 8, 8, 0),
        ([11, 20, 9, 10, 33, 12], 8, 5, 0),
        ([11, 20, 3, 8, 33, 9, 70], 32, 1, 8),
        ([int(n) for n in np.random.RandomState(3).lognormal(2, 1, 60).round().clip(1)], 64, 1, 0),
    ):
        options = packer.PackOptions(pack_length=length, min_length=minimum, split_by_lengths=[piece] if piece else None, add_special_tokens=False)
        data = [{"input_ids": np.arange(n) + 1000 * k} for k, n in enumerate(documents)]
        rows = []
        for _, made in packer.pack_fn(data, None, 1, options):
            ids, bounds = made["input_ids"], made["indices"]
            rows.append([[int(ids[a]) // 1000, int(ids[a]) % 1000, int(b - a)] for a, b in bounds])
        cases.append(
            {"params": {"method": "pack", "documents": documents, "length": length, "minimum": minimum, "piece": piece}, "expected": {"rows": rows}}
        )

    write(
        "prolong",
        repository="https://github.com/princeton-nlp/ProLong",
        commit=COMMIT,
        licence="MIT",
        function="training/dataset.py::DataCollator, SortByLengthDataset",
        command="python3 tests/golden/make/prolong.py <checkout of ProLong> <checkout of datatools>",
        packing={
            "repository": "https://github.com/CodeCreator/datatools",
            "commit": TOOL,
            "licence": "MIT",
            "function": "datatools/scripts/pack.py::pack_fn",
        },
        note="Run on the CPU with stand-ins for mosaicml-streaming, whose iterator is a list; tokens are numbered, so that each is known wherever "
        "it ends up. Documents are packed by the tool at its newest commit; which one packed the released data is not known.",
        precision="integers",
        cases=cases,
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: python3 {sys.argv[0]} <checkout of ProLong at {COMMIT}> <checkout of datatools at {TOOL}>")
    script, first, second = sys.argv
    sys.argv = [script, second]
    tool = checkout_at(TOOL)
    sys.argv = [script, first]
    main(checkout_at(COMMIT), tool)
