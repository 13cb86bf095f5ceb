// The plane of two weights: tasks, inner loops, and every rule's meta-steps, from an initialisation that can be dragged.
// Losses are quadratic, so all moves are the matrices that Python sends: dragging and playing ask nobody.

const TWEEN_MS = 320;
const PACE_MS = 380; // a meta-step, while playing
const STILL = 0.003; // nothing moves any more
const MOST = 60; // meta-steps in a row
const NUDGE = 0.1; // an arrow key
const views = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new View(parentElement.querySelector(".plane"), data);
    views.set(parentElement, view);
  }
  view.send = (start) => setTriggerValue("start", start);
  view.update(data);
  return () => {
    view.stop();
    view.resized.disconnect();
    views.delete(parentElement);
  };
}

const short = (value) => (value < 9.995 ? value.toFixed(2) : value < 1000 ? value.toFixed(0) : "> 1000");

class View {
  constructor(root, data) {
    root.replaceChildren();
    this.reports = 0;
    this.focus = null;
    this.dragging = false;
    const figure = node(root, "div", "figure");
    this.svg = figure.appendChild(document.createElementNS(SVG, "svg"));
    this.svg.setAttribute("role", "group");
    this.layers = Object.fromEntries(
      ["contours", "trails", "loops", "parts", "moves", "labels"].map((name) => [name, new Layer(this.svg, name)]),
    );
    this.handle = this.svg.appendChild(document.createElementNS(SVG, "g"));
    this.handle.innerHTML = '<circle class="grip" r="24" /><circle class="start" r="13" /><text dy="6">θ</text>';
    for (const [name, value] of Object.entries({ class: "handle", tabindex: 0, role: "slider" }))
      this.handle.setAttribute(name, value);

    const side = node(root, "div", "side");
    this.cards = data.rules.map((rule) => this.makeCard(node(side, "button", "card", { type: "button" }), rule));
    const buttons = node(side, "div", "buttons", { "data-tool": "" }); // no part of an exported image
    const button = (name, act) => {
      const made = node(buttons, "button", `do ${name}`, { type: "button" });
      made.onclick = act;
      return made;
    };
    this.take = button("take", () => {
      this.stop();
      this.step();
    });
    this.play = button("play", () => (this.timer ? this.stop() : this.start()));
    this.back = button("back", () => this.reset());
    this.count = node(side, "p", "count");
    this.live = node(side, "p", "unseen", { role: "status", "aria-live": "polite" });

    this.svg.addEventListener("pointerdown", (event) => this.grab(event));
    this.svg.addEventListener("pointermove", (event) => this.dragging && this.place(this.under(event)));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => this.release());
    this.svg.addEventListener("click", (event) => {
      if (this.dragged || event.target.closest(".handle")) return;
      this.place(this.under(event));
      this.report();
    });
    this.handle.addEventListener("keydown", (event) => this.nudge(event));
    this.resized = new ResizeObserver(() => this.data && this.draw());
    this.resized.observe(figure);
  }

  makeCard(card, { name, symbol }) {
    card.dataset.rule = name;
    card.onclick = () => {
      this.focus = this.focus === name ? null : name;
      this.draw();
    };
    const icon = card.appendChild(document.createElementNS(SVG, "svg"));
    icon.setAttribute("viewBox", "-12 -12 24 24");
    icon.setAttribute("aria-hidden", "true");
    icon.innerHTML = `<path d="${symbolPath(symbol, 8)}" />`;
    const made = { card, title: node(card, "b"), note: node(card, "span", "note"), loss: node(card, "span", "loss") };
    if (name === AGREEMENT) made.shares = node(card, "span", "weights");
    return made;
  }

  // The plane's settings changed: everybody is back at the start. Which start is asked for anew only if this view's
  // own reports have all been answered: an older answer would move the handle back.
  update(data) {
    const { start, report, equal, words, rules, ...rest } = data; // nothing of these puts it back to the start
    const changed = JSON.stringify(rest) !== this.known;
    this.known = JSON.stringify(rest);
    this.data = data;
    const moved = !this.dragging && report >= this.reports && JSON.stringify(start) !== JSON.stringify(this.theta);
    this.reports = Math.max(this.reports, report);
    if (moved || !this.theta) this.theta = start;
    if (changed || moved) this.reset();
    else this.draw();
  }

  reset() {
    this.stop();
    this.paths = Object.fromEntries(this.data.rules.map(({ name }) => [name, [this.theta]]));
    this.progress = 1;
    this.draw();
    this.announce();
  }

  get taken() {
    return Object.values(this.paths)[0].length - 1;
  }

  next(rule, theta) {
    const { tasks, alpha, epsilon } = this.data;
    return plus(theta, mean(directions(tasks, rule, theta)), -epsilon * alpha);
  }

  step() {
    let most = 0;
    for (const [rule, path] of Object.entries(this.paths)) {
      const to = this.next(rule, path.at(-1));
      most = Math.max(most, Math.hypot(...minus(to, path.at(-1))));
      path.push(to);
    }
    this.tween();
    this.announce();
    return most > STILL && this.taken < MOST;
  }

  tween() {
    cancelAnimationFrame(this.frame);
    const begun = performance.now();
    const on = (now) => {
      this.progress = calm() ? 1 : Math.min(1, Math.max(0, (now - begun) / TWEEN_MS));
      this.draw();
      if (this.progress < 1) this.frame = requestAnimationFrame(on);
    };
    on(begun);
  }

  start() {
    const on = () => this.step() || this.stop();
    this.timer = setInterval(on, PACE_MS);
    on();
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.paths) this.draw();
  }

  // Where a rule is seen now: on its way from the last place but one to the last.
  seen(rule) {
    const path = this.paths[rule];
    if (path.length < 2 || this.progress === 1) return path.at(-1);
    const eased = 1 - (1 - this.progress) ** 3;
    return plus(path.at(-2), minus(path.at(-1), path.at(-2)), eased);
  }

  under(event) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = new Scale(box.width).back(event.clientX - box.left, event.clientY - box.top);
    return [x, y];
  }

  grab(event) {
    this.dragged = false;
    if (event.button !== 0 || !event.target.closest(".handle")) return;
    this.svg.setPointerCapture(event.pointerId);
    this.dragging = this.dragged = true;
    this.handle.focus();
  }

  release() {
    if (!this.dragging) return;
    this.dragging = false;
    this.report();
  }

  place([x, y]) {
    const { reach } = this.data;
    const inside = (value, most) => Math.round(Math.max(-most, Math.min(most, value)) * 20) / 20;
    this.theta = [inside(x, reach[0]), inside(y, reach[1])];
    this.reset();
  }

  nudge(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    this.place(plus(this.theta, by, NUDGE));
    this.report();
  }

  report() {
    this.reports += 1;
    this.send({ theta: this.theta, report: this.reports });
  }

  announce() {
    if (this.dragging) return;
    const losses = this.data.rules.map(({ name, title }) => `${title} ${short(lossOf(this.data.tasks, "maml", this.paths[name].at(-1)))}`);
    write(this.live, `${fill(this.data.words.count, { count: this.taken })}. ${this.data.words.after}: ${losses.join(", ")}`);
  }
}
