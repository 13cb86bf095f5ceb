// A map of contexts with a handle, and the curve of the context under it.
// `shown` on the root holds the handle's context and the curve, for tests.

const NUDGE = 0.02; // an arrow key, of the map's half width
const PLOT = { width: 420, height: 340, left: 34, right: 8, top: 10, bottom: 26 };
const MAP = 340;
const TOP = 6; // of the curve's axis; amplitudes go to 5
const views = new WeakMap();

export default function ({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new View(parentElement.querySelector(".context"));
    views.set(parentElement, view);
  }
  view.update(data);
  return () => views.delete(parentElement);
}

class View {
  constructor(root) {
    root.replaceChildren();
    this.root = root;
    const figure = node(root, "figure", "map");
    this.svg = svgNode(figure, "svg", { viewBox: `0 0 ${MAP} ${MAP}`, role: "group" });
    this.axes = svgNode(this.svg, "path", { class: "axes", d: `M0 ${MAP / 2}H${MAP}M${MAP / 2} 0V${MAP}` });
    this.dots = svgNode(this.svg, "g", { class: "tasks" });
    this.path = svgNode(this.svg, "polyline", { class: "path" });
    this.stops = svgNode(this.svg, "g", { class: "stops" });
    this.handle = svgNode(this.svg, "g", { class: "handle", tabindex: 0, role: "slider" });
    this.handle.innerHTML = '<circle class="grip" r="24" /><circle class="dot" r="11" /><text dy="5">φ</text>';
    this.mapNote = node(figure, "figcaption");

    const beside = node(root, "figure", "plot");
    this.plot = svgNode(beside, "svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img" });
    this.grid = svgNode(this.plot, "g", { class: "grid" });
    this.truth = svgNode(this.plot, "path", { class: "truth" });
    this.curve = svgNode(this.plot, "path", { class: "curve" });
    this.points = svgNode(this.plot, "g", { class: "points" });
    this.readout = node(beside, "figcaption", "", { role: "status", "aria-live": "polite" });
    this.back = node(beside, "button", "back", { type: "button", "data-tool": "" }); // no part of an exported image
    this.back.onclick = () => this.put(this.end);
    this.scale();

    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.svg.setPointerCapture(event.pointerId);
      this.dragging = true;
      this.handle.focus({ preventScroll: true });
      this.put(this.under(event));
    });
    this.svg.addEventListener("pointermove", (event) => this.dragging && this.put(this.under(event)));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => (this.dragging = false));
    this.handle.addEventListener("keydown", (event) => this.nudge(event));
  }

  scale() {
    for (const y of [-4, -2, 0, 2, 4]) {
      svgNode(this.grid, "line", { x1: PLOT.left, x2: PLOT.width - PLOT.right, y1: this.y(y), y2: this.y(y) });
      place(svgNode(this.grid, "text", { x: PLOT.left - 6, y: this.y(y) + 5, "text-anchor": "end" }), {}, String(y).replace("-", "−"));
    }
    for (const x of [-4, -2, 0, 2, 4])
      place(svgNode(this.grid, "text", { x: this.x(x), y: PLOT.height - 6, "text-anchor": "middle" }), {}, String(x).replace("-", "−"));
  }

  x(value) {
    return PLOT.left + ((value + 5) / 10) * (PLOT.width - PLOT.left - PLOT.right);
  }

  y(value) {
    const inside = Math.max(-TOP, Math.min(TOP, value));
    return PLOT.top + ((TOP - inside) / (2 * TOP)) * (PLOT.height - PLOT.top - PLOT.bottom);
  }

  // A new task, or another number of steps, puts the handle back to the end of the path.
  update(data) {
    const { words, path, tasks, points, truth, colour } = data;
    this.data = data;
    this.end = path.at(-1);
    this.root.style.setProperty("--learner", colour);
    this.dots.replaceChildren();
    for (const { at, colour: fill, size } of tasks) {
      const [cx, cy] = this.onMap(at);
      svgNode(this.dots, "circle", { cx, cy, r: size, fill });
    }
    this.path.setAttribute("points", path.map((at) => this.onMap(at).join(",")).join(" "));
    this.stops.replaceChildren();
    for (const at of path) {
      const [cx, cy] = this.onMap(at);
      svgNode(this.stops, "circle", { cx, cy, r: 3.5 });
    }
    this.truth.setAttribute("d", this.line(truth));
    this.points.replaceChildren();
    for (const [x, y] of points) svgNode(this.points, "circle", { cx: this.x(x), cy: this.y(y), r: 5 });
    place(this.svg, { "aria-label": words.map });
    place(this.plot, { "aria-label": words.plot });
    place(this.handle, { "aria-label": words.handle });
    write(this.mapNote, words.legend);
    write(this.back, words.back);
    const known = JSON.stringify([path, truth, points]);
    if (known !== this.known) this.context = this.end;
    this.known = known;
    this.put(this.context);
  }

  onMap([a, b]) {
    const { reach } = this.data;
    return [((a / reach + 1) / 2) * MAP, ((1 - b / reach) / 2) * MAP].map((value) => Math.round(value * 10) / 10);
  }

  under(event) {
    const box = this.svg.getBoundingClientRect();
    const { reach } = this.data;
    return [((event.clientX - box.left) / box.width) * 2 * reach - reach, reach - ((event.clientY - box.top) / box.height) * 2 * reach];
  }

  line(values) {
    const { grid } = this.data;
    return values.map((value, i) => `${i ? "L" : "M"}${this.x(grid[i]).toFixed(1)} ${this.y(value).toFixed(1)}`).join("");
  }

  put(context) {
    const { reach, words, weights, grid } = this.data;
    this.context = context.map((value) => Math.max(-reach, Math.min(reach, value)));
    const [x, y] = this.onMap(this.context);
    this.handle.setAttribute("transform", `translate(${x} ${y})`);
    const values = curveOf(weights, this.context, grid);
    this.curve.setAttribute("d", this.line(values));
    const sine = nearestSine(values, grid);
    const told = { amplitude: sine.amplitude.toFixed(2), phase: sine.phase.toFixed(2) };
    const text = fill(words.readout, told);
    write(this.readout, text);
    place(this.handle, { "aria-valuetext": text, "aria-valuenow": told.amplitude });
    this.back.disabled = this.context.every((value, i) => value === this.end[i]);
    this.root.shown = { context: this.context, values, ...sine };
  }

  nudge(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    this.put(this.context.map((value, i) => value + by[i] * NUDGE * this.data.reach));
  }
}
