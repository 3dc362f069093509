#!/usr/bin/env python3
"""Compares models with transformers and gguf: logits, log-probabilities, gradients of packs with shared
prompts, exports and GGUF imports.

Usage: model_peer.py --driver build/…/tests/model_peer [--model FOLDER] [--gguf FILE]
FOLDER is a real model, for example models/SmolLM2-135M-Instruct. Exit code: 0 if all agree, 1 if something
differs (it is printed).
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig, Qwen2Config, Qwen3Config
from transformers.utils import logging

from rounding import FACTOR, Check, exact, make_exact

SIZES = dict(vocab_size=211, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=256, initializer_range=0.2)
ROPES = {
    "llama3": dict(rope_type="llama3", rope_theta=10000.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
                   original_max_position_embeddings=64),
    "linear": dict(rope_type="linear", rope_theta=10000.0, factor=4.0),
    "yarn": dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64),
    "yarn with mscale": dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64, mscale=1.0,
                             mscale_all_dim=0.5, beta_fast=16.0, beta_slow=2.0, truncate=False),
}
CASES = {
    "Llama": LlamaConfig(**SIZES),
    "Llama, tied, one key head": LlamaConfig(**{**SIZES, "num_key_value_heads": 1}, tie_word_embeddings=True),
    "Llama, own head width": LlamaConfig(**SIZES, head_dim=24, rms_norm_eps=1e-3),
    "Qwen2": Qwen2Config(**SIZES),
    "Qwen2, tied": Qwen2Config(**SIZES, tie_word_embeddings=True),
    "Qwen3": Qwen3Config(**SIZES, head_dim=32),
    "Qwen3, tied": Qwen3Config(**{**SIZES, "num_key_value_heads": 4}, head_dim=16, tie_word_embeddings=True),
    **{f"Llama, {name}": LlamaConfig(**SIZES, rope_parameters=rope) for name, rope in ROPES.items()},
}


def run(driver, *words, **more):
    done = subprocess.run([driver, *map(str, words)], capture_output=True, **more)
    if done.returncode != 0:
        raise SystemExit(f"{words}: exit code {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def tree(generator, vocab, lengths):
    """A pack of groups for lengths = [(prompt, [completion, …]), …], and its sequences with their
    predictions."""
    pack = dict(ids=[], segments=[], rows=[], targets=[], logprob_weights=[], entropy_weights=[])
    sequences = []
    for prompt_length, answers in lengths:
        prompt = torch.randint(vocab, (prompt_length,), generator=generator).tolist()
        parent, start = len(pack["segments"]), len(pack["ids"])
        pack["segments"].append([start, prompt_length, -1, 0])
        pack["ids"] += prompt
        for length in answers:
            answer = torch.randint(vocab, (length,), generator=generator).tolist()
            begin = len(pack["ids"])
            pack["segments"].append([begin, length, parent, prompt_length])
            pack["ids"] += answer
            weights = torch.randn(2, length, generator=generator, dtype=torch.float64).tolist()
            for i, target in enumerate(answer):
                pack["rows"].append(start + prompt_length - 1 if i == 0 else begin + i - 1)
                pack["targets"].append(target)
            pack["logprob_weights"] += weights[0]
            pack["entropy_weights"] += weights[1]
            sequences.append((prompt, answer, weights, begin))
    return pack, sequences


def predictions(model, sequences, temperature):
    """One forward and backward per sequence: logits of the completion's rows, log-probabilities, entropies,
    and the gradients of all sequences together."""
    logits, logprobs, entropies = [], [], []
    model.zero_grad()
    for prompt, answer, weights, _ in sequences:
        all_logits = model(torch.tensor([prompt + answer])).logits[0]
        logits.append(all_logits[len(prompt):].detach().double())
        logp = (all_logits[len(prompt) - 1:-1] / temperature).log_softmax(-1)
        chosen = logp[torch.arange(len(answer)), torch.tensor(answer)]
        entropy = -(logp.exp() * logp).sum(-1)
        logprobs += chosen.tolist()
        entropies += entropy.tolist()
        weights = torch.tensor(weights, dtype=logp.dtype)
        (weights[0] * chosen + weights[1] * entropy).sum().backward()
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    return dict(logits=torch.cat(logits), logprobs=torch.tensor(logprobs, dtype=torch.float64),
                entropies=torch.tensor(entropies, dtype=torch.float64), gradients=gradients)


def packed_predictions(driver, folder, dtype, pack, sequences):
    """The same from our forward and backward of one pack."""
    with tempfile.TemporaryDirectory() as scratch:
        file, out = os.path.join(scratch, "pack.json"), os.path.join(scratch, "gradients.safetensors")
        with open(file, "w") as handle:
            json.dump(pack, handle)
        found = json.loads(run(driver, "pack", folder, file, out, dtype))
        logits = torch.from_numpy(numpy.fromfile(out + ".logits", dtype=numpy.float32)).view(len(pack["ids"]), -1).double()
        gradients = load_file(out)
    return dict(logits=torch.cat([logits[begin:begin + len(answer)] for _, answer, _, begin in sequences]),
                logprobs=torch.tensor(found["logprob"], dtype=torch.float64), entropies=torch.tensor(found["entropy"], dtype=torch.float64),
                gradients=gradients)


def compare_pack(check, name, driver, folder, dtype, lengths):
    """Compares packed predictions and gradients with transformers (one forward per sequence, and autograd).
    Both are compared with transformers in exact fp64: our error may be a few times that of transformers in
    `dtype`."""
    # Eager attention is the plain formula.
    load = lambda kind: AutoModelForCausalLM.from_pretrained(folder, dtype=kind, attn_implementation="eager")
    model = load(torch.float64 if dtype == "fp64" else torch.float32)
    pack, sequences = tree(torch.Generator().manual_seed(5), model.config.vocab_size, lengths)
    temperature = 0.8
    pack |= dict(temperature=temperature, recompute=dtype == "fp64", head_chunk=7)
    ours = packed_predictions(driver, folder, dtype, pack, sequences)
    theirs = predictions(model, sequences, temperature)
    model = make_exact(load(torch.float64))
    with exact():
        truth = predictions(model, sequences, temperature)
    label = f"{name}, {dtype}: error in units of transformers' own"
    for what in ("logits", "logprobs", "entropies"):
        ours_off, theirs_off = ((x[what] - truth[what]).abs().max().item() for x in (ours, theirs))
        written = 2.0**-24 * truth[what].abs().max().item() if what == "logits" else 0.0   # the driver writes logits in fp32
        check(f"{label} ({theirs_off:.1e}), {what}", (ours_off - written) / theirs_off, FACTOR)
    if missing := truth["gradients"].keys() - ours["gradients"].keys():
        raise SystemExit(f"{name}: no gradient of {missing}")
    off = lambda found, key: ((found["gradients"][key].double() - truth["gradients"][key]).norm() / truth["gradients"][key].norm()).item()
    ratio = {key: off(ours, key) / off(theirs, key) for key in truth["gradients"]}
    where = max(ratio, key=ratio.get)
    check(f"{label} ({off(theirs, where):.1e}), gradient of the worst tensor {where}", ratio[where], FACTOR)


def compare_export(check, name, driver, folder, scratch):
    """Checks that exported folders load in transformers and hold the same bits."""
    original = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).state_dict()
    for dtype in ("fp32", "bf16"):
        target = os.path.join(scratch, f"export_{dtype}")
        run(driver, "export", folder, target, dtype)
        exported = AutoModelForCausalLM.from_pretrained(target, dtype=torch.float32).state_dict()
        expected = {k: v.to(torch.bfloat16).float() if dtype == "bf16" else v for k, v in original.items()}
        same = expected.keys() == exported.keys() and all(torch.equal(expected[k], exported[k]) for k in expected)
        check(f"{name}: export in {dtype}", 0.0 if same else 1.0, 0.0)


def random_models(check, driver):
    for name, config in CASES.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = os.path.join(scratch, "model")
            torch.manual_seed(3)
            model = AutoModelForCausalLM.from_config(config)
            for parameter_name, parameter in model.named_parameters():
                if "norm" in parameter_name or "bias" in parameter_name:   # transformers initialises these to 1 and 0
                    parameter.data += 0.2 * torch.randn_like(parameter)
            model.save_pretrained(folder, max_shard_size="50KB" if name == "Qwen2" else "1GB")
            lengths = [(70, [9, 9, 33]), (5, [1, 4]), (12, [20])]
            compare_pack(check, name, driver, folder, "fp32", lengths)
            compare_pack(check, name, driver, folder, "fp64", lengths)
            compare_export(check, name, driver, folder, scratch)


def gguf_blocks(check, driver):
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, quants
    generator = numpy.random.default_rng(1)
    for kind in ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q6_K"):
        quantised = GGMLQuantizationType[kind]
        elements, size = GGML_QUANT_SIZES[quantised]
        count = 256 * 64
        if kind in ("Q4_K", "Q6_K"):   # gguf cannot write these, so the blocks are random with valid half-precision scales
            blocks = generator.integers(0, 256, (count // elements, size), dtype=numpy.uint8)
            scales = generator.normal(size=(count // elements, 2)).astype(numpy.float16).view(numpy.uint8)
            where = slice(0, 4) if kind == "Q4_K" else slice(208, 210)
            blocks[:, where] = scales[:, : where.stop - where.start]
            data = blocks.reshape(-1)
        else:
            data = quants.quantize(generator.normal(size=(1, count)).astype(numpy.float32), quantised).reshape(-1)
        data = numpy.ascontiguousarray(data)
        expected = quants.dequantize(data.view(numpy.float32 if kind == "F32" else numpy.float16 if kind == "F16" else numpy.uint8), quantised)
        found = numpy.frombuffer(run(driver, "dequantize", quantised.value, count, input=data.tobytes()), dtype=numpy.float32)
        check(f"GGUF {kind}: largest difference", float(numpy.abs(expected.reshape(-1) - found).max()), 0.0)


def gguf_file(check, driver, path):
    """Compares our import of a GGUF file with transformers' import."""
    with tempfile.TemporaryDirectory() as scratch:
        target = os.path.join(scratch, "imported")
        run(driver, "import", path, target)
        expected = AutoModelForCausalLM.from_pretrained(os.path.dirname(path), gguf_file=os.path.basename(path), dtype=torch.float32)
        found = load_file(os.path.join(target, "model.safetensors"))
        worst = max((v - found[k]).abs().max().item() for k, v in expected.state_dict().items() if k in found)
        check(f"{os.path.basename(path)}: imported tensors", worst, 0.0)
        ours, theirs = AutoConfig.from_pretrained(target), expected.config
        for key in ("hidden_size", "num_key_value_heads", "max_position_embeddings", "rope_parameters", "bos_token_id", "eos_token_id"):
            check(f"{os.path.basename(path)}: config {key}", 0.0 if getattr(ours, key) == getattr(theirs, key) else 1.0, 0.0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--model", help="real model folder")
    parser.add_argument("--gguf", help="GGUF file")
    arguments = parser.parse_args()
    check = Check()
    logging.disable_progress_bar()
    gguf_blocks(check, arguments.driver)
    random_models(check, arguments.driver)
    if arguments.model and pathlib.Path(arguments.model, "config.json").exists():
        compare_pack(check, os.path.basename(arguments.model), arguments.driver, arguments.model, "fp32", [(60, [20, 20, 11])])
    else:
        print("skipped the real model: it is missing (env/fetch_smollm2.sh makes one)")
    if arguments.gguf and os.path.exists(arguments.gguf):
        gguf_file(check, arguments.driver, arguments.gguf)
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
