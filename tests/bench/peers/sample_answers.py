"""Answers that SmolLM2-135M-Instruct gives when asked for a step of s1K's solutions: the pairs of the similarity benchmark.

    sample_answers.py --srl_generate build/cpu-release/bin/srl_generate            makes tests/bench/data/smollm2_answers.jsonl
    sample_answers.py --pairs answers.jsonl                                        joins it with the steps: lines {"a", "b"}

The kept file holds what the model wrote and which step it was asked for, no text of the data: answers that quote 40 characters or more
of the question or solution are left out. Given the seed, srl_generate's answers are the same on any number of ranks and threads.
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
    """Row, question, steps before, target: of each solution the first step of usual length."""
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
    command = [arguments.srl_generate, "--model", arguments.model, "--completions", str(arguments.answers), "--seed", "1"]
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
    print(f"{kept} answers to {len(chosen)} questions in {arguments.output}")


def join(arguments):
    steps = {(number, len(before)): target for number, _, before, target in instances(arguments.solutions)}
    with open(arguments.pairs, "w") as file:
        for line in open(arguments.output):
            row = json.loads(line)
            file.write(json.dumps({"a": row["answer"], "b": steps[row["row"], row["step"]]}) + "\n")


def main():
    data = os.environ.get("SRL_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
    parser = argparse.ArgumentParser()
    parser.add_argument("--srl_generate", help="samples anew")
    parser.add_argument("--pairs", help="writes the pairs here")
    parser.add_argument("--output", default=KEPT, help="the kept file")
    parser.add_argument("--model", default=os.path.join(ROOT, "models", "SmolLM2-135M-Instruct"))
    parser.add_argument("--solutions", default=os.path.join(data, "trajectories", "s1k_problem_solution.json"))
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--answers", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=160)
    arguments = parser.parse_args()
    if not os.path.exists(arguments.solutions):
        sys.exit(f"no {arguments.solutions}: set SRL_SHARED_DATA")
    if arguments.srl_generate:
        sample(arguments, list(instances(arguments.solutions))[: arguments.prompts])
    if arguments.pairs:
        join(arguments)


if __name__ == "__main__":
    main()
