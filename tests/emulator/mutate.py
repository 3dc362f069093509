#!/usr/bin/env python3
"""Proves the tests of the kernels: makes one small change (a mutant) at every site that a rule finds, and counts the mutants that
the tests find. mutate.sh calls it.
   mutate.sh BUILD_FOLDER [--file PART]... [--sample N] [--seed S] [--list]
BUILD_FOLDER is a build with emulated GPUs. A mutant is compiled into the programs ROOM_gpu_test and ROOM_checked_test; it is
killed when one of them fails, crashes or takes ten times as long. Mutants that do not compile do not count. Equivalent
mutants, which cannot change a result, are listed with their reasons in tests/emulator/equivalent_mutants.tsv.
   --file PART   only kernel files whose path contains PART
   --sample N    N mutants per file instead of all, chosen by --seed
   --list        prints the mutants and stops
The exit code is 0 when at least 95% of the mutants that are not equivalent were killed, and at most 10% are equivalent."""
import argparse
import collections
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import time

from mutants import mutants_of

SOURCE = pathlib.Path(__file__).resolve().parents[2]
# The test suites that use a kernel file, for speed. A mutant that they let live meets all tests. A header is compiled as a
# part of one kernel file.
SUITES = {
    "adamw": "*Optimiser*:*AdamW*", "square_sum": "*Optimiser*", "kv_writes": "KvWrites.*", "merge": "MergeAttention.*",
    "packed": "AttentionOverPacks.*", "paged": "PagedAttention*", "columns": "Layer*:Gather.*", "decode_norm": "DecodeNorm.*",
    "elements": "Layer*:*Optimiser*", "gate": "Layer*", "gather": "Gather.*:RowsById.*", "head_norm": "*Norm*:Layer*",
    "head_rows": "HeadRows.*", "gpu/norm": "*Norm*", "rotation": "Layer*:KvWrites.*", "sampling": "SamplingOnAGpu.*",
}
PART_OF = {
    "compute/gpu/block.hpp": "compute/gpu/norm.cu", "compute/gpu/column_sums.hpp": "compute/gpu/columns.cu",
    "compute/gpu/find_id.hpp": "compute/gpu/sampling.cu", "compute/gpu/kept_ids.hpp": "compute/gpu/sampling.cu",
    "compute/gpu/attention/tile.hpp": "compute/gpu/attention/paged_attention.cu",
    "compute/gpu/attention/tile_products.hpp": "compute/gpu/attention/packed_forward.cu",
}


class Program:
    """A test program of the build: how its kernels are compiled, and how it is linked."""

    def __init__(self, build, name):
        self.build, self.name = build, name
        commands = subprocess.run(["ninja", "-C", build, "-t", "commands", f"tests/{name}"], capture_output=True, text=True, check=True)
        self.commands = commands.stdout.splitlines()
        self.link = next(line for line in self.commands if f"-o tests/{name} " in line)
        room = name.split("_")[0]
        kind = "checked" if "checked" in name else "emulated"
        self.kernels = f"srl_{room}_{kind}_kernels"

    def compile(self, kernel, source, target, overlay):
        """`kernel`: the path of the .cu file below src. Headers in `overlay` come before the others."""
        wanted = f"/{kernel.split('/', 1)[1]}.cpp.o "
        line = next(c for c in self.commands if self.kernels in c and wanted in c and " -c " in c)
        words = shlex.split(line)
        words = words[next(i for i, word in enumerate(words) if word.endswith("++")):]  # without ccache
        words[words.index("-c") + 1] = str(source)
        words[words.index("-o") + 1] = str(target)
        for option in ("-MF", "-MT"):
            del words[words.index(option):words.index(option) + 2]
        words = [words[0], f"-I{overlay}", "-w", *(w for w in words[1:] if w not in ("-MD", "-Werror"))]
        return subprocess.run(words, cwd=self.build, capture_output=True).returncode == 0

    def linked(self, mutant, target):
        line = self.link.replace(f"-o tests/{self.name} ", f"-o {target} {mutant} ")
        return subprocess.run(line, shell=True, cwd=self.build, capture_output=True).returncode == 0

    def passes(self, program, suites, seconds):
        try:
            done = subprocess.run([program, f"--gtest_filter={suites}", "--gtest_brief=1", "--gtest_fail_fast"],
                                  cwd=self.build, capture_output=True, timeout=seconds)
            return done.returncode == 0
        except subprocess.TimeoutExpired:
            return False


def suites_of(kernel):
    return next((suites for part, suites in SUITES.items() if part in kernel), "*")


