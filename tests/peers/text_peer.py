#!/usr/bin/env python3
"""Compares the tokenizer and the chat templates with Hugging Face tokenizers and transformers, token by token
and character by character.

Usage: text_peer.py --driver build/…/tests/text_peer [--strings 100000] [--every 20] [--model FOLDER …]
The full comparison: --strings 1000000 --every 1.
Exit code: 0 if all agree, 1 if something differs (the first differences are printed).
"""
import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile

import text_fixtures as fixtures
from tokenizers import Tokenizer


class Peer:
    """Runs the C++ driver. `differences` counts the differences, of which the first ten are printed."""

    def __init__(self, driver):
        self.driver = driver
        self.differences = 0

    def run(self, command, folder, rows, *more):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        done = subprocess.run([self.driver, command, folder, *more], input=text, capture_output=True, text=True, encoding="utf-8")
        if done.returncode not in (0, 1) or done.stderr:
            raise SystemExit(f"{command} {folder}: exit code {done.returncode}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.split("\n")[:-1]]

    def expect(self, what, given, expected, found):
        if expected == found:
            return
        self.differences += 1
        if self.differences <= 10:
            print(f"DIFFERS {what}: {given!r}\n  expected {expected!r}\n  found    {found!r}")


def compare_ids(peer, name, folder, reference, texts):
    """Compares the ids of every text and the texts of these ids. `reference` is a tokenizers.Tokenizer."""
    count = characters = 0
    texts = iter(texts)
    while batch := list(itertools.islice(texts, 20000)):
        encodings = reference.encode_batch(batch, add_special_tokens=False)
        rows = peer.run("tokenize", folder, ({"text": text} for text in batch))
        for text, encoding, row in zip(batch, encodings, rows, strict=True):
            peer.expect(f"{name} ids", text, encoding.ids, row.get("ids", row))
        ids = [encoding.ids for encoding in encodings]
        decoded = reference.decode_batch(ids, skip_special_tokens=False)
        for command in ("detokenize", "stream"):
            rows = peer.run(command, folder, ({"ids": part} for part in ids))
            for part, text, row in zip(ids, decoded, rows, strict=True):
                peer.expect(f"{name} {command}", part, text, row.get("text", row))
        count += len(batch)
        characters += sum(map(len, batch))
    print(f"{name}: {count} texts, {characters} characters compared")


def compare_cut_ids(peer, name, folder, reference, texts):
    """Compares the decoding of ids that begin or end inside a character."""
    rows = []
    for text in texts:
        ids = reference.encode(text, add_special_tokens=False).ids
        rows.extend({"ids": part} for part in (ids[1:], ids[:-1], ids[1::2]))
    for command in ("detokenize", "stream"):
        for row, answer in zip(rows, peer.run(command, folder, rows), strict=True):
            peer.expect(f"{name} {command} of cut ids", row["ids"], reference.decode(row["ids"], skip_special_tokens=False), answer.get("text", answer))


CONVERSATIONS = [
    [("user", "What is 2 + 2?")],
    [("system", "Be brief."), ("user", " Hi \n")],
    [("user", "a"), ("assistant", "b"), ("user", "c")],
    [("system", "s"), ("user", "a"), ("assistant", "<think>\nhm\n</think>\n\nb"), ("user", "c")],
    [("user", "a"), ("assistant", "<think>\nhm\n</think>\n\nb")],
    [("user", "a"), ("assistant", "plain"), ("assistant", "two")],
    [("user", "a"), ("system", "in between"), ("user", "\u4f60\u597d")],
]

# Templates written for this test, with the same meaning as the models' templates.
QWEN3 = """{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}
{%- set ns = namespace(found=false, last=messages|length - 1) %}
{%- for m in messages[::-1] %}{%- if not ns.found and m.role == 'user' %}{%- set ns.found = true %}
{%- set ns.last = messages|length - 1 - loop.index0 %}{%- endif %}{%- endfor %}
{%- for m in messages %}{%- if m.role == 'user' or (m.role == 'system' and not loop.first) %}
{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>' + '\\n' }}{%- elif m.role == 'assistant' %}
{%- set content = m.content %}{%- set thought = '' %}{%- if '</think>' in content %}
{%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
{%- if loop.index0 > ns.last and (loop.last or thought) %}
{{- '<|im_start|>' + m.role + '\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}{%- else %}
{{- '<|im_start|>' + m.role + '\\n' + content }}{%- endif %}{{- '<|im_end|>\\n' }}{%- endif %}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and not enable_thinking %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}"""
LLAMA3 = """{% for m in messages %}{% if loop.index0 == 0 %}{{ bos_token }}{% endif %}
{{- '<|start_header_id|>' + m['role'] + '<|end_header_id|>\\n\\n' + m['content'] | trim + '<|eot_id|>' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"""
LLAMA3_1 = """{{- bos_token }}{%- if not date_string is defined %}{%- set date_string = "26 Jul 2024" %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}{%- set first = messages[0]['content'] | trim %}{%- set messages = messages[1:] %}
{%- else %}{%- set first = "" %}{%- endif %}{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Cutting Knowledge Date: December 2023\\n" }}{{- "Today Date: " + date_string + "\\n\\n" }}{{- first }}{{- "<|eot_id|>" }}
{%- for m in messages %}{{- '<|start_header_id|>' + m['role'] + '<|end_header_id|>\\n\\n' + m['content'] | trim + '<|eot_id|>' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"""


def compare_template(peer, name, folder, expected_template, template="auto", **arguments):
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    if os.path.exists(os.path.join(folder, "tokenizer.json")) or os.path.exists(os.path.join(folder, "vocab.json")):
        reference = AutoTokenizer.from_pretrained(folder)
    else:
        reference = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(fixtures.models.BPE()), bos_token="<|begin_of_text|>")
        with open(os.path.join(folder, "chat_template.jinja"), encoding="utf-8") as file:
            reference.chat_template = file.read()
    conversations = [[{"role": role, "content": content} for role, content in talk] for talk in CONVERSATIONS]
    rows = peer.run("chat", folder, ({"messages": talk} for talk in conversations), template)
    for talk, row in zip(conversations, rows, strict=True):
        expected = reference.apply_chat_template(talk, tokenize=False, add_generation_prompt=True, **arguments)
        peer.expect(f"{name} chat template", talk, (expected, expected_template), (row["prompt"], row["template"]))
    print(f"{name}: chat template {expected_template} compared on {len(conversations)} conversations")


