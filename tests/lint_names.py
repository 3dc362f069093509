#!/usr/bin/env python3
"""lint_names.py BUILD_FOLDER: checks that names in all C++ files follow the rules of .clang-tidy
(readability-identifier-naming).

BUILD_FOLDER must be configured (compile_commands.json), but nothing needs to be built. The sources of a
target are checked as one piece, because most of the time is spent on the headers of libraries. This takes a
third of the time. A source that cannot be compiled together with the others (two files of a target use the
same local name) is checked separately. Prints each wrong name once. The exit code is 1 when there is a wrong
name."""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
TIDY = SOURCE / ".deps/venv/bin/clang-tidy"
# omp.h, which clang-tidy's package does not have.
GCC_HEADERS = subprocess.run(["g++", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()


def pieces(build):
    """{(target, compiler arguments): sources}. Each source occurs once. Generated sources are left out."""
    found, seen = {}, set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file, words = entry["file"], shlex.split(entry["command"])
        if not file.endswith(".cpp") or file.startswith(str(build)) or file in seen:
            continue
        seen.add(file)
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", words[words.index("-o") + 1]).group(1)
        arguments, skip = [], False
        for word in words[words.index("-o") - 1:0:-1][::-1]:
            if skip or word in ("-include", "-Winvalid-pch"):  # for the precompiled header of g++
                skip = word == "-include"
            elif not word.startswith(("-o", "-c")):
                arguments.append(word)
        found.setdefault((target, tuple(arguments)), []).append(file)
    return found


def look(name, files, arguments, folder):
    """(clang-tidy's findings, compile errors) for these files as one piece."""
    piece = folder / f"{name}.cpp"
    piece.write_text("".join(f'#include "{file}"\n' for file in files))
    done = subprocess.run([TIDY, "--quiet", "--checks=-*,readability-identifier-naming", "--warnings-as-errors=*",
                           f"--config-file={SOURCE}/.clang-tidy", str(piece), "--", *arguments, "-ferror-limit=0", "-idirafter", GCC_HEADERS],
                          capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if re.match(r"/\S+:\d+:\d+: (error|warning): ", line)]
    broken = [line for line in lines if "clang-diagnostic" in line]
    if done.returncode and not lines:
        broken = [f"{name}: {TIDY} ended with code {done.returncode}: {done.stderr[-300:]}"]
    return [line for line in lines if line not in broken], broken


def look_again(name, files, arguments, folder):
    """Like look(), but files that cannot be compiled together with the others are checked separately."""
    findings, broken = look(name, files, arguments, folder)
    if not broken or len(files) == 1:
        return findings, broken
    apart = [file for file in files if any(line.startswith(f"{file}:") for line in broken)]
    parts = [apart]
    if len(apart) in (0, len(files)):  # the errors do not tell which files to separate
        findings, parts = [], [files[:len(files) // 2], files[len(files) // 2:]]
    broken = []
    for number, part in enumerate(parts):
        more, errors = look_again(f"{name}.{number}", part, arguments, folder)
        findings, broken = findings + more, broken + errors
    return findings, broken


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    folder = build / "lint_names"
    folder.mkdir(exist_ok=True)
    work = [(f"{target}.{number}", files, arguments)
            for number, ((target, arguments), files) in enumerate(pieces(build).items())]
    work.sort(key=lambda item: -len(item[1]))
    wrong, broken = set(), []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for findings, errors in pool.map(lambda item: look_again(*item, folder), work):
            for line in findings:
                path, rest = line.split(":", 1)
                wrong.add(f"{os.path.relpath(os.path.realpath(path), SOURCE)}:{rest.split(' [')[0]}")
            broken += errors
    for line in sorted(wrong) + broken[:20]:
        print(line, file=sys.stderr)
    files = sum(len(item[1]) for item in work)
    print(f"names: {files} files in {len(work)} pieces: {len(wrong)} wrong names, {len(broken)} errors")
    return 1 if wrong or broken or files < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
