#!/usr/bin/env python3
"""Compares the statistics of srl_report with SciPy and closed forms: exact tests to 1e-12, the bootstrap and the
permutation test within their Monte Carlo error.
   statistics_peer.py --driver build/…/tests/statistics_peer [--studies 40] [--seed 1]"""
import argparse
import json
import math
import subprocess
import sys

import numpy as np
from scipy import stats


def modified_wilson(right, trials, wilson):
    """Brown, Cai and DasGupta (2001), 4.1.1, for events that make up at most a tenth of the trials."""
    low, high = wilson.low, wilson.high
    poisson = lambda events: stats.chi2.ppf(0.05, 2 * events) / 2 / trials
    most = min(3 if trials > 50 else 2, trials // 10)
    if 1 <= right <= most:
        low = poisson(right)
    if 1 <= trials - right <= most:
        high = 1 - poisson(trials - right)
    return np.array([low, high])


parser = argparse.ArgumentParser()
parser.add_argument("--driver", required=True)
parser.add_argument("--studies", type=int, default=40)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
rng = np.random.default_rng(arguments.seed)

questions, checks = [], []  # a check takes the answer and returns (what, difference, limit)


def ask(question, check):
    questions.append(question)
    checks.append(check)


def bca(values):
    """Ends of SciPy's interval, with how far they move from one seed to another."""
    # SciPy's ends jump between neighbouring means of resamples: that grid is part of the error.
    ends = []
    for seed in range(3):
        result = stats.bootstrap((values,), np.mean, n_resamples=30000, method="BCa", batch=3000, rng=seed)
        ends.append([result.confidence_interval.low, result.confidence_interval.high])
    ends = np.array(ends)
    grid = 1.0 / (8 * len(values))
    return ends.mean(axis=0), max(0.03 * (ends[:, 1] - ends[:, 0]).mean(), grid, 2 * np.ptp(ends, axis=0).max())


for _ in range(arguments.studies):
    count = int(rng.integers(15, 60))
    values = rng.binomial(8, rng.beta(0.8, 1.2, count)) / 8
    theirs, limit = bca(values)
    error = values.std(ddof=1) / math.sqrt(count)
    ask({"values": values.tolist(), "trials": 8},
        lambda ours, theirs=theirs, limit=limit, error=error: [
            ("BCa interval", max(abs(np.array(ours["bca"]) - theirs)), limit),
            ("standard error", abs(ours["error"] - error), 1e-12)])

    few = rng.integers(-8, 9, int(rng.integers(3, 13))) / 8
    flips = stats.permutation_test((few,), np.sum, permutation_type="samples", n_resamples=np.inf).pvalue
    if np.ptp(few) > 0:
        student = stats.ttest_1samp(few, 0).pvalue
        ask({"differences": few.tolist()},
            lambda ours, flips=flips, student=student: [
                ("sign-flip test, exact", abs(ours["flip"] - flips), 1e-12),
                ("paired t-test", abs(ours["t"] - student), 1e-12)])
    many = rng.integers(-8, 11, 40) / 8
    flips = stats.permutation_test((many,), np.sum, permutation_type="samples", n_resamples=20000, rng=1).pvalue
    ask({"differences": many.tolist()},
        lambda ours, flips=flips: [
            ("sign-flip test, sampled", abs(ours["flip"] - flips), 5 * math.sqrt(2 * max(flips, 1e-3) / 20000))])

    better, worse = (int(x) for x in rng.integers(0, 300, 2))
    p = stats.binomtest(min(better, worse), better + worse).pvalue if better + worse else 1.0
    ask({"better": better, "worse": worse}, lambda ours, p=p: [("McNemar's test", abs(ours["p"] - p), 1e-12)])

    trials = int(rng.integers(1, 500))
    few = int(rng.integers(0, min(trials, 5) + 1))
    for right in {int(rng.integers(0, trials + 1)), few, trials - few}:
        wilson = stats.binomtest(right, trials).proportion_ci(method="wilson")
        modified = modified_wilson(right, trials, wilson)
        ask({"successes": right, "trials": trials},
            lambda ours, wilson=wilson, modified=modified: [
                ("Wilson's interval", max(abs(ours["wilson"][0] - wilson.low), abs(ours["wilson"][1] - wilson.high)), 1e-12),
                ("the modified Wilson interval", max(abs(np.array(ours["modified"]) - modified)), 1e-12)])

    n = int(rng.integers(1, 65))
    k, c = int(rng.integers(1, n + 1)), int(rng.integers(0, n + 1))
    closed = 1 - math.comb(n - c, k) / math.comb(n, k)
    ask({"k": k, "n": n, "c": c}, lambda ours, closed=closed: [("pass@k", abs(ours["pass"] - closed), 1e-12)])

    p_values = np.sort(rng.random(int(rng.integers(1, 9))) ** 3)
    steps = np.minimum(1, np.maximum.accumulate(p_values * np.arange(len(p_values), 0, -1)))
    ask({"p_values": p_values.tolist()},
        lambda ours, steps=steps: [("Holm's correction", max(abs(np.array(ours["holm"]) - steps)), 1e-12)])

out = subprocess.run([arguments.driver], input="".join(json.dumps(q) + "\n" for q in questions), capture_output=True,
                     text=True, check=True).stdout.splitlines()
assert len(out) == len(questions), (len(out), len(questions))
worst, wrong = {}, 0
for question, check, line in zip(questions, checks, out):
    for what, difference, limit in check(json.loads(line)):
        count, largest, share = worst.get(what, (0, 0, 0))
        worst[what] = (count + 1, max(largest, float(difference)), max(share, float(difference / limit)))
        if not difference <= limit:
            wrong += 1
            print("different:", what, json.dumps(question)[:200], line[:200], difference, ">", limit)
for what, (count, largest, share) in worst.items():
    print(f"{what}: {count} compared, largest difference {largest:.2e}, {100 * share:.0f}% of the limit")
sys.exit(wrong > 0)
