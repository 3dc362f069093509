#!/bin/sh
# run_peer.sh "MODULE …" SCRIPT [ARGUMENT …]: runs a comparison in the project's Python environment
# (.deps/venv), or with python3 if there is none. When Python or a module is missing, it prints the reason and
# exits with 77 (skipped).
modules=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
python=$here/../../.deps/venv/bin/python
[ -x "$python" ] || python=$(command -v python3) || { echo "skipped: Python is missing (env/setup.sh --peers installs it)"; exit 77; }
for cuda in "${CUDA_HOME:-/usr/local/cuda}/lib64" "${CUDA_HOME:-/usr/local/cuda}/targets/x86_64-linux/lib"; do
  [ -d "$cuda" ] && LD_LIBRARY_PATH=$cuda:$LD_LIBRARY_PATH
done
export LD_LIBRARY_PATH HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
for module in $modules; do
  "$python" -c "import $module" 2>/dev/null || { echo "skipped: $python cannot import $module"; exit 77; }
done
exec "$python" "$@"
