#!/usr/bin/env python3
"""check_structure.py PAGE...: what can be checked of a page without a browser. It is well-formed, needs no
network and no script, holds no element from data, every coordinate is a finite number, every plot has a mark,
text in SVG is short, and the file is at most 5 MB.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

ELEMENTS = set("""html head meta title link style body main section h1 h2 h3 h4 p ul li span div table thead tbody tr
    th td figure figcaption svg line path rect circle text details summary pre i ins del""".split())
ATTRIBUTES = set("""lang charset name content http-equiv rel href class data-h role aria-label viewBox width height
    x y x1 y1 x2 y2 cx cy r d text-anchor""".split())


def complaints(page):
    text = page.read_text(encoding="utf-8")
    if len(text.encode()) > 5_000_000:
        yield f"{len(text.encode())} bytes"
    root = tree.fromstring(text)
    style = root.find("head/style").text
    if re.search(r"url\(|@import", style):
        yield "the style asks for files"
    for element in root.iter():
        if element.tag not in ELEMENTS:
            yield f"an element <{element.tag}>"
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield f"an attribute {name} of <{element.tag}>"
            if name == "href" and value != "data:,":
                yield f"a link to {value}"
    for figure in root.iter("figure"):
        drawing = figure.find("svg")
        marks = [one for one in drawing if one.tag in ("path", "rect", "circle") or one.get("class", "").startswith("line")]
        title = figure.find("figcaption").text
        if not marks:
            yield f"an empty plot: {title}"
    for drawing in root.iter("svg"):
        title = drawing.get("aria-label") or "a legend"
        for one in drawing.iter():
            if one.tag == "text" and len(one.text) > 60:
                yield f"{title}: a long text in SVG: {one.text}"
            for name, value in one.attrib.items():
                if name not in ("class", "text-anchor", "role", "aria-label") and not re.fullmatch(r"[MLZ0-9 .-]+", value):
                    yield f"{title}: {name} is {value}"


failed = False
for name in sys.argv[1:]:
    found = list(complaints(pathlib.Path(name)))
    failed = failed or bool(found)
    print("\n".join(f"{name}: {one}" for one in found[:20]) or f"{name}: no complaint")
sys.exit(failed)
