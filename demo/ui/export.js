// Makes an image of a drawn figure, Plotly's or our own SVG, and hands it to the browser's downloads.
//
// The page's style sheets do not reach into a file, so every element is given the style that it has on the
// page; colours are written as rgb, which every reader of SVG knows.

const SCALE = 3; // a PNG's pixels per pixel of the page
const XMLNS = "http://www.w3.org/2000/svg";
const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-family", "font-size", "font-style", "font-weight", "text-anchor", "visibility",
];
const COLOURS = new Set(["fill", "stroke"]);
const FLEETING = ".hoverlayer, .draglayer, .marks"; // what is there for the pointer only: Plotly's, and fit.js's

export default function ({ data, parentElement }) {
  const { name, selector, words } = data;
  const root = parentElement.querySelector(".export");
  if (!root.childElementCount) {
    for (const kind of ["svg", "png"]) root.append(Object.assign(document.createElement("button"), { type: "button", className: kind }));
    root.append(document.createElement("p"));
    root.lastElementChild.setAttribute("role", "status");
  }
  const said = root.querySelector("p");
  for (const [kind, save] of [["svg", saveSvg], ["png", savePng]]) {
    const button = root.querySelector(`.${kind}`);
    button.textContent = words[kind];
    button.onclick = () => {
      const picture = drawn(selector);
      said.textContent = picture ? "" : words.nothing;
      return picture && save(picture, name);
    };
  }
}

function saveSvg(picture, name) {
  save(new Blob([written(picture)], { type: "image/svg+xml" }), `${name}.svg`);
}

async function savePng(picture, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(SCALE * picture.getAttribute("width"));
  canvas.height = Math.round(SCALE * picture.getAttribute("height"));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download has read it long before
}

const written = (picture) => new XMLSerializer().serializeToString(picture);

// One SVG of all that the container has drawn, on the page's background; null if there is nothing yet.
function drawn(selector) {
  const layers = layersIn(document.querySelector(selector));
  if (!layers.length) return null;
  const { width, height } = layers[0].getBoundingClientRect();
  const picture = document.createElementNS(XMLNS, "svg");
  const size = { width: Math.round(width), height: Math.round(height), viewBox: `0 0 ${width} ${height}` };
  const paper = document.createElementNS(XMLNS, "rect");
  for (const [key, value] of Object.entries(size)) picture.setAttribute(key, value);
  for (const [key, value] of Object.entries({ width, height, fill: background() })) paper.setAttribute(key, value);
  picture.append(paper);
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    inline(layer, copy);
    for (const key of ["role", "aria-label"]) copy.removeAttribute(key);
    for (const [key, value] of Object.entries({ x: 0, y: 0, width, height })) copy.setAttribute(key, value);
    picture.append(copy);
  }
  return picture;
}

// Plotly's drawing is several SVGs, one over the other; a component's is in its shadow root.
function layersIn(container) {
  if (!container) return [];
  const plot = [...container.querySelectorAll(".js-plotly-plot")].find((each) => !each.inert && each.checkVisibility());
  if (plot) return [...plot.querySelectorAll(".main-svg")].filter((layer) => layer.querySelector("path, text, rect"));
  const roots = [container, ...[...container.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)];
  const figure = roots.map((root) => root.querySelector("svg[role=img]")).find(Boolean);
  return figure ? [figure] : [];
}

function inline(from, to) {
  const style = getComputedStyle(from);
  if (style.display === "none" || from.matches(FLEETING)) return to.remove();
  for (const name of STYLES) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, COLOURS.has(name) ? rgb(value) : value);
  }
  to.removeAttribute("style");
  const copies = [...to.children];
  [...from.children].forEach((child, i) => inline(child, copies[i]));
}

const background = () => rgb(getComputedStyle(document.querySelector(".stApp")).backgroundColor);

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
