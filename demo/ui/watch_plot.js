// A plot with axes that stay where they are. Put in front of watch.js. SVG nodes are made once and then changed.

// Learners' symbols, around 0.
const SHAPES = {
  circle: (r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  square: (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  diamond: (r) => `M0 ${-1.3 * r}L${1.3 * r} 0L0 ${1.3 * r}L${-1.3 * r} 0Z`,
};

class Plot {
  // ticks: of each axis, its first and last are the ends; log: the y axis is logarithmic.
  constructor(parent, { name, edge, xTicks, yTicks, log = false, format = (value) => String(value).replace("-", "−") }) {
    this.edge = edge;
    this.log = log;
    this.format = format;
    this.svg = svgNode(parent, "svg", { class: name });
    this.grid = svgNode(this.svg, "g", { "aria-hidden": "true" });
    this.setTicks(xTicks, yTicks);
  }

  setTicks(xTicks, yTicks) {
    const key = JSON.stringify([xTicks, yTicks]);
    if (key === this.key) return;
    Object.assign(this, { key, xTicks, yTicks });
    this.grid.replaceChildren();
    this.rows = yTicks.map(() => svgNode(this.grid, "line", { class: "grid" }));
    this.yNames = yTicks.map(() => svgNode(this.grid, "text", { "text-anchor": "end" }));
    const anchor = (i) => (i === 0 ? "start" : i === xTicks.length - 1 ? "end" : "middle"); // none beyond the ends
    this.xNames = xTicks.map((_, i) => svgNode(this.grid, "text", { "text-anchor": anchor(i) }));
  }

  // Takes the size that the page gives it.
  fit() {
    const { edge, xTicks, yTicks } = this;
    this.width = Math.max(120, this.svg.clientWidth);
    this.height = Math.max(60, this.svg.clientHeight);
    place(this.svg, { viewBox: `0 0 ${this.width} ${this.height}` });
    yTicks.forEach((value, i) => {
      place(this.rows[i], { x1: edge.left, x2: this.width - edge.right, y1: this.y(value), y2: this.y(value) });
      place(this.yNames[i], { x: edge.left - 7, y: this.y(value) + 4 });
      this.yNames[i].textContent = this.format(value);
    });
    xTicks.forEach((value, i) => {
      place(this.xNames[i], { x: this.x(value), y: this.height - 5 });
      this.xNames[i].textContent = this.format(value);
    });
  }

  x(value) {
    const [low, high] = [this.xTicks[0], this.xTicks.at(-1)];
    return this.edge.left + ((value - low) / (high - low)) * (this.width - this.edge.left - this.edge.right);
  }

  // What is beyond an end is shown at that end.
  y(value) {
    const scale = this.log ? (v) => Math.log(Math.max(v, 1e-9)) : (v) => v;
    const [low, high] = [scale(this.yTicks[0]), scale(this.yTicks.at(-1))];
    const part = Math.min(1, Math.max(0, (scale(value) - low) / (high - low)));
    return this.height - this.edge.bottom - part * (this.height - this.edge.top - this.edge.bottom);
  }

  // The place on the x axis under a pixel.
  under(pixel) {
    const [low, high] = [this.xTicks[0], this.xTicks.at(-1)];
    const part = (pixel - this.edge.left) / (this.width - this.edge.left - this.edge.right);
    return low + Math.min(1, Math.max(0, part)) * (high - low);
  }

  path(xs, ys) {
    return ys.map((y, i) => `${i ? "L" : "M"}${this.x(xs[i]).toFixed(1)} ${this.y(y).toFixed(1)}`).join("");
  }
}
