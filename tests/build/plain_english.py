#!/usr/bin/env python3
"""Texts avoid the turns of docs/design.md, "Plain English", as far as a pattern recognises them: documents, help, messages,
comments of the source and scripts. Prints each place with what to write instead. The exit code is 1 when there is one.
   plain_english.py SOURCE_FOLDER      checks the folder, and that every pattern finds its example
   plain_english.py FILE…              checks these files only"""
import os
import pathlib
import re
import sys

UNITS = "tokens|bytes|files|lines|rows|threads?|ranks|rollouts|completions|seconds|[KMG]i?B"
PER = "second|minute|hour|rank|line|file|node|step|day|run|update|model|problem|question|row|core|group|pack|thread|task|GPU"
# (pattern, what to write, an example that it must find, a sentence that it must not find)
TURNS = [
    (rf"\b({UNITS}) an? ({PER})\b", "per", "it reads 20 tokens a second", "2,048 tokens, a step 512"),
    (r"\b(go|goes|going|gone|went) on\b", "resume, continue", "a run that goes on", "an option goes into a file"),
    (r"\w (?<!there )(?<!There )(?<!here )\b(is|are|was|were) no (?!longer\b|more\b|less\b|later\b|fewer\b)",
     "is not a", "a word that is no number", "there is no file"),
    (r"\bany ?more\b(?! than)", "no longer", "it is not read any more", "not any more than that"),
    (r"\b(stands?|stood)\b(?! for\b| in for\b|-)", "is", "the text stands in the table", "a stand-in; x stands for y"),
    (r"\b(lies?|lay) (in|beside|under|at|on|there|inside|next)\b", "is", "the file lies in a folder", "lines in a file"),
    (r"\b(tags?|marks?|quotes?|brackets|words?|text|frame|all) round (the|an?|it|them)\b", "around", "a tag round the action",
     "a sampling round the user chose"),
    (r"\b(nobody|everyone|everybody|somebody|whoever)\b", "no rank, all ranks, a user", "nobody waits", "no rank waits"),
    (r"\b(anew|afresh)\b", "again", "it is written anew", "it is written again"),
    (r"\bwhat (becomes|became) of\b", "what happens to, the outcome", "what becomes of the rows", "it becomes a row"),
    (r"\b(their|its) like\b|\band the like\b", "and similar ones", "`</think>` and their like", "it is like a tag"),
    (r"\bcalled so\b", "named in the message", "full disks are called so", "it is called, so it runs"),
    (r"\blooks? whether\b", "checks whether", "it looks whether a file exists", "it looks at a file"),
    (r"(?<!,)(?<!nothing) (less|but) one\b", "except one, minus one", "all steps but one", "no step, but one instance"),
    (r"\bin the place of\b", "instead of, in place of", "a name in the place of a file", "in place of a file"),
    (r"\bsome \d", "about", "some 60 inputs", "some inputs"),
    (r"[,;] (and )?so (do|does|is|are|did|has|have) ", "put the subject first: … too", "one fits, and so does the other",
     "it fits, so it runs"),
    (r"(^|[.:;] )(Compared|Counted|Shown|Tried|Named|Printed) (is|are|was|were) ", "put the subject first",
     "Compared is the text", "It is compared"),
]
SUFFIXES = (".md", ".sh", ".py", ".ini", ".json", ".tsv", ".cpp", ".hpp", ".cu", ".cmake", "CMakeLists.txt")
# Data, foreign texts, this list, a file that quotes code, and one that names the user nobody.
LEFT_OUT = re.compile(r"(tests/data|tests/fuzz/corpus|tests/bench/data|studies/miniature/base|tests/build/plain_english\.py|"
                      r"tests/emulator/equivalent_mutants\.tsv|tests/slurm/cluster\.sh)$")
FOLDERS = (".ci", "analysis", "cmake", "data_prep", "docs", "env", "jobs", "slurm", "src", "studies", "tests")


CODE = re.compile(r'"(?:[^"\\\n]|\\.)*"|//.*')  # what people read of C++: strings and comments


def source_files(root):
    yield from (path for path in sorted(root.iterdir()) if path.is_file() and path.name.endswith(SUFFIXES))
    for top in FOLDERS:
        for folder, folders, names in os.walk(root / top):
            inside = pathlib.Path(folder)
            folders[:] = sorted(name for name in folders if not LEFT_OUT.match((inside / name).relative_to(root).as_posix()))
            for name in sorted(names):
                if name.endswith(SUFFIXES) and not LEFT_OUT.match((inside / name).relative_to(root).as_posix()):
                    yield inside / name


def found_in(path, name):
    avoided = False  # inside the table of docs/design.md
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        if name == "docs/design.md" and line.startswith("| avoid |"):
            avoided = True
        avoided = avoided and line.startswith("|")
        text = " ".join(CODE.findall(line)) if name.endswith((".cpp", ".hpp", ".cu")) else line
        for pattern, instead, _, _ in TURNS:
            match = re.search(pattern, text)
            if match and not avoided:
                yield f"{name}:{number}: '{match.group().strip(' ,;.:')}': write {instead}: {line.strip()[:110]}"


def main():
    wrong = []
    for pattern, _, example, other in TURNS:
        if not re.search(pattern, example) or re.search(pattern, other):
            wrong.append(f"plain_english.py: the pattern {pattern} does not find its example, or finds the other sentence")
    root = pathlib.Path(sys.argv[1])
    if root.is_dir():
        files = [(path, path.relative_to(root).as_posix()) for path in source_files(root)]
    else:
        files = [(pathlib.Path(name), name) for name in sys.argv[1:]]
    for path, name in files:
        wrong += found_in(path, name)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(files)} files, {len(wrong)} turns to avoid")
    return 1 if wrong or (root.is_dir() and len(files) < 500) else 0


if __name__ == "__main__":
    sys.exit(main())
