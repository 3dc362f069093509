// Checks a page as a reader sees it. The value of this script is a list of complaints.
(() => {
  const complaints = [];
  const complain = text => { if (complaints.length < 20) complaints.push(text); };
  const shown = element => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});

  // Boxes of text: of each text node, one box per line; and of texts that the style writes before an element.
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE", "TITLE"].includes(parent.tagName) || !shown(parent)) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const svg = parent.ownerSVGElement;
    const scale = svg ? svg.getScreenCTM().a : 1;
    if (size * scale < 11) complain(`text of ${(size * scale).toFixed(1)} px: ${node.data.trim().slice(0, 40)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 0.5 && box.height > 0.5) boxes.push({box, node, text: node.data.trim().slice(0, 40)});
    }
  }

  // Two boxes intersect when they share more than a pixel in both directions. Sorted from top to bottom, so
  // that each box is compared only with those that begin before it ends.
  boxes.sort((a, b) => a.box.top - b.box.top);
  for (let i = 0; i < boxes.length; ++i) {
    for (let j = i + 1; j < boxes.length && boxes[j].box.top < boxes[i].box.bottom - 1; ++j) {
      const a = boxes[i].box, b = boxes[j].box;
      if (boxes[i].node === boxes[j].node) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > 1) complain(`texts intersect: "${boxes[i].text}" and "${boxes[j].text}"`);
    }
  }
  if (boxes.length === 0) complain("the page shows no text");

  // Nothing is wider than the page, unless its own box scrolls.
  const limit = document.documentElement.clientWidth + 1;
  if (document.documentElement.scrollWidth > limit) complain(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const {box, node, text} of boxes) {
    if (box.right > limit && !node.parentElement.closest(".wide, figure")) complain(`text beyond the edge: "${text}"`);
  }

  // Every plot has a mark, and every coordinate is a finite number.
  const marks = "path, circle, rect, line.line";
  for (const plot of document.querySelectorAll("figure")) {
    const title = plot.textContent.trim().slice(0, 40);
    const found = [...plot.querySelectorAll(":scope > svg")].flatMap(svg => [...svg.querySelectorAll(marks)]);
    if (found.length === 0) complain(`an empty plot: "${title}"`);
    for (const mark of found) {
      const box = mark.getBBox();
      if (![box.x, box.y, box.width, box.height].every(Number.isFinite)) complain(`"${title}": a mark is nowhere`);
    }
  }
  for (const element of document.querySelectorAll("svg *")) {
    for (const {name, value} of element.attributes) {
      if (/^(class|text-anchor)$/.test(name)) continue;
      if (!/^[MLZ0-9 .-]+$/.test(value)) complain(`a plot: ${name} is "${value.slice(0, 40)}"`);
    }
  }
  return complaints;
})()
