#!/usr/bin/env python3
"""Compares greedy completions of srl_generate with transformers, token by token.

A greedy completion equals that of transformers exactly when each of its tokens is the most likely one after
the tokens before it. So one forward over prompt and completion checks all tokens. A first difference is
allowed only if the gap between the two logits is as small as fp32 rounding. The reference is transformers in
fp64. The error that is allowed in fp32 is measured on transformers itself (rounding.py).

Usage: generate_peer.py --srl_generate build/…/bin/srl_generate --model models/SmolLM2-135M-Instruct [--questions FILE.jsonl]
       [--count 64] [--tokens 128]
Exit code: 0 if all agree, 1 if something differs (it is printed), 77 if the model is missing.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from rounding import FACTOR, exact, make_exact

parser = argparse.ArgumentParser()
parser.add_argument("--srl_generate", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--questions", default="")
parser.add_argument("--count", type=int, default=8)
parser.add_argument("--tokens", type=int, default=48)
parser.add_argument("--threads", type=int, default=2)
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
exact_model = make_exact(AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float64)).eval()
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

def logits_of(model, prompt, ids):
    """The logits that predict each token of the completion."""
    with torch.inference_mode():
        return model(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1 : -1]


# First the rounding errors of transformers itself, over all completions.
reference, logits_off, logprobs_off = [], 0.0, 0.0
for prompt, answer in zip(prompts, answers):
    single = logits_of(model, prompt, answer["ids"])
    with exact():
        true = logits_of(exact_model, prompt, answer["ids"])
    reference.append(true)
    logits_off = max(logits_off, float((single - true).abs().max()))
    logprobs_off = max(logprobs_off, float((single.log_softmax(-1) - true.log_softmax(-1)).abs().max()))
tie = 2 * FACTOR * logits_off   # one logit may be too high by this error, the other too low

failed, tokens, ties, worst = False, 0, 0, 0.0
for number, (answer, logits) in enumerate(zip(answers, reference)):
    ids = answer["ids"]
    logprobs = logits.log_softmax(-1)
    ended = ids[-1] in stops
    if answer["finish_reason"] != ("stop" if ended else "length") or (not ended and len(ids) != arguments.tokens):
        failed = True
        print(f"DIFFERS question {number}: {len(ids)} tokens, finish_reason {answer['finish_reason']}")
    for place, token in enumerate(ids):
        best = int(logits[place].argmax())
        if best != token:
            gap = float(logits[place, best] - logits[place, token])
            print(f"{'tie    ' if gap < tie else 'DIFFERS'} question {number}, token {place}: {token} here, {best} there, logits {gap:.2e} apart")
            failed |= gap >= tie
            ties += 1
            break  # after a tie the completions may differ
        tokens += 1
        worst = max(worst, abs(float(logprobs[place, token]) - answer["logprobs"][place]))
print(f"{len(prompts)} questions, {tokens} tokens equal, {ties} ties (below {tie:.1e}); largest error of log-probabilities: {worst:.2e}, "
      f"of transformers in fp32: {logprobs_off:.2e}")
if worst > FACTOR * logprobs_off:
    failed = True
    print(f"DIFFERS: the error of log-probabilities is more than {FACTOR} times that of transformers in fp32")
sys.exit(1 if failed else 0)
