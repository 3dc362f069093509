#!/usr/bin/env python3
"""Speed of our tokenizer against Hugging Face tokenizers on the same documents of at least 1 kB, one thread each; ids must agree.

Usage: RAYON_NUM_THREADS=1 tokenizer_bench.py --driver build/…/tokenizer_bench --folder MODEL [--documents FILE.jsonl --field NAME]
Documents are the project's own source files where no file is given.
"""
import argparse
import json
import os
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
    for text in texts:  # short ones are joined until they have 1 kB
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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="*", default=[1])
    arguments = parser.parse_args()
    texts = documents(arguments)
    size = sum(len(text.encode()) for text in texts)
    tokenizer = AutoTokenizer.from_pretrained(arguments.folder).backend_tokenizer
    encode, encodings = fastest(arguments.rounds, lambda: tokenizer.encode_batch(texts, add_special_tokens=False))
    fast, _ = fastest(arguments.rounds, lambda: tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    ids = [encoding.ids for encoding in encodings]
    decode, _ = fastest(arguments.rounds, lambda: tokenizer.decode_batch(ids, skip_special_tokens=False))
    print(f"{len(texts)} documents, {size / 1e6:.2f} MB, {sum(map(len, ids))} tokens")
    print(f"tokenizers, {os.environ['RAYON_NUM_THREADS']} thread: encode_batch {size / encode / 1e6:.1f} MB/s, "
          f"encode_batch_fast {size / fast / 1e6:.1f} MB/s, decode_batch {size / decode / 1e6:.1f} MB/s")
    for threads in arguments.threads:
        rows = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        done = subprocess.run([arguments.driver, arguments.folder, str(arguments.rounds), str(threads)], input=rows, text=True, capture_output=True, check=True)
        ours = json.loads(done.stdout)
        if ours["tokens"] != sum(map(len, ids)):
            raise SystemExit(f"token counts differ: {ours['tokens']}")
        print(f"ours, {threads} thread(s): encode {size / ours['encode_seconds'] / 1e6:.1f} MB/s ({encode / ours['encode_seconds']:.1f} x encode_batch, "
              f"{fast / ours['encode_seconds']:.1f} x encode_batch_fast), decode {size / ours['decode_seconds'] / 1e6:.1f} MB/s "
              f"({decode / ours['decode_seconds']:.1f} x), loading {ours['load_seconds']:.2f} s")


if __name__ == "__main__":
    main()
