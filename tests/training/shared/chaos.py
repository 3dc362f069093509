"""chaos.py WORK SLOW_DISK KILLS SEED, with the command of a run on stdin, its arguments ended by NUL.

Kills ranks of the run in every phase and resumes it, again and again. After each life of the run:
- it ended within DEADLINE seconds of the kill;
- STATUS is true;
- no complete checkpoint is lost or damaged, and the next life resumes from the newest one.
When a run is complete, its weights and figures have the same bits as those of an undisturbed run.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

RANKS = 3
DEADLINE = 120  # seconds; an undisturbed life takes a few
PHASES = ("start", "resume", "sampling", "training", "validation", "checkpoint", "export")
# The watchdog's thread is named after the phase; Linux keeps 15 characters.
THREAD_NAMES = {
    "start": "start", "resume": "resume", "rollout": "sampling", "exchange of rol": "training",
    "log-probabiliti": "training", "forward and bac": "training", "norm and update": "training",
    "validation": "validation", "checkpoint": "checkpoint", "export": "export",
}
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1)
MEASURED = ("seconds", "tokens_per_second", "memory_peak_bytes", "memory_beyond_start_bytes", "mfu")
SLOW_OPENS = ("/model/", "/shards/", "/rank_", "state.json")
SLOW_WRITES = {"/rank_": 4e6, "state.json": 1e5, "STATUS": 2e5, "metrics.jsonl": 1e5, "export": 4e6}


class Fault(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Fault(what)


def read(path):
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def complete_checkpoints(run):
    return sorted(int(mark.parent.name[7:]) for mark in run.glob("checkpoints/update_*/COMPLETE"))


def changed_since(folder, time_began):
    """Whether a file was added to the folder since then: an earlier life may have left it."""
    try:
        return folder.stat().st_mtime > time_began
    except FileNotFoundError:
        return False


def is_writing(run, began):
    """Whether a checkpoint is being written by a life that began then."""
    return any(not (folder / "COMPLETE").exists() and changed_since(folder, began)
               for folder in run.glob("checkpoints/update_*"))


def is_exporting(run, began):
    """Whether a model is being exported by a life that began then."""
    return any(changed_since(folder, began) for folder in run.glob(".export*.srl_new"))


def figures(run):
    """All figures, without what is measured: of the updates, then of the validations. A validation that a stop
    interrupted runs after the resume; then its figures are not in the update's line but in a file of their own."""
    updates, validations = [], {}
    for line in read(run / "metrics.jsonl").splitlines():
        fields = json.loads(line)
        if "validation" in fields:
            validations[fields["update"]] = fields["validation"]
        updates.append({key: fields[key] for key in fields if key not in (*MEASURED, "validation")})
    for line in read(run / "validation.jsonl").splitlines():
        fields = json.loads(line)
        expect(fields["update"] not in validations, f"two validations of update {fields['update']}")
        validations[fields["update"]] = fields["validation"]
    return updates + [{"update": update, **validations[update]} for update in sorted(validations)]


def difference(run, reference):
    """The first line of figures that differs."""
    ours, theirs = figures(run), figures(reference)
    for mine, other in zip(ours, theirs):
        if mine != other:
            names = [name for name in {**mine, **other} if mine.get(name) != other.get(name)]
            return ", ".join(f"{name} is {mine.get(name)}, not {other.get(name)}" for name in names) + f" in {mine}"
    return f"{len(ours)} lines, not {len(theirs)}"


