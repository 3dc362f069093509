#!/usr/bin/env bash
# Checks this suite on a machine with GPUs, most important first: every kernel against the CPU, collectives, models,
# generation, training, then figures of speed. Needs a build with tests and benchmarks (-DSRL_BUILD_BENCH=ON), or a
# bundle made from one (env/bundle.sh) and the folder of LibTorch (site-packages/torch) with CUDA's wheels beside it.
#   tests/gpu/run.sh BUILD_FOLDER [--minutes 8] [--output FOLDER]
#   tests/gpu/run.sh BUNDLE TORCH [--minutes 8] [--output FOLDER]
# A bundle has this script in share/srl/tests/gpu. TORCH may be left out when BUNDLE/torch is a link to it.
# Writes FOLDER/result.txt and FOLDER/result.json (default: gpu_result in the current folder), and the log of each
# step beside them. It starts no step after its time is up, and ends a step that takes longer than what is left.
# The exit code is 0 when every step that ran passed. An emulated GPU takes longer: --minutes 30; its figures mean
# nothing and are marked as such.
set -euo pipefail
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
usage() { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
(($# >= 1)) && [[ -d $1 ]] || usage
BUILD=$(cd "$1" && pwd); shift
TORCH='' described=$BUILD/CMakeCache.txt
if [[ -f $BUILD/bundle.txt ]]; then
  described=$BUILD/bundle.txt SOURCE=$BUILD/share/srl TORCH=$BUILD/torch
  if (($#)) && [[ $1 != --* ]]; then TORCH=$1; shift; fi
  [[ -e $TORCH/lib/libtorch_cpu.so ]] || { echo "run.sh: $TORCH/lib/libtorch_cpu.so is missing: give the folder of LibTorch after the bundle" >&2; exit 2; }
  TORCH=$(cd "$TORCH" && pwd -P)
  [[ ! -e $BUILD/torch || $(cd "$BUILD/torch" && pwd -P) == "$TORCH" ]] ||
    { echo "run.sh: $BUILD/torch is another LibTorch than $TORCH: remove the link" >&2; exit 2; }
  for folder in "$TORCH"/../nvidia/*/lib "$TORCH/lib"; do LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; done
  export LD_LIBRARY_PATH
  MPIEXEC=${MPIEXEC:-$BUILD/bin/mpirun}
fi
MINUTES=8 OUTPUT=gpu_result
while (($#)); do
  case $1 in
    --minutes) MINUTES=${2:?--minutes needs a number}; shift 2 ;;
    --output) OUTPUT=${2:?--output needs a folder}; shift 2 ;;
    *) usage ;;
  esac
done
[[ $MINUTES =~ ^[0-9]+$ ]] && ((MINUTES > 0)) || { echo "run.sh: --minutes $MINUTES is not a positive number" >&2; exit 2; }
BIN=$BUILD/bin TESTS=$BUILD/tests
for program in "$BIN/srl_train" "$TESTS/compute_gpu_test" "$BUILD/bench/gpu_bench" "$BUILD/bench/gpu_model_bench"; do
  [[ -x $program ]] || { echo "run.sh: $program is missing: build with -DSRL_BUILD_TESTS=ON -DSRL_BUILD_BENCH=ON${TORCH:+, then make the bundle again}" >&2; exit 2; }
done
mkdir -p "$OUTPUT"; OUTPUT=$(cd "$OUTPUT" && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_gpu.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
set -a; source "$SOURCE/env/one_machine.env"; set +a
export OMP_NUM_THREADS=1
emulated=0 small=()
if grep -qE '^(SRL_DEVICE:.*|device)=emulated' "$described"; then emulated=1 small=(small); fi
SECONDS=0
failed=0
: >"$OUTPUT/steps"; : >"$OUTPUT/figures.jsonl"; : >"$OUTPUT/result.txt"
say() { echo "$*" | tee -a "$OUTPUT/result.txt"; }

step() {  # step NAME COMMAND…
  local name=$1 begin=$SECONDS left=$((MINUTES * 60 - SECONDS)) code=0 outcome; shift
  if ((left < 5)); then
    outcome='not run: the time is up'
  else
    timeout -k 10 "$left" "$@" >"$OUTPUT/$name.log" 2>&1 </dev/null || code=$?
    if ((code == 0)); then outcome=passed
    elif ((code == 77)); then outcome="skipped: $(tail -n 1 "$OUTPUT/$name.log")"
    elif ((SECONDS - begin >= left)); then outcome='ended: the time is up'   # killed earlier is a failure
    else outcome="FAILED with exit code $code: $OUTPUT/$name.log"; failed=1; fi
    # A test program without a GPU skips its tests and passes.
    if ((code == 0)) && grep -q '^\[  SKIPPED \]' "$OUTPUT/$name.log" && ! grep -q '^\[       OK \]' "$OUTPUT/$name.log"; then
      outcome='FAILED: it skipped all its tests'; failed=1
    fi
  fi
  printf '%s\t%s\t%s\n' "$name" "$((SECONDS - begin))" "$outcome" >>"$OUTPUT/steps"
  say "$(printf '%-12s %4d s  %s' "$name" "$((SECONDS - begin))" "$outcome")"
}
if ((emulated)); then gpus=2; else gpus=$(nvidia-smi -L 2>/dev/null | grep -c '^GPU' || true); fi
((gpus <= 4)) || gpus=4   # the tests of collectives have at most four ranks
((gpus >= 1)) || gpus=1   # the first step says what is missing

# All kernels again, where NVIDIA's tool is installed.
sanitizer() {
  command -v compute-sanitizer >/dev/null || { echo 'there is no compute-sanitizer'; return 77; }
  compute-sanitizer --error-exitcode 1 "$TESTS/compute_gpu_test"
}
MODEL=$WORK/model DATA=$WORK/data
tiny() {  # tiny RUN ARGUMENTS…
  local run=$1; shift
  "$BIN/srl_train" --data "$DATA" --model "$MODEL" --run "$WORK/$run" --threads 1 --instance.chat_template chatml \
    --instance.max_prompt_tokens 300 --sampling.max_new_tokens 6 --training.prompts_per_update 1 --training.group_size 4 --signal.kind exact \
    --objective.filter_groups off --objective.on_truncated score --training.learning_rate 1e-3 --rollout.kv_cache_bytes 4M "$@"
}
updates() {
  "$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --output "$MODEL" &&
    "$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output "$DATA" --holdout.questions 4 &&
    tiny first --device cuda --training.updates 10 && tiny second --device cuda --training.updates 10 &&
    cmp "$WORK/first/export/model.safetensors" "$WORK/second/export/model.safetensors" &&
    awk -F'"sampler_logprob_difference":' '{ split($2, a, ","); if (a[1] == "" || a[1] > 0.02) exit 1 }' "$WORK/first/metrics.jsonl" &&
    echo 'ten updates twice: the same bits; sampler and trainer agree'
}
checkpoints() {
  tiny moved --device cuda --training.updates 2 && cp "$WORK/moved/export/model.safetensors" "$WORK/before" || return 1
  local device
  for device in cpu cuda; do
    rm -r "$WORK/moved/export"
    tiny moved --device $device --dtype auto --training.updates 2 && cmp "$WORK/before" "$WORK/moved/export/model.safetensors" || return 1
  done
  echo 'a checkpoint keeps its bits from the GPU to the CPU and back'
}
update_figures() {
  local last
  last=$(tail -n 1 "$WORK/first/metrics.jsonl") || return 1
  grep -o '"seconds":{[^}]*}' <<<"$last" | sed 's/^"seconds":{\(.*\)}$/{"figure":"update of the miniature",\1}/' | tee -a "$OUTPUT/figures.jsonl"
}
speed() { "$BUILD/bench/gpu_bench" "${small[@]}" | tee -a "$OUTPUT/figures.jsonl"; }
models() { "$BUILD/bench/gpu_model_bench" "${small[@]}" | tee -a "$OUTPUT/figures.jsonl"; }
transformers() {
  ((emulated == 0)) || { echo 'the GPU is emulated'; return 77; }
  [[ -z $TORCH ]] || PYTHONPATH=$(dirname "$TORCH")${PYTHONPATH:+:$PYTHONPATH}
  export PYTHONPATH
  command -v python3 >/dev/null || { echo 'there is no python3'; return 77; }
  python3 "$SOURCE/tests/gpu/transformers_generate.py" >"$WORK/transformers" || { local code=$?; cat "$WORK/transformers"; return $code; }
  tee -a "$OUTPUT/figures.jsonl" <"$WORK/transformers"
}
similarity() {
  local pairs=4096 letters=1000
  ((emulated == 0)) || pairs=16 letters=60
  awk -v pairs=$pairs -v letters=$letters 'BEGIN { srand(1); for (p = 0; p < pairs; ++p) { a = b = ""; for (i = 0; i < letters; ++i) {
      c = substr("abcdefghijklmnop ", int(rand() * 17) + 1, 1); a = a c; b = b (rand() < 0.9 ? c : "x") }
      print "{\"a\":\"" a "\",\"b\":\"" b "\"}" } }' >"$WORK/pairs.jsonl"
  "$BIN/srl_score" similarity --device cuda --input "$WORK/pairs.jsonl" --output "$WORK/gpu.jsonl" &&
    "$BIN/srl_score" similarity --device cpu --input "$WORK/pairs.jsonl" --output "$WORK/cpu.jsonl" && cmp "$WORK/gpu.jsonl" "$WORK/cpu.jsonl" &&
    echo "similarity of $pairs pairs of $letters characters equals the CPU's"
}
export -f sanitizer tiny updates checkpoints update_figures speed models transformers similarity
export TORCH BIN TESTS BUILD SOURCE WORK MODEL DATA OUTPUT emulated
call() { local name=$1; shift; step "$name" bash -o pipefail -c "small=(${small[*]:-}); $name"; }

version=$(sed -n 's/^version=//p' "$described")
[[ -n $version ]] || version=$(git -C "$SOURCE" describe --always --dirty 2>/dev/null || echo 'no version')
say "$version, $(date -u +%Y-%m-%dT%H:%MZ), $(uname -m)$( ((emulated)) && echo '; EMULATED GPU: the figures mean nothing' || true)"
step check "$BIN/srl_check" --quick --device cuda
step device "$TESTS/device_gpu_test"
step kernels "$TESTS/compute_gpu_test"
step collectives "${MPIEXEC:-mpirun}" -n "$gpus" "$TESTS/comm_device_collectives_test"
call similarity
step reward "$TESTS/reward_gpu_test"
step gradients "$TESTS/model_gpu_pack_test"
call updates
call checkpoints
call update_figures
step generation "$TESTS/rollout_gpu_generator_test"   # also: repeated graphs give the bits of steps that run by themselves
call speed
call models
call transformers
call sanitizer

# As text and as JSON. Steps are rows with tabs, figures are lines of JSON without inner objects.
{
  printf '{"run": "%s", "emulated": %s, "steps": [' "$(head -n 1 "$OUTPUT/result.txt")" "$( ((emulated)) && echo true || echo false)"
  awk -F'\t' '{ gsub(/[\\"]/, "\\\\&", $3); printf "%s\n {\"step\": \"%s\", \"seconds\": %d, \"outcome\": \"%s\"}", (NR > 1 ? "," : ""), $1, $2, $3 }' "$OUTPUT/steps"
  printf '\n], "figures": ['
  awk '{ printf "%s\n %s", (NR > 1 ? "," : ""), $0 }' "$OUTPUT/figures.jsonl"
  printf '\n]}\n'
} >"$OUTPUT/result.json"
sed -E 's/^\{"//; s/"?\}$//; s/"?,"/  /g; s/":"?/ /g' "$OUTPUT/figures.jsonl" >>"$OUTPUT/result.txt"
rm "$OUTPUT/steps" "$OUTPUT/figures.jsonl"
echo "result: $OUTPUT/result.txt, $OUTPUT/result.json"
exit $failed
