"""The mutants of a kernel file: one small change per site, made by rule. For tests/emulator/mutate.py."""
import re
from dataclasses import dataclass

# Rule: the sites (a pattern whose group `at` is replaced), and what replaces it.
RULES = {
    "barrier": (r"(?P<at>__sync(?:threads|warp)\([^;]*\);)", ";"),
    "mask": (r"(?P<at>~0[uU])", r"(\g<at> >> 1)"),
    "lane": (r"__shfl\w*_sync\([^,]+, [^,]+, (?P<at>[^,)]+)[,)]", r"((\g<at>) + 1)"),
    "offset": (r"(?P<at> [+-] 1)\b(?!\.)", ""),
    "bound <": (r"(?P<at> < )", " <= "),
    "bound <=": (r"(?P<at> <= )", " < "),
    "bound >": (r"(?P<at> > )", " >= "),
    "bound >=": (r"(?P<at> >= )", " > "),
    "accumulate": (r"(?P<at> [+]= )", " = "),
    "assign": (r"\](?P<at> = )", " += "),
}

@dataclass(frozen=True)
class Mutant:
    rule: str
    line: int  # from 1
    before: str
    after: str
    text: str  # the whole file

    def name(self, file):
        return f"{file}:{self.line} {self.rule}: {self.before.strip()}"


def device_lines(text):
    """The lines of functions that run on the GPU: from __global__ or __device__ to the end of the body."""
    inside, depth, lines = False, 0, []
    for number, line in enumerate(text.split("\n"), 1):
        starts = not inside and re.search(r"\b(__global__|__device__|SRL_HOST_DEVICE)\b", line) and not line.lstrip().startswith(("//", "#"))
        if starts:
            inside, depth, opened = True, 0, False
        if inside:
            lines.append(number)
            depth += line.count("{") - line.count("}")
            opened = opened or "{" in line
            if (opened and depth <= 0) or (not opened and line.rstrip().endswith(";")):
                inside = False
    return lines


def code_of(line):
    """A line without its comment and its strings, of the same length."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: " " * len(found.group()), line)
    at = line.find("//")
    return line if at < 0 else line[:at] + " " * (len(line) - at)


def mutants_of(text):
    lines = text.split("\n")
    for number in device_lines(text):
        line = lines[number - 1]
        for rule, (pattern, replacement) in RULES.items():
            for found in re.finditer(pattern, code_of(line)):
                begin, end = found.span("at")
                with_text = replacement.replace(r"\g<at>", line[begin:end])
                changed = line[:begin] + with_text + line[end:]
                yield Mutant(rule, number, line, changed, "\n".join(lines[: number - 1] + [changed] + lines[number:]))
