#!/usr/bin/env bash
# From a file of solutions of your own and a model folder to a trained model and a report page, on this machine:
#   studies/own_data.sh FILE MODEL [--hours H] [--output FOLDER] [--slurm [--dry_run]]
# It prepares FILE, checks whether MODEL writes the completion format, teaches the format if it does not, trains by SRL,
# evaluates before and after on held-out questions, and writes FOLDER/report.html. Each step is printed as the command that
# it runs; FOLDER/commands.sh has them all. Started again, it does only what is missing.
#   --hours H        time for everything (default 0.5); the sizes follow from it and from this machine
#   --output FOLDER  default: runs/own_NAME, after the name of FILE
#   --slurm          submits the steps as a chain of Slurm jobs instead
#   --dry_run        with --slurm: prints the sbatch lines and submits nothing
# Environment: SRL_RANKS (default: one rank per core, at most 8), SRL_BIN. docs/own-data.md shows a run.
study=$(cd "$(dirname "$0")" && pwd)/own_data
file='' model='' output='' hours=0.5 slurm=0 dry_run=0 srl_sizes=() updates=''

usage() { sed -n '2,/^# Environment/s/^# \{0,1\}//p' "$0"; }
wrong() { echo "own_data.sh: $*" >&2; exit 2; }
read_arguments() {
  while (($#)); do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --hours | --output)
        [[ -n ${2:-} ]] || wrong "$1 needs a value"
        [[ $1 == --hours ]] && hours=$2 || output=$2
        shift ;;
      --slurm) slurm=1 ;;
      --dry_run) dry_run=1 ;;
      -*) wrong "unknown option $1; see --help" ;;
      *) if [[ -z $file ]]; then file=$1; elif [[ -z $model ]]; then model=$1; else wrong "one FILE and one MODEL, not '$1' too"; fi ;;
    esac
    shift
  done
  [[ -n $model ]] || { usage >&2; exit 2; }
  [[ $hours =~ ^[0-9]*\.?[0-9]+$ ]] || wrong "--hours $hours: it is a number, for example 0.5"
  ((slurm || !dry_run)) || wrong "--dry_run is for --slurm"
}

# A folder belongs to one file and one model.
take_folder() {
  local name inputs
  [[ -f $file ]] || die "$file: there is no such file"
  [[ -d $model ]] || die "$model: not a folder; if this is a name on the Hugging Face Hub, download it first (docs/models.md)"
  name=$(basename "$file") name=${name%%.*}
  output=${output:-$SRL_ROOT/runs/own_${name//[^A-Za-z0-9._-]/_}}
  mkdir -p "$output" || die "$output cannot be made"
  inputs="$(cksum <"$file") $(realpath "$model")"
  [[ ! -f $output/inputs || $(<"$output/inputs") == "$inputs" ]] ||
    die "$output was made from another file or model, or the file has changed: give another --output"
  printf '%s\n' "$inputs" >"$output/inputs"
}

run_here() {
  local trained=$model
  check_machine
  prepare
  choose_lengths
  choose_memory
  if writes_format "$model" start 0.9; then
    say "$model writes the format already: no format SFT"
  else
    teach_format
    trained=$output/format/export
  fi
  evaluate before "$trained"
  choose_time "$trained"
  step 'SRL' train srl --config "$study/srl.ini" "${srl_sizes[@]}" --model "$trained" --training.updates "$updates" || srl_ended
  evaluate after "$output/srl/export"
  write_report
}

read_arguments "$@"
source "$study/../common.sh"
take_folder
# shellcheck source=/dev/null
for part in steps sizes result chain; do source "$study/$part.sh"; done
if ((slurm)); then submit_chain; else run_here; fi
exit
