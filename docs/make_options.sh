#!/usr/bin/env bash
# docs/make_options.sh [BIN_FOLDER]: writes docs/options.md from what every job says under --help.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:-build/cpu-release/bin}
{
  printf '# Options of every job\n\nMade by `docs/make_options.sh` from `--help`. A line `top_p = 1` in section `[sampling]` of a `--config` file is `--sampling.top_p 1`\non the command line, which wins over the file. Sizes are written 512M, durations 90s, 15m, 2h.\n'
  for job in srl_check srl_prep srl_train srl_eval srl_report srl_generate srl_model srl_score; do
    printf '\n## %s\n\n```\n' "$job"
    "$bin/$job" --help
    printf '```\n'
  done
} >docs/options.md
