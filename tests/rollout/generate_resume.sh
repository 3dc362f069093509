#!/usr/bin/env bash
# generate_resume.sh SRL_GENERATE SRL_MODEL: --resume on continues an output only with the model, the options and the
# input that it was made with, and gives the same completions. Otherwise it names the difference and leaves the
# output as it is.
set -euo pipefail
generate=$1 srl_model=$2 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "FAIL: $*" >&2; cat log >&2; exit 1; }
"$srl_model" init --architecture mini --seed 1 --output model >log 2>&1 || fail "no model"
"$srl_model" init --architecture mini --seed 2 --output other >log 2>&1 || fail "no model"
for i in 1 2 3 4 5 6; do echo "{\"ids\": [11, 12, $((20 + i))]}"; done >in
printf 'threads = 1\nmodel = model\ninput = in\noutput = out\nseed = 3\n[sampling]\nmax_new_tokens = 8\n' >go.ini
go() { timeout 600 "$generate" --config go.ini "$@" 2>log; }
without_seconds() { sed 's/"seconds":[^},]*//' "$1"; }
go || fail "the first run"
without_seconds out >whole
interrupted() { head -n 2 whole_out >out; printf '{"ids":[1' >>out; cp whole_source out.source; }
cp out whole_out; cp out.source whole_source

interrupted; go --resume on || fail "a resume with the same input"
cmp whole <(without_seconds out) || fail "a resume gives other completions"
cmp whole_source out.source || fail "a resume gives another out.source"

# refused NAME OPTIONS…: refused with NAME in the message; the output stays as it is
refused() {
  local name=$1; shift
  cp out before; cp out.source before.source
  if go --resume on "$@"; then fail "$name: a change was accepted"; fi
  grep -q -- "$name" log || fail "$name is not named"
  cmp out before && cmp out.source before.source || fail "$name: the output was changed"
}
interrupted
refused 'seed: 3 -> 4' --seed 4
refused 'sampling.max_new_tokens: 8 -> 9' --sampling.max_new_tokens 9
refused 'sampling.greedy: false -> true' --sampling.greedy on
refused 'completions: 1 -> 2' --completions 2
refused 'model: model -> other' --model other
cp in right
sed -i '2s/22/33/' in; refused 'line 2 of the input'
sed 1d right >in; refused 'line 1 of the input'
head -n 1 right >in; refused 'the input has only 1'
cp right in
rm out.source
if go --resume on; then fail "an output of unknown source was accepted"; fi
grep -q 'out.source is missing' log || fail "the missing file is not named"
interrupted; mv model moved; cp -r other model
refused 'model: model -> model (its files have changed)'
rm -r model; mv moved model

# What does not change completions may change: the model's path, threads, limits, lines behind the answered ones.
interrupted; cp -r model copy
sed -i '6s/26/27/' in
go --resume on --model copy --rollout.max_sequences 2 || fail "changes without effect were refused"
[[ $(wc -l <out) -eq 6 ]] && cmp <(head -n 5 whole) <(without_seconds out | head -n 5) || fail "the resumed output differs"
# Blank lines do not count as lines: they change neither the completions nor what a resume compares.
interrupted; cp right in
{ echo; head -n 1 right; printf ' \t\n\n'; sed 1d right; echo; } >in
go --resume on || fail "a resume with blank lines"
cmp whole <(without_seconds out) || fail "blank lines change completions"
cp right in
go --output /dev/null || fail "an output that is not a file"
[[ ! -e /dev/null.source ]] || fail "wrote /dev/null.source"
