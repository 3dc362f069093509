#!/usr/bin/env python3
"""shape.py SOURCE_DIR [--functions N] [--folder N] [--columns N] [--repeats N] [--casts X] [--doors N]

Measures the shape of the source: long functions, full folders, wide lines, repeated runs of lines, casts, and
public headers that no other room includes. Each option sets a limit. A value above it is an error, and the
exit status is 1. --list prints the items above the limit, or all items if there is no limit.

  functions  lines of a C++ function from its first line to its closing brace; the maximum
  folder     files directly in one folder; the maximum
  columns    characters of a C++ line; the maximum
  repeats    pairs of files (or a file with itself) that share six consecutive lines of code of the same shape: the
             same except for names, strings and numbers. Lines with less than two of these do not count. Comments,
             includes, using, namespace, the lists of options (options.hpp, options.cpp, jobs/options), and runs in
             more than eight places do not count either
  casts      static_cast, and casts written as a call (double(n)), per 1,000 lines of src, data_prep, analysis and
             jobs; also counts those to size_t, ptrdiff_t, int64_t and int separately
  doors      headers at the top of a room that are not included outside the room (except in tests), or by another
             such header
"""
import argparse
import collections
import os
import re
import sys

CODE = ("src", "data_prep", "analysis", "jobs")
CXX = (".cpp", ".hpp", ".cu")
OTHER = (".py", ".sh", ".cmake", "CMakeLists.txt")
RUN, PLACES = 6, 8


def files_below(*tops):
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", "corpus"))
            yield from (os.path.join(folder, name) for name in sorted(names) if not os.path.islink(os.path.join(folder, name)))


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


TOKENS = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>(?:u8|u|U|L)?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"|(?:u8|u|U|L)?"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])(?:u8|u|U|L)?'(?:\\.|[^'\\\n])+')
  | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.)*)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)


def code_of(text):
    """The text with blank comments and directives and empty strings. Every line keeps its number."""
    def blank(match):
        lines = "\n" * match.group().count("\n")
        return lines if match.group("string") is None else '""' + lines
    return TOKENS.sub(blank, text)


SCOPE = re.compile(r"^(inline )?(namespace|class|struct|union|enum)\b|^extern\s*\"\"")
PREFIX = re.compile(r"^\s*(template\s*<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>\s*|(public|private|protected)\s*:\s*)*")


def kind_of(header):
    """What a brace at namespace or class scope opens, judged by the text before it."""
    if SCOPE.match(header) and not header.endswith(")"):
        return "scope"
    in_list = header.count("(") > header.count(")")
    member_value = re.search(r"\)\s*(noexcept\s*)?:[^:]", header) and not header.endswith((")", "}"))
    if "(" in header and not in_list and not member_value and not header.endswith("="):
        return "function"
    return "value"


def functions_of(text):
    """(first line, lines, header) of functions at namespace or class scope. A lambda is part of its function."""
    code, opened, start = code_of(text), [], 0  # start: begin of the current declaration
    for at, c in enumerate(code):
        at_scope = all(kind == "scope" for kind, _, _ in opened)
        if c == "{":
            begin = start + PREFIX.match(code[start:at]).end()
            header = " ".join(code[begin:at].split())
            opened.append((kind_of(header) if at_scope else "inner", begin, header))
        elif c == "}" and opened:
            kind, begin, header = opened.pop()
            if kind == "function":
                first = code.count("\n", 0, begin) + 1
                yield first, code.count("\n", 0, at) + 2 - first, header
        if (c == ";" and at_scope) or (c in "{}" and (opened[-1][0] if c == "{" else kind) in ("scope", "function")):
            start = at + 1


SHAPE = re.compile(r"""(?P<s>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<w>[A-Za-z_]\w*)|(?P<n>\d[\w.']*)|\s+""")
PART = re.compile(r'"(?:\\.|[^"\\])*"|\w+')  # part of a line: a string, a name or a number
KEYWORDS = frozenset("""auto bool break case catch char class const constexpr continue def do double elif else enum explicit false
    float for foreach from function if in inline int namespace noexcept not nullptr operator override private public return
    static_cast struct switch template this throw true try typename using virtual void while with yield""".split())


def shape(line):
    def part(match):
        if match.group("s"):
            return "s"
        if match.group("w"):
            return match.group("w") + " " if match.group("w") in KEYWORDS else "i "
        return "n" if match.group("n") else ""
    return SHAPE.sub(part, line)


