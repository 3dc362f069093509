#!/usr/bin/env bash
# The miniature (docs/reproduction.md) on this machine. If it is interrupted, run it again to resume.
#   studies/miniature/run.sh                      short form: stored base -> SRL -> evaluation -> report (short.sh)
#   studies/miniature/run.sh table [NAME=VALUE…]  the whole table over seeds (table.sh)
study=$(cd "$(dirname "$0")" && pwd)
source "$study/../common.sh"
form=${1:-short}
(($#)) && shift
[[ $form == short || $form == table ]] || die "unknown form '$form'; the forms are short and table"
[[ $form == table ]] || (($# == 0)) || die "the short form takes no arguments"
check_machine
source "$study/commands.sh"
# shellcheck source=/dev/null
source "$study/$form.sh"
