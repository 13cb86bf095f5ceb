// Drawing in the plane: arrows, symbols, contours. Put in front of moves_plane.js. SVG nodes are made once, then changed.

const HEAD = 11; // pixels, an arrow's head
const HALF = { x: 4.6, y: 3.1 }; // of the view, in the weights' units

class Layer {
  constructor(svg, className) {
    this.group = svg.appendChild(document.createElementNS(SVG, "g"));
    this.group.setAttribute("class", className);
    this.used = 0;
  }

  put(tag, attributes, text = null) {
    let node = this.group.children[this.used++];
    if (node?.tagName !== tag) {
      const made = document.createElementNS(SVG, tag);
      if (node) node.replaceWith(made);
      else this.group.append(made);
      node = made;
    }
    for (const { name } of [...node.attributes]) if (!(name in attributes)) node.removeAttribute(name);
    for (const [name, value] of Object.entries(attributes))
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
    if (text !== null && node.textContent !== text) node.textContent = text;
  }

  // Everything that is to be seen has been put: the rest goes.
  done() {
    while (this.group.children.length > this.used) this.group.lastChild.remove();
    this.used = 0;
  }
}

// Pixels of a point in the weights' plane, and back.
class Scale {
  constructor(width) {
    this.unit = width / (2 * HALF.x);
    this.width = width;
    this.height = 2 * HALF.y * this.unit;
  }

  at([x, y]) {
    return [(x + HALF.x) * this.unit, (HALF.y - y) * this.unit];
  }

  back(x, y) {
    return [x / this.unit - HALF.x, HALF.y - y / this.unit];
  }
}

// From pixel to pixel, with a smaller head if it is short; nothing under 2 pixels. Returns whether it was drawn.
function arrow(layer, from, to, attributes, size = 1) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const head = HEAD * size;
  if (length < 2) return false;
  const [ux, uy] = [dx / length, dy / length];
  const tip = Math.min(head, 0.8 * length);
  const neck = [to[0] - ux * tip, to[1] - uy * tip];
  const side = [-uy * tip * 0.45, ux * tip * 0.45];
  const join = (points) => points.map((p) => p.map((v) => v.toFixed(2)).join(",")).join(" ");
  const wings = join([to, [neck[0] + side[0], neck[1] + side[1]], [neck[0] - side[0], neck[1] - side[1]]]);
  const { class: className = "", ...rest } = attributes;
  layer.put("polyline", { ...rest, class: `shaft ${className}`, points: join([from, neck]) });
  layer.put("polygon", { ...rest, class: `head ${className}`, points: wings });
  return true;
}

const POLYGONS = { square: [4, Math.PI / 4], diamond: [4, 0], pentagon: [5, -Math.PI / 2], "triangle-up": [3, -Math.PI / 2], "triangle-down": [3, Math.PI / 2] };

// The path of a rule's symbol of radius r around (0, 0).
function symbolPath(name, r) {
  if (!(name in POLYGONS)) return `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
  const [corners, turn] = POLYGONS[name];
  const at = (k) => turn + (2 * Math.PI * k) / corners;
  const points = Array.from({ length: corners }, (_, k) => [1.2 * r * Math.cos(at(k)), 1.2 * r * Math.sin(at(k))]);
  return `M${points.map((p) => p.map((v) => v.toFixed(2)).join(",")).join("L")}Z`;
}

// What the rules do (demo/lessons/moves.py): matrices times the distance to each task's optimum. Gradient agreement's
// are Reptile's, weighted.
const minus = (p, q) => [p[0] - q[0], p[1] - q[1]];
const plus = (p, q, times = 1) => [p[0] + times * q[0], p[1] + times * q[1]];
const times = (H, v) => [H[0][0] * v[0] + H[0][1] * v[1], H[1][0] * v[0] + H[1][1] * v[1]];
const dot = (p, q) => p[0] * q[0] + p[1] * q[1];
const mean = (points) => points.reduce((sum, p) => plus(sum, p, 1 / points.length), [0, 0]);

const inner = (task, theta, steps) => {
  const path = [theta];
  while (path.length <= steps) path.push(plus(task.optimum, times(task.step, minus(path.at(-1), task.optimum))));
  return path;
};
const AGREEMENT = "gradient-agreement";
const directions = (tasks, rule, theta) => {
  if (rule !== AGREEMENT) return tasks.map((task) => times(task.rules[rule], minus(theta, task.optimum)));
  const w = weights(tasks, theta);
  return directions(tasks, "reptile", theta).map((d, i) => plus([0, 0], d, tasks.length * w[i]));
};
// How much each task counts there: by its agreement with the sum of all.
const weights = (tasks, theta) => {
  const goes = directions(tasks, "reptile", theta);
  const agreed = goes.map((d) => dot(d, plus([0, 0], mean(goes), goes.length)));
  const total = agreed.reduce((sum, a) => sum + Math.abs(a), 0);
  return agreed.map((a) => (total > 0 ? a / total : 1 / tasks.length));
};
// Half of (theta - c)' H (theta - c): the loss before adapting with pretraining's matrix, that after it with MAML's.
const lossOf = (tasks, rule, theta) =>
  tasks.reduce((sum, task) => {
    const apart = minus(theta, task.optimum);
    return sum + dot(apart, times(task.rules[rule], apart)) / 2 / tasks.length;
  }, 0);
