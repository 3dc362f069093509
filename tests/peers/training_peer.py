#!/usr/bin/env python3
"""Compares training with transformers and a plain GRPO in PyTorch: padded batches, autograd,
torch.optim.AdamW.

1. The functions that srl_train calls, for random small models: log-probabilities, loss, entropy, KL and gradients
   for saved rollouts. Old log-probabilities and reference come from perturbed weights.
2. AdamW on a whole model in fp64, compared with torch.optim.AdamW.
3. srl_train itself: three updates from the same saved rollouts, on-policy and with two mini-batches and a KL term.
   Compares metrics, dumped gradients and the change of the parameters, for a small model and a real one (if there
   is one).

PyTorch runs in fp64, which is the reference, and in fp32 like our code. Our errors may be a few times those
of PyTorch in fp32 (rounding.py).

Usage: training_peer.py --driver build/…/tests/training_peer --bin build/…/bin [--model FOLDER]
Exit code: 0 if all agree, 1 if something differs (it is printed).
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config, Qwen3Config
from transformers.utils import logging

from rounding import Check, exact, make_exact

SIZES = dict(vocab_size=211, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=256, initializer_range=0.1)
CASES = {"Llama, tied": LlamaConfig(**SIZES, tie_word_embeddings=True), "Qwen2": Qwen2Config(**SIZES), "Qwen3": Qwen3Config(**SIZES, head_dim=32)}
TEMPERATURE = 0.9
MAX_NEW = 64


def run(words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


# --- rollouts -----------------------------------------------------------------------------------------------

def make_groups(generator, vocab, groups, answers, prompt_length, longest):
    """Groups of random ids with random rewards. Advantages as in docs/method.md, "Advantages" (population
    standard deviation, 1e-6)."""
    made = []
    for draw in range(groups):
        length = lambda most: int(torch.randint(max(1, most // 2), most + 1, (1,), generator=generator))
        ids = lambda count: torch.randint(3, vocab, (count,), generator=generator).tolist()
        rewards = torch.rand(answers, generator=generator, dtype=torch.float64)
        advantages = (rewards - rewards.mean()) / (rewards.std(unbiased=False) + 1e-6)
        made.append(dict(draw=draw, prompt=ids(length(prompt_length)), answers=[ids(length(longest)) for _ in range(answers)],
                         rewards=rewards.tolist(), advantages=advantages.tolist()))
    return made


def write_rollouts(path, groups):
    with open(path, "w") as file:
        for group in groups:
            for a, ids in enumerate(group["answers"]):
                file.write(json.dumps(dict(draw=group["draw"], solution=f"s{group['draw']}", k=0, answer=a, prompt_ids=group["prompt"],
                                           answer_ids=ids, logprobs=[-1.0] * len(ids), reward=group["rewards"][a],
                                           advantage=group["advantages"][a], finish_reason="stop")) + "\n")


# --- plain GRPO ---------------------------------------------------------------------------------------------

def predict(model, groups):
    """Log-probabilities and entropies [completions, longest completion] and the mask of real tokens, from one
    padded batch in which every prompt is repeated."""
    rows = [(group["prompt"], ids) for group in groups for ids in group["answers"]]
    width, longest = max(len(p) + len(a) for p, a in rows), max(len(a) for _, a in rows)
    ids, attend = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    targets, mask = torch.zeros(len(rows), longest, dtype=torch.long), torch.zeros(len(rows), longest)
    place = torch.zeros(len(rows), longest, dtype=torch.long)
    for i, (prompt, answer) in enumerate(rows):
        ids[i, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        attend[i, : len(prompt) + len(answer)] = 1
        targets[i, : len(answer)] = torch.tensor(answer)
        mask[i, : len(answer)] = 1
        place[i, : len(answer)] = torch.arange(len(prompt) - 1, len(prompt) + len(answer) - 1)
    logits = model(input_ids=ids, attention_mask=attend).logits
    chosen = logits.gather(1, place[:, :, None].expand(-1, -1, logits.shape[-1])) / TEMPERATURE
    logp = chosen.log_softmax(-1)
    return logp.gather(2, targets[:, :, None])[:, :, 0], -(logp.exp() * logp).sum(-1).detach(), mask


def average(values, mask, kind):
    """The mean over the batch that the option objective.loss names."""
    if kind == "sequence_mean":
        return ((values * mask).sum(1) / mask.sum(1)).mean()
    if kind == "token_mean":
        return (values * mask).sum() / mask.sum()
    return (values * mask).sum() / (len(mask) * MAX_NEW)


def grpo_loss(model, groups, old, reference, kl_beta, kind):
    """The loss and its logged figures. `old` and `reference` are log-probabilities [completions, longest], or
    None."""
    logp, entropy, mask = predict(model, groups)
    advantages = torch.tensor([a for group in groups for a in group["advantages"]], dtype=logp.dtype)[:, None]
    ratio = torch.exp(logp - (logp.detach() if old is None else old))
    token_loss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages)
    kl = torch.zeros_like(logp)
    if reference is not None:
        kl = torch.exp(reference - logp) - (reference - logp) - 1
    return figures_of(token_loss + kl_beta * kl, entropy, kl, mask, kind)


def likelihood_loss(model, groups, kind):
    logp, entropy, mask = predict(model, groups)
    return figures_of(-logp, entropy, torch.zeros_like(logp), mask, kind)


def figures_of(token_loss, entropy, kl, mask, kind):
    """The loss to differentiate, and the logged figures with their averages over tokens."""
    averages = dict(loss=lambda values: average(values, mask, kind).item(), entropy=lambda values: average(values, mask, "token_mean").item())
    averages["kl"] = averages["entropy"]
    tokens = dict(loss=token_loss.detach(), entropy=entropy, kl=kl.detach())
    return average(token_loss, mask, kind), dict(tokens=tokens, averages=averages, **{key: averages[key](tokens[key]) for key in tokens})


def rounding_of(single, true):
    """The absolute error of fp32 per token, averaged like each figure, so that errors of opposite sign do not
    cancel."""
    return {key: true["averages"][key]((single["tokens"][key] - value).abs()) for key, value in true["tokens"].items()}


def optimizer_of(model, learning_rate, weight_decay=0.01):
    """AdamW without weight decay on norms, biases and embeddings."""
    decays = lambda name: not ("norm" in name or name.endswith("bias") or "embed_tokens" in name)
    named = list(model.named_parameters())
    return torch.optim.AdamW([dict(params=[p for n, p in named if decays(n)], weight_decay=weight_decay),
                              dict(params=[p for n, p in named if not decays(n)], weight_decay=0.0)], lr=learning_rate)


def train(model, updates, minibatches, kl_beta, learning_rate):
    """Yields per update the logged figures and the unclipped gradients of the first and last mini-batch."""
    optimizer = optimizer_of(model, learning_rate)
    frozen = [predict(model, groups)[0].detach() for groups in updates] if kl_beta > 0 else [None] * len(updates)
    for groups, reference in zip(updates, frozen):
        answers = len(groups[0]["answers"])
        old = predict(model, groups)[0].detach() if minibatches > 1 else None
        logged, gradients = [], []
        for m in range(minibatches):
            part = slice(m * len(groups) // minibatches, (m + 1) * len(groups) // minibatches)
            rows = slice(part.start * answers, part.stop * answers)
            longest = max(len(ids) for group in groups[part] for ids in group["answers"])
            cut = lambda values: None if values is None else values[rows, :longest]
            optimizer.zero_grad()
            loss, figures = grpo_loss(model, groups[part], cut(old), cut(reference), kl_beta, "sequence_mean")
            loss.backward()
            if m in (0, minibatches - 1):
                gradients.append({name: p.grad.clone() for name, p in model.named_parameters()})
            # In fp64, because the fp32 sums of clip_grad_norm_ have an error of 2e-5 for 28 million elements.
            norm = sum(p.grad.double().square().sum().item() for p in model.parameters()) ** 0.5
            for parameter in model.parameters():
                parameter.grad *= min(1.0, 1.0 / norm)
            figures["grad_norm"] = norm
            optimizer.step()
            logged.append(figures)
        yield logged, gradients[0], gradients[-1]


def single_training(model, updates, minibatches, kl_beta, learning_rate, scratch):
    """All updates in fp32. Gradients and final weights go to files: only one precision is in memory."""
    logged = []
    for number, (figures, first, last) in enumerate(train(model, updates, minibatches, kl_beta, learning_rate), 1):
        logged.append(figures)
        save_file(first, scratch / f"single_first_{number}.safetensors")
        save_file(last, scratch / f"single_last_{number}.safetensors")
    save_file({name: p.detach().clone() for name, p in model.named_parameters()}, scratch / "single_weights.safetensors")
    return logged


# --- comparisons --------------------------------------------------------------------------------------------

def distance(ours, theirs):
    return sum((ours[name].double() - value).square().sum().item() for name, value in theirs.items()) ** 0.5


def compare_gradients(check, what, ours, single, true):
    errors = lambda found: {name: ((found[name].double() - value).norm() / value.norm()).item() for name, value in true.items()}
    mine, theirs = errors(ours), errors(single)
    where = max(mine, key=lambda name: mine[name] / theirs[name])
    check.errors(f"{what}: gradient of the worst tensor {where}", mine[where], theirs[where])


def answer_logprobs(model, groups):
    """Log-probabilities of every token of every completion, in one row."""
    with torch.no_grad():
        logp, _, _ = predict(model, groups)
    lengths = [len(answer) for group in groups for answer in group["answers"]]
    return torch.cat([logp[i, :length] for i, length in enumerate(lengths)]).double()


def compare_logprobs(check, what, driver, scratch, folder, groups, single, true):
    """Compares our log-probabilities for the model in `folder` with PyTorch's."""
    file = scratch / "rollouts.jsonl"
    write_rollouts(file, groups)
    settings = scratch / "settings.json"
    settings.write_text(json.dumps(dict(model=str(folder), rollouts=str(file), dtype="fp32", temperature=TEMPERATURE, pack_tokens=200)))
    found = json.loads(run([driver, "logprobs", settings]))["logprobs"]
    ours = torch.tensor([value for group in found for answer in group for value in answer], dtype=torch.float64)
    assert ours.shape == true.shape
    check.errors(f"{what}: log-probabilities", (ours - true).abs().max().item(), (single - true).abs().max().item())


