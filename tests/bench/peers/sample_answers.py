"""Completions of SmolLM2-135M-Instruct for steps of s1K's solutions. They are the pairs of the similarity
benchmark.

    sample_answers.py --srl_generate build/cpu-release/bin/srl_generate    writes tests/bench/data/smollm2_answers.jsonl
    sample_answers.py --pairs answers.jsonl                                joins it with the steps: lines {"a", "b"}

The file contains the completions and the numbers of their steps, but no text of the data: completions that
quote 40 or more characters of the question or solution are left out. For a given seed, srl_generate's
completions are the same on any number of ranks and threads.
"""
import argparse
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
KEPT = os.path.join(HERE, "..", "data", "smollm2_answers.jsonl")


def steps_of(solution):
    parts = re.split(r"(?m)^(?=\d+\. \*\*)", solution)
    return [p.strip() for p in parts if re.match(r"\d+\. \*\*", p)]


def instances(path):
    """(row, question, steps before, target) for the first step of usual length in each solution."""
    for number, row in enumerate(json.load(open(path))):
        question, solution = row.get("problem") or row.get("question"), row.get("solution")
        steps = steps_of(solution or "")
        for k in range(1, len(steps)):
            if 250 <= len(steps[k]) <= 900 and len(question) < 600:
                yield number, question, steps[:k], steps[k]
                break


def quotes(answer, source, length=40):
    return any(answer[i : i + length] in source for i in range(len(answer) - length + 1))


def sample(arguments, chosen):
    prompts = []
    for _, question, before, _ in chosen:
        content = f"Write only the next step of the solution.\nQuestion: {question}\nSolution: " + "\n".join(before)[-800:]
        prompts.append(json.dumps({"messages": [{"role": "user", "content": content}]}))
    command = [arguments.srl_generate, "--model", arguments.model, "--completions", str(arguments.completions), "--seed", "1"]
    command += ["--sampling.max_new_tokens", str(arguments.tokens)]
    out = subprocess.run(command, input="\n".join(prompts) + "\n", capture_output=True, text=True, check=True).stdout.splitlines()
    kept = 0
    os.makedirs(os.path.dirname(KEPT), exist_ok=True)
    with open(arguments.output, "w") as file:
        for (number, question, before, target), line in zip(chosen, out, strict=True):
            for answer in json.loads(line)["completions"]:
                text = answer["text"].strip()
                if text and not quotes(text, "\n".join([question, *before, target])):
                    file.write(json.dumps({"row": number, "step": len(before), "answer": text}, ensure_ascii=False) + "\n")
                    kept += 1
    print(f"wrote {kept} completions for {len(chosen)} questions to {arguments.output}")


def join(arguments):
    steps = {(number, len(before)): target for number, _, before, target in instances(arguments.solutions)}
    with open(arguments.pairs, "w") as file:
        for line in open(arguments.output):
            row = json.loads(line)
            file.write(json.dumps({"a": row["answer"], "b": steps[row["row"], row["step"]]}) + "\n")


def main():
    data = os.environ.get("SRL_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
    parser = argparse.ArgumentParser()
    parser.add_argument("--srl_generate", help="path of srl_generate: samples new completions")
    parser.add_argument("--pairs", help="file to which the pairs are written")
    parser.add_argument("--output", default=KEPT, help="file of the completions")
    parser.add_argument("--model", default=os.path.join(ROOT, "models", "SmolLM2-135M-Instruct"))
    parser.add_argument("--solutions", default=os.path.join(data, "trajectories", "s1k_problem_solution.json"))
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--completions", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=160)
    arguments = parser.parse_args()
    if not os.path.exists(arguments.solutions):
        sys.exit(f"sample_answers.py: {arguments.solutions} does not exist; set SRL_SHARED_DATA")
    if arguments.srl_generate:
        sample(arguments, list(instances(arguments.solutions))[: arguments.prompts])
    if arguments.pairs:
        join(arguments)


if __name__ == "__main__":
    main()
