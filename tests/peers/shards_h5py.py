#!/usr/bin/env python3
"""Reads shards of srl_prep with h5py: uncompressed, gzip, and zstd if h5py has the plug-in. Texts and rows
must equal the input, and compression must not change checksums.
   shards_h5py.py --srl_prep BIN --input SOLUTIONS.jsonl"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
except ImportError:
    print("skipped: this Python has no h5py (Debian: python3-h5py)")
    sys.exit(77)


def texts(file, name):
    heap = file["/text"][:].tobytes()
    return [heap[offset : offset + length].decode() for offset, length in file[name][:]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--srl_prep", required=True)
    parser.add_argument("--input", required=True)
    options = parser.parse_args()
    rows = [json.loads(line) for line in open(options.input, encoding="utf-8")]
    questions = sorted(row["question"] for row in rows)
    seen = {}
    for compression in ("none", "gzip", "zstd"):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([options.srl_prep, "--input", options.input, "--output", folder, "--holdout.questions", "8", "--shards.compression",
                            compression], check=True, capture_output=True)
            shard = next(pathlib.Path(folder, "shards").iterdir())
            with h5py.File(shard) as file:
                stored = file["/text"]
                assert file.attrs["format"].decode().rstrip("\0") == "srl-shard" and file.attrs["version"] == 1
                assert stored.compression == {"none": None, "gzip": "gzip"}.get(compression, stored.compression)
                if compression == "zstd" and not h5py.h5z.filter_avail(32015):
                    print("zstd: h5py has no plug-in for it, so only the file format was checked")
                    continue
                assert sorted(texts(file, "/solutions/question")) == questions
                assert file["/solutions/first_step"][-1] == len(file["/steps/action"])
                seen[compression] = (texts(file, "/steps/action"), {name: file[name].attrs["xxh3_128"] for name in ("/text", "/steps/action")})
    assert seen["none"] == seen["gzip"], "compression changed texts or checksums"
    print(f"{len(questions)} solutions, {len(seen['none'][0])} steps: h5py reads the input of srl_prep from the shards, {', '.join(seen)}")


main()
