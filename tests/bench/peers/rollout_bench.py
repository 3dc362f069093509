#!/usr/bin/env python3
"""Compares transformers' generate with our generator on the same work, in turn: prompts x completions x new
tokens, with random weights in SmolLM2-135M's shape on both sides. Prints each pair and the median ratio with
its spread. The lengths of prompts differ by up to --spread tokens in both directions, as those of real
prompts do, and transformers pads them. With --spread 0 transformers is fastest, because it needs no mask.

Usage: rollout_bench.py --rollout_bench build/.../bench/rollout_bench [--prompt 110] [--spread 10] [--threads 2]
       [--prompts 16] [--completions 8] [--new 48] [--pairs 5]
"""
import torch
from transformers import LlamaConfig, LlamaForCausalLM

import rollout_pairs

a = rollout_pairs.parser_of(__doc__).parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)
model = LlamaForCausalLM(LlamaConfig(vocab_size=49152, hidden_size=576, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3,
                                     intermediate_size=1536, max_position_embeddings=8192, tie_word_embeddings=True)).eval()
lengths = torch.tensor(rollout_pairs.lengths_of(a))
longest = int(lengths.max())
ids = torch.randint(3, 49152, (a.prompts, longest))
mask = (torch.arange(longest)[None] >= longest - lengths[:, None]).long()   # padding on the left


def generate(pair):
    with torch.inference_mode():
        out = model.generate(ids, attention_mask=mask, do_sample=True, top_k=0, num_return_sequences=a.completions,
                             max_new_tokens=a.new, min_new_tokens=a.new, pad_token_id=0)
    assert (out.shape[1] - longest) * out.shape[0] == a.prompts * a.completions * a.new


rollout_pairs.compare(a, "transformers", generate)
