#!/usr/bin/env python3
"""Greedy answers of srl_generate against transformers, token for token.

A greedy answer equals transformers' exactly when every one of its tokens is the likeliest one given those before it, so one forward
over prompt and answer checks all of it. A first difference is allowed only where the two best logits differ by less than --tie.

Usage: generate_peer.py --srl_generate build/…/bin/srl_generate --model models/SmolLM2-135M-Instruct [--questions FILE.jsonl]
       [--count 64] [--tokens 128]
Exit code 0 when all agree, 1 with what differs, 77 when the model is missing.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--srl_generate", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--questions", default="")
parser.add_argument("--count", type=int, default=8)
parser.add_argument("--tokens", type=int, default=48)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--tie", type=float, default=1e-3)
arguments = parser.parse_args()
if not (pathlib.Path(arguments.model) / "model.safetensors").exists():
    print(f"skipped: no model in {arguments.model} (env/fetch_smollm2.sh makes it)")
    sys.exit(77)

questions = ["What is the capital of France?", "Write one sentence about the sea.", "How many days are there in three weeks?",
             "Name two prime numbers above ten.", "Why is the sky blue?", "Count from one to five.", "What is 17 + 25?", "Say hello."]
if arguments.questions:
    with open(arguments.questions, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    questions = [row.get("question") or row["problem"] for row in rows]
questions = questions[: arguments.count]

torch.set_num_threads(arguments.threads)
tokenizer = AutoTokenizer.from_pretrained(arguments.model)
model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).eval()
stops = model.generation_config.eos_token_id
stops = set(stops if isinstance(stops, list) else [stops])
prompts = []
for question in questions:
    text = tokenizer.apply_chat_template([{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True)
    prompts.append(tokenizer(text, add_special_tokens=False)["input_ids"])
done = subprocess.run([arguments.srl_generate, "--model", arguments.model, "--sampling.greedy", "on", "--threads", str(arguments.threads),
                       "--sampling.max_new_tokens", str(arguments.tokens)], check=True, text=True, stdout=subprocess.PIPE,
                      input="".join(json.dumps({"ids": ids}) + "\n" for ids in prompts))
answers = [json.loads(line) for line in done.stdout.splitlines()]
assert len(answers) == len(prompts), f"{len(answers)} lines out for {len(prompts)} in"

failed, tokens, ties, worst = False, 0, 0, 0.0
for number, (prompt, answer) in enumerate(zip(prompts, answers)):
    ids = answer["ids"]
    with torch.inference_mode():
        logits = model(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1 : -1]
    logprobs = logits.log_softmax(-1)
    ended = ids[-1] in stops
    if answer["finish_reason"] != ("stop" if ended else "length") or (not ended and len(ids) != arguments.tokens):
        failed = True
        print(f"DIFFERS question {number}: {len(ids)} tokens, finish_reason {answer['finish_reason']}")
    for place, token in enumerate(ids):
        best = int(logits[place].argmax())
        if best != token:
            gap = float(logits[place, best] - logits[place, token])
            print(f"{'tie    ' if gap < arguments.tie else 'DIFFERS'} question {number}, token {place}: {token} here, {best} there, logits {gap:.2e} apart")
            failed |= gap >= arguments.tie
            ties += 1
            break  # from here on the texts differ rightly
        tokens += 1
        worst = max(worst, abs(float(logprobs[place, token]) - answer["logprobs"][place]))
print(f"{len(prompts)} questions, {tokens} tokens equal, {ties} ties; log-probabilities at most {worst:.2e} apart")
if worst > 1e-3:
    failed = True
    print("DIFFERS: log-probabilities more than 1e-3 apart")
sys.exit(1 if failed else 0)
