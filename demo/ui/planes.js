// Squares that show a piece of the plane: walks, arrows, goals and starts. Put in front of navigate.js and imitate.js.

const SIDE = 240; // of a square, in its own units
const REACH = 0.8; // the plane's coordinates that are in sight, to either side of the middle

const across = (x) => ((x + REACH) / (2 * REACH)) * SIDE;
const up = (y) => ((REACH - y) / (2 * REACH)) * SIDE;
const points = (path) => path.map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`).join(" ");

// Walks as Python packs them: ten-thousandths, little-endian.
function unpacked(text, steps) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const values = Array.from({ length: bytes.length / 2 }, (_, k) => view.getInt16(2 * k, true) / 10000);
  const places = values.length / 2;
  const path = (first) => Array.from({ length: steps }, (_, k) => [values[2 * (first + k)], values[2 * (first + k) + 1]]);
  return Array.from({ length: places / steps }, (_, k) => path(k * steps));
}

class Square {
  constructor(parent, className = "") {
    this.svg = svgNode(parent, "svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: `square ${className}`, role: "img" });
    const room = across(0.5) - across(-0.5);
    this.room = svgNode(this.svg, "rect", { class: "room", x: across(-0.5), y: up(0.5), width: room, height: room });
    this.layers = Object.fromEntries(["field", "walks", "marks"].map((name) => [name, svgNode(this.svg, "g", { class: name })]));
  }

  clear() {
    for (const layer of Object.values(this.layers)) layer.replaceChildren();
  }

  walk(path, className = "") {
    svgNode(this.layers.walks, "polyline", { class: className, points: points(path) });
  }

  end([x, y], r = 3) {
    svgNode(this.layers.marks, "circle", { class: "end", cx: across(x), cy: up(y), r });
  }

  start([x, y]) {
    return svgNode(this.layers.marks, "circle", { class: "start", cx: across(x), cy: up(y), r: 5.5 });
  }

  goal([x, y]) {
    const star = Array.from({ length: 10 }, (_, k) => {
      const [turn, r] = [(k * Math.PI) / 5, k % 2 ? 4.2 : 10];
      return `${(across(x) + r * Math.sin(turn)).toFixed(1)},${(up(y) - r * Math.cos(turn)).toFixed(1)}`;
    });
    svgNode(this.layers.marks, "polygon", { class: "goal", points: star.join(" ") });
  }

  arrow([x, y], [dx, dy], length) {
    const [a, b, c, d] = [across(x), up(y), across(x) + dx * length, up(y) - dy * length];
    svgNode(this.layers.field, "line", { x1: a, y1: b, x2: c, y2: d });
    svgNode(this.layers.field, "circle", { cx: c, cy: d, r: 1.6 });
  }

  // Where the pointer is, in the plane, to the hundredth and within `most`.
  under(event, most) {
    const box = this.svg.getBoundingClientRect();
    const place = (share) => (2 * share - 1) * REACH;
    const inside = (value) => Math.round(Math.max(-most, Math.min(most, value)) * 100) / 100;
    return [inside(place((event.clientX - box.left) / box.width)), inside(-place((event.clientY - box.top) / box.height))];
  }
}
