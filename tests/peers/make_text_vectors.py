#!/usr/bin/env python3
"""Writes tests/base/text_vectors.json: CPython's results for ill-formed UTF-8 and white space.

Usage: make_text_vectors.py > tests/base/text_vectors.json      (CPython 3.11 or later; deterministic)
"""
import json
import random
import sys

EDGE_BYTES = [0x00, 0x20, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
              0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFE, 0xFF]
TEXTS = ["", "a", "é", "€", "𝄞", "\U0010ffff", "\uffff", "\ufffd", "naïve 日本語 😀"]


def main():
    rng = random.Random(3)
    samples = [t.encode() for t in TEXTS]
    samples += [t.encode()[:-1] for t in TEXTS if t]                      # cut inside a character
    samples += [bytes([a, b]) for a in EDGE_BYTES[4:] for b in (0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC2, 0xED)]
    for _ in range(250):
        samples.append(bytes(rng.choice(EDGE_BYTES) for _ in range(rng.randint(3, 8))))
    decode = [[s.hex(), s.decode("utf-8", errors="replace")] for s in samples]

    spaces = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF and chr(c).isspace()]
    alphabet = [chr(c) for c in spaces] + list("abé€😀") + ["\u200b", "\ufeff", "\u180e", "\x1b"]
    texts = ["".join(rng.choice(alphabet) for _ in range(rng.randint(0, 9))) for _ in range(150)]
    white = [[t, t.strip(), t.split()] for t in texts]
    json.dump({"python": sys.version.split()[0], "decode": decode, "spaces": spaces, "strip_split": white}, sys.stdout,
              ensure_ascii=True, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
