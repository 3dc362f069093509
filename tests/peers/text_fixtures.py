"""Tokenizers and texts for the comparison with Hugging Face: small tokenizers that are trained here, and real
ones if their files are present."""
import json
import os
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SHARED = os.environ.get("SRL_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
QWEN2 = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
LLAMA3 = QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def byte_level(use_regex):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


def split_by(regex):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated"), byte_level(False)])


PRE_TOKENIZERS = {
    "gpt2": lambda: byte_level(True),
    "qwen2": lambda: split_by(QWEN2),
    "llama3": lambda: split_by(LLAMA3),
    "smollm": lambda: pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level(True)]),
}


def own_texts():
    """All texts of this project. The small tokenizers are trained on them."""
    texts = []
    for folder in ("src", "tests", "docs", "data_prep", "jobs", "env"):
        for place, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if name.endswith((".cpp", ".hpp", ".md", ".py", ".sh", ".jsonl")):
                    with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                        texts.append(file.read())
    return texts


def train(kind, folder, texts=None, size=2000):
    """A byte-level BPE of `size` tokens with the pre-tokenizer `kind`, and added tokens with every flag."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
    tokenizer.pre_tokenizer = PRE_TOKENIZERS[kind]()
    tokenizer.decoder = decoders.ByteLevel()
    if kind in ("qwen2", "smollm"):
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts or own_texts(), trainer)
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>", "<|end|>", "<|end|>x", AddedToken("<pad>", special=True, rstrip=True)])
    tokenizer.add_tokens([
        AddedToken("<tool>", normalized=False),
        AddedToken("left", lstrip=True, normalized=False),
        AddedToken("<r>", rstrip=True, normalized=True),
        AddedToken("word", single_word=True, normalized=False),
        AddedToken("caf\u00e9", normalized=True),
        AddedToken("a b", normalized=False, lstrip=True, rstrip=True),
        AddedToken("\u300c\u7aef\u300d", normalized=False),
    ])
    if kind == "llama3":
        end = tokenizer.token_to_id("<|end|>")
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(single="<|end|> $A", special_tokens=[("<|end|>", end)])])
    os.makedirs(folder, exist_ok=True)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    return tokenizer


def gpt2_folder(folder):
    """Writes vocab.json, merges.txt and tokenizer_config.json of GPT-2, made from its merges."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    with open(os.path.join(SHARED, "tokenizer", "gpt2", "merges.txt"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    merges = [line for line in lines if line and not line.startswith("#version")]
    tokens = symbols + [merge.replace(" ", "") for merge in merges] + ["<|endoftext|>"]
    os.makedirs(folder)
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as file:
        json.dump({token: i for i, token in enumerate(tokens)}, file)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "tokenizer_config.json"), "w", encoding="utf-8") as file:
        json.dump({"tokenizer_class": "GPT2Tokenizer"}, file)


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)


def shared_texts():
    """Every text of the shared data folder: each string in a JSON file, and the whole text of other files."""
    for place, _, names in sorted(os.walk(SHARED)):
        for name in sorted(names):
            with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                content = file.read()
            if name.endswith((".json", ".traj")):
                values = [json.loads(content)]
            elif name.endswith(".jsonl"):
                values = [json.loads(line) for line in content.split("\n") if line.strip()]
            else:
                values = [content]
            for text in strings_in(values):
                if not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
                    yield text


INTERESTING = ("aAbBzZeEsStTdDmMlLvVrR''''     \t\n\r\r\n019\u00b2\u0665\u2167\u00e9\u4e2d\u017f\u212a\u0301\u0300\u0345\u0316\u00a0\u2028\u3000"
               "\u0085\u1680!?.,<|>_-\U0001f600\U0001d7d8\u200d\ufffd\u0000\u0004\u001c\u1e0b\u0323\u1100\u1161\u11a8\uac00\u0f71\u0f72\u0958")
PARTS = ["<|im_start|>", "<|im_end|>", "<|end|>", "<|end|>x", "<pad>", "<tool>", "left", "<r>", "word", "caf\u00e9", "cafe\u0301", "a b", "\u300c\u7aef\u300d",
         "<|endoftext|>", "<|", "don't", "I'LL", "1234567", "   ", "\n\n", " \n ", "hello world", "\u0939\u093f\u0928\u094d\u0926\u0940", "'\u017f"]


def random_text(chooser):
    """A random Unicode string: characters of all planes, characters that matter to the patterns, words, added
    tokens and parts of them."""
    pieces = []
    for _ in range(chooser.randrange(1, 9)):
        kind = chooser.randrange(6)
        if kind == 0:
            pieces.append("".join(chooser.choices(INTERESTING, k=chooser.randrange(1, 8))))
        elif kind == 1:
            pieces.append(chooser.choice(PARTS))
        elif kind == 2:
            pieces.append("".join(chr(c) for c in (chooser.randrange(0x110000) for _ in range(3)) if not 0xD800 <= c <= 0xDFFF))
        elif kind == 3:
            begin = chooser.randrange(0x3000)
            pieces.append("".join(chr(chooser.randrange(begin, begin + 0x80)) for _ in range(4)))
        elif kind == 4:
            pieces.append("".join(chr(chooser.randrange(0x20, 0x7F)) for _ in range(chooser.randrange(1, 10))))
        else:
            pieces.append("".join(chr(c) for c in (chooser.randrange(0x10000) for _ in range(3)) if not 0xD800 <= c <= 0xDFFF))
    return "".join(pieces)


def random_texts(count, seed):
    chooser = random.Random(seed)
    return (random_text(chooser) for _ in range(count))
