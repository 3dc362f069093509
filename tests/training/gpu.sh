#!/usr/bin/env bash
# Training on GPUs, which are emulated here: gradients equal those of the CPU, bits do not depend on the order of the
# GPU's work, and checkpoints move between the CPU and any number of GPUs.
#   gpu.sh BUILD_FOLDER
source "$(dirname "$0")/shared/common.sh"
grep -q '^SRL_DEVICE:.*=emulated' "$BUILD/CMakeCache.txt" || { echo "skipped: this build has no emulated GPUs"; exit 77; }
SMALL=(--instance.max_prompt_tokens 300 --training.prompts_per_update 1 --sampling.max_new_tokens 6)
CACHE=(--rollout.kv_cache_bytes 4M)
train() {  # train NAME RANKS ARGUMENTS…: one run, with the gradients of its first updates
  local name=$1 n=$2; shift 2
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" "${CACHE[@]}" --run "$WORK/$name" "$@" 2>"$WORK/$name.log" || fail "$name: $(tail -n 20 "$WORK/$name.log")"
}
close_to() {  # close_to NAME OTHER TOLERANCE: gradients of the first update
  "$BUILD/tests/compare_tensors" "$WORK/g_$1/update_1.safetensors" "$WORK/g_$2/update_1.safetensors" "$3" >"$WORK/compared" ||
    fail "gradients of $1 and $2: $(cat "$WORK/compared")"
}
# Saved rollouts whose rewards differ within a group, so that advantages are not all zero.
train sample 1 --training.updates 1 --rollout.save on
mkdir "$WORK/replay"
for update in 1 2 3; do
  awk -v update=$update '{ a = ((NR + update) % 4 - 1.5) * 0.7; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":" a ",\"advantage\":" a ","); print }' \
    "$WORK/sample/rollouts/update_000001.jsonl" >"$WORK/replay/update_00000$update.jsonl"
done
REPLAY=(--training.replay "$WORK/replay")
first() { local name=$1; train "$@" "${REPLAY[@]}" --training.updates 1 --training.dump_gradients "$WORK/g_$name"; }

first cpu 1 --device cpu
first fp32 1 --device cuda --dtype fp32
grep -q 'computed on emulated:0 .* in fp32' "$WORK/fp32.log" || fail "the log does not name the device: $(cat "$WORK/fp32.log")"
grep -rqs 'emulated:0' "$WORK/fp32"/*.json* || fail "the run directory does not name the device: $(ls "$WORK/fp32")"
close_to cpu fp32 1e-5
# The plan of a GPU's memory, made without a GPU, is what the run takes.
BIN=$BIN/none train plan 1 --dry_run --plan.gpus 1 --dtype fp32 "${REPLAY[@]}" --training.updates 1 >"$WORK/plan.out"
planned=$(sed -n 's/^GPU memory bytes: //p' "$WORK/plan.out") taken=$(sed -n 's/.*all taken now (\([0-9]*\) bytes).*/\1/p' "$WORK/fp32.log")
((planned > 0 && planned >= taken && planned - taken <= planned / 50)) || fail "planned $planned bytes, taken $taken"
for run in '2 1' '2 2' '4 2'; do
  read -r n zero <<<"$run"
  first "fp32_${n}_$zero" "$n" --device cuda --dtype fp32 --training.zero_stage "$zero"
  close_to fp32 "fp32_${n}_$zero" 1e-6
done
first kl 2 --device cuda --dtype fp32 --objective.kl_beta 0.1 --training.recompute on
first kl_cpu 1 --device cpu --objective.kl_beta 0.1
close_to kl_cpu kl 1e-5
echo "gradients in fp32 equal those of the CPU, on 1, 2 and 4 ranks, with both ZeRO stages"

