// What a part of the page shows, as one SVG. Put in front of export.js, which calls `drawn`.
//
// SVGs are taken as they are; HTML's boxes, texts and canvases become SVG's own. The page's style sheets do not
// reach into a file, so every element is given the style that it has on the page; colours are written as rgb,
// which every reader of SVG knows.

const XMLNS = "http://www.w3.org/2000/svg";
const MARGIN = 8; // around the figure: lines and rings may reach over its edge
const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-family", "font-size", "font-style", "font-weight", "text-anchor", "visibility",
];
const FONT = ["font-family", "font-size", "font-style", "font-weight"];
const COLOURS = new Set(["fill", "stroke"]);
const SHAPES = "path, text, rect, circle, ellipse, line, polyline, image";
// What is there for the pointer or for a screen reader only: Plotly's, Streamlit's, fit.js's, and what says so itself.
const FLEETING = `.hoverlayer, .draglayer, .marks, .probe, .readout, [data-tool], [role=status], [inert], script, style,
  [class*=st-key-export-], [class*=st-key-steady-], [data-testid=stElementToolbar], [data-testid=stFullScreenFrame] > button`;
const RING = /((?:\w+\([^)]*\))) 0px 0px 0px ([\d.]+)px(?! inset)/g; // a shadow that is a line around a box
const HATCH = 0.6; // of a hatched box's colour

// One SVG of all that `selector` finds in the page, on the page's background; null if nothing is drawn there yet.
function drawn(selector) {
  const painter = new Painter();
  for (const part of document.querySelectorAll(selector)) painter.paint(part, painter.picture);
  if (!painter.figures) return null;
  const { left, top, right, bottom } = painter.edge;
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const picture = shape(null, "svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  shape(picture, "rect", { width, height, fill: rgb(getComputedStyle(document.querySelector(".stApp")).backgroundColor) });
  painter.picture.setAttribute("transform", `translate(${-left} ${-top})`);
  picture.append(painter.picture);
  return picture;
}

class Painter {
  constructor() {
    this.picture = shape(null, "g"); // in the window's pixels
    this.edge = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    this.figures = 0;
    this.names = 0;
  }

  paint(node, into) {
    if (node.nodeType === Node.TEXT_NODE) return this.write(node, into);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(FLEETING)) return undefined;
    const [style, box] = [getComputedStyle(node), node.getBoundingClientRect()];
    const over = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
    const clipped = style.overflowX !== "visible" && (over || (parseFloat(style.borderTopLeftRadius) > 0 && node.childElementCount > 0));
    if (style.display === "none" || (clipped && box.width <= 1)) return undefined;
    const seen = style.visibility === "visible" && box.width > 0 && box.height > 0;
    if (node.matches("canvas, img")) return seen && this.raster(node, style, box, into);
    let here = into;
    if (style.opacity < 1) here = shape(here, "g", { opacity: style.opacity });
    if (seen) this.box(style, box, here);
    if (node.matches("svg")) return seen && this.figure(node, box, here);
    if (clipped) here = shape(here, "g", { "clip-path": this.window(style, box, here) });
    for (const child of (node.shadowRoot ?? node).childNodes) this.paint(child, here);
    return undefined;
  }

  figure(svg, box, into) {
    if (!svg.querySelector(SHAPES)) return;
    const copy = svg.cloneNode(true);
    inline(svg, copy);
    for (const key of ["role", "aria-label", "aria-hidden", "class", "id"]) copy.removeAttribute(key);
    const { x, y, width, height } = box;
    into.append(set(copy, { x, y, width, height, overflow: getComputedStyle(svg).overflow }));
    this.figures += 1;
    this.reach(box);
  }

  raster(node, style, box, into) {
    const href = node.matches("canvas") ? node.toDataURL() : node.src;
    if (!href.startsWith("data:")) return; // a file has nothing beside it
    const { x, y, width, height } = box;
    const image = shape(into, "image", { href, x, y, width, height, preserveAspectRatio: "none" });
    if (style.imageRendering === "pixelated") image.setAttribute("style", "image-rendering: pixelated");
    this.figures += 1;
    this.reach(box);
  }

  // A box's rings, paper, hatch, mask and edge.
  box(style, box, into) {
    const { x, y, width, height } = box;
    const round = rounding(style, box);
    const rect = (by, more) => {
      shape(into, "rect", { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by, rx: Math.max(0, round + by), ...more });
      this.reach({ left: x - by, top: y - by, right: x + width + by, bottom: y + height + by });
    };
    const rings = [...style.boxShadow.matchAll(RING)].map(([, colour, spread]) => [rgb(colour), Number(spread)]);
    for (const [fill, spread] of rings.reverse()) if (fill !== "none") rect(spread, { fill });
    const fill = rgb(style.backgroundColor);
    const mask = style.maskImage?.match(/url\("(data:[^"]+)"\)/)?.[1];
    if (fill !== "none") rect(0, mask ? { fill, mask: this.stencil(mask, box, into) } : { fill });
    const hatch = style.backgroundImage.match(/gradient\(.*?(\w+\([^)]*\))/)?.[1];
    if (hatch) rect(0, { fill: rgb(hatch), "fill-opacity": HATCH });
    const line = parseFloat(style.borderTopWidth);
    const around = ["Right", "Bottom", "Left"].every((side) => style[`border${side}Width`] === style.borderTopWidth);
    if (!line || !around || style.borderTopStyle === "none") return;
    const dashes = style.borderTopStyle === "dashed" ? { "stroke-dasharray": `${2 * line} ${2 * line}` } : {};
    rect(-line / 2, { fill: "none", stroke: rgb(style.borderTopColor), "stroke-width": line, ...dashes });
  }

  // A text's lines, each as long as the page has it: another reader may have other fonts.
  write(node, into) {
    const style = getComputedStyle(node.parentElement ?? node.getRootNode().host);
    if (style.visibility !== "visible" || !node.data.trim()) return;
    const lines = [];
    const range = document.createRange();
    let at = 0;
    for (const letter of node.data) {
      range.setStart(node, at);
      range.setEnd(node, (at += letter.length));
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      const last = lines.at(-1);
      if (!last || box.top > last.top + last.height / 2) lines.push({ text: letter, top: box.top, height: box.height, left: box.left, right: box.right });
      else Object.assign(last, { text: last.text + letter, right: box.right });
    }
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText("x");
    for (const { text, top, height, left, right } of lines) {
      const place = { x: left, y: top + (height * up) / (up + down), textLength: right - left, lengthAdjust: "spacingAndGlyphs" };
      const font = Object.fromEntries(FONT.map((name) => [name, style.getPropertyValue(name)]));
      shape(into, "text", { ...place, ...font, fill: rgb(style.color), "xml:space": "preserve" }).textContent = text.replace(/\s/g, " ");
      this.reach({ left, top, right, bottom: top + height });
    }
  }

  window(style, box, into) {
    const id = `window-${(this.names += 1)}`;
    const { x, y, width, height } = box;
    shape(shape(into, "clipPath", { id }), "rect", { x, y, width, height, rx: rounding(style, box) });
    return `url(#${id})`;
  }

  stencil(href, { x, y, width, height }, into) {
    const id = `stencil-${(this.names += 1)}`;
    shape(shape(into, "mask", { id }), "image", { href, x, y, width, height });
    return `url(#${id})`;
  }

  reach({ left, top, right, bottom }) {
    const { edge } = this;
    Object.assign(edge, { left: Math.min(edge.left, left - MARGIN), top: Math.min(edge.top, top - MARGIN) });
    Object.assign(edge, { right: Math.max(edge.right, right + MARGIN), bottom: Math.max(edge.bottom, bottom + MARGIN) });
  }
}