def lines_that_count(path):
    """(line number, shape) of the lines of code."""
    text = text_of(path)
    if path.endswith(CXX):
        text = TOKENS.sub(lambda m: m.group() if m.group("string") else "\n" * m.group().count("\n"), text)
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        comment = line.startswith("#") and not path.endswith(CXX)
        if not comment and not re.match(r"(import|from|using|namespace) ", line) and len(PART.findall(line)) > 1:
            yield number, shape(line)


def repeated_runs(paths):
    """{(file, other file): (line, other line)} of the first run that the pair shares."""
    places = collections.defaultdict(list)
    for path in paths:
        lines = list(lines_that_count(path))
        for i in range(len(lines) - RUN + 1):
            places["\n".join(s for _, s in lines[i:i + RUN])].append((path, i, lines[i][0]))
    pairs = {}
    for same in places.values():
        if 2 <= len(same) <= PLACES:
            for n, (path, i, line) in enumerate(same):
                for other, j, other_line in same[n + 1:]:
                    if path != other or abs(i - j) >= RUN:
                        pairs.setdefault((path, other), (line, other_line))
    return pairs


def unused_doors():
    includes = collections.defaultdict(set)
    for path in files_below(*CODE):
        if path.endswith(CXX):
            for header in re.findall(r'^#include "([^"]+)"', text_of(path), re.MULTILINE):
                includes[header].add(path)
    rooms = sorted("src/" + name for name in os.listdir("src") if os.path.isdir("src/" + name)) + ["data_prep", "analysis"]
    for room in rooms:
        for name in sorted(os.listdir(room)):
            # Users outside the room, and other headers at the top of the room.
            users = [p for p in includes[os.path.basename(room) + "/" + name]
                     if not p.startswith(room + "/") or (os.path.dirname(p) == room and p.endswith(".hpp"))]
            if name.endswith(".hpp") and not users:
                yield room + "/" + name


CAST = re.compile(r"static_cast<|(?<![\w:<~])(?:std::)?(?:size_t|ptrdiff_t|u?int\d+_t|int|double|float)\((?!\))")
SIZE_CAST = re.compile(r"static_cast<(?:std::)?(?:size_t|ptrdiff_t|int64_t|int)>")


def measure():
    """{name: (figure, [(value, what)], unit)}"""
    sources = [p for p in files_below(*CODE, "tests") if p.endswith(CXX)]
    functions = [(lines, f"{path}:{first}: {words[:70]}") for path in sources for first, lines, words in functions_of(text_of(path))]
    folders = collections.Counter(os.path.dirname(path) for path in files_below(*CODE, "tests"))
    widths = [(len(line), f"{path}:{n}") for path in sources for n, line in enumerate(text_of(path).split("\n"), 1)]
    runs = repeated_runs([p for p in files_below(*CODE, "tests", "slurm", "studies", "env", "cmake")
                          if p.endswith(CXX + OTHER) and not re.search(r"(^|/)options[./]", p)])
    casts, sizes, lines = [], 0, 0
    for path in sources:
        if not path.startswith("tests/"):
            text = text_of(path)
            lines += text.count("\n")
            casts.append((len(CAST.findall(text)), path))
            sizes += len(SIZE_CAST.findall(text))
    doors = list(unused_doors())
    return {
        "functions": (max(n for n, _ in functions), functions, f"of {len(functions)} functions"),
        "folder": (max(folders.values()), [(n, f) for f, n in folders.items()], f"of {len(folders)} folders"),
        "columns": (max(n for n, _ in widths), widths, f"of {len(widths)} lines"),
        "repeats": (len(runs), [(RUN, f"{a}:{i} ~ {b}:{j}") for (a, b), (i, j) in runs.items()], "pairs of files"),
        "casts": (round(1000 * sum(n for n, _ in casts) / lines, 1), casts,
                  f"per 1,000 of {lines} lines ({1000 * sizes / lines:.1f} to size_t, ptrdiff_t, int64_t or int)"),
        "doors": (len(doors), [(1, d) for d in doors], "headers"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    names = ("functions", "folder", "columns", "repeats", "casts", "doors")
    for name in names:
        parser.add_argument("--" + name, type=float)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    os.chdir(arguments.source)
    failed = False
    for name, (figure, items, unit) in measure().items():
        limit = getattr(arguments, name)
        above = limit is not None and figure > limit
        failed = failed or above
        print(f"{name:10} {figure:6g} {unit}" + (f"; limit {limit:g}" if limit is not None else "") + (": ABOVE" if above else ""))
        if arguments.list or above:
            single = name in ("functions", "folder", "columns")
            for value, what in sorted(items, reverse=True):
                if not single or value > (limit if limit is not None else 0):
                    print(f"    {value:4} {what}")
    sys.exit(1 if failed else 0)


main()
