// Curves over one axis: true curve, points, and a learner's curves before, between and after its steps.
// Nodes are made once and then only changed, so nothing flickers while a slider is dragged. Lengths are in
// `unit`s, pixels at the page's usual type size, so that the figure grows with the type.
//
// `shown` on the root holds what is drawn, for tests: {name: [y ...]} of curves and points.

const SVG = "http://www.w3.org/2000/svg";
const EDGE = { left: 40, right: 14, bottom: 42 };
const ROW = 26; // of the legend
const SAMPLE = 30; // a line's length in the legend
const TICK = { x: 1, y: 2 };
const NEAR = 14; // pixels from a point at which it is read out
const ORDER = ["truth", "points", "before", "between", "after"]; // in legend and read-out

const number = (value) => value.toFixed(2).replace("-", "−");

function make(parent, tag, attributes = {}) {
  const svg = parent.namespaceURI === SVG || tag === "svg";
  const made = parent.appendChild(svg ? document.createElementNS(SVG, tag) : document.createElement(tag));
  return set(made, attributes);
}

function set(node, attributes, text) {
  for (const [name, value] of Object.entries(attributes))
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  if (text !== undefined && node.textContent !== text) node.textContent = text;
  return node;
}

// As many children as there are items, made where they are missing; each is then seen to.
function each(parent, tag, attributes, items, see) {
  while (parent.childElementCount > items.length) parent.lastElementChild.remove();
  items.forEach((item, i) => see(parent.children[i] ?? make(parent, tag, attributes), item, i));
}

class Fit {
  constructor(root) {
    this.root = root;
    this.headline = make(root, "figcaption");
    this.live = make(root, "p", { class: "unseen", role: "status", "aria-live": "polite" });
    const stage = make(root, "div", { class: "stage" });
    this.svg = make(stage, "svg", { role: "img" });
    this.window = make(make(this.svg, "clipPath", { id: "window" }), "rect");
    this.grid = make(this.svg, "g", { class: "grid" });
    this.ticks = make(this.svg, "g", { class: "ticks" });
    this.names = make(this.svg, "g", { class: "names" });
    this.legend = make(this.svg, "g", { class: "legend" });
    this.curves = make(this.svg, "g", { class: "curves", "clip-path": "url(#window)" });
    this.points = make(this.svg, "g", { class: "points" });
    this.marks = make(this.svg, "g", { class: "marks", "aria-hidden": "true" });
    this.rule = make(this.marks, "line");
    this.dots = make(this.marks, "g");
    this.probe = make(stage, "div", { class: "probe", role: "slider", tabindex: 0 });
    this.readout = make(stage, "div", { class: "readout", "aria-hidden": "true" });
    this.at = null; // the place that is read out, a curve's index, or null
    this.pointer = null; // where it is in the stage, if it reads out
    this.listen();
    this.resized = new ResizeObserver(() => this.data && this.draw());
    this.resized.observe(stage);
    document.fonts.ready.then(() => {
      this.asked = null; // the legend was measured in another type
      if (this.data) this.draw();
    });
  }

  leave() {
    this.resized.disconnect();
  }

