"""Wall time of srl_score similarity on one thread, two threads and two ranks, for the same lines in turn:
medians and spread of the ratios.

    score_scaling.py --srl_score build/cpu-release/bin/srl_score --pairs answers.jsonl   (file of sample_answers.py)
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time


def seconds(command, cores):
    """Wall time of the command on `cores` cores. Without the binding, MPI's threads would use a second core."""
    held = sorted(os.sched_getaffinity(0))[:cores]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, held))
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--srl_score", required=True)
    parser.add_argument("--pairs", required=True)
    for name, value in {"lines": 200000, "repeats": 5}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    arguments = parser.parse_args()
    pairs = open(arguments.pairs).read().splitlines()
    with tempfile.TemporaryDirectory() as folder:
        lines, out = os.path.join(folder, "lines.jsonl"), os.path.join(folder, "out.jsonl")
        with open(lines, "w") as file:
            for k in range(arguments.lines):
                file.write(pairs[k % len(pairs)] + "\n")
        job = [arguments.srl_score, "similarity", "--input", lines, "--output", out]
        ways = {
            "one thread": (1, [*job, "--threads", "1"]),
            "two threads": (2, [*job, "--threads", "2"]),
            "two ranks": (2, ["mpirun", "--bind-to", "none", "-n", "2", *job, "--threads", "1"]),
        }
        times = {name: [] for name in ways}
        for _ in range(arguments.repeats):
            for name, (cores, command) in ways.items():
                times[name].append(seconds(command, cores))
        for name in ways:
            ratios = [one / other for one, other in zip(times["one thread"], times[name])]
            print(f"{name}: {statistics.median(times[name]):.2f} s, {statistics.median(ratios):.2f} times one thread ({min(ratios):.2f} to {max(ratios):.2f})")


main()
