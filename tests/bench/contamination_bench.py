#!/usr/bin/env python3
"""Measures srl_report --contamination.shards on generated data: time of one core and peak memory, with and without.
   contamination_bench.py BUILD_FOLDER [QUESTIONS=200000] [SOLUTIONS_EACH=1] [BENCHMARK_QUESTIONS=1000]
Training questions have 20 to 70 words, solutions about 150. Each tenth benchmark question is planted in the training data.
Shards and records are written to a temporary folder (TMPDIR)."""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

bin_folder = os.path.join(sys.argv[1], "bin")
questions, each, asked = (int(sys.argv[k]) if len(sys.argv) > k else default for k, default in ((2, 200000), (3, 1), (4, 1000)))
rng = random.Random(1)
words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randrange(1, 9))) for _ in range(20000)]


def text(least, most):
    return " ".join(rng.choices(words, k=rng.randrange(least, most)))


def measured(name, command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name}: exit code {process.returncode}")
    print(f"{name}: wall {wall:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, peak memory {used.ru_maxrss / 1024:.0f} MiB")
    return out


def expert(number, question, sample):
    return json.dumps({"id": f"t{number}_{sample}", "question": question, "answer": "3", "solution":
                       f"1. **A** {text(20, 80)}\n2. **B** {text(20, 80)}\n3. **C** {text(10, 40)} \\boxed{{3}}."}) + "\n"


with tempfile.TemporaryDirectory() as folder:
    path = {name: os.path.join(folder, name) for name in ("train.jsonl", "bench.jsonl", "data", "bench", "results")}
    benchmark = [text(20, 70) for _ in range(asked)]
    planted = {rng.randrange(questions): k for k in range(0, asked, 10)}
    with open(path["train.jsonl"], "w") as file:
        for number in range(questions):
            question = text(20, 70)
            if number in planted:
                question = " ".join([question, *benchmark[planted[number]].split()[4:17]])
            for sample in range(each):
                file.write(expert(number, question, sample))
    with open(path["bench.jsonl"], "w") as file:
        for number, question in enumerate(benchmark):
            file.write(expert(number, question, 0))
    for name in ("data", "bench"):
        source = path["train.jsonl" if name == "data" else "bench.jsonl"]
        subprocess.run([os.path.join(bin_folder, "srl_prep"), "--input", source, "--output", path[name], "--holdout.questions", "0"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checksum = json.load(open(os.path.join(path["bench"], "manifest.json")))["inputs"][0]["xxh3_128"]
    os.makedirs(path["results"])
    with open(os.path.join(path["results"], "records_00000.jsonl"), "w") as file:
        for number in range(asked):
            file.write(json.dumps({
                "model": "m", "model_checksum": "c", "benchmark": "bench", "benchmark_checksum": checksum, "question": number,
                "sample": 0, "view": "whole", "settings": {"greedy": True}, "text": "3", "answer": "3", "reference": "3",
                "correct": number % 3 == 0, "how": "number", "tokens": 9, "finish_reason": "stop", "seconds": 1.0}) + "\n")
    size = sum(os.path.getsize(os.path.join(path["data"], "shards", name)) for name in os.listdir(os.path.join(path["data"], "shards")))
    print(f"{questions} training questions, {questions * each} solutions, {size / 1e6:.0f} MB of shards; {asked} benchmark questions")
    report = [os.path.join(bin_folder, "srl_report"), path["results"], "--format", "json"]
    measured("without", report)
    told = json.loads(measured("with", [*report, "--contamination.shards", path["data"], "--contamination.benchmarks",
                                        path["bench.jsonl"]]))
    found = told["sections"][1]["measures"]["benchmarks"][0]["contaminated"]
    print(f"{found} contaminated questions, {len(set(planted.values()))} planted")
