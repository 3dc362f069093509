#!/usr/bin/env bash
# docs/make_options.sh [BIN_FOLDER]: writes docs/options.md from what every job says under --help all, and docs/option-names.md from
# jobs/options/other_names.tsv.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:-build/cpu-release/bin}
[[ -x $bin/srl_check ]] || { echo "make_options.sh: $bin/srl_check is missing: build first, or give the folder of the executables" >&2; exit 1; }
{
  printf '# Options of every job\n\nThis page lists every option of every job, as `--help all` prints it (made by `docs/make_options.sh`). A line `top_p = 1` in\nsection `[sampling]` of a `--config` file is `--sampling.top_p 1` on the command line, which overrides the file. Sizes are\nwritten 512M, durations 90s, 15m, 2h.\nIn a file a value may be in double quotes, and there `\\n` is a line break, `\\t` a tab: `stop = "\\n\\n" "Problem:"`. In a\nshell a line break is `$'"'\\\\n'"'`.\nNames that other trainers use: [option-names.md](option-names.md).\n'
  for job in srl_check srl_prep srl_train srl_eval srl_report srl_generate srl_model srl_score; do
    printf '\n## %s\n\n```\n' "$job"
    "$bin/$job" --help all
    printf '```\n'
    for command in $("$bin/$job" --help all | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
      printf '\n### %s %s\n\n```\n' "$job" "$command"
      "$bin/$job" "$command" --help all
      printf '```\n'
    done
  done
} >docs/options.md
{
  printf '# Names of options in other programs\n\nThis page says what an option of another program, or an option with a former name, is called here. A job that gets one of these\nnames says it too. Made by `docs/make_options.sh` from `jobs/options/other_names.tsv`.\n'
  awk -F'\t' '
    /^#/ { next }
    $1 != whose { whose = $1; printf "\n## %s\n\n| name there | name here | note |\n|---|---|---|\n", whose == "formerly" ? "Former names" : whose }
    { printf "| `%s` | `%s` | %s |\n", $2, $3, $4 }' jobs/options/other_names.tsv
} >docs/option-names.md
