"""Compares our grading with math-verify on the same pairs, in one run: alternating measurements, medians and
spread.

Every reference of the benchmarks is compared with itself (written in a box) and with the next reference.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import time

from math_verify import parse, verify


def answers(data):
    for name, field in (("amc23", "answer"), ("aime24", "answer"), ("math500", "answer"), ("olympiadbench_math_en_textonly", "final_answer")):
        for line in open(os.path.join(data, "eval", name + ".jsonl")):
            value = json.loads(line)[field]
            value = value if isinstance(value, str) else ", ".join(value) if isinstance(value, list) else str(value)
            yield re.sub(r"^\['|'\]$", "", value).replace("$", "")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--data", default=os.environ.get("SRL_SHARED_DATA", os.path.join(here, "..", "..", "..", "..", "shared", "data")))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--every", type=int, default=6, help="take every n-th answer")
    arguments = parser.parse_args()
    known = list(answers(arguments.data))[:: arguments.every]
    rows = [(f"So the answer is \\boxed{{{a}}}.", f"${a}$") for a in known]
    rows += [(f"So the answer is \\boxed{{{a}}}.", f"${b}$") for a, b in zip(known, known[1:])]
    lines = "".join(json.dumps({"prediction": p, "reference": r}) + "\n" for p, r in rows)
    ratios = []
    for _ in range(arguments.repeats):
        ours = json.loads(subprocess.run([arguments.bench, "50"], input=lines, capture_output=True, text=True, check=True).stdout)
        start, correct = time.process_time(), 0
        for prediction, reference in rows:
            correct += bool(verify(parse(reference), parse(prediction)))
        theirs = (time.process_time() - start) / len(rows) * 1e6
        ratios.append(theirs / ours["us"])
        print(f"{len(rows)} pairs: math-verify {theirs:.0f} us ({correct} correct), ours {ours['us']:.2f} us ({ours['correct']} correct), slowest {ours['slowest_us']:.0f} us")
    print(f"math-verify/ours: {statistics.median(ratios):.0f} ({min(ratios):.0f} to {max(ratios):.0f})")


main()
