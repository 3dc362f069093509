"""Pairs for the similarity benchmark: expert steps of s1K and answers that SmolLM2-135M-Instruct samples when asked for them.

Writes JSON lines {"a": answer, "b": step} to a file that is kept beside the build, never in the repository.
"""
import argparse
import json
import os
import re
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def steps_of(solution):
    parts = re.split(r"(?m)^(?=\d+\. \*\*)", solution)
    return [p.strip() for p in parts if re.match(r"\d+\. \*\*", p)]


def instances(path):
    for row in json.load(open(path)):
        question, solution = row.get("problem") or row.get("question"), row.get("solution")
        steps = steps_of(solution or "")
        for k in range(1, len(steps)):
            if 250 <= len(steps[k]) <= 900 and len(question) < 600:
                yield question, steps[:k], steps[k]
                break


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.join(here, "..", "..", "..")
    data = os.environ.get("SRL_SHARED_DATA", os.path.join(root, "..", "shared", "data"))
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=os.path.join(root, "models", "SmolLM2-135M-Instruct"))
    parser.add_argument("--solutions", default=os.path.join(data, "trajectories", "s1k_problem_solution.json"))
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--answers", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=160)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    if not os.path.exists(arguments.solutions):
        sys.exit(f"no {arguments.solutions}: set SRL_SHARED_DATA")
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    torch.manual_seed(0)
    chosen = list(instances(arguments.solutions))[: arguments.prompts]
    with open(arguments.output + ".part", "w") as out:
        for question, before, target in chosen:
            content = f"Write only the next step of the solution.\nQuestion: {question}\nSolution: " + "\n".join(before)[-800:]
            prompt = tokenizer.apply_chat_template([{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True)
            ids = tokenizer(prompt, return_tensors="pt")
            sampled = model.generate(**ids, do_sample=True, temperature=1.0, top_k=0, num_return_sequences=arguments.answers,
                                     max_new_tokens=arguments.tokens, pad_token_id=tokenizer.eos_token_id)
            for row in sampled:
                answer = tokenizer.decode(row[ids["input_ids"].shape[1]:], skip_special_tokens=True)
                out.write(json.dumps({"a": answer.strip(), "b": target.strip()}) + "\n")
            out.flush()
    os.rename(arguments.output + ".part", arguments.output)


main()