  listen() {
    const move = (event) => this.point(event);
    this.probe.addEventListener("pointermove", move);
    this.probe.addEventListener("pointerdown", move);
    this.probe.addEventListener("pointerleave", ({ pointerType }) => pointerType === "touch" || this.read(null)); // a tap stays
    this.probe.addEventListener("blur", () => this.read(null));
    this.probe.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      const ends = { Home: 0, End: this.count - 1, Escape: null };
      if (steps === undefined && !(event.key in ends)) return;
      event.preventDefault();
      this.pointer = null;
      const from = this.at ?? (this.count - 1) / 2;
      this.read(steps === undefined ? ends[event.key] : Math.max(0, Math.min(this.count - 1, from + steps)));
    });
  }

  get count() {
    return this.data.curves.at(-1).y.length;
  }

  // settled: nothing is being dragged, so that the headline is worth announcing.
  show(data, settled) {
    this.data = data;
    this.draw();
    if (settled) this.announce();
  }

  announce() {
    if (this.data) set(this.live, {}, this.data.headline.replaceAll("**", ""));
  }

  draw() {
    const { data, root } = this;
    each(this.headline, "span", {}, data.headline.split("**"), (span, text, i) =>
      set(span, { class: i % 2 ? "strong" : "" }, text));
    root.style.setProperty("--line", data.colour);
    this.measure();
    this.axes();
    each(this.curves, "path", {}, data.curves, (path, curve) =>
      set(path, { class: curve.kind, "data-name": curve.name, opacity: curve.opacity, d: this.path(curve.y) }));
    each(this.points, "circle", {}, data.points.x, (dot, x, i) =>
      set(dot, { cx: this.x(x), cy: this.y(data.points.y[i]), r: 5.5 * this.unit }));
    root.shown = { [data.words.points]: data.points.y };
    for (const { name, y } of data.curves) root.shown[name] = y;
    this.read(this.at);
  }

  measure() {
    const { domain: [low, high], reach } = this.data;
    this.unit = parseFloat(getComputedStyle(this.root).fontSize) / 16;
    const [width, height] = [Math.max(200, this.svg.clientWidth), Math.max(150, this.svg.clientHeight)];
    const top = this.key(width);
    const [left, right, bottom] = [EDGE.left, EDGE.right, EDGE.bottom].map((edge) => edge * this.unit);
    this.box = { left, top, right: width - right, bottom: height - bottom, width, height };
    this.x = (x) => rounded(left + ((x - low) / (high - low)) * (this.box.right - left));
    this.y = (y) => rounded((top + this.box.bottom) / 2 - (y / reach) * ((this.box.bottom - top) / 2));
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": this.data.words.alt });
    const [w, h] = [this.box.right - left, this.box.bottom - top];
    set(this.window, { x: left, y: top, width: w, height: h });
    this.probe.style.cssText = `left: ${left}px; top: ${top}px; width: ${w}px; height: ${h}px;`;
  }

  path(y) {
    const [low, high] = this.data.domain;
    return y.map((v, i) => `${i ? "L" : "M"}${this.x(low + ((high - low) * i) / (y.length - 1))} ${this.y(v)}`).join("");
  }

  // The legend, in as many rows as it takes; returns where it ends. Texts are measured when they are new.
  key(width) {
    const { curves, words } = this.data;
    const named = { points: words.points, between: words.between };
    for (const { kind, name } of curves) named[kind] ??= name;
    const kinds = ORDER.filter((kind) => kind === "points" || curves.some((curve) => curve.kind === kind));
    const asked = JSON.stringify([width, this.unit, kinds.map((kind) => named[kind])]);
    if (asked === this.asked) return this.keyed;
    this.asked = asked;
    const { unit } = this;
    let [x, row] = [EDGE.left * unit, 0];
    each(this.legend, "g", {}, kinds, (entry, kind) => {
      if (!entry.childElementCount) ["path", "circle", "text"].forEach((tag) => make(entry, tag));
      const [line, dot, text] = entry.children;
      set(text, {}, named[kind]);
      const long = (SAMPLE + 8) * unit + text.getComputedTextLength();
      if (x > EDGE.left * unit && x + long > width) [x, row] = [EDGE.left * unit, row + 1];
      const y = (row + 0.5) * ROW * unit;
      set(line, { class: kind, d: kind === "points" ? "" : `M${x} ${y}h${SAMPLE * unit}` });
      set(dot, { cx: x + (SAMPLE * unit) / 2, cy: y, r: kind === "points" ? 5.5 * unit : 0 });
      set(text, { x: x + (SAMPLE + 8) * unit, y: y + 5 * unit });
      x += long + 20 * unit;
    });
    return (this.keyed = (row + 1) * ROW * unit + 8 * unit);
  }

  axes() {
    const { domain: [low, high], reach, words } = this.data;
    const { box, unit } = this;
    const ticks = (from, to, by) =>
      Array.from({ length: Math.floor(to / by) - Math.ceil(from / by) + 1 }, (_, i) => (Math.ceil(from / by) + i) * by);
    const lines = [
      ...ticks(low, high, TICK.x).map((value) => ({ value, x: this.x(value) })),
      ...ticks(-reach, reach, TICK.y).map((value) => ({ value, y: this.y(value) })),
    ];
    each(this.grid, "line", {}, lines, (line, { value, x, y }) =>
      set(line, {
        class: value ? "" : "zero",
        ...(y === undefined ? { x1: x, x2: x, y1: box.top, y2: box.bottom } : { x1: box.left, x2: box.right, y1: y, y2: y }),
      }));
    each(this.ticks, "text", {}, lines, (text, { value, x, y }) =>
      y === undefined
        ? set(text, { x, y: box.bottom + 18 * unit, "text-anchor": "middle" }, String(value).replace("-", "−"))
        : set(text, { x: box.left - 8 * unit, y: y + 5 * unit, "text-anchor": "end" }, String(value).replace("-", "−")));
    const names = [
      [words.x, (box.left + box.right) / 2, box.height - 4 * unit],
      [words.y, 6 * unit, (box.top + box.bottom) / 2 + 5 * unit],
    ];
    each(this.names, "text", { "text-anchor": "middle" }, names, (text, [name, x, y]) => set(text, { x, y }, name));
  }

  point(event) {
    const [low, high] = [this.box.left, this.box.right];
    const frame = this.svg.getBoundingClientRect();
    this.pointer = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    const share = (this.pointer.x - low) / (high - low);
    this.read(Math.round(Math.max(0, Math.min(1, share)) * (this.count - 1)));
  }

  // Reads out every curve at a place (a curve's index), or nothing (null).
  read(at) {
    const { data, box } = this;
    this.at = at;
    const { domain: [low, high], words } = data;
    const place = (i) => low + ((high - low) * i) / (this.count - 1);
    const here = place(at ?? (this.count - 1) / 2);
    const main = ORDER.map((kind) => data.curves.find((curve) => curve.kind === kind && kind !== "between")).filter(Boolean);
    const values = main.map(({ kind, name, y }) => ({ kind, name, y: y[Math.round(((here - low) / (high - low)) * (y.length - 1))] }));
    const said = [`${words.x} ${number(here)}`, ...values.map(({ name, y }) => `${name} ${number(y)}`)];
    set(this.probe, {
      "aria-label": words.probe, "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": rounded(here), "aria-valuetext": said.join(", "),
    });
    this.marks.style.display = this.readout.style.display = at === null ? "none" : "";
    if (at === null) return;

    set(this.rule, { x1: this.x(here), x2: this.x(here), y1: box.top, y2: box.bottom });
    const inside = values.filter(({ y }) => Math.abs(y) <= data.reach);
    each(this.dots, "circle", {}, inside, (dot, { kind, y }) => set(dot, { class: kind, cx: this.x(here), cy: this.y(y), r: 5 * this.unit }));
    const near = this.nearest();
    const rows = [
      { kind: "place", name: words.x, text: number(here) },
      ...values.map(({ kind, name, y }) => ({ kind, name, text: number(y) })),
      ...(near === null ? [] : [{ kind: "points", name: words.point, text: `${number(data.points.x[near])}, ${number(data.points.y[near])}` }]),
    ];
    each(this.readout, "div", {}, rows, (row, { kind, name, text }) => {
      if (!row.childElementCount) ["i", "span", "b"].forEach((tag) => make(row, tag));
      set(row.children[0], { class: kind });
      set(row.children[1], {}, name);
      set(row.children[2], {}, text);
    });
    const left = this.x(here) > (box.left + box.right) / 2;
    this.readout.style.cssText = left ? `right: ${box.width - this.x(here) + 14}px` : `left: ${this.x(here) + 14}px`;
    this.readout.style.top = `${box.top + 6}px`;
  }

  // The point under the pointer, or null.
  nearest() {
    if (!this.pointer) return null;
    const { x, y } = this.data.points;
    const far = x.map((_, i) => Math.hypot(this.x(x[i]) - this.pointer.x, this.y(y[i]) - this.pointer.y));
    const best = far.indexOf(Math.min(...far));
    return far[best] <= NEAR * this.unit ? best : null;
  }
}

const rounded = (value) => Math.round(value * 100) / 100;
