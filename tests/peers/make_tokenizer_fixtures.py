#!/usr/bin/env python3
"""Writes tests/data/tokenizers/KIND/{tokenizer.json, vectors.jsonl}: one small tokenizer per pre-tokenizer,
trained by Hugging Face tokenizers on the text of the project's licence, and its ids for random texts.

Usage: make_tokenizer_fixtures.py   (needs the PyPI package tokenizers)
"""
import json
import os

import text_fixtures as fixtures

with open(os.path.join(fixtures.ROOT, "LICENSE"), encoding="utf-8") as file:
    licence = file.read()
for kind in fixtures.PRE_TOKENIZERS:
    folder = os.path.join(fixtures.ROOT, "tests", "data", "tokenizers", kind)
    tokenizer = fixtures.train(kind, folder, [licence], 400)
    tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    with open(os.path.join(folder, "vectors.jsonl"), "w", encoding="utf-8") as file:
        for text in [licence[:600], "a" * 200, *fixtures.random_texts(150, 21)]:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            row = {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)}
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