def equivalents():
    table = SOURCE / "tests/emulator/equivalent_mutants.tsv"
    rows = [line.split("\t") for line in table.read_text().splitlines() if line and not line.startswith("#")]
    return {(row[0], row[1], row[2].strip()): row[3] for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--file", action="append", default=[])
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    kernels = sorted([*(SOURCE / "src/compute").rglob("*.cu"), *(SOURCE / "src/reward").rglob("*.cu"), *(SOURCE / "src" / name for name in PART_OF)])
    kernels = [k for k in kernels if not options.file or any(part in str(k) for part in options.file)]
    if not kernels:
        sys.exit("mutate: no kernel file has this name")
    if options.list:
        for file in kernels:
            for mutant in chosen(file, options):
                print(mutant.name(file.relative_to(SOURCE / "src")))
        return
    rooms = {room: [Program(build, f"{room}_gpu_test"), Program(build, f"{room}_checked_test")]
             for room in sorted({k.relative_to(SOURCE / "src").parts[0] for k in kernels})}
    counts = collections.Counter()
    for file in kernels:
        kernel = str(file.relative_to(SOURCE / "src"))
        of_file = run_file(rooms[kernel.split("/")[0]], kernel, chosen(file, options), build)
        print(f"{kernel}: " + (", ".join(f"{n} {outcome}" for outcome, n in total_by(of_file, 1).items()) or "no mutants"), flush=True)
        counts += collections.Counter({(kernel, *key): n for key, n in of_file.items()})
    sys.exit(summary(counts))


def chosen(file, options):
    mutants = list(mutants_of(file.read_text()))
    if options.sample and len(mutants) > options.sample:
        mutants = sorted(random.Random(options.seed).sample(mutants, options.sample), key=lambda m: m.line)
    return mutants


def run_file(programs, kernel, mutants, build):
    """Counts by rule and outcome."""
    counts, known = collections.Counter(), equivalents()
    suites = suites_of(PART_OF.get(kernel, kernel))
    begin = time.monotonic()  # the time of the unchanged program, on this machine now
    if mutants and not programs[0].passes(build / "tests" / programs[0].name, suites, 3600):
        sys.exit(f"mutate: {programs[0].name} fails without a mutant ({kernel})")
    limit = 10 * (time.monotonic() - begin) + 10
    with tempfile.TemporaryDirectory() as folder:
        for mutant in mutants:
            outcome = fate(programs, limit, kernel, mutant, pathlib.Path(folder), known)
            counts[mutant.rule, outcome] += 1
            if outcome == "survived":
                print(f"survived: {mutant.name(kernel)}\n      to: {mutant.after.strip()}", flush=True)
    return counts


def total_by(counts, place):
    totals = collections.Counter()
    for key, n in counts.items():
        totals[key[place]] += n
    return totals


def fate(programs, limit, kernel, mutant, work, known):
    """What becomes of a mutant. `limit`: seconds for the suites of its kernel."""
    if (kernel, mutant.rule, mutant.before.strip()) in known:
        return "equivalent"
    overlay, unit = work / "overlay", PART_OF.get(kernel, kernel)
    changed = overlay / kernel
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(mutant.text)
    source = overlay / unit if unit == kernel else SOURCE / "src" / unit
    (work / "mutant.cpp").write_text(source.read_text())
    fast, checked = programs
    for program, suites in (fast, [suites_of(unit), "*"]), (checked, [suites_of(unit)]):
        if not program.compile(unit, work / "mutant.cpp", work / "mutant.o", overlay) or not program.linked(work / "mutant.o", work / "test"):
            return "does not compile"
        for some in suites:
            if not program.passes(work / "test", some, limit if some != "*" and program is fast else 3600):
                return "killed"
    return "survived"


def summary(counts):
    outcomes = ("killed", "survived", "equivalent", "does not compile")
    print(f"\n{'rule':<14}" + "".join(f"{outcome:>18}" for outcome in outcomes))
    for rule in [*sorted(total_by(counts, 1)), "all"]:
        of_rule = total_by({key: n for key, n in counts.items() if rule in (key[1], "all")}, 2)
        print(f"{rule:<14}" + "".join(f"{of_rule[outcome]:>18}" for outcome in outcomes))
    of_all = total_by(counts, 2)
    tested = of_all["killed"] + of_all["survived"]
    share = 100 * of_all["killed"] / max(1, tested)
    print(f"killed: {share:.1f}% of {tested}")
    return 0 if tested and share >= 95 and of_all["equivalent"] <= 0.1 * (tested + of_all["equivalent"]) else 1


if __name__ == "__main__":
    main()
