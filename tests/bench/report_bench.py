#!/usr/bin/env python3
"""Measures srl_report on generated records: time of one core and peak memory.
   report_bench.py BUILD_FOLDER [RECORDS=1000000] [FORMAT=text]
FORMAT page also writes the page, for which the limit is 40 s.
The records are of 12 models, 7 benchmarks of the sizes of AMC23 to GSM8K, greedy and 32 samples, about 650 bytes each.
They are written to a temporary folder (TMPDIR) as 8 array tasks; the limits are 20 s and 1 GB for 1,000,000 records."""
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

report = os.path.join(sys.argv[1], "bin", "srl_report")
wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
style = sys.argv[3] if len(sys.argv) > 3 else "text"
benchmarks = {"amc23": 40, "aime24": 30, "aime25": 30, "minerva": 272, "math500": 500, "olympiadbench": 675, "gsm8k": 1319}
words = "the a of so we then have which gives equals number therefore answer is boxed two three sum product".split()


def lines(rng):
    common = {"prompt": "whole", "max_new_tokens": 2048, "temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "seed": 0}
    texts = [" ".join(rng.choice(words) for _ in range(38)) for _ in range(500)]
    for model in range(12):
        for benchmark, questions in benchmarks.items():
            for question in range(questions):
                for sample in range(-1, 32):
                    greedy, right = sample < 0, rng.random() < 0.35 + 0.02 * model
                    answer = str(question) if right else str(rng.randrange(9))
                    yield json.dumps({
                        "model": f"models/model_{model}", "model_checksum": f"{model:032x}", "benchmark": benchmark,
                        "benchmark_checksum": benchmark.ljust(32, "0"), "question": question, "sample": max(0, sample),
                        "view": "whole", "settings": {"greedy": greedy, **common}, "text": rng.choice(texts),
                        "answer": answer, "reference": str(question), "correct": right, "how": "number",
                        "tokens": rng.randrange(60, 2000), "finish_reason": "stop", "seconds": 1.25}, separators=(",", ":"))


with tempfile.TemporaryDirectory() as folder:
    files = [open(os.path.join(folder, f"records_{task:05d}.jsonl"), "w") for task in range(8)]
    size = written = 0
    for line in lines(random.Random(1)):
        if written == wanted:
            break
        files[written % 8].write(line + "\n")
        size += len(line) + 1
        written += 1
    for file in files:
        file.close()
    start = time.monotonic()
    done = subprocess.run([report, folder, *(["--html", os.path.join(folder, "page.html")] if style == "page" else ["--format", style])], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stderr)
    print(f"{written} records, {size / 1e6:.0f} MB: wall {wall:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, "
          f"peak memory {used.ru_maxrss / 1024:.0f} MiB")
