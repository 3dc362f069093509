#!/usr/bin/env python3
"""transformers' generate on the work of rollout_bench: prompts x answers x new tokens of SmolLM2-135M's shape, random weights.

Usage: rollout_bench.py [prompt tokens] [threads] [prompts] [answers] [new]
"""
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

values = [int(word) for word in sys.argv[1:]]
prompt, threads, prompts, answers, new = values + [110, 2, 16, 8, 48][len(values):]
torch.set_num_threads(threads)
torch.manual_seed(0)
model = LlamaForCausalLM(LlamaConfig(vocab_size=49152, hidden_size=576, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3,
                                     intermediate_size=1536, max_position_embeddings=8192, tie_word_embeddings=True)).eval()
ids = torch.randint(3, 49152, (prompts, prompt))
started = time.time()
with torch.inference_mode():
    out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, top_k=0, num_return_sequences=answers, max_new_tokens=new,
                         min_new_tokens=new, pad_token_id=0)
seconds = time.time() - started
tokens = (out.shape[1] - prompt) * out.shape[0]
print(f"transformers: {tokens} tokens, {seconds:.2f} s = {tokens / seconds:.0f} tokens/s")