def perturbed(model, folder, seed, size):
    """A saved copy with noise on every weight, of `size` times the standard deviation of its tensor."""
    generator = torch.Generator().manual_seed(seed)
    copy = type(model)(model.config)
    copy.load_state_dict(model.state_dict())
    for parameter in copy.parameters():
        parameter.data += size * parameter.data.std() * torch.randn(parameter.shape, generator=generator)
    copy.save_pretrained(folder)
    return copy


def exact_copy(model):
    copy = type(model)(model.config)
    copy.load_state_dict(model.state_dict())
    return make_exact(copy)


def loss_and_gradients(models, groups, kind, likelihood):
    """Figures and gradients of the first model. The other two models are the old one and the reference."""
    model, old_model, frozen = models
    model.zero_grad()
    if likelihood:
        loss, figures = likelihood_loss(model, groups, kind)
    else:
        with torch.no_grad():
            old, reference = predict(old_model, groups)[0], predict(frozen, groups)[0]
        loss, figures = grpo_loss(model, groups, old, reference, 0.05, kind)
    loss.backward()
    return figures, {name: p.grad.clone() for name, p in model.named_parameters()}


def compare_case(check, what, driver, scratch, models, exact_models, groups, kind, likelihood):
    settings = dict(model=str(scratch / "model"), rollouts=str(scratch / "rollouts.jsonl"), dtype="fp32", temperature=TEMPERATURE,
                    pack_tokens=150, old="" if likelihood else str(scratch / "old"), max_new_tokens=MAX_NEW, loss=kind,
                    reference="" if likelihood else str(scratch / "reference"), kl_beta=0.0 if likelihood else 0.05,
                    likelihood=likelihood, gradients=str(scratch / "gradients.safetensors"))
    (scratch / "settings.json").write_text(json.dumps(settings))
    ours = json.loads(run([driver, "gradients", scratch / "settings.json"]))
    single, single_gradients = loss_and_gradients(models, groups, kind, likelihood)
    with exact():
        true, gradients = loss_and_gradients(exact_models, groups, kind, likelihood)
    rounding = rounding_of(single, true)
    check.errors(f"{what}: loss", abs(ours["loss"] - true["loss"]), rounding["loss"])
    if not likelihood:
        for key in ("entropy", "kl"):
            check.errors(f"{what}: {key}", abs(ours[key] / ours["tokens"] - true[key]), rounding[key])
        if not 0 < ours["clipped"] < ours["tokens"]:
            raise SystemExit(f"{what}: {ours['clipped']} of {ours['tokens']} tokens clipped: the case must have clipped and unclipped tokens")
    compare_gradients(check, what, load_file(settings["gradients"]), single_gradients, gradients)


