#!/usr/bin/env python3
"""make_inputs.py FOLDER: runs and records that are hard to show: labels of 110 characters without a blank,
names that hold HTML, control characters, long words, figures that are missing, zero, tiny and huge, and a run
of many updates.
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[1])
EVIL = '<script>alert("x")</script>&amp;<!--'


def label(text, fill="m"):
    return (text + "_").ljust(110, fill)[:110]


def lines(path, objects):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        for one in objects:
            file.write(json.dumps(one) + "\n")


def validation(update, rate):
    return {"format_rate": rate, "similarity_given_format": 0.5 + update / 1e4, "exact_share": 0.1,
            "control_previous": 0.4, "control_other": 0.3, "control_shuffled": None, "instances": 20,
            "reward_mean": 0.4}


def run(name, updates, scale=1.0):
    folder = FOLDER / "runs" / name
    metrics, samples = [], []
    for update in range(1, updates + 1):
        wave = ((update * 7919) % 101) / 101
        metrics.append({
            "update": update, "epoch": update / 100, "rollouts_sampled": 64, "groups": 0 if update % 9 == 0 else 4,
            "reward_mean": scale * (wave - 0.5), "reward_std": 0.0, "format_rate": wave, "filtered_share": 1 - wave,
            "reward_histogram": [1] + [0] * 10 + [update] * 11, "format_errors": {"truncated": 3, EVIL: 1},
            "entropy": 1e-7 * wave, "answer_tokens_mean": 1e7 * wave, "truncated_share": 0.0, "grad_norm": None,
            "loss": -wave, "clip_fraction": 0.0, "learning_rate": 1e-6,
            "seconds": {"rollout": 2 * wave, "reward": 0.1, "forward_backward": 1.0, "optimizer": 0.0,
                        "checkpoint": 0.0, "total": 3.5},
            "tokens_per_second": {"rollout": 1234.5, "training": 0.0}, "mfu": None})
        if update % 50 == 0 or update == updates:
            metrics[-1]["validation"] = validation(update, wave)
        samples.append({"update": update, "solution": EVIL, "k": 1, "answer": 0, "prompt": "line\n" * 30 + "w" * 900,
                        "thought": "\x01\x7f\u202e " + EVIL, "action": f"1. **Add** {update} + 2 = {'9' * 200} <b>",
                        "target": f"1. **Add** {update} + 2 = {'8' * 190} and then {'x y ' * 60}",
                        "reward": wave, "format_error": "none" if update % 3 else "missing_close"})
    lines(folder / "metrics.jsonl", metrics)
    lines(folder / "samples.jsonl", samples)
    lines(folder / "validation.jsonl", [{"update": 0, "validation": validation(0, 0.0)}])
    lines(folder / "rollouts" / "update_000001.jsonl", [{"answer_ids": [1] * n} for n in (3, 5, 900)])
    (folder / "STATUS").write_text(f"state=failed\nreason={EVIL}\nupdate={updates}\n")
    (folder / "provenance.json").write_text(json.dumps({
        "job": "srl_train", "arguments": ["--run", EVIL, "--model", "it's"], "folder": "/" + label("folder"), "ranks": 2,
        "code_version": "1", "options": {"training.updates": updates, "model": EVIL, "long": "o" * 300}}))


def record(group, question, sample, **changed):
    right = (question * 31 + sample * 17 + group) % 3 == 0
    step = group % 2 == 1
    one = {"model": label(f"model{group}{EVIL}", "M"), "model_checksum": f"{group:032x}",
           "benchmark": label("benchmark", "W"), "benchmark_checksum": "c" * 32, "question": question,
           "id": label("id"), "sample": sample, "view": "step" if step else "whole",
           "settings": {"greedy": sample == 0 and group == 2, "temperature": 1.0, "system_prompt": EVIL},
           "text": "think\n" + "text " * 400 + EVIL, "answer": "" if question % 7 == 0 else f"{question} {EVIL} \\frac{{1}}{{2}}",
           "reference": f"{question + 1} {'z' * 120}", "correct": right, "how": "exact", "tokens": 10 + question % 37,
           "finish_reason": ("stop", "length", "bad_format", "not_asked")[question % 4], "seconds": 0.1}
    if step:
        one.update(similarity=0.03 * (question % 34), solution=question // 3, step=question % 3)
    one.update(changed)
    return one


run(label("long", "r"), 1)
run(EVIL.replace("/", "") + "_b", 60, 1e-6)
run("many", 5000, 1e8)
run("none_at_all", 0)
lines(FOLDER / "results" / "records_00000.jsonl",
      [record(group, question, sample) for group in range(3) for question in range(40) for sample in range(2)])
(FOLDER / "results" / "STATUS_00000").write_text("state=running\n")
lines(FOLDER / "before" / "records_00000.jsonl", [record(1, q, 0) for q in range(30)])
lines(FOLDER / "after" / "records_00000.jsonl", [record(1, q, 0, model="after", correct=True) for q in range(30)])
for row in (label("row"), EVIL.replace("/", "")):
    for seed in ("1", "2", "3"):
        lines(FOLDER / "study" / "results" / row / seed / "records_00000.jsonl",
              [record(0, q, s, correct=(q + s + len(row) + int(seed)) % 3 > 0) for q in range(12) for s in range(2)])

# A benchmark of which all but ten questions are in the training data. make_pages.sh knows the checksum of its file.
rows = [{"id": label(f"{EVIL}{q}", "i"), "question": " ".join(f"w{q}_{k}" for k in range(14)), "answer": "1",
         "solution": "1. **Add** One and no other is 1.\n2. **Add** It stays 1.\n3. **End** The answer is \\boxed{1}."}
        for q in range(240)]
lines(FOLDER / "contaminated" / f"{label('bench', 'B')}.jsonl", rows)
lines(FOLDER / "contaminated" / "train.jsonl", rows[:230])
lines(FOLDER / "contaminated" / "results" / "records_00000.jsonl",
      [record(0, q, s, benchmark=label("bench", "B"), benchmark_checksum="CHECKSUM") for q in range(240) for s in range(2)]
      + [record(1, q, 0) for q in range(20)])