const rounding = (style, { width, height }) => Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);

function shape(parent, tag, attributes = {}) {
  const made = set(document.createElementNS(XMLNS, tag), attributes);
  parent?.append(made);
  return made;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes))
    node.setAttribute(name, typeof value === "number" ? String(Math.round(100 * value) / 100) : value);
  return node;
}

// The page's fonts do not reach into a file either: a text keeps the length that it has on the page.
function inline(from, to) {
  const style = getComputedStyle(from);
  if (style.display === "none" || from.matches(FLEETING)) return to.remove();
  if (from.matches("text, tspan") && !from.childElementCount && from.textContent.trim())
    set(to, { textLength: from.getComputedTextLength(), lengthAdjust: "spacingAndGlyphs" });
  for (const name of STYLES) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, COLOURS.has(name) ? rgb(value) : value);
  }
  to.removeAttribute("style");
  const copies = [...to.children];
  [...from.children].forEach((child, i) => inline(child, copies[i]));
}

// Any CSS colour as rgb or rgba, by drawing a pixel of it: style sheets may mix them in spaces that files do not know.
const known = new Map();
function rgb(colour) {
  if (colour === "none" || colour.startsWith("url(")) return colour;
  if (!known.has(colour)) {
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    known.set(colour, a === 255 ? `rgb(${r}, ${g}, ${b})` : a ? `rgba(${r}, ${g}, ${b}, ${(a / 255).toFixed(3)})` : "none");
  }
  return known.get(colour);
}
