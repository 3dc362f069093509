#!/usr/bin/env python3
"""Proves the tests of the GPU's code: makes one small change (a mutant) at every site that a rule of mutants.py finds, and counts
the mutants that the tests find. mutate.sh calls it.
   mutate.sh FOLDER [--torch] [--sanitizers] [--tests REGEX] [--file PART]... [--again] [--jobs N] [--list]
FOLDER gets a copy of the source with all mutants, each behind a switch (mutant.hpp), and its build: so a mutant costs only its
tests. Those are the tests of the label `gpu` that reach the mutant, one at a time, until one fails, crashes, or takes four times
its CPU time: then the mutant is killed. A mutant that no test notices survives. results.tsv in FOLDER has a line per mutant; a run
that was stopped resumes where it was. Mutants that cannot change a result are in equivalent_mutants.tsv with their reasons.
   --torch         also the rooms that need LibTorch
   --sanitizers    survivors also meet the build with sanitizers
   --tests REGEX   only tests whose names match
   --file PART     only mutants of files whose paths contain PART
   --again         survivors of the last run meet the tests again, after these have changed
   --jobs N        N tests at a time
   --list          prints the mutants and stops
The exit code is 0 when at least 95% of the mutants that are not equivalent were killed, and at most 10% are equivalent."""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import mutants as rules

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROOMS = "base;device;comm;compute;reward;objective"  # with tests that need no LibTorch
OTHER_TESTS = {"base.room", "device.room", "reward.pair_matching"}  # of functions that GPUs and CPUs share
NOT_OURS = re.compile(r"src/device/(cuda|none|emulated|back_end)/|_(cuda|nccl|none|emulated|mpi)\.")
STREAMS = re.compile(r"\b(Stream|Event)\b|\bdevice::")
SLOW_CHECKS = {"barrier", "copy wait", "vote"}  # a race is found at once by the kernels that report every access


def all_mutants(broken):
    """Path below the source → its text with mutants; and the mutants. `broken`: lines that do not compile with theirs."""
    texts, found = {}, []
    for path in sorted((SOURCE / "src").rglob("*")):
        name = str(path.relative_to(SOURCE))
        if path.suffix not in (".cu", ".cpp", ".hpp") or NOT_OURS.search(name):
            continue
        text = path.read_text()
        without = {line for file, line in broken if file == name}
        changed, of_file = rules.mutated(name, text, 1 + len(found), bool(STREAMS.search(text)), without)
        if of_file:
            texts[name] = f'#include "{SOURCE}/tests/emulator/mutant.hpp"\n#line 1\n{changed}'
            found += of_file
    return texts, found


