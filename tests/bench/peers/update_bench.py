#!/usr/bin/env python3
"""Compares our update with TRL's GRPOTrainer, or with forward and backward of plain transformers, in turn on
the same work and model, in fp32 on a CPU. The prompts have the same tokens, each prompt has --completions
completions of exactly --new tokens, and the reward is the difflib similarity to one text. Prints each pair,
the median ratio with its spread, and the peak memory of both sides.

Usage: update_bench.py --update_bench build/…/bench/update_bench --model FOLDER [--against trl|transformers]
       [--prompt 40] [--prompts 4] [--completions 8] [--new 64] [--micro 32] [--pairs 3] [--threads 2] [--warm] [--keep]
  --micro  completions per micro-batch of the other side
  --warm   runs one pair first that does not count
  --keep   TRL keeps activations; its default is to recompute them in the backward
"""
import argparse
import difflib
import json
import resource
import statistics
import subprocess
import tempfile
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback

parser = argparse.ArgumentParser()
parser.add_argument("--update_bench", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--against", choices=("trl", "transformers"), default="trl")
parser.add_argument("--warm", action="store_true")
parser.add_argument("--keep", action="store_true")
for name, value in (("prompt", 40), ("prompts", 4), ("completions", 8), ("new", 64), ("micro", 32), ("pairs", 3), ("threads", 2)):
    parser.add_argument(f"--{name}", type=int, default=value)
a = parser.parse_args()

torch.set_num_threads(a.threads)
ours = subprocess.Popen([a.update_bench, a.model, *map(str, (a.prompt, a.prompts, a.completions, a.new, a.threads, 4096, 0))], text=True,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ask(word):
    ours.stdin.write(word + "\n")
    ours.stdin.flush()
    return json.loads(ours.stdout.readline())


work = ask("ids")
tokenizer = AutoTokenizer.from_pretrained(a.model)
ratios, skipped = [], not a.warm


def pair(theirs, key):
    """Runs our update after the other side's. With --warm the first pair does not count."""
    global skipped
    line = ask("update")
    print(f"{a.against} {theirs:.1f} s, ours {line[key]:.2f} s, ratio {theirs / line[key]:.2f}   "
          f"(ours: {', '.join(f'{k} {line[k]:.2f}' for k in ('rollout', 'reward', 'forward_backward', 'optimizer'))}){'' if skipped else ' warming up'}",
          flush=True)
    if skipped:
        ratios.append(theirs / line[key])
    skipped = True
    return line


def against_trl():
    import datasets
    from trl import GRPOConfig, GRPOTrainer

    class InTurn(TrainerCallback):
        def on_step_begin(self, args, state, control, **_):
            self.started = time.time()

        def on_step_end(self, args, state, control, **_):
            self.line = pair(time.time() - self.started, "total")

    def reward(completions, **_):
        return [difflib.SequenceMatcher(None, text, work["target"], autojunk=False).ratio() for text in completions]

    texts = [tokenizer.decode(ids) for ids in work["prompts"]]
    found = [len(tokenizer(text)["input_ids"]) for text in texts]
    assert all(abs(n - a.prompt) <= 1 for n in found), f"prompts have {found} tokens in TRL"
    rounds = a.pairs + a.warm
    with tempfile.TemporaryDirectory() as scratch:
        config = GRPOConfig(output_dir=scratch, use_cpu=True, bf16=False, per_device_train_batch_size=a.micro,
                            gradient_accumulation_steps=a.prompts * a.completions // a.micro, num_generations=a.completions, max_completion_length=a.new,
                            generation_kwargs=dict(min_new_tokens=a.new), max_steps=rounds, learning_rate=1e-6, beta=0.0, report_to="none",
                            save_strategy="no", logging_steps=1000, disable_tqdm=True, gradient_checkpointing=not a.keep, shuffle_dataset=False)
        turn = InTurn()
        GRPOTrainer(model=AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.float32), reward_funcs=reward, args=config,
                    processing_class=tokenizer, train_dataset=datasets.Dataset.from_dict({"prompt": texts * rounds}), callbacks=[turn]).train()
    return turn.line


def against_transformers():
    model = AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.float32)
    rows = torch.tensor([ids for ids in work["prompts"] for _ in range(a.completions)])
    ids = torch.cat([rows, torch.randint(3, model.config.vocab_size, (len(rows), a.new), generator=torch.Generator().manual_seed(1))], 1)
    for _ in range(a.pairs + a.warm):
        started = time.time()
        model.zero_grad()
        for part in ids.split(a.micro):
            logits = model(part, attention_mask=torch.ones_like(part), logits_to_keep=a.new + 1).logits[:, :-1]
            (-logits.log_softmax(-1).gather(2, part[:, -a.new:, None]).sum() / ids.numel()).backward()
        line = pair(time.time() - started, "forward_backward")
    return line


line = against_trl() if a.against == "trl" else against_transformers()
ours.stdin.close()
print(f"{a.prompts} prompts of {a.prompt} tokens x {a.completions} completions of {a.new}: {a.against} / ours median {statistics.median(ratios):.2f}, "
      f"{min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} pairs; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB "
      f"and {line['memory_peak_bytes'] / 2**30:.2f} GiB")
