#!/usr/bin/env bash
# No job deletes or replaces a file of the user. Exports replace a model and nothing else; links are followed;
# an output that is an input is refused; temporary names are the project's own; file modes follow the umask.
source "$(dirname "$0")/../training/shared/common.sh"
cd "$WORK" || exit
refused() {  # refused WORDS COMMAND…: exit code 2, with these words
  local words=$1 code=0; shift
  "$@" >"$WORK/out" 2>"$WORK/log" </dev/null || code=$?
  [[ $code -eq 2 ]] && grep -q "$words" "$WORK/log" || fail "exit code $code instead of 2 with '$words': $* $(cat "$WORK/log")"
}
works() { "$@" >"$WORK/out" 2>"$WORK/log" </dev/null || fail "$*: $(cat "$WORK/log")"; }
content() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
export_to() { "$BIN/srl_model" export --model "$WORK/model" --output "$@"; }

# Beside the target there are folders of the user with the names that temporary folders had.
mkdir T.old T.partial T.new
for folder in T.old T.partial T.new; do echo mine >$folder/notes; done
works export_to T
works export_to T   # a model is replaced
for folder in T.old T.partial T.new; do [[ $(cat $folder/notes) == mine ]] || fail "$folder is gone"; done
[[ -z $(find . -maxdepth 1 -name "*srl_*") ]] || fail "a temporary folder is left: $(ls -A)"

# A folder that holds more than a model, is not one, or contains the current folder.
mkdir notes sub unlike empty
cp T/* notes; echo mine >notes/notes.txt
cp -r T/* sub; mkdir sub/checkpoints
echo '{}' >unlike/config.json
for folder in notes sub unlike; do
  content $folder >before
  refused "$folder" export_to $folder
  content $folder | cmp before - || fail "$folder was changed"
done
refused 'more than a model (checkpoints)' export_to sub
refused 'the current folder, or contains it' export_to "$WORK"
refused 'the current folder' export_to .
(cd T && refused 'the current folder' export_to .)
refused 'is the model that is read' export_to model
refused 'holds more than a model' "$BIN/srl_model" init --architecture mini --output notes
works export_to empty
[[ -s empty/model.safetensors ]] || fail "an empty folder was not used"

# Links are followed, also one to a folder that does not exist yet.
ln -s T link; ln -s later dangling
works export_to link; works export_to dangling
[[ -L link && -L dangling && -s later/model.safetensors && -s T/model.safetensors ]] || fail "a link became a folder: $(ls -l)"

# Modes follow the umask, whatever the modes of the source are.
chmod 600 model/*
for mask in 002 027 077; do
  (umask $mask; works export_to mode_$mask)
  for entry in mode_$mask mode_$mask/*; do
    full=666; [[ -d $entry ]] && full=777
    [[ $(stat -c %a "$entry") == $(printf %o $((0$full & ~0$mask))) ]] || fail "umask $mask: $entry has mode $(stat -c %a "$entry")"
  done
done

# Filters whose output is their input, by name, by a hard link and by a symbolic link.
echo '{"prompt": "Hello", "text": "Hello", "thought": "", "action": "a", "answer": "a", "target": "a"}' >in.jsonl
cp in.jsonl kept; ln in.jsonl hard; ln -s in.jsonl soft
for output in in.jsonl hard soft ./in.jsonl; do
  refused 'is the file that is read' "$BIN/srl_generate" --model model --input in.jsonl --output $output
  refused 'is the file that is read' "$BIN/srl_generate" --model model --input in.jsonl --output $output --resume on
  refused 'is the file that is read' "$BIN/srl_score" format --input in.jsonl --output $output
  refused 'is the file that is read' "$BIN/srl_model" tokenize --model model --input in.jsonl --output $output
  refused 'is the file that is read' "$BIN/srl_model" detokenize --model model --input in.jsonl --output $output
  refused 'is the file that is read' "$BIN/srl_model" logits --model model --input in.jsonl --output $output
  cmp in.jsonl kept || fail "the input was changed"
done
# Also when the input is stdin. And a job that fails before its first line leaves an older output.
code=0; "$BIN/srl_model" tokenize --model model --output in.jsonl <in.jsonl 2>log || code=$?
[[ $code -eq 2 ]] && cmp in.jsonl kept || fail "stdin: exit code $code"
echo old >older; code=0
"$BIN/srl_generate" --model nowhere --input in.jsonl --output older 2>log || code=$?
[[ $code -ne 0 && $(cat older) == old ]] || fail "a job that failed at its start emptied an older output"

# Preparation: a folder of the user, one with foreign files among the shards, an input that would be replaced.
ROWS=$SOURCE/data_prep/example/expert_solutions.jsonl
mkdir user user_shards user_manifest
echo mine >user/report.md
mkdir user_shards/shards; echo mine >user_shards/shards/notes
echo '{"mine": 1}' >user_manifest/manifest.json
echo mine >user/solutions.jsonl
for folder in user user_shards user_manifest; do
  content $folder >before
  refused 'srl_prep' "$BIN/srl_prep" --input "$ROWS" --output $folder --holdout.questions 4
  refused 'srl_prep' "$BIN/srl_prep" synthetic --output $folder
  content $folder | cmp before - || fail "srl_prep changed $folder"
done
cp "$ROWS" data/rejects.jsonl
refused 'is an input' "$BIN/srl_prep" --input data/rejects.jsonl --output data --holdout.questions 4
cmp "$ROWS" data/rejects.jsonl || fail "an input was replaced"
works "$BIN/srl_prep" --input "$ROWS" --output data --holdout.questions 4   # its own folder again
works "$BIN/srl_prep" export data --messages --output chats.jsonl
cp chats.jsonl before
refused 'is a file that is read' "$BIN/srl_prep" export data --rewrites chats.jsonl --output chats.jsonl
cmp chats.jsonl before || fail "an input was replaced"

# Training: notes in the run directory and beside an earlier export stay.
run() { "$BIN/srl_train" "${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400 --run "$WORK/run" "$@"; }
works run --training.updates 2
echo mine >run/export/notes.txt
mkdir run/export.old; echo mine >run/export.old/notes
printf '{"update": 9}\nmine\n' >run/notes.jsonl
content run/export >before
works run --training.updates 3
content run/export | cmp before - || fail "notes beside an export did not stop it from being replaced"
[[ -s run/export_2/model.safetensors && $(cat run/export.old/notes) == mine ]] || fail "no export beside the kept one: $(ls run)"
[[ $(cat run/notes.jsonl) == $'{"update": 9}\nmine' ]] || fail "a user's lines were cut"
grep -q 'export_2' log || fail "the log does not name the folder: $(cat log)"
