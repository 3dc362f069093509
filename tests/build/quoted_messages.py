#!/usr/bin/env python3
"""The messages that docs quote are those of the programs. Each symptom that docs/troubleshooting.md quotes, cut at its
ellipses and placeholders, and the words of each log line in docs/session.md, cut at numbers, paths and options, must
occur in a string of the source, in a batch script or in a study.
   quoted_messages.py SOURCE_FOLDER [TROUBLESHOOTING [SESSION]]"""
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
studies = [file.read_text() for file in sorted((root / "studies").rglob("*.sh"))]

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

# Programs put a message together from parts, so a part may have one more word at one end than the string of the source.
session = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else root / "docs/session.md"
known = "\n".join(texts + studies)
lines = 0
for line in session.read_text().splitlines():
    log = re.match(r"\d{4}-\d\d-\d\dT[\d:]*Z (?:local: )?(.*)", line)
    if log:
        words = [part.strip(" ,;:().…") for part in re.split(r"\S*/\S*|\S*\d\S*|…|\S*_\S*|\b[A-Z]{2,}\b|[=%+?:;,()]", log.group(1))]
        words = [part for part in words if len(part) >= 9]
        lines += 1
        shorter = [(part, part.split(" ", 1)[-1], part.rsplit(" ", 1)[0]) for part in words]
        missing += [f"{part[0]} ({session.name})" for part in shorter if not any(text in known for text in part)]
found += lines
for part in missing:
    print(f"no program says: {part}", file=sys.stderr)
print(f"{found} quoted messages found, {len(missing)} missing")
sys.exit(1 if missing or found < 10 else 0)
