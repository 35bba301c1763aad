"""What the scripts here share: the commit is checked, numbers are rounded, the file is written."""

import json
import os
import subprocess
import sys


def checkout_at(commit):
    """The checkout named on the command line. One of another commit is refused; an archive has no git directory to ask."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: python3 {sys.argv[0]} <checkout of the repository at {commit}>")
    checkout = os.path.abspath(sys.argv[1])
    git = subprocess.run(["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True)
    if git.returncode == 0 and git.stdout.strip() != commit:
        sys.exit(f"wanted {commit}, {checkout} is at {git.stdout.strip()}")
    return checkout


def rounded(x, digits=12):
    """Numbers, arrays and tensors to so many significant digits, as floats and lists."""
    x = x.tolist() if hasattr(x, "tolist") else x
    return [rounded(y, digits) for y in x] if isinstance(x, list) else float("%.*g" % (digits, x))


def write(slug, *, repository, commit, licence, function, note, precision, **vectors):
    """Writes tests/golden/<slug>.json: where the numbers come from, then the numbers."""
    golden = {
        "repository": repository,
        "commit": commit,
        "licence": licence,
        "function": function,
        "command": f"python3 tests/golden/make/{slug}.py <checkout of the repository>",
        "note": note,
        "precision": precision,
    } | vectors
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", f"{slug}.json")
    with open(path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(f"{slug}.json: {os.path.getsize(path)} bytes")