class Life:
    """One start of the run, until it ends."""

    def __init__(self, command, run, log, slow):
        self.run, self.log = run, log
        self.had_checkpoint = bool(complete_checkpoints(run))
        self.threads = {}
        self.began_at = time.time()
        with open(log, "wb") as out:
            self.launcher = subprocess.Popen(
                [os.environ.get("MPIEXEC", "mpirun"), "-n", str(RANKS), *command, "--run", str(run)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **slow})
        self.began = time.monotonic()

    def ended(self):
        return self.launcher.poll() is not None

    def processes(self):
        pid = self.launcher.pid
        children = read(pathlib.Path(f"/proc/{pid}/task/{pid}/children")).split()
        return [int(child) for child in children if "srl_train" in read(pathlib.Path(f"/proc/{child}/cmdline"))]

    def phase(self, process):
        """The phase of a rank. A rank without a watchdog is still starting."""
        name = read(self.threads[process]).strip() if process in self.threads else ""
        if not name:
            for comm in pathlib.Path(f"/proc/{process}/task").glob("*/comm"):
                if (name := read(comm).strip()) in THREAD_NAMES:
                    self.threads[process] = comm
                    break
        phase = THREAD_NAMES.get(name, "start")
        return "resume" if phase == "start" and self.had_checkpoint else phase

    def now(self, process, wanted):
        """The phase, where a checkpoint or export that a thread writes beside another phase counts if wanted."""
        beside = {"checkpoint": is_writing, "export": is_exporting}.get(wanted)
        return wanted if beside and beside(self.run, self.began_at) else self.phase(process)

    def wait_for(self, wanted, times):
        """Waits until the phase has begun so many times. Returns whether it has."""
        before = ""
        while not self.ended():
            processes = self.processes()
            phase = self.now(processes[0], wanted) if processes else ""
            if phase == wanted and before != wanted:
                times -= 1
                if times == 0:
                    return True
            before = phase
            time.sleep(0.002)
        return False

    def wait_end(self, seconds):
        try:
            return self.launcher.wait(seconds)
        except subprocess.TimeoutExpired:
            for process in (*self.processes(), self.launcher.pid):
                os.kill(process, signal.SIGKILL)
            raise Fault(f"the run still lived after {seconds} s") from None


