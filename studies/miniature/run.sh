#!/usr/bin/env bash
# The miniature (docs/reproduction.md) on this one machine. Run it again after an interruption: it does what is left.
#   studies/miniature/run.sh                      short form: kept base -> SRL -> evaluation -> report (short.sh)
#   studies/miniature/run.sh table [NAME=VALUE…]  the whole table over seeds (table.sh)
study=$(cd "$(dirname "$0")" && pwd)
source "$study/../common.sh"
form=${1:-short}
(($#)) && shift
[[ $form == short || $form == table ]] || die "the miniature has no form '$form'; its forms are short and table"
[[ $form == table ]] || (($# == 0)) || die "the short form takes no arguments"
check_machine
source "$study/commands.sh"
source "$study/$form.sh"
