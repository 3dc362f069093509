"""What the benches of generation against other programs share: the sizes of the work as options, and pairs in turn with
bench/rollout_bench, which generates once per line on stdin."""
import argparse
import statistics
import subprocess
import time


def parser_of(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rollout_bench", required=True)
    for name, value in (("prompt", 110), ("spread", 10), ("threads", 2), ("prompts", 16), ("completions", 8), ("new", 48), ("pairs", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser


def lengths_of(a):
    """Of the prompts, in tokens; the same as in rollout_bench.cpp."""
    return [a.prompt - a.spread + g * 7 % (2 * a.spread + 1) for g in range(a.prompts)]


def compare(a, name, generate):
    """generate(pair) makes all tokens of the work once. Prints each pair, and the median ratio with its spread."""
    ours = subprocess.Popen([a.rollout_bench, *map(str, (a.prompt, a.threads, a.prompts, a.completions, a.new, a.spread)), "serve"],
                            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    tokens, ratios = a.prompts * a.completions * a.new, []
    for pair in range(a.pairs):
        started = time.time()
        generate(pair)
        theirs = time.time() - started
        ours.stdin.write("\n")
        ours.stdin.flush()
        seconds = float(ours.stdout.readline())
        ratios.append(theirs / seconds)
        print(f"pair {pair}: {name} {theirs:.2f} s = {tokens / theirs:.0f} tokens/s, ours {seconds:.2f} s = {tokens / seconds:.0f} "
              f"tokens/s, ratio {ratios[-1]:.2f}", flush=True)
    ours.stdin.close()
    print(f"prompts of {a.prompt} ± {a.spread} tokens: median ratio {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f} "
          f"over {len(ratios)} pairs")