def compare_functions(check, driver):
    for name, config in CASES.items():
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            torch.manual_seed(3)
            model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
            model.save_pretrained(scratch / "model")
            models = [model, perturbed(model, scratch / "old", 1, 0.03), perturbed(model, scratch / "reference", 2, 0.1)]
            exact_models = [exact_copy(each) for each in models]
            groups = make_groups(torch.Generator().manual_seed(4), SIZES["vocab_size"], 4, 3, 40, 25)
            with exact():
                true = answer_logprobs(exact_models[0], groups)
            compare_logprobs(check, name, driver, scratch, scratch / "model", groups, answer_logprobs(model, groups), true)
            for kind, likelihood in (("sequence_mean", False), ("token_mean", False), ("constant", False), ("token_mean", True)):
                what = f"{name}, {'likelihood' if likelihood else kind}"
                compare_case(check, what, driver, scratch, models, exact_models, groups, kind, likelihood)


def compare_adamw(check, driver):
    """Compares five steps with given random gradients in fp64."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        generator = torch.Generator().manual_seed(9)
        model = AutoModelForCausalLM.from_config(CASES["Qwen2"]).double()
        model.save_pretrained(scratch / "model")
        start = {name: p.detach().clone() for name, p in model.named_parameters()}
        optimizer = optimizer_of(model, 1e-2, 0.5)
        steps = []
        for number in range(5):
            for parameter in model.parameters():
                parameter.grad = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            steps.append(str(scratch / f"step_{number}"))
            shutil.copytree(scratch / "model", steps[-1])
            save_file({name: p.grad for name, p in model.named_parameters()}, scratch / f"step_{number}" / "model.safetensors")
            optimizer.step()
        (scratch / "settings.json").write_text(json.dumps(dict(model=str(scratch / "model"), steps=steps, learning_rate=1e-2, weight_decay=0.5,
                                                               weights=str(scratch / "weights.safetensors"))))
        run([driver, "adamw", scratch / "settings.json"])
        ours = load_file(scratch / "weights.safetensors")
        assert all(not torch.equal(ours[name], value) for name, value in start.items())
        # Nothing is rounded to fp32. The limit is 1000 times the fp64 error of 20 operations on numbers < 1.
        check("AdamW in fp64: largest difference", max((ours[n] - p).abs().max().item() for n, p in model.named_parameters()), 1e-12)


def srl_train(arguments, scratch, folder, minibatches, kl_beta, learning_rate, sizes):
    source = pathlib.Path(__file__).resolve().parents[2]
    run([arguments.bin / "srl_prep", "--input", source / "data_prep/example/expert_solutions.jsonl", "--output", scratch / "data"])
    run([arguments.bin / "srl_train", "--data", scratch / "data", "--model", folder, "--run", scratch / "run", "--instance.chat_template", "chatml",
         "--training.updates", 3, "--training.replay", scratch / "replay", "--training.dump_gradients", scratch / "gradients",
         "--training.learning_rate", learning_rate, "--training.max_tokens_per_pack", 400, "--objective.minibatches", minibatches,
         "--objective.kl_beta", kl_beta, "--sampling.temperature", TEMPERATURE, "--training.prompts_per_update", sizes[0], "--training.group_size",
         sizes[1], "--checkpoint.every_updates", 0, "--threads", os.environ.get("OMP_NUM_THREADS", 2)])
    return [json.loads(line) for line in (scratch / "run" / "metrics.jsonl").read_text().splitlines()]


def compare_update(check, label, line, groups, single, true, rounding_of_norm):
    """Compares the logged figures of one update, which are means over its mini-batches."""
    mean = lambda values: sum(values) / len(values)
    rounding = [rounding_of(s, t) for s, t in zip(single, true)]
    check.errors(f"{label}: loss", abs(line["loss"] - mean([t["loss"] for t in true])), mean([r["loss"] for r in rounding]))
    parts = len(true)
    tokens = [sum(len(ids) for group in groups[m * len(groups) // parts:(m + 1) * len(groups) // parts] for ids in group["answers"])
              for m in range(parts)]
    weighted = lambda figures: sum(n * each["entropy"] for n, each in zip(tokens, figures)) / sum(tokens)
    check.errors(f"{label}: entropy", abs(line["entropy"] - weighted(true)), weighted(rounding))
    check.errors(f"{label}: gradient norm", abs(line["grad_norm"] - true[-1]["grad_norm"]), rounding_of_norm)


def compare_updates(check, what, arguments, folder, minibatches, kl_beta, learning_rate, sizes):
    """Compares srl_train with plain GRPO: three updates from the same saved rollouts."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        load = lambda dtype: AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager")
        model = load(torch.float32)
        generator = torch.Generator().manual_seed(7)
        updates = [make_groups(generator, model.config.vocab_size, *sizes) for _ in range(3)]
        (scratch / "replay").mkdir()
        for number, groups in enumerate(updates, 1):
            write_rollouts(scratch / "replay" / f"update_{number:06}.jsonl", groups)
        metrics = srl_train(arguments, scratch, folder, minibatches, kl_beta, learning_rate, sizes)
        single_before = answer_logprobs(model, updates[0])
        single = single_training(model, updates, minibatches, kl_beta, learning_rate, scratch)
        single_after = answer_logprobs(model, updates[0])
        model = make_exact(load(torch.float64))
        start = {name: p.detach().clone() for name, p in model.named_parameters()}
        with exact():
            before = answer_logprobs(model, updates[0])
        compare_logprobs(check, f"{what}, before", arguments.driver, scratch, folder, updates[0], single_before, before)
        training = train(model, updates, minibatches, kl_beta, learning_rate)
        for number, groups in enumerate(updates, 1):
            with exact():
                true, first, last = next(training)
            label = f"{what}, update {number}"
            off = distance(load_file(scratch / f"single_last_{number}.safetensors"), last)
            compare_update(check, label, metrics[number - 1], groups, single[number - 1], true, off)
            compare_gradients(check, label, load_file(scratch / "gradients" / f"update_{number}.safetensors"),
                              load_file(scratch / f"single_first_{number}.safetensors"), first)
        with exact():
            after = answer_logprobs(model, updates[0])
        compare_logprobs(check, f"{what}, after", arguments.driver, scratch, scratch / "run" / "export", updates[0], single_after, after)
        weights = {name: p.detach() for name, p in model.named_parameters()}
        moved = distance(start, weights)
        check.errors(f"{what}: change of the parameters by {moved:.2g}", distance(load_file(scratch / "run" / "export" / "model.safetensors"), weights),
                     distance(load_file(scratch / "single_weights.safetensors"), weights))


