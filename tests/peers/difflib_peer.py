"""Compares srl_score similarity with the running CPython on random and adversarial pairs: the ratio bit for
bit, and every block.

Tests both orders and both autojunk settings. Prints the number of comparisons that agree and the first five
differences. The exit code is 1 when there is a difference.
"""
import argparse
import difflib
import json
import random
import subprocess
import sys
import unicodedata


def letters(rng):
    kind = rng.randrange(7)
    if kind == 0:
        return "ab"
    if kind == 1:
        return "a"
    if kind == 2:
        return "abc "
    if kind == 3:
        return [chr(c) for c in range(0x4E00, 0x4E08)]
    if kind == 4:
        return ["e", "\u0301", "\u0308", "o", "\u00e9"]
    if kind == 5:
        return ["\U0001f600", "\U0001f468", "\u200d", "\U0001f469", "\ufe0f", "x"]
    return [chr(c) for c in range(32, 127)]


def text(rng, length):
    alphabet = letters(rng)
    if rng.random() < 0.3:  # long repeats of a short unit, with some changes
        unit = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 5)))
        out = list((unit * (length // max(1, len(unit)) + 1))[:length])
        for _ in range(rng.randrange(3)):
            if out:
                out[rng.randrange(len(out))] = rng.choice(alphabet)
        return "".join(out)
    return "".join(rng.choice(alphabet) for _ in range(length))


def edited(rng, source):
    out = list(source)
    for _ in range(rng.randrange(6)):
        if len(out) < 2:
            break
        i, j = sorted((rng.randrange(len(out)), rng.randrange(len(out))))
        action = rng.randrange(4)
        if action == 0:
            del out[i : min(j, i + 8)]
        elif action == 1:
            out[i:i] = out[j : j + 8]
        elif action == 2:
            out[i] = rng.choice(out)
        else:
            out[i:j] = reversed(out[i:j])
    return "".join(out)


def pairs(count, seed):
    rng = random.Random(seed)
    for k in range(count):
        longest = 60 if k % 200 else 320  # autojunk needs 200 elements in b
        a = text(rng, rng.randint(0, longest))
        b = edited(rng, a) if rng.random() < 0.5 else text(rng, rng.randint(0, longest))
        if longest == 320:
            b = (b + text(rng, 320))[: rng.randint(190, 330)]
        if rng.random() < 0.1:
            b = unicodedata.normalize("NFD", b)
        yield (a, b) if rng.random() < 0.5 else (b, a)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--srl_score", required=True)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = list(pairs(arguments.count, arguments.seed))
    compared = wrong = 0
    for autojunk in (False, True):
        for order in ("action_first", "expert_first"):
            lines = "".join(json.dumps({"a": a, "b": b}) + "\n" for a, b in rows)
            command = [arguments.srl_score, "similarity", "--blocks", "--similarity.order", order]
            command += ["--similarity.autojunk", "on" if autojunk else "off"]
            out = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
            assert len(out) == len(rows), (len(out), len(rows))
            for (a, b), line in zip(rows, out):
                ours = json.loads(line)
                first, second = (a, b) if order == "action_first" else (b, a)
                theirs = difflib.SequenceMatcher(None, first, second, autojunk=autojunk)
                blocks = [list(block) for block in theirs.get_matching_blocks()]
                compared += 1
                if ours["ratio"] != theirs.ratio() or ours["blocks"] != blocks:
                    wrong += 1
                    if wrong <= 5:
                        print("different:", json.dumps([first, second, autojunk]), ours, theirs.ratio(), blocks)
    print(f"{compared - wrong} of {compared} comparisons agree ({len(rows)} pairs, both orders, autojunk on and off)")
    sys.exit(wrong > 0)


main()
