#!/usr/bin/env python3
"""The messages that docs/troubleshooting.md quotes are those of the programs: each quoted symptom, cut at its
ellipses and placeholders, must occur in a string of the source or in a batch script.
   quoted_messages.py SOURCE_FOLDER [PAGE]"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else root / "docs/troubleshooting.md"
literal = re.compile(r'"((?:[^"\\\n]|\\.)*)"')

texts = []
for folder in ("src", "jobs", "data_prep", "analysis"):
    for file in sorted((root / folder).rglob("*.?pp")):
        code = re.sub(r'"\s*\n\s*"', "", file.read_text())  # a string continued on the next line
        texts += literal.findall(code)
for file in sorted((root / "slurm").glob("*.sh")):
    texts.append(file.read_text())

missing, found = [], 0
for line in page.read_text().splitlines():
    if not line.startswith("| "):
        continue
    symptom = line.split(" | ")[0]
    for quote in re.findall(r"`([^`]*)`", symptom):
        for part in re.split(r"…|\b[A-Z]{4,}\b|--x|\d+", quote):
            part = part.strip(" ,;:")
            if len(part) < 9:
                continue
            if any(part in text for text in texts):
                found += 1
            else:
                missing.append(part)
for part in missing:
    print(f"{page.name}: no program says: {part}", file=sys.stderr)
print(f"{found} quoted messages found, {len(missing)} missing")
sys.exit(1 if missing or found < 10 else 0)
