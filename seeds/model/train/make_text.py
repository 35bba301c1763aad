"""Makes ../austen.txt.gz from Debian's package r-cran-janeaustenr (its data: the six novels, in the public domain).

    apt-get install r-cran-janeaustenr && python3 make_text.py

A line a paragraph, a form feed between novels.
"""
import gzip
import re
import subprocess

NOVELS = ["sensesensibility", "prideprejudice", "mansfieldpark", "emma", "northangerabbey", "persuasion"]


def novel(name):
    script = f"writeLines(enc2utf8(janeaustenr::{name}), stdout(), useBytes = TRUE)"
    lines = subprocess.run(["Rscript", "-e", script], capture_output=True, check=True).stdout.decode("utf8")
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", lines)]
    return "\n".join(p for p in paragraphs if p)


with open("../austen.txt.gz", "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=9, mtime=0, filename="") as out:
    out.write("\f".join(novel(n) for n in NOVELS).encode("utf8"))
