// Nodes and words, made and then changed: what our components have in common. Put in front of their own scripts.

const SVG = "http://www.w3.org/2000/svg";

function node(parent, tag, className = "", attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  if (className) made.className = className;
  return place(made, attributes);
}

function svgNode(parent, tag, attributes = {}) {
  return place(parent.appendChild(document.createElementNS(SVG, tag)), attributes);
}

function place(element, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) write(element, text);
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// "Step {step} of {last}", filled.
function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const clamp = (k, last) => Math.max(0, Math.min(last, k));
const percent = (p) => `${Math.round(p * 100)}%`;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
