// A pad to show a walk on, and what each policy makes of it from another start. The start can be dragged.

const SIGHT = 0.8;
const ROOM = 0.5; // where imitators may start, to either side
const NUDGE = 0.05; // an arrow key
const CLOSER = 0.015; // places of a drawn line at least so far apart
const MOST = 200; // places of a line
const benches = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".imitate");
  let bench = benches.get(root);
  if (!bench) benches.set(root, (bench = new Bench(root, data)));
  bench.send = (message) => setTriggerValue("shown", message);
  bench.update(data);
}

class Bench {
  constructor(root, data) {
    root.replaceChildren();
    this.root = root;
    this.reports = 0;
    const cell = (parent, className) => {
      const figure = node(parent, "figure", className);
      const caption = node(figure, "figcaption");
      const head = { swatch: node(caption, "span", "swatch"), title: node(caption, "b") };
      return { figure, ...head, square: new Square(figure, SIGHT), note: node(figure, "p") };
    };
    this.pad = cell(root, "pad");
    this.clones = data.clones.map(() => cell(root, "clone"));
    this.listen(this.pad.square.svg);
  }

  listen(svg) {
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      svg.setPointerCapture(event.pointerId);
      this.dragging = Boolean(event.target.closest(".handle"));
      this.line = this.dragging ? null : [this.pad.square.under(event, SIGHT)];
      if (!this.dragging) event.preventDefault();
      this.paint();
    });
    svg.addEventListener("pointermove", (event) => {
      const here = this.pad.square.under(event, SIGHT);
      if (this.dragging) this.start = here.map((v) => Math.max(-ROOM, Math.min(ROOM, v)));
      else if (this.line && this.line.length < MOST && far(this.line.at(-1), here)) this.line.push(here);
      else return;
      this.paint();
    });
    svg.addEventListener("pointerup", () => {
      if (this.dragging) this.report({ start: this.start });
      else if (this.line?.length > 1) this.report({ line: this.line });
      this.dragging = false;
      this.line = null;
      this.paint();
    });
    svg.addEventListener("pointercancel", () => {
      this.dragging = false;
      this.line = null;
      this.update(this.data);
    });
    svg.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!by || !event.target.closest(".handle")) return;
      event.preventDefault();
      const moved = (value, k) => Math.round(Math.max(-ROOM, Math.min(ROOM, value + by[k] * NUDGE)) * 100) / 100;
      this.start = this.start.map(moved);
      this.paint();
      this.report({ start: this.start });
    });
  }

  report(message) {
    if (message.line) this.shown = message.line;
    this.reports += 1;
    this.root.classList.add("asking");
    this.send({ ...message, report: this.reports });
  }

  update(data) {
    this.data = data;
    if (this.dragging || this.line || data.report < this.reports) return;
    this.reports = data.report;
    [this.start, this.shown] = [data.start, data.line];
    this.root.classList.remove("asking");
    this.draw();
  }

  draw() {
    const { words, clones, places, grid } = this.data;
    write(this.pad.title, words.pad);
    write(this.pad.note, words.hint);
    this.paint();
    clones.forEach(({ title, colour, path, field, note, missed }, k) => {
      const cell = this.clones[k];
      cell.figure.style.setProperty("--own", colour);
      write(cell.title, title);
      write(cell.note, note);
      cell.square.clear();
      const [walk] = unpacked(path, places);
      grid.forEach((y, row) => grid.forEach((x, column) => cell.square.arrow([x, y], field[row * grid.length + column], 13)));
      cell.square.walk(this.shown, "shown");
      cell.square.goal(this.shown.at(-1));
      cell.square.walk(walk, "own");
      cell.square.start(this.start);
      cell.square.end(walk.at(-1), 5);
      cell.square.svg.dataset.missed = missed;
      cell.square.svg.setAttribute("aria-label", `${title}: ${note}`);
    });
  }

  // The pad alone, which asks nobody.
  paint() {
    const { square } = this.pad;
    const line = this.line ?? this.shown;
    square.layers.walks.replaceChildren();
    square.walk(line, "shown");
    if (!this.handle) this.makeHandle();
    for (const old of square.layers.marks.querySelectorAll(".goal, .from")) old.remove();
    svgNode(square.layers.marks, "circle", { class: "from", cx: square.across(line[0][0]), cy: square.up(line[0][1]), r: 3.5 });
    if (!this.line) square.goal(line.at(-1));
    const { words } = this.data ?? {};
    const place = { cx: square.across(this.start[0]), cy: square.up(this.start[1]) };
    for (const circle of this.handle.children) for (const [name, value] of Object.entries(place)) circle.setAttribute(name, value);
    square.layers.marks.append(...(this.handle === document.activeElement ? [] : [this.handle]));
    square.svg.setAttribute("aria-label", words.pad);
    const said = { "aria-label": words.handle, "aria-valuenow": this.start[0].toFixed(2), "aria-valuemin": -ROOM, "aria-valuemax": ROOM };
    said["aria-valuetext"] = fill(words.place, { x: this.start[0].toFixed(2), y: this.start[1].toFixed(2) });
    for (const [name, value] of Object.entries(said)) this.handle.setAttribute(name, value);
  }

  makeHandle() {
    this.pad.square.svg.setAttribute("role", "group");
    this.handle = svgNode(this.pad.square.layers.marks, "g", { class: "handle", tabindex: 0, role: "slider" });
    svgNode(this.handle, "circle", { class: "grip", r: 18 });
    svgNode(this.handle, "circle", { class: "start", r: 8 });
  }
}

const far = ([a, b], [x, y]) => Math.hypot(a - x, b - y) >= CLOSER;
