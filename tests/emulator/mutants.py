"""The mutants of the GPU's code: one small change per site, made by rule. For tests/emulator/mutate.py.
Kernel code is every function that runs on the GPU. Stream code is what the host puts into streams, and where it waits."""
import re
from dataclasses import dataclass

NAMES = "srl::mutants::"
# Rule: the sites (a pattern; its group `at` is replaced), and the words of mutant.hpp in its place ({n}: the mutant's number).
SKIPPED = "if (!" + NAMES + r"is({n})) \g<at>"
KERNEL_RULES = {
    "barrier": (r"(?P<at>__sync(?:threads|warp)\()", SKIPPED),
    "vote": (r"(?P<at>__syncthreads_(?:or|and|count)\(\w+\))", "(" + NAMES + r"is({n}) ? 0 : \g<at>)"),
    "copy wait": (r"(?P<at>device::copy_async_(?:commit|wait<\d>)\()", SKIPPED),
    "mask": (r"__\w+_sync\((?P<at>[^,()]+),", "(" + NAMES + r"is({n}) ? (\g<at>) >> 1 : (\g<at>))"),
    "lane": (r"__shfl\w*_sync\([^,]+, [^,]+, (?P<at>[^,)]+)[,)]", r"((\g<at>) + " + NAMES + "is({n}))"),
    "offset": (r" [+-] (?P<at>1)\b(?!\.)", NAMES + r"kept<{n}>(\g<at>)"),
    "bound <": (r"(?P<at> < )", " < " + NAMES + "Less<{n}>{{}} < "),
    "bound <=": (r"(?P<at> <= )", " <= " + NAMES + "LessEqual<{n}>{{}} <= "),
    "bound >": (r"(?P<at> > )", " > " + NAMES + "Greater<{n}>{{}} > "),
    "bound >=": (r"(?P<at> >= )", " >= " + NAMES + "GreaterEqual<{n}>{{}} >= "),
    "accumulate": (r"(?P<at> [+]= )", " += " + NAMES + "Accumulate<{n}>{{}} += "),
    "assign": (r"\](?P<at> =)(?: (?!\{)|$)", " += " + NAMES + "Assign<{n}>{{}} +="),
}
BEGIN = r"(?:^\s*|[{;)] )"  # of a statement
STREAM_RULES = {
    "wait": (BEGIN + r"(?P<at>(?:[\w\[\]().]+\.(?:wait|wait_for)|back_end::(?:wait|wait_for|wait_on_host))"
                     r"\((?!lock|std::chrono))", SKIPPED),
    "record": (BEGIN + r"(?P<at>(?:[\w\[\]()]+\.|back_end::)record\()", SKIPPED),
    "copy": (BEGIN + r"(?P<at>(?:device|bytes|back_end)::(?:copy|upload|download|upload_late|download_late|zero)\()", SKIPPED),
    "turn": (BEGIN + r"(?P<at>\w+\.(?:enter|restart)\()", SKIPPED),
}
# A declaration with several names in brackets, or of a reference to an array: no assignment to an element.
NO_ASSIGNMENT = re.compile(r"\bauto\b[^=]*\[|\(&\w+\)\[[^=]*\] =")


@dataclass(frozen=True)
class Mutant:
    number: int
    file: str  # below the source tree
    rule: str
    line: int  # from 1
    nth: int  # from 1; of this rule in lines of this text
    code: str  # the line

    def key(self):
        """The same as long as the line is the same, wherever it is."""
        return self.file, self.rule, self.nth, self.code

    def name(self):
        return f"{self.file}:{self.line} {self.rule}{'' if self.nth == 1 else f' ({self.nth})'}: {self.code}"


def code_of(line):
    """A line without its comment and its strings, of the same length."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: " " * len(found.group()), line)
    at = line.find("//")
    return line if at < 0 else line[:at] + " " * (len(line) - at)


def device_lines(text):
    """The lines of functions that run on the GPU: from __global__ or __device__ to the end of the body."""
    inside, depth, lines = False, 0, set()
    for number, line in enumerate(text.split("\n"), 1):
        code = code_of(line)
        starts = not inside and re.search(r"\b(__global__|__device__|SRL_HOST_DEVICE)\b", code) and not code.lstrip().startswith("#")
        if starts:
            inside, depth, opened = True, 0, False
        if inside:
            lines.add(number)
            depth += code.count("{") - code.count("}")
            opened = opened or "{" in code
            if (opened and depth <= 0) or (not opened and code.rstrip().endswith(";")):
                inside = False
    return lines


def added_terms(code):
    """Of each index in brackets or of row(...): the places of the terms after the first one."""
    for found in re.finditer(r"(?<=\w)\[|\.row\(", code):
        depth, begin = 0, None
        for at in range(found.end(), len(code)):
            if code[at] in "([{" :
                depth += 1
            end = code[at] in ")]}" and depth == 0
            if depth == 0 and (end or code[at:at + 3] in (" + ", " - ")):
                if begin is not None:
                    yield begin, at
                if end:
                    break
                begin = at + 3
            if code[at] in ")]}":
                depth -= 1


def sites(line, in_kernel, in_stream_code):
    """(begin, end, rule, words) of all sites of a line; none twice."""
    code, found = code_of(line), {}
    if code.lstrip().startswith("#"):
        return []
    for rules, applies in ((KERNEL_RULES, in_kernel), (STREAM_RULES, in_stream_code)):
        for rule, (pattern, words) in rules.items():
            if not applies or (rule == "assign" and NO_ASSIGNMENT.search(code)):
                continue
            for match in re.finditer(pattern, code):
                found.setdefault(match.span("at"), (rule, words))
    if in_kernel:
        for span in added_terms(code):
            if "?" not in code[slice(*span)]:
                found.setdefault(span, ("index", NAMES + r"kept<{n}>(\g<at>)"))
    return [(*span, *what) for span, what in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1]))]


def rendered(line, begin, end, edits):
    """The text of a line with all its edits; an edit may be inside of another one."""
    text, at = "", begin
    while edits:
        first, last, words, number = edits.pop(0)
        inner = []
        while edits and edits[0][1] <= last:
            inner.append(edits.pop(0))
        text += line[at:first] + words.format(n=number).replace(r"\g<at>", rendered(line, first, last, inner))
        at = last
    return text + line[at:end]


def mutated(file, text, first_number, in_stream_code, without=frozenset()):
    """The text with all mutants, and the mutants. `without`: lines that stay as they are."""
    kernel, mutants, lines, seen = device_lines(text), [], text.split("\n"), {}
    for number, line in enumerate(lines, 1):
        if number in without:
            continue
        edits, code = [], line.strip()
        for begin, end, rule, words in sites(line, number in kernel, in_stream_code and number not in kernel):
            seen[rule, code] = seen.get((rule, code), 0) + 1
            mutants.append(Mutant(first_number + len(mutants), file, rule, number, seen[rule, code], code))
            edits.append((begin, end, words, mutants[-1].number))
        lines[number - 1] = rendered(line, 0, len(line), edits)
    return "\n".join(lines), mutants
