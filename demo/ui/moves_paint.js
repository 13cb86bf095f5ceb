// How the plane looks at one moment. Put behind moves_plane.js, whose View it completes.

const EQUAL = 130; // pixels

Object.assign(View.prototype, {
  draw() {
    const { words, rules } = this.data;
    const scale = new Scale(Math.max(200, this.svg.parentElement.clientWidth));
    this.scale = scale;
    this.svg.setAttribute("viewBox", `0 0 ${scale.width} ${scale.height}`);
    this.svg.setAttribute("aria-label", words.figure);
    this.drawTasks();
    this.drawLoops(this.focus ? this.seen(this.focus) : this.theta);
    this.drawParts();
    const length = ({ name }) => Math.hypot(...minus(this.next(name, this.seen(name)), this.seen(name)));
    [...rules].sort((a, b) => length(b) - length(a)).forEach((rule) => this.drawRule(rule)); // short arrows on top
    Object.values(this.layers).forEach((layer) => layer.done());

    const [x, y] = scale.at(this.theta);
    this.handle.setAttribute("transform", `translate(${x},${y})`);
    const place = fill(words.place, { x: this.theta[0].toFixed(2), y: this.theta[1].toFixed(2) });
    const [most] = this.data.reach;
    const said = { "aria-valuemin": -most, "aria-valuemax": most, "aria-label": words.handle, "aria-valuenow": this.theta[0].toFixed(2), "aria-valuetext": place };
    for (const [name, value] of Object.entries(said)) this.handle.setAttribute(name, value);
    this.drawSide();
  },

  drawTasks() {
    const { contours, labels } = this.layers;
    this.data.tasks.forEach(({ optimum, rings }, i) => {
      const [x, y] = this.scale.at(optimum);
      const turned = (angle) => `translate(${x},${y}) rotate(${-angle})`;
      rings.forEach(({ rx, ry, angle }) =>
        contours.put("ellipse", { rx: rx * this.scale.unit, ry: ry * this.scale.unit, transform: turned(angle) }),
      );
      labels.put("circle", { class: "optimum", cx: x, cy: y, r: 12 });
      labels.put("text", { class: "optimum", x, y, dy: 5 }, String(i + 1));
    });
  },

  // Inner steps of every task from theta, and dashed, where they end, the last gradient.
  drawLoops(theta) {
    const { tasks, alpha, steps } = this.data;
    tasks.forEach((task) => {
      const path = inner(task, theta, steps).map((p) => this.scale.at(p));
      path.slice(1).forEach((to, k) => {
        const part = ["reptile", AGREEMENT].includes(this.focus) || (this.focus === "pretrained" && k === 0);
        arrow(this.layers.loops, path[k], to, this.styled(part));
      });
      const end = inner(task, theta, steps).at(-1);
      const last = plus(end, times(task.rules.fomaml, minus(theta, task.optimum)), -alpha);
      const part = this.focus === "maml" || this.focus === "fomaml";
      arrow(this.layers.loops, this.scale.at(end), this.scale.at(last), this.styled(part, "last"));
    });
  },

  styled(part, more = "") {
    const rule = part && this.data.rules.find(({ name }) => name === this.focus);
    return rule ? { class: `part ${more}`, style: `--rule: ${rule.colour}` } : { class: more };
  },

  // Of the rule that is looked at: what each task contributes, as arrows from theta. Their mean is the rule's own.
  drawParts() {
    const rule = this.data.rules.find(({ name }) => name === this.focus);
    if (!rule) return;
    const theta = this.seen(rule.name);
    directions(this.data.tasks, rule.name, theta).forEach((direction) => {
      const to = this.scale.at(plus(theta, direction, -this.data.alpha));
      arrow(this.layers.parts, this.scale.at(theta), to, { style: `--rule: ${rule.colour}` });
    });
  },

  drawRule({ name, colour, symbol }) {
    const style = `--rule: ${colour}`;
    const faded = this.focus && this.focus !== name ? " faded" : "";
    const { trails, moves } = this.layers;
    const here = this.seen(name);
    const been = [...this.paths[name].slice(0, this.progress < 1 ? -1 : undefined), here].map((p) => this.scale.at(p));
    const points = been.map((p) => p.map((v) => v.toFixed(2)).join(",")).join(" ");
    trails.put("polyline", { class: `halo${faded}`, points });
    trails.put("polyline", { class: `trail${faded}`, style, points });
    been.slice(1, -1).forEach(([cx, cy]) => trails.put("circle", { class: `trail${faded}`, style, cx, cy, r: 3 }));

    const from = this.scale.at(here);
    const to = this.tip(from, this.scale.at(this.next(name, here)));
    arrow(moves, from, to, { class: `halo${faded}` }, 1.35);
    const drawn = arrow(moves, from, to, { class: `move${faded}`, style, "data-rule": name }, 1.35);
    const length = Math.hypot(...minus(to, from));
    const [x, y] = drawn ? plus(to, minus(to, from), Math.min(11, length) / length) : from;
    moves.put("path", { class: `symbol${faded}`, style, d: symbolPath(symbol, 7.5), transform: `translate(${x},${y})` });
  },

  // Where a rule's arrow ends: at its next place or, to compare directions, as far as everybody's.
  tip(from, to) {
    const length = Math.hypot(...minus(to, from));
    return this.data.equal && length > 0.01 ? plus(from, minus(to, from), EQUAL / length) : to;
  },

  drawSide() {
    const { rules, words, tasks } = this.data;
    this.cards.forEach(({ card, title, note, loss, shares }, i) => {
      const rule = rules[i];
      const theta = this.paths[rule.name].at(-1);
      const [before, after] = [lossOf(tasks, "pretrained", theta), lossOf(tasks, "maml", theta)];
      card.style.setProperty("--rule", rule.colour);
      card.setAttribute("aria-pressed", String(this.focus === rule.name));
      card.dataset.theta = theta.map((v) => v.toFixed(4)).join(",");
      write(title, rule.title);
      write(note, rule.note);
      write(loss, fill(words.loss, { before: short(before), after: short(after) }));
      if (shares) this.drawWeights(shares, weights(tasks, theta));
    });
    write(this.take, words.take);
    write(this.play, this.timer ? `❚❚ ${words.pause}` : `▶ ${words.play}`);
    write(this.back, `↺ ${words.back}`);
    this.back.disabled = this.taken === 0;
    this.take.disabled = this.play.disabled = false;
    write(this.count, fill(words.count, { count: this.taken }));
  },

  // How much each task counts: a bar up from the line, or down, with its number; a dash where all would be equal.
  drawWeights(shares, weights) {
    while (shares.children.length > weights.length) shares.lastChild.remove();
    const signed = weights.map((w) => w.toFixed(2).replace("-", "−"));
    weights.forEach((w, i) => {
      const share = shares.children[i] ?? node(shares, "span", "share");
      const [bar, value, task] = share.children.length ? share.children : ["i", "span", "b"].map((tag) => node(share, tag));
      bar.style.setProperty("--up", Math.max(0, w));
      bar.style.setProperty("--down", Math.max(0, -w));
      write(value, signed[i]);
      write(task, String(i + 1));
    });
    shares.style.setProperty("--equal", 1 / weights.length);
    shares.dataset.weights = weights.map((w) => w.toFixed(4)).join(",");
    shares.title = this.data.words.weights;
  },
});
