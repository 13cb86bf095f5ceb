// Squares that show a piece of the plane: walks, arrows, goals and starts. Put in front of navigate.js and imitate.js.

const SIDE = 240; // of a square, in its own units

// Walks as Python packs them: ten-thousandths, little-endian.
function unpacked(text, steps) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const values = Array.from({ length: bytes.length / 2 }, (_, k) => view.getInt16(2 * k, true) / 10000);
  const places = values.length / 2;
  const path = (first) => Array.from({ length: steps }, (_, k) => [values[2 * (first + k)], values[2 * (first + k) + 1]]);
  return Array.from({ length: places / steps }, (_, k) => path(k * steps));
}

// sight: the coordinates that are seen, to either side of the middle.
class Square {
  constructor(parent, sight, className = "") {
    this.sight = sight;
    this.svg = svgNode(parent, "svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: `square ${className}`, role: "img" });
    const room = SIDE / 2 / sight;
    svgNode(this.svg, "rect", { class: "room", x: this.across(-0.5), y: this.up(0.5), width: room, height: room });
    this.layers = Object.fromEntries(["field", "walks", "marks"].map((name) => [name, svgNode(this.svg, "g", { class: name })]));
  }

  across(x) {
    return ((x + this.sight) / (2 * this.sight)) * SIDE;
  }

  up(y) {
    return ((this.sight - y) / (2 * this.sight)) * SIDE;
  }

  clear() {
    for (const layer of Object.values(this.layers)) layer.replaceChildren();
  }

  walk(path, className = "") {
    const points = path.map(([x, y]) => `${this.across(x).toFixed(1)},${this.up(y).toFixed(1)}`).join(" ");
    svgNode(this.layers.walks, "polyline", { class: className, points });
  }

  end([x, y], r = 2) {
    svgNode(this.layers.marks, "circle", { class: "end", cx: this.across(x), cy: this.up(y), r });
  }

  start([x, y]) {
    return svgNode(this.layers.marks, "circle", { class: "start", cx: this.across(x), cy: this.up(y), r: 5.5 });
  }

  goal([x, y]) {
    const star = Array.from({ length: 10 }, (_, k) => {
      const [turn, r] = [(k * Math.PI) / 5, k % 2 ? 4.2 : 10];
      return `${(this.across(x) + r * Math.sin(turn)).toFixed(1)},${(this.up(y) - r * Math.cos(turn)).toFixed(1)}`;
    });
    svgNode(this.layers.marks, "polygon", { class: "goal", points: star.join(" ") });
  }

  arrow([x, y], [dx, dy], length) {
    const [a, b, c, d] = [this.across(x), this.up(y), this.across(x) + dx * length, this.up(y) - dy * length];
    svgNode(this.layers.field, "line", { x1: a, y1: b, x2: c, y2: d });
    svgNode(this.layers.field, "circle", { cx: c, cy: d, r: 1.6 });
  }

  // Where the pointer is, in the plane, to the hundredth and within `most`.
  under(event, most) {
    const box = this.svg.getBoundingClientRect();
    const place = (share) => (2 * share - 1) * this.sight;
    const inside = (value) => Math.round(Math.max(-most, Math.min(most, value)) * 100) / 100;
    return [inside(place((event.clientX - box.left) / box.width)), inside(-place((event.clientY - box.top) / box.height))];
  }
}