def small_model(arguments, folder):
    """srl_model's mini model, with weights so large that predictions are far from uniform."""
    words = pathlib.Path(__file__).parents[2] / "studies/miniature/words.json"
    run([arguments.bin / "srl_model", "init", "--architecture", "mini", "--words", words, "--output", folder])
    file = folder / "model.safetensors"
    save_file({name: value if "norm" in name else 6 * value for name, value in load_file(file).items()}, file, metadata={"format": "pt"})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of srl_train, srl_prep and srl_model")
    parser.add_argument("--model", type=pathlib.Path, help="real model folder")
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    check = Check()
    compare_functions(check, arguments.driver)
    compare_adamw(check, arguments.driver)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "mini")
        small_model(arguments, folder)
        compare_updates(check, "mini, on-policy", arguments, folder, 1, 0.0, 1e-4, (4, 4, 40, 24))
        compare_updates(check, "mini, 2 mini-batches, KL", arguments, folder, 2, 0.05, 1e-4, (4, 4, 40, 24))
    if arguments.model and (arguments.model / "config.json").exists():
        name = arguments.model.name
        compare_updates(check, f"{name}, on-policy", arguments, arguments.model, 1, 0.0, 1e-5, (2, 3, 40, 24))
        compare_updates(check, f"{name}, 2 mini-batches, KL", arguments, arguments.model, 2, 0.05, 1e-5, (2, 3, 40, 24))
    else:
        print("skipped the real model: it is missing (env/fetch_smollm2.sh makes one)")
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
