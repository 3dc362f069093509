#!/usr/bin/env bash
# tests/lint.sh: the checks of the source that need no build. `env/setup.sh --lint` installs the tools. The
# exit code is 1 when a check fails.
#   format   every C++ file is formatted by .clang-format (to fix: .deps/venv/bin/clang-format -i FILES)
#   names    every name in C++ follows .clang-tidy, and tests are named in CamelCase
#   scripts  shellcheck has no warning, and no script needs a newer bash than 4.4
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in .deps/venv/bin/clang-format .deps/venv/bin/clang-tidy shellcheck; do
  command -v "$tool" >/dev/null || { echo "lint: $tool is missing; run env/setup.sh --lint" >&2; exit 2; }
done
failed=0
report() {  # report NAME OUTCOME: 0 is a success
  if (($2)); then echo "lint: $1: FAILED" >&2; failed=1; else echo "lint: $1: passed"; fi
}

outcome=0
git ls-files -z '*.cpp' '*.hpp' '*.cu' '*.cuh' | xargs -0 .deps/venv/bin/clang-format --dry-run -Werror || outcome=1
report format $outcome

# Names of test suites and test cases have no underscore and do not begin with a small letter.
outcome=0
! git grep -nE '^ *(TYPED_)?TEST(_F|_P)?\((.*_.*|[a-z].*|[A-Za-z0-9]+, [a-z].*)\)' -- 'tests/*.cpp' || outcome=1
report "test names" $outcome

outcome=0
mapfile -t scripts < <(git grep -lE '^#!.*\b(ba)?sh\b' -- ':!*.md')
mapfile -t sourced < <(git ls-files '*.sh' | xargs grep -L '^#!')
shellcheck --severity=warning --external-sources "${scripts[@]}" || outcome=1
# Sourced scripts share variables with the scripts that source them.
shellcheck --severity=warning --external-sources --shell=bash --exclude=SC2034,SC2154 "${sourced[@]}" || outcome=1
# Clusters have old shells: nothing of bash 5.0 or newer.
! grep -nE 'EPOCH(SECONDS|REALTIME)|SRANDOM|BASH_ARGV0|\$\{[A-Za-z_]+(\[[@*]\])?@[ULuKk]\}|\bwait -[a-z]*[pf]|\blocal -[a-z]*I' "${scripts[@]}" "${sourced[@]}" /dev/null | grep -v '^tests/lint.sh:' || outcome=1
report "scripts (${#scripts[@]} and ${#sourced[@]} sourced)" $outcome

outcome=0
mkdir -p build
torch=ON
[[ -n $(compgen -G '.deps/venv/lib/python3*/site-packages/torch') ]] || torch=OFF
cmake --preset cpu-release -B build/lint -DSRL_UNITY=OFF -DSRL_WITH_TORCH=$torch -DSRL_BUILD_TESTS=ON -DSRL_BUILD_BENCH=ON >build/lint.log ||
  { cat build/lint.log >&2; outcome=1; }
((outcome)) || tests/lint_names.py build/lint || outcome=1
report names $outcome
exit $failed
