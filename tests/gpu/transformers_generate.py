#!/usr/bin/env python3
"""Generation with transformers on this GPU, for the shapes and the work of gpu_model_bench: random weights in bf16, 16 prompts of
128 tokens, 8 completions each of 64 tokens. Prints one JSON object per shape. Ends with 77 where there is no transformers or no GPU."""
import json
import sys
import time

try:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM
except ImportError as error:
    print(f"no transformers here: {error}")
    sys.exit(77)
if not torch.cuda.is_available():
    print("torch sees no GPU")
    sys.exit(77)

PROMPTS, PROMPT, COMPLETIONS, NEW = 16, 128, 8, 64
SHAPES = (("Qwen2.5-0.5B, 4 of 24 layers", 151936, 896, 14, 2, 4864, True), ("Qwen2.5-1.5B, 4 of 28 layers", 151936, 1536, 12, 2, 8960, True),
          ("Qwen2.5-7B, 4 of 28 layers", 152064, 3584, 28, 4, 18944, False))


def seconds_of(model, ids):
    torch.cuda.synchronize()
    start = time.perf_counter()
    with torch.inference_mode():
        out = model.generate(ids, do_sample=True, top_k=0, num_return_sequences=COMPLETIONS, max_new_tokens=NEW, min_new_tokens=NEW,
                             pad_token_id=0)
    torch.cuda.synchronize()
    assert out.shape == (PROMPTS * COMPLETIONS, PROMPT + NEW)
    return time.perf_counter() - start


torch.manual_seed(0)
for name, vocabulary, hidden, heads, kv_heads, intermediate, tied in SHAPES:
    config = Qwen2Config(vocab_size=vocabulary, hidden_size=hidden, num_hidden_layers=4, num_attention_heads=heads, num_key_value_heads=kv_heads,
                         intermediate_size=intermediate, max_position_embeddings=32768, tie_word_embeddings=tied)
    model = Qwen2ForCausalLM(config).to(device="cuda", dtype=torch.bfloat16).eval()
    ids = torch.randint(3, vocabulary, (PROMPTS, PROMPT), device="cuda")
    seconds_of(model, ids)
    seconds = min(seconds_of(model, ids) for _ in range(3))
    print(json.dumps({"figure": "generation of transformers", "shape": name, "seconds": round(seconds, 3),
                      "tokens_per_second": round(PROMPTS * COMPLETIONS * NEW / seconds)}, separators=(",", ":")), flush=True)
    del model
    torch.cuda.empty_cache()
