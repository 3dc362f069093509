#!/usr/bin/env python3
"""Compares the speed of our tokenizer with Hugging Face tokenizers on the same documents of at least 1 kB,
with one thread each. The ids must agree.

Usage: RAYON_NUM_THREADS=1 tokenizer_bench.py --driver build/…/tokenizer_bench --folder MODEL [--documents FILE.jsonl --field NAME]
Without a file, the documents are the project's source files.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("RAYON_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "peers"))
import text_fixtures as fixtures  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402


def documents(arguments):
    if not arguments.documents:
        texts = fixtures.own_texts()
    else:
        with open(arguments.documents, encoding="utf-8") as file:
            content = file.read()
        rows = json.loads(content) if content.lstrip().startswith("[") else [json.loads(line) for line in content.split("\n") if line]
        texts = [row[arguments.field] if isinstance(row[arguments.field], str) else json.dumps(row[arguments.field]) for row in rows]
    long = []
    for text in texts:  # short texts are joined until they have 1 kB
        if long and len(long[-1].encode()) < 1024:
            long[-1] += "\n" + text
        else:
            long.append(text)
    return [text for text in long if len(text.encode()) >= 1024]


def fastest(rounds, work):
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    return best, result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--documents")
    parser.add_argument("--field", default="text")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2, help="passes over the documents per side and pair; the fastest counts")
    parser.add_argument("--threads", type=int, nargs="*", default=[1])
    arguments = parser.parse_args()
    texts = documents(arguments)
    size = sum(len(text.encode()) for text in texts)
    rows = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    tokenizer = AutoTokenizer.from_pretrained(arguments.folder).backend_tokenizer
    _, encodings = fastest(1, lambda: tokenizer.encode_batch(texts, add_special_tokens=False))
    ids = [encoding.ids for encoding in encodings]
    tokens = sum(map(len, ids))
    print(f"{len(texts)} documents, {size / 1e6:.2f} MB, {tokens} tokens; tokenizers on {os.environ['RAYON_NUM_THREADS']} thread")
    theirs, ours = {}, {}
    for _ in range(arguments.pairs):
        for name, work in (("encode_batch", lambda: tokenizer.encode_batch(texts, add_special_tokens=False)),
                           ("encode_batch_fast", lambda: tokenizer.encode_batch_fast(texts, add_special_tokens=False)),
                           ("decode_batch", lambda: tokenizer.decode_batch(ids, skip_special_tokens=False))):
            theirs.setdefault(name, []).append(fastest(arguments.rounds, work)[0])
        for threads in arguments.threads:
            done = subprocess.run([arguments.driver, arguments.folder, str(arguments.rounds), str(threads)], input=rows, text=True,
                                  capture_output=True, check=True)
            result = json.loads(done.stdout)
            if result["tokens"] != tokens:
                raise SystemExit(f"token counts differ: {result['tokens']}")
            ours.setdefault(threads, []).append(result)
    for threads, results in ours.items():
        encode, decode = ([result[f"{what}_seconds"] for result in results] for what in ("encode", "decode"))
        print(f"ours, {threads} thread(s): encode {size / statistics.median(encode) / 1e6:.1f} MB/s, {ratio(theirs['encode_batch'], encode)} x encode_batch, "
              f"{ratio(theirs['encode_batch_fast'], encode)} x encode_batch_fast; decode {size / statistics.median(decode) / 1e6:.1f} MB/s, "
              f"{ratio(theirs['decode_batch'], decode)} x decode_batch; loading {statistics.median(r['load_seconds'] for r in results):.2f} s")
        if threads > 1 and 1 in ours:
            print(f"  {ratio([result['encode_seconds'] for result in ours[1]], encode)} x one thread")


def ratio(theirs, ours):
    """The median ratio of the pairs, with the smallest and the largest ratio."""
    ratios = [a / b for a, b in zip(theirs, ours)]
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"


if __name__ == "__main__":
    main()
