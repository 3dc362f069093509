#!/usr/bin/env bash
# tests/emulator/mutate.sh BUILD_FOLDER [--file PART]... [--sample N] [--seed S] [--list]: a mutation run over the kernels (mutate.py).
exec python3 "$(dirname "$0")/mutate.py" "$@"
