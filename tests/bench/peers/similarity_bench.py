"""Compares our similarity with CPython's difflib and cydifflib on the same pairs, in one run: alternating
measurements, medians and spread.

    similarity_bench.py --bench build/cpu-release/bench/similarity_bench --pairs answers.jsonl

sample_answers.py writes the file of pairs.
"""
import argparse
import difflib
import json
import statistics
import subprocess
import time

import cydifflib


def python_us(module, rows, seconds):
    """Microseconds of process time per pair, over as many passes as fit into `seconds` (at least one)."""
    start, done = time.process_time(), 0
    while True:
        for row in rows:
            module.SequenceMatcher(None, row["a"], row["b"], autojunk=False).ratio()
            done += 1
        if time.process_time() - start > seconds:
            return (time.process_time() - start) / done * 1e6


def ours(bench, lines, rounds, threads):
    return json.loads(subprocess.run([bench, str(rounds), str(threads)], input=lines, capture_output=True, text=True, check=True).stdout)


def spread(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--pairs", required=True)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in open(arguments.pairs)]
    rows = [row for row in rows if row["a"] and row["b"]]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    mean_a = statistics.mean(len(row["a"]) for row in rows)
    mean_b = statistics.mean(len(row["b"]) for row in rows)
    total = sum(difflib.SequenceMatcher(None, row["a"], row["b"], autojunk=False).ratio() for row in rows) / len(rows)
    print(f"{len(rows)} pairs, mean lengths {mean_a:.0f} and {mean_b:.0f} characters, mean similarity {total:.6f}")
    table = {"CPython/ours": [], "cydifflib/ours": [], "CPython/grouped": [], "cydifflib/grouped": [], "one thread/two, wall time": []}
    for _ in range(arguments.repeats):
        one = ours(arguments.bench, lines, arguments.rounds, 1)
        assert abs(one["mean_ratio"] - total) < 1e-5, (one, total)
        cython, python = python_us(cydifflib, rows, 0.5), python_us(difflib, rows, 0.5)
        again = ours(arguments.bench, lines, arguments.rounds, 1)
        two = ours(arguments.bench, lines, arguments.rounds, 2)
        alone = (one["alone_us"] + again["alone_us"]) / 2
        grouped = (one["grouped_us"] + again["grouped_us"]) / 2
        print(f"us per pair: CPython {python:.0f}, cydifflib {cython:.1f}, ours alone {alone:.2f}, grouped {grouped:.2f}, wall time on two threads {two['grouped_wall_us']:.2f}")
        table["CPython/ours"].append(python / alone)
        table["cydifflib/ours"].append(cython / alone)
        table["CPython/grouped"].append(python / grouped)
        table["cydifflib/grouped"].append(cython / grouped)
        one_wall = min(one["grouped_wall_us"], again["grouped_wall_us"])
        table["one thread/two, wall time"].append(one_wall / two["grouped_wall_us"])
    for name, values in table.items():
        print(f"{name}: {spread(values)}")


main()