def write_tree(tree, texts):
    """The source with mutants. What is the same already stays, so that it is not compiled again."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=SOURCE, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        source, target = SOURCE / name, tree / name
        if not name or not source.is_file():
            continue
        content = texts[name].encode() if name in texts else source.read_bytes()
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            shutil.copymode(source, target)
            target.write_bytes(content)
    if (SOURCE / ".deps").exists() and not (tree / ".deps").exists():
        (tree / ".deps").symlink_to((SOURCE / ".deps").resolve())


def listed_tests(folder, wanted):
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=folder, capture_output=True, text=True, check=True)
    labels = lambda test: next((p["value"] for p in test["properties"] if p["name"] == "LABELS"), [])
    return [test for test in json.loads(listed.stdout)["tests"]
            if re.search(wanted, test["name"]) and ("gpu" in labels(test) or test["name"] in OTHER_TESTS)]


def build(tree, preset, torch, wanted):
    """The tree's build folder, and the lines with errors; ends the run at another error."""
    folder = tree / "build" / preset
    arguments = [] if torch else ["-DSRL_WITH_TORCH=OFF", f"-DSRL_TEST_FOLDERS={ROOMS}"]
    subprocess.run(["cmake", "--preset", preset, *arguments], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    names, words = {test["name"] for test in listed_tests(folder, wanted)}, []  # ctest keeps the commands back until they are built
    for file in folder.rglob("CTestTestfile.cmake"):
        for name, command in re.findall(r"^add_test\(\[=*\[(.*?)\]=*\] (.*)\)$", file.read_text(), re.MULTILINE):
            words += [word for word in shlex.split(command) if name in names and word.startswith(str(folder))]
    targets = ["all"] if str(folder) in words else sorted({str(pathlib.Path(word).relative_to(folder)) for word in words})
    done = subprocess.run(["ninja", "-j2", "-k0", "-C", folder, *targets], capture_output=True, text=True)
    if done.returncode == 0:
        return folder, set()
    log = tree / "build" / f"{preset}.log"
    log.write_text(done.stdout)
    lines = {(f"src/{file}", int(line)) for file, line in re.findall(r"\bsrc/([\w/.]+):(\d+):\d+: (?:error|  required)", done.stdout)}
    if not lines:
        sys.exit(f"mutate: the build failed: {log}")
    return folder, lines


class Unit:
    """One test that can be run alone: a GoogleTest case of a program, or a whole ctest test."""

    def __init__(self, test, case, build_kind):
        self.name, self.command, self.case, self.kind = test["name"], test["command"], case, build_kind
        settings = {p["name"]: p["value"] for p in test["properties"]}
        self.environment = dict(entry.split("=", 1) for entry in settings.get("ENVIRONMENT", []))
        self.folder = settings.get("WORKING_DIRECTORY", ".")
        self.reached, self.seconds = set(), 0.0

    def run(self, mutant, cpu_seconds, reached=None):
        """The exit code, and the seconds of CPU time; `cpu_seconds` limits these."""
        environment = {**os.environ, **self.environment, "SRL_MUTANT": str(mutant), "GTEST_BREAK_ON_FAILURE": "1", "GTEST_BRIEF": "1"}
        if self.case:
            environment["GTEST_FILTER"] = self.case
        if reached:
            environment["SRL_MUTANTS_REACHED"] = reached

        def limits():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if cpu_seconds:
                resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds) + 2))
        with tempfile.TemporaryFile() as output:
            child = subprocess.Popen(self.command, cwd=self.folder, env=environment, preexec_fn=limits, start_new_session=True,
                                     stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            alarm = threading.Timer(3600, os.killpg, (child.pid, signal.SIGKILL))  # only for tests that wait for each other
            alarm.start()
            _, status, usage = os.wait4(child.pid, 0)
            alarm.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            code = 98 if b"mutant: does not compile" in output.read() else child.returncode
        return code, usage.ru_utime + usage.ru_stime


def units_of(folder, kind, wanted):
    for test in listed_tests(folder, wanted):
        program = test["command"][0]
        if len(test["command"]) > 1 or program.endswith(".sh"):
            yield Unit(test, None, kind)
            continue
        cases, suite = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout, ""
        for line in cases.splitlines():
            if line.startswith(" "):
                yield Unit(test, suite + line.split("#")[0].strip(), kind)
            elif "main" not in line:
                suite = line.split("#")[0].strip()


def in_turn(do, things, jobs):
    """Calls do(thing) for each, `jobs` at a time."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for _ in pool.map(do, things):
            pass


def measured(units, cache, jobs):
    """The units, which must pass without a mutant, with the mutants that they come to and their time. `cache`: what is known from
    before, where the program is still the same."""
    known = json.loads(cache.read_text()) if cache.exists() else {}
    one_at_a_time = threading.Lock()

    def measure(unit):
        changed = max(pathlib.Path(word).stat().st_mtime for word in unit.command if os.path.isfile(word))
        key = f"{unit.kind} {unit.name} {unit.case} {changed}"
        if key not in known:
            with tempfile.TemporaryDirectory() as folder:
                code, seconds = unit.run(0, None, folder)
                if code != 0:
                    raise SystemExit(f"mutate: {unit.name} {unit.case or ''} fails without a mutant")
                reached = {int(word) for file in pathlib.Path(folder).iterdir() for word in file.read_text().split()}
            with one_at_a_time:
                known[key] = [seconds, sorted(reached)]
                cache.write_text(json.dumps(known))
        unit.seconds, unit.reached = known[key][0], set(known[key][1])

    in_turn(measure, units, jobs)
    return units


def fate(mutant, units):
    """(outcome, by which test)."""
    def order(unit):
        late = unit.kind == "emulated-asan", ("checked" in unit.name) != (mutant.rule in SLOW_CHECKS)
        return (*late, unit.seconds)
    reaching = sorted((u for u in units if mutant.number in u.reached), key=order)
    for unit in reaching:
        code, _ = unit.run(mutant.number, 4 * unit.seconds + 2)
        if code == 98:
            return "does not compile", ""
        if code != 0:
            slow = code in (-signal.SIGXCPU, -signal.SIGKILL)
            return "killed", f"{unit.name} {unit.case or ''}{' (time)' if slow else ''} {unit.kind}"
    return "survived", f"{len(reaching)} tests"


def tried(mutant, units, results, file):
    begin = time.monotonic()
    outcome, by = fate(mutant, units)
    results[mutant.key()] = outcome
    row = (mutant.file, mutant.line, mutant.rule, mutant.nth, mutant.code, outcome, by, f"{time.monotonic() - begin:.1f}")
    print("\t".join(str(word) for word in row) + "\n", end="", file=file, flush=True)
    if outcome == "survived":
        print(f"survived: {mutant.name()}", flush=True)


def equivalents():
    rows = [line.split("\t") for line in (SOURCE / "tests/emulator/equivalent_mutants.tsv").read_text().splitlines()]
    return {(row[0], row[1], int(row[2]), row[3]): row[4] for row in rows if len(row) == 5 and not row[0].startswith("#")}


def read_results(path):
    rows = [line.split("\t") for line in path.read_text().splitlines()] if path.exists() else []
    return {(row[0], row[2], int(row[3]), row[4]): row[5] for row in rows if len(row) >= 6}


def summary(found, results, known):
    outcomes = ("killed", "survived", "equivalent", "does not compile", "not tried")
    counts = collections.Counter()
    for mutant in found:
        outcome = "equivalent" if mutant.key() in known else results.get(mutant.key(), "not tried")
        for row in (mutant.file, f"rule {mutant.rule}", "all"):
            counts[row, outcome] += 1
    print(f"\n{'':<46}" + "".join(f"{outcome:>18}" for outcome in outcomes))
    rows = sorted({row for row, _ in counts}, key=lambda row: (row == "all", row.startswith("rule"), row))
    for row in rows:
        print(f"{row:<46}" + "".join(f"{counts[row, outcome]:>18}" for outcome in outcomes))
    killed, survived, equivalent = (counts["all", outcome] for outcome in outcomes[:3])
    tested = killed + survived
    print(f"killed: {100 * killed / max(1, tested):.1f}% of {tested}; equivalent: {100 * equivalent / max(1, tested + equivalent):.1f}%")
    return 0 if tested and killed >= 0.95 * tested and equivalent <= 0.1 * (tested + equivalent) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    for flag in ("torch", "sanitizers", "again", "list"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--tests", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--file", action="append", default=[])
    options = parser.parse_args()
    tree, broken = options.folder.resolve(), set()
    kinds = ["emulated", "emulated-asan"] if options.sanitizers else ["emulated"]
    if options.list:
        for mutant in all_mutants(broken)[1]:
            print(mutant.name())
        return
    for kind in kinds:
        while True:
            texts, found = all_mutants(broken)
            write_tree(tree, texts)
            folder, errors = build(tree, kind, options.torch and kind == "emulated", options.tests)
            if not errors:
                break
            if errors <= broken:
                sys.exit(f"mutate: the build failed, also without the mutants of these lines: {sorted(errors)}")
            print(f"mutate: without the mutants of {len(errors)} lines that do not compile: {sorted(errors)}", flush=True)
            broken |= errors
    units = [unit for kind in kinds for unit in units_of(tree / "build" / kind, kind, options.tests)]
    units = measured(units, tree / "tests.json", options.jobs)
    print(f"mutate: {len(found)} mutants, {len(units)} tests of {sum(u.seconds for u in units):.0f} s", flush=True)
    results_path, known = tree / "results.tsv", equivalents()
    results = read_results(results_path)
    chosen = [m for m in found if not options.file or any(part in m.file for part in options.file)]
    left = [m for m in chosen if m.key() not in known and results.get(m.key()) in (None, "survived" if options.again else None)]
    with results_path.open("a") as file:
        in_turn(lambda mutant: tried(mutant, units, results, file), left, options.jobs)
    sys.exit(summary(chosen, results, known))


if __name__ == "__main__":
    main()
