#!/usr/bin/env bash
# tests/emulator/mutate.sh FOLDER [--torch] [--sanitizers] [--tests REGEX] [--file PART]... [--again] [--list]: a mutation run over
# the GPU's code (mutate.py).
exec python3 "$(dirname "$0")/mutate.py" "$@"
