#!/usr/bin/env python3
"""A plain script that does the work of srl_prep: the same checks, splits, duplicates, hold-out and files, on
one core, without a search for near-duplicates.

Usage: prep_peer.py INPUT.jsonl OUTPUT_DIR [QUESTIONS=60]
QUESTIONS is the number of held-out questions; 0 = no hold-out. Needs h5py (Debian: /usr/bin/python3 with
python3-h5py).
"""
import hashlib
import json
import os
import re
import sys
import unicodedata

import h5py
import numpy

ABSENT = 2**64 - 1
HEAD = re.compile(r"^(\d{1,4})\.[ \t]+(?:\*\*(.+?)\*\*)?", re.M)
MARKS = re.compile(r"<<.*?>>")
SPACE = re.compile(r"\s+")
BOXED = re.compile(r"\\boxed\{([^{}]*)\}")


def no_duplicate_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("duplicate key")
    return dict(pairs)


def outside_blocks(text):
    """The text without fenced code and display mathematics, in which nothing may look like a step."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r"^```.*?^```", blank, text, flags=re.M | re.S)
    return re.sub(r"\$\$.*?\$\$|\\\[.*?\\\]|\\begin\{.*?\\end\{", blank, text, flags=re.S)


def numbered(text):
    heads = list(HEAD.finditer(outside_blocks(text)))
    if not heads:
        return None, "no_steps"
    if [int(head.group(1)) for head in heads] != list(range(1, len(heads) + 1)):
        return None, "numbering"
    if len(heads) < 2:
        return None, "single_step"
    cuts = [0] + [head.start() for head in heads[1:]] + [len(text)]
    return [(text[a:b].strip(), head.group(2)) for a, b, head in zip(cuts, cuts[1:], heads)], None


def split(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    steps, reason = numbered(text)
    if steps or "\n####" not in text:
        return steps, reason, None
    body, answer = text.rsplit("\n####", 1)
    lines = [MARKS.sub("", line.strip()) for line in body.split("\n")]
    lines = [line for line in lines if line]
    return ([(line, None) for line in lines], None, answer.strip()) if len(lines) > 1 else (None, "single_step", None)


def normalised(question):
    return SPACE.sub(" ", unicodedata.normalize("NFKC", question).lower()).strip()


class Shard:
    def __init__(self):
        self.heap, self.size, self.rows = [], 0, []
        self.columns = {name: [] for name in ("id", "source", "domain", "question", "reasoning", "answer")}
        self.step_columns = {name: [] for name in ("title", "thought", "action", "observation")}
        self.first, self.split = [0], []

    def put(self, text, column):
        if text is None:
            column.append((ABSENT, 0))
            return
        data = text.encode()
        column.append((self.size, len(data)))
        self.heap.append(data)
        self.size += len(data)

    def write(self, path):
        with h5py.File(path, "w") as file:
            file.attrs["format"], file.attrs["version"] = "srl-shard", 1
            file["text"] = numpy.frombuffer(b"".join(self.heap), dtype=numpy.uint8)
            for name, column in self.columns.items():
                file["solutions/" + name] = numpy.array(column, dtype=numpy.uint64)
            for name, column in self.step_columns.items():
                file["steps/" + name] = numpy.array(column, dtype=numpy.uint64)
            file["solutions/first_step"] = numpy.array(self.first, dtype=numpy.uint64)
            file["solutions/split"] = numpy.array(self.split, dtype=numpy.uint8)


def main():
    source, folder = sys.argv[1], sys.argv[2]
    questions = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    os.makedirs(os.path.join(folder, "shards"), exist_ok=True)
    with open(source, "rb") as file:
        checksum = hashlib.sha256()
        while piece := file.read(1 << 20):
            checksum.update(piece)
    kept, seen, rejects = [], set(), []
    with open(source, "rb") as file:
        offset = 0
        for number, line in enumerate(file, 1):
            begin, offset = offset, offset + len(line)
            if not line.strip():
                continue
            reason = None
            try:
                row = json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicate_keys)
                question = (row.get("question") or row["problem"]).strip()
                solution = row.get("solution") or row["answer"]
                steps, reason, answer = split(solution)
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                reason = type(error).__name__
            if reason is None:
                key = hashlib.sha256("\x1f".join([question] + [step for step, _ in steps]).encode()).digest()
                reason = "exact_duplicate" if key in seen else None
                seen.add(key)
            if reason is not None:
                rejects.append({"line": number, "offset": begin, "reason": reason})
                continue
            boxed = BOXED.findall(solution)
            answer = answer or row.get("answer") or (boxed[-1] if boxed else None)
            order = hashlib.sha256(normalised(question).encode()).digest() if questions else b""
            kept.append((order, row.get("id") or f"{os.path.basename(source)}:{number}", question, answer, steps))
    held_out = set(sorted({order for order, *_ in kept})[:questions])
    files = []
    for begin in range(0, len(kept), 10000):
        shard = Shard()
        for order, name, question, answer, steps in kept[begin:begin + 10000]:
            for column, text in zip(shard.columns.values(), (str(name), source, "math", question, None, answer)):
                shard.put(text, column)
            for action, title in steps:
                for column, text in zip(shard.step_columns.values(), (title, None, action, None)):
                    shard.put(text, column)
            shard.first.append(shard.first[-1] + len(steps))
            shard.split.append(int(order in held_out))
        path = os.path.join(folder, "shards", f"shard_{begin // 10000:05d}.h5")
        shard.write(path)
        with open(path, "rb") as file:
            files.append({"file": path, "sha256": hashlib.sha256(file.read()).hexdigest()})
    with open(os.path.join(folder, "rejects.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(reject) + "\n" for reject in rejects)
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump({"shards": files, "kept": len(kept), "input": checksum.hexdigest()}, file)
    print(len(kept), "rows kept,", len(rejects), "rejected")


main()
