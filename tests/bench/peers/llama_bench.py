#!/usr/bin/env python3
"""Compares llama.cpp's server (xllamacpp) with our generator on the same work, in turn: prompts x completions x new tokens, in
fp32 weights. Each prompt is one request for all its completions, so that llama.cpp reads it once; --slots completions are
computed at a time. llama.cpp has SmolLM2's own weights, and ours has random weights in the same shape. Prints each pair and the
median ratio with its spread. env/setup.sh --bench installs xllamacpp.
   llama_bench.py --rollout_bench build/.../bench/rollout_bench --model models/SmolLM2-135M-Instruct [--gguf FILE]
                  [--prompt 110] [--spread 10] [--threads 2] [--prompts 16] [--completions 8] [--new 48] [--slots 32] [--pairs 5]
FILE is the model as F32 GGUF; it is made from --model where it does not exist.
"""
import json
import pathlib
import random
import tempfile

import gguf
import numpy
import torch
import xllamacpp
from safetensors.torch import load_file

import rollout_pairs


def write_gguf(folder, path):
    """The model as F32 GGUF. llama.cpp rotates neighbours in q and k, where Hugging Face's rows rotate halves."""
    config = json.loads((folder / "config.json").read_text())
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    heads, kv_heads, layers = (config[name] for name in ("num_attention_heads", "num_key_value_heads", "num_hidden_layers"))
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(layers)
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    words = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
    special = {token["content"] for token in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(words)
    writer.add_token_types([gguf.TokenType.CONTROL if word in special else gguf.TokenType.NORMAL for word in words])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, layers)
    for file in sorted(folder.glob("*.safetensors")):
        for name, tensor in load_file(file).items():
            array = tensor.to(torch.float32).numpy()
            for part, count in (("q_proj", heads), ("k_proj", kv_heads)):
                if part in name:
                    array = array.reshape(count, 2, -1, array.shape[1]).swapaxes(1, 2).reshape(array.shape)
            writer.add_tensor(names.get_name(name, (".weight",)), numpy.ascontiguousarray(array))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def server_of(path, a):
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = a.slots
    params.n_ctx = a.slots * (a.prompt + a.spread + a.new + 8)
    params.kv_unified = False  # otherwise each token looks at the keys of all slots
    params.n_batch = params.n_ubatch = 512
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = a.threads
    params.cache_ram_mib = 0
    params.verbosity = 0
    return xllamacpp.Server(params)


def main():
    parser = rollout_pairs.parser_of(__doc__)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--gguf", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "smollm2_f32.gguf")
    parser.add_argument("--slots", type=int, default=32)
    a = parser.parse_args()
    if not a.gguf.exists():
        write_gguf(a.model, a.gguf)
    server = server_of(a.gguf, a)
    random.seed(0)

    def generate(pair):
        # New prompts in each pair: nothing is in a cache.
        prompts = [[random.randrange(3, 49152) for _ in range(length)] for length in rollout_pairs.lengths_of(a)]
        result = server.handle_completions({"prompt": prompts, "n": a.completions, "max_tokens": a.new, "temperature": 1.0, "top_k": 0,
                                            "top_p": 1.0, "min_p": 0.0, "ignore_eos": True, "seed": pair, "samplers": ["temperature"]})
        reasons = [choice["finish_reason"] for choice in result["choices"]]  # `usage` has the first completion only
        assert reasons == ["length"] * (a.prompts * a.completions), reasons

    rollout_pairs.compare(a, "llama.cpp", generate)


if __name__ == "__main__":
    main()
