// Walks of some policies, a row each, after every step, a column each. Pressing anywhere puts the goal there.

const SIGHT = 0.65;
const grids = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".navigate");
  let grid = grids.get(root);
  if (!grid) grids.set(root, (grid = new Grid(root)));
  grid.send = (goal) => setTriggerValue("goal", goal);
  grid.update(data);
}

class Grid {
  constructor(root) {
    this.root = root;
    this.reports = 0;
    this.shape = "";
    this.cells = [];
  }

  // An answer to an older goal is not drawn: the one to the newest is on its way.
  update(data) {
    this.data = data;
    const shape = JSON.stringify([data.rows.map(({ title }) => title), data.heads]);
    const rebuilt = shape !== this.shape;
    if (rebuilt) this.build(data);
    this.shape = shape;
    if (!rebuilt && (this.held || data.report < this.reports)) return;
    this.reports = Math.max(this.reports, data.report);
    this.draw();
  }

  build({ rows, heads }) {
    this.root.replaceChildren();
    this.root.style.setProperty("--columns", heads.length);
    this.cells = rows.flatMap(({ title, note, colour }) => {
      const row = node(this.root, "section", "row", { style: `--own: ${colour}` });
      const head = node(row, "div", "head");
      node(head, "span", "swatch");
      place(node(head, "span"), {}, title);
      place(node(head, "span", "note"), {}, note);
      const cells = node(row, "div", "cells");
      return heads.map((words) => {
        const cell = node(cells, "figure");
        const square = new Square(cell, SIGHT, "pressed");
        this.listen(square);
        const caption = node(cell, "figcaption");
        return { square, title: place(node(caption, "span"), {}, words), value: node(caption, "b"), ends: [] };
      });
    });
  }

  listen(square) {
    const { svg } = square;
    const move = (event) => {
      this.goal = square.under(event, this.data.reach);
      this.cells.forEach((cell) => this.mark(cell));
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      svg.setPointerCapture(event.pointerId);
      this.held = true;
      move(event);
    });
    svg.addEventListener("pointermove", (event) => this.held && move(event));
    svg.addEventListener("pointerup", () => {
      if (!this.held) return;
      this.held = false;
      this.reports += 1;
      this.root.classList.add("asking");
      this.send({ goal: this.goal, report: this.reports });
    });
    svg.addEventListener("pointercancel", () => {
      this.held = false;
      this.draw();
    });
  }

  mark({ square, ends }) {
    square.layers.marks.replaceChildren();
    ends.forEach((end) => square.end(end));
    square.start([0, 0]);
    square.goal(this.goal);
  }

  draw() {
    const { rows, heads, goal, places, words } = this.data;
    this.goal = goal;
    this.root.classList.remove("asking");
    this.cells.forEach((cell, k) => {
      const { square, value } = cell;
      const { title, walks, returns } = rows[Math.floor(k / heads.length)];
      const step = k % heads.length;
      square.clear();
      const paths = unpacked(walks[step], places);
      paths.forEach((path) => square.walk(path));
      cell.ends = paths.map((path) => path.at(-1));
      this.mark(cell);
      write(value, returns[step]);
      square.svg.dataset.return = returns[step];
      square.svg.setAttribute("aria-label", fill(words.square, { who: title, when: heads[step], value: returns[step] }));
    });
  }
}