def compare_templates(peer, work):
    for name, source, template, more in (
            ("qwen3", QWEN3, "auto", {}), ("qwen3_no_think", QWEN3, "qwen3_no_think", {"enable_thinking": False}),
            ("llama3", LLAMA3, "auto", {}), ("llama3_1", LLAMA3_1, "auto", {"date_string": "26 Jul 2024"})):
        folder = os.path.join(work, "template_" + name)
        os.makedirs(folder)
        with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf-8") as file:
            file.write(source)
        compare_template(peer, name, folder, name, template, **more)


def compare_gguf(peer, work, reference):
    """Compares both sides on tokenizer files that are written from GGUF metadata."""
    content = json.loads(reference.to_str())["model"]
    tokens = sorted(content["vocab"], key=content["vocab"].get) + ["<|im_end|>", "<u>", "[PAD]"]
    merges = [" ".join(merge) for merge in content["merges"]]
    types = [1] * (len(tokens) - 3) + [3, 4, 5]
    for pre in ("smollm", "qwen2", "llama-bpe", "gpt-2"):
        folder = os.path.join(work, "gguf_" + pre)
        row = {"tokens": tokens, "merges": merges, "token_types": types, "pre": pre, "chat_template": "", "bos": -1,
               "eos": len(tokens) - 3, "unknown": -1, "padding": -1}
        peer.run("gguf", folder, [row])
        from transformers import AutoTokenizer

        loaded = AutoTokenizer.from_pretrained(folder)
        peer.expect("gguf eos", pre, "<|im_end|>", loaded.eos_token)
        peer.expect("gguf size", pre, len(tokens) - 1, len(loaded))
        texts = itertools.chain(["a<|im_end|><u>[PAD] 12345"], fixtures.random_texts(2000, 5))
        compare_ids(peer, "gguf " + pre, folder, loaded.backend_tokenizer, texts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--strings", type=int, default=100000, help="number of random strings, over all tokenizers")
    parser.add_argument("--every", type=int, default=20, help="take every n-th text of the shared data folder")
    parser.add_argument("--model", nargs="*", default=[os.path.join(fixtures.ROOT, "models", "SmolLM2-135M-Instruct")])
    arguments = parser.parse_args()
    peer = Peer(arguments.driver)
    with tempfile.TemporaryDirectory() as work:
        compared = {}
        for kind in fixtures.PRE_TOKENIZERS:
            folder = os.path.join(work, kind)
            compared["small " + kind] = (folder, fixtures.train(kind, folder))
        compare_gguf(peer, work, compared["small gpt2"][1])
        compare_templates(peer, work)
        from transformers import AutoTokenizer

        folders = {os.path.basename(folder): folder for folder in arguments.model if os.path.exists(os.path.join(folder, "tokenizer.json"))}
        if os.path.isdir(os.path.join(fixtures.SHARED, "tokenizer")):
            folders["qwen2.5"] = os.path.join(fixtures.SHARED, "tokenizer", "qwen2.5")
            folders["gpt2"] = os.path.join(work, "real_gpt2")
            fixtures.gpt2_folder(folders["gpt2"])
        else:
            print(f"skipped the shared data: {fixtures.SHARED} has no tokenizers (set SRL_SHARED_DATA)")
        for name, folder in folders.items():
            compared[name] = (folder, AutoTokenizer.from_pretrained(folder).backend_tokenizer)
        for name, (folder, reference) in compared.items():
            compare_ids(peer, name + ", own texts", folder, reference, fixtures.own_texts())
            compare_ids(peer, name + ", random", folder, reference, fixtures.random_texts(arguments.strings // len(compared) + 1, 11))
            compare_cut_ids(peer, name, folder, reference, fixtures.random_texts(500, 12))
            if name in folders and os.path.isdir(fixtures.SHARED):
                texts = itertools.islice(fixtures.shared_texts(), 0, None, arguments.every)
                compare_ids(peer, name + ", shared data", folder, reference, texts)
        for name, template in (("qwen2.5", "chatml_qwen"), ("SmolLM2-135M-Instruct", "chatml_smollm")):
            if name in folders:
                compare_template(peer, name, folders[name], template)
    print(f"{peer.differences} differences")
    return 1 if peer.differences else 0


if __name__ == "__main__":
    sys.exit(main())