class Chaos:
    def __init__(self, work, slow_disk, seed, command):
        self.work, self.slow_disk, self.command = pathlib.Path(work), slow_disk, command
        self.random = random.Random(seed)
        self.counts = dict.fromkeys(PHASES, 0)
        self.kills = self.lives = self.slow_lives = 0
        self.start_seconds = 1.0
        self.reference = self.work / "undisturbed"
        life = Life(command, self.reference, self.work / "undisturbed.log", {})
        if life.wait_for("sampling", 1):
            self.start_seconds = time.monotonic() - life.began
        expect(life.wait_end(10 * DEADLINE) == 0, f"the undisturbed run failed: {read(life.log)[-500:]}")

    def slowness(self, wanted):
        """The environment of a life: half of them have a slow disk."""
        slow = {"LD_PRELOAD": self.slow_disk}
        name = {"checkpoint": "/rank_", "export": "export"}.get(wanted)
        if name is None:
            kind = self.random.choice(("fast", "fast", "open", "write"))
            if kind == "fast":
                return {}
            if kind == "open":
                slow["SLOW_OPEN"] = f"{self.random.uniform(0.02, 0.2):.3f}"
                name = self.random.choice(SLOW_OPENS)
            else:
                name = self.random.choice(sorted(SLOW_WRITES))
        if "SLOW_OPEN" not in slow:
            slow["SLOW_RATE"] = f"{SLOW_WRITES[name] * self.random.uniform(0.5, 2):.0f}"
        return {**slow, "SLOW_NAME": name}

    def kill(self, life, wanted):
        """Kills some ranks in the phase. Returns the signal and the phase they were in, or None if the run ended."""
        times = 1 if wanted in ("start", "resume", "export") else self.random.choice((1, 1, 2))
        most = 0.7 * self.start_seconds if wanted in ("start", "resume") else 0.1
        delay, count = self.random.uniform(0, most), self.random.randint(1, RANKS)
        chosen, sent = self.random.sample(range(RANKS), count), self.random.choice(SIGNALS)
        if not life.wait_for(wanted, times):
            return None
        time.sleep(delay)
        processes = life.processes()
        victims = [processes[rank] for rank in chosen if rank < len(processes)]
        if life.ended() or not victims:
            return None
        phase = life.now(victims[0], wanted)
        for victim in victims:
            try:
                os.kill(victim, sent)
            except ProcessLookupError:
                pass  # it ended by itself
        print(f"kill {self.kills + 1}: {sent.name} to {len(victims)} ranks in {phase}, life {self.lives}", flush=True)
        return sent, phase

    def check_status(self, run, code, killed):
        """Whether STATUS says what has happened."""
        text = read(run / "STATUS")
        fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        state, complete = fields.get("state", ""), complete_checkpoints(run)
        starting = killed is not None and killed[1] in ("start", "resume")
        died = killed is not None and (killed[0] == signal.SIGKILL or starting)
        where = f"exit code {code}, killed {killed}, checkpoints {complete}, STATUS {text!r}"
        expect(state or starting, f"no STATUS: {where}")
        expect(code != 0 or state in ("saved", "finished"), where)
        expect(state != "failed" or code != 0, where)
        expect(state != "running" or (code != 0 and died), where)
        expect(state != "saved" or (complete and complete[-1] == int(fields["update"])), where)
        if state == "finished":
            self.check_result(run)

    def check_result(self, run):
        name = "export/model.safetensors"
        expect((run / name).read_bytes() == (self.reference / name).read_bytes(), "other weights than undisturbed")
        expect(figures(run) == figures(self.reference), f"other figures than undisturbed: {difference(run, self.reference)}")

    def live(self, run, wanted):
        """One life, killed in a phase or (None) left alone. Returns whether the run is complete."""
        before = complete_checkpoints(run)
        slow = self.slowness(wanted) if wanted else {}
        self.lives, self.slow_lives = self.lives + 1, self.slow_lives + bool(slow)
        life = Life(self.command, run, self.work / "life.log", slow)
        killed = self.kill(life, wanted) if wanted else None
        code = life.wait_end(DEADLINE if wanted else 10 * DEADLINE)
        if killed:
            self.kills += 1
            self.counts[killed[1]] += 1
        log = read(life.log)
        expect("damaged" not in log, f"a checkpoint was damaged: {log[-1000:]}")
        if "resumed from" in log:
            newest = f"update_{before[-1]:06d} " if before else "none"
            expect(newest in log.split("resumed from", 1)[1].splitlines()[0], f"not resumed from {newest}")
        else:
            expect(not before or killed or code != 0, "started from the beginning beside complete checkpoints")
        after = complete_checkpoints(run)
        expect(not before or (after and after[-1] >= before[-1]), f"checkpoints {before} became {after}")
        self.check_status(run, code, killed)
        expect(code == 0 or killed, f"the run failed by itself: {log[-1000:]}")
        return code == 0 and "state=finished" in read(run / "STATUS")

    def one_run(self, number, kills):
        """A run that is killed in all phases and then completed."""
        run = self.work / f"run_{number}"
        between = ["sampling", "training", "validation", "checkpoint", "resume"]
        self.random.shuffle(between)
        complete = False
        for wanted in ("start", *between, "export"):
            if not complete and self.kills < kills:
                complete = self.live(run, wanted)
        while not complete:
            complete = self.live(run, None)
        self.check_result(run)
        shutil.rmtree(run)

    def missing(self, kills):
        least = kills * 15 // 200
        return [phase for phase in PHASES if self.counts[phase] < least]


def main():
    work, slow_disk, kills, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    command = sys.stdin.buffer.read().decode().rstrip("\0").split("\0")
    began = time.monotonic()
    chaos = None
    try:
        chaos = Chaos(work, slow_disk, seed, command)
        number = 0
        while chaos.kills < kills or (chaos.missing(kills) and number < kills):
            number += 1
            chaos.one_run(number, kills if chaos.kills < kills else chaos.kills + len(PHASES))
        expect(not chaos.missing(kills), f"too few kills in {chaos.missing(kills)}: {chaos.counts}")
    except Fault as fault:
        print(f"after kill {chaos.kills if chaos else 0}: {fault}\n{read(pathlib.Path(work) / 'life.log')[-3000:]}")
        sys.exit(1)
    counts = ", ".join(f"{phase} {count}" for phase, count in chaos.counts.items())
    print(f"{chaos.kills} kills ({counts}) in {chaos.lives} lives, {chaos.slow_lives} of them on a slow disk, of {number} "
          f"runs, in {time.monotonic() - began:.0f} s: nothing lost, the same bits, STATUS true")


main()