# Attention over packs: FlashAttention's stand-in and our own kernel give the same update but for rounding. Where the two
# differ, `auto` warns and has the bits of `own`, and `flash` is refused.
first own 1 --device cuda --compute.attention own
first flash 1 --device cuda --compute.attention flash
grep -q 'attention over packs: our own kernel (compute.attention = own)' "$WORK/own.log" || fail "the log does not name the attention: $(cat "$WORK/own.log")"
grep -q 'attention over packs: FlashAttention-2 (it agrees' "$WORK/flash.log" || fail "the log does not name the attention: $(cat "$WORK/flash.log")"
grep -rqs '"attention": *"flash"' "$WORK/flash"/*.json* || fail "the run directory does not name the attention: $(ls "$WORK/flash")"
close_to own flash 2e-2
! cmp -s "$WORK/g_own/update_1.safetensors" "$WORK/g_flash/update_1.safetensors" || fail "FlashAttention was not used"
first auto 1 --device cuda
cmp "$WORK/g_own/update_1.safetensors" "$WORK/g_auto/update_1.safetensors" || fail "auto is not our own kernel on the emulated GPU"
SRL_EMULATED_ATTENTION_FAULT=backward first fault 1 --device cuda
cmp "$WORK/g_own/update_1.safetensors" "$WORK/g_fault/update_1.safetensors" || fail "our own kernel is not used after a difference"
grep -q 'FlashAttention-2 on emulated:0 differs from our own kernel: .* is allowed .*; our own kernel is used' "$WORK/fault.log" || fail "no warning: $(cat "$WORK/fault.log")"
grep -q 'attention over packs: our own kernel (FlashAttention-2 differs from it)' "$WORK/fault.log" || fail "the log does not name the attention: $(cat "$WORK/fault.log")"
refused() {  # refused FAULT MESSAGE ARGUMENTS…: --compute.attention flash ends the start with this message
  local fault=$1 message=$2; shift 2
  if SRL_EMULATED_ATTENTION_FAULT=$fault ranks 1 "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" "${CACHE[@]}" "${REPLAY[@]}" --training.updates 1 --run "$WORK/refused" \
    --compute.attention flash "$@" 2>"$WORK/refused.log"; then
    fail "compute.attention = flash was not refused with $*"
  fi
  grep -q "compute.attention = flash.*$message" "$WORK/refused.log" || fail "no message with '$message': $(cat "$WORK/refused.log")"
}
refused backward 'differs from our own kernel' --device cuda
refused none 'needs dtype = bf16' --device cuda --dtype fp32
refused none 'needs a GPU' --device cpu
code=0   # one bad card: every rank ends with its message
ranks 2 bash -c '((OMPI_COMM_WORLD_RANK == 0)) || export SRL_EMULATED_ATTENTION_FAULT=backward; exec "$@"' - "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" "${CACHE[@]}" \
  "${REPLAY[@]}" --training.updates 1 --run "$WORK/refused" --device cuda --compute.attention flash 2>"$WORK/refused.log" || code=$?
((code == 1 && $(grep -c 'error: .*compute.attention = flash.*differs from our own kernel' "$WORK/refused.log") == 1)) ||
  fail "one bad card: exit code $code: $(cat "$WORK/refused.log")"
echo "FlashAttention and our own kernel give the same update in bf16; a difference is warned of, or refused"

# bf16: equal bits in any order of work, with both ZeRO stages on one rank, and after a kill.
BF16=(--device cuda "${REPLAY[@]}" --training.max_tokens_per_pack 320)
SRL_EMULATED_ORDER=eager train bf16 1 "${BF16[@]}" --training.updates 3
grep -q 'in bf16' "$WORK/bf16.log" || fail "the log does not name the type: $(cat "$WORK/bf16.log")"
SRL_EMULATED_SEED=2 train another_order 1 "${BF16[@]}" --training.updates 3
same_model "$WORK/bf16" "$WORK/another_order"
SRL_EMULATED_ORDER=laziest train zero2 1 "${BF16[@]}" --training.updates 3 --training.zero_stage 2
same_model "$WORK/bf16" "$WORK/zero2"
ranks 1 "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" "${CACHE[@]}" "${BF16[@]}" --training.updates 3 --checkpoint.every_updates 1 --run "$WORK/killed" 2>"$WORK/killed.log" &
wait_checkpoint "$WORK/killed" 1 $!
pkill -KILL -f -- "--run $WORK/killed" || true
wait $! 2>/dev/null || true
train killed 1 "${BF16[@]}" --training.updates 3 --checkpoint.every_updates 1
grep -q 'resumed from' "$WORK/killed.log" || fail "the second start did not resume: $(cat "$WORK/killed.log")"
same_model "$WORK/bf16" "$WORK/killed"
echo "bits in bf16 do not depend on the order of work, the ZeRO stage or a kill"

# Whole updates with rollouts on the GPU: the sampler's log-probabilities are the trainer's.
train whole 2 --device cuda --training.updates 2
awk -F'"sampler_logprob_difference":' '{ split($2, a, ","); if (a[1] == "" || a[1] > 0.02) exit 1 }' "$WORK/whole/metrics.jsonl" ||
  fail "the sampler's log-probabilities differ from the trainer's: $(cat "$WORK/whole/metrics.jsonl")"

# Without a size the cache gets what the plan leaves of a GPU: the same on all ranks, as large as --dry_run says, and nothing else
# changes. This GPU has room for 4 MiB more.
PACKS=(--training.max_tokens_per_pack 320 --compute.attention own --training.updates 2)   # which need less memory than generation
train given 2 "${PACKS[@]}" --device cuda
taken=$(sed -n 's/.*all taken now (\([0-9]*\) bytes).*/\1/p' "$WORK/given.log") CACHE=()
memory=$(((taken + 4 * 1024 * 1024) * 16 / 15))
SRL_EMULATED_MEMORY=$memory train filled 2 "${PACKS[@]}" --device cuda
same_model "$WORK/given" "$WORK/filled"
BIN=$BIN/none train plan_filled 1 "${PACKS[@]}" --dry_run --plan.gpus 2 --plan.gpu_memory "$memory" >"$WORK/plan.out"
planned=$(sed -n 's/^GPU memory bytes: //p' "$WORK/plan.out") filled=$(sed -n 's/.*all taken now (\([0-9]*\) bytes).*/\1/p' "$WORK/filled.log")
((planned == filled && filled > taken + 3 * 1024 * 1024 && filled <= memory * 15 / 16)) || fail "planned $planned, taken $filled with a cache that fills, $taken with 4 MiB"
cache=$(grep '^key/value cache: ' "$WORK/plan.out")
grep -qF "$cache" "$WORK/filled.log" || fail "the log does not say '$cache': $(grep 'key/value cache' "$WORK/filled.log")"
train two 2 "${PACKS[@]}" --device cuda --rollout.max_sequences 2   # a cache for two completions
same_model "$WORK/given" "$WORK/two"
CACHE=(--rollout.kv_cache_bytes 4M)
echo "the key/value cache fills what the plan leaves free: ${cache#*: }"

# Checkpoints from the CPU to GPUs, to another number of GPUs, and back: each start exports what it loaded.
train moved 2 --device cpu "${REPLAY[@]}" --training.updates 2
cp "$WORK/moved/export/model.safetensors" "$WORK/of_cpu.safetensors"
for start in '1 cuda' '4 cuda' '1 cpu'; do
  read -r n device <<<"$start"
  rm -r "$WORK/moved/export"
  train moved "$n" --device "$device" --dtype auto "${REPLAY[@]}" --training.updates 2
  cmp "$WORK/of_cpu.safetensors" "$WORK/moved/export/model.safetensors" || fail "$n ranks on $device changed the weights of a checkpoint"
done
echo "checkpoints move between the CPU and GPUs"
