// Three learners meta-train: what each makes of one held-out sine, and how its error falls, from look to look.
// Every new look is glided to. At rest all looks are here, so that going back in time asks nobody.

const GLIDE_MS = 420;
const REPLAY_MS = 7000; // all looks
const REACH = [-6, -3, 0, 3, 6]; // the sines' values, fixed
const ERRORS = [0.03, 0.1, 0.3, 1, 3, 10]; // squared units, fixed
const views = new WeakMap();

export default function ({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new View(parentElement.querySelector(".watch"), data);
    views.set(parentElement, view);
  }
  view.update(data);
  return () => {
    view.close();
    views.delete(parentElement);
  };
}

class View {
  constructor(root, data) {
    root.replaceChildren();
    this.root = root;
    this.at = 0; // the look in view
    this.shown = null; // the numbers in view, somewhere between two looks while they glide
    const { learners } = data;
    const status = node(root, "div", "status");
    this.bar = node(status, "div", "progress", { role: "progressbar", "aria-valuemin": 0 });
    this.filled = node(this.bar, "div", "filled");
    this.line = node(status, "div", "line");
    this.live = node(root, "p", "unseen", { role: "status", "aria-live": "polite" });

    this.caption = node(root, "div", "caption");
    const panels = node(root, "div", "panels");
    this.panels = learners.map((learner) => makePanel(panels, learner));
    this.legend = makeLegend(node(root, "div", "legend", { "aria-hidden": "true" }));

    const charts = node(root, "div", "charts");
    const format = (value) => value.toLocaleString(this.data?.lang);
    this.inner = makeChart(charts, learners, { xTicks: [0, 1], format });
    this.outer = makeChart(charts, learners, { xTicks: [0, 1], format });
    hover(this.inner, (x) => this.readout(this.inner, Math.round(x)), () => this.draw());
    hover(this.outer, (x, held) => this.visit(x, held), () => this.draw());

    const back = node(root, "div", "back", { "data-tool": "" }); // no part of an exported image
    this.play = node(back, "button", "play", { type: "button" });
    this.play.onclick = () => (this.timer ? this.halt() : this.replay());
    this.range = node(back, "input", "", { type: "range", min: 0, step: 1 });
    this.range.oninput = () => this.go(Number(this.range.value));
    this.counter = node(back, "span", "count");
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(root);
  }

  get last() {
    return this.data.looks.length - 1;
  }

  update(data) {
    const same = this.data && data.run === this.data.run;
    if (same && data.looks.length < this.data.looks.length) return; // a run loses none: this is older than what is shown
    const fresh = !same || data.looks.length !== this.data.looks.length;
    if (!data.rest || fresh) this.halt();
    this.data = data;
    if (!same) this.shown = null; // another run may have no look yet to draw
    this.root.dataset.phase = data.phase;
    this.root.dataset.looks = String(data.looks.length);
    if (fresh || !data.rest) this.at = this.last;
    this.names();
    this.fit();
    this.glide(same ? GLIDE_MS : 0);
    write(this.live, data.announce);
  }

  // Words and what else depends on the data alone.
  names() {
    const { data } = this;
    const { words } = data;
    place(this.bar, { "aria-label": words.progress, "aria-valuemax": data.total, "aria-valuenow": data.now });
    place(this.bar, { "aria-valuetext": data.line });
    this.filled.style.width = `${(100 * data.now) / data.total}%`;
    write(this.line, data.line);
    write(this.caption, fill(words.panels, { tasks: data.tasks, after: data.after }));
    const keys = [words.truth, words.points, words.start, data.after];
    this.legend.forEach((entry, i) => write(entry, keys[i]));
    data.learners.forEach(({ title }, i) => {
      write(this.panels[i].name, title);
      place(this.panels[i].plot.svg, { "aria-label": title }); // before the first look has more to say
    });
    for (const [chart, name] of [[this.inner, words.inner], [this.outer, fill(words.outer, { after: data.after })]]) {
      write(chart.caption, name);
      place(chart.plot.svg, { "aria-label": name });
    }
    this.range.setAttribute("aria-label", words.back);
    const steps = data.steps;
    this.inner.plot.setTicks([...Array(steps + 1).keys()], ERRORS);
    this.outer.plot.setTicks([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * data.total)), ERRORS);
  }

  fit() {
    if (!this.data) return;
    for (const { plot } of [...this.panels, this.inner, this.outer]) plot.fit();
    for (const panel of this.panels) drawTask(panel, this.data);
    if (this.shown) this.draw();
  }

  // The numbers of the look in view; its curves are there if it is the last one, or at rest.
  get target() {
    const look = this.data.looks[this.at];
    return look && { errors: look.errors, ...this.data.curves[look.curves] };
  }

  glide(milliseconds) {
    cancelAnimationFrame(this.frame);
    delete this.root.dataset.gliding;
    const { target } = this;
    if (!target) {
      this.shown = null;
      this.blank();
      return;
    }
    const from = this.shown;
    if (!from || !milliseconds || calm()) {
      this.rest(target);
      return;
    }
    this.root.dataset.gliding = "";
    const begun = performance.now();
    const tick = (now) => {
      const part = Math.min(1, Math.max(0, now - begun) / milliseconds);
      if (part === 1) {
        this.rest(target);
        return;
      }
      this.shown = between(from, target, 1 - (1 - part) ** 3);
      this.draw();
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  rest(target) {
    delete this.root.dataset.gliding;
    this.shown = target;
    this.draw();
  }

  blank() {
    for (const chart of [this.inner, this.outer]) chart.lines.forEach(({ path, marks }) => [path, ...marks].forEach((n) => place(n, { d: "" })));
    for (const panel of this.panels) {
      write(panel.value, "–");
      for (const path of [panel.start, panel.after]) place(path, { d: "" });
    }
    this.controls();
  }

  draw() {
    const { data, shown } = this;
    if (!shown) return;
    const { looks, grid, step, learners } = data;
    const look = looks[this.at];
    learners.forEach(({ title }, i) => {
      const panel = this.panels[i];
      place(panel.start, { d: panel.plot.path(grid, shown.start[i]) });
      place(panel.after, { d: panel.plot.path(grid, shown.after[i]) });
      const error = look.errors[i][step];
      write(panel.value, number(error));
      write(panel.before, fill(data.words.before, { error: number(looks[0].errors[i][step]) }));
      panel.section.dataset.error = String(error);
      const said = { learner: title, error: number(error), after: data.after };
      panel.plot.svg.setAttribute("aria-label", fill(data.words.panel, said));
    });
    const steps = [...Array(data.steps + 1).keys()];
    drawLines(this.inner, learners.map((_, i) => [steps, shown.errors[i]]), step);
    const past = looks.slice(0, this.at + 1);
    const times = past.map((each) => each.at);
    drawLines(this.outer, learners.map((_, i) => [times, past.map((each) => each.errors[i][step])]), look.at);
    this.readout(this.inner, step);
    this.readout(this.outer, look.at);
    this.controls();
  }

  // What the curves say at one place, beside the chart's name.
  readout(chart, x) {
    const { looks, learners, words, step } = this.data;
    if (!this.shown) return;
    const isInner = chart === this.inner;
    const look = isInner ? looks[this.at] : looks[nearest(looks, x)];
    const errors = look.errors.map((row) => row[isInner ? x : step]);
    const values = learners.map(({ title }, i) => `${title} ${number(errors[i])}`).join(" · ");
    const where = fill(isInner ? words.at_step : words.at_meta_step, { count: (isInner ? x : look.at).toLocaleString(this.data.lang) });
    write(chart.reading, fill(words.reading, { where, values }));
    place(chart.plot.svg, { "aria-label": `${chart.caption.textContent}. ${chart.reading.textContent}` });
    place(chart.cursor, { x1: chart.plot.x(isInner ? x : look.at), x2: chart.plot.x(isInner ? x : look.at) });
  }

  controls() {
    const { data } = this;
    const ready = data.rest && this.last > 0;
    this.range.disabled = this.play.disabled = !ready;
    this.range.max = String(Math.max(1, this.last));
    this.range.value = String(this.at);
    this.range.style.setProperty("--at", percent(this.at / Math.max(1, this.last)));
    const look = data.looks[this.at];
    const where = look ? fill(data.words.at_meta_step, { count: look.at.toLocaleString(data.lang) }) : "";
    this.range.setAttribute("aria-valuetext", where);
    write(this.counter, where);
    write(this.play, this.timer ? data.words.halt : data.words.replay);
  }

  // Over the error's history: a look is read out, and gone to while the button is held.
  visit(x, held) {
    if (held && this.data.rest) this.go(nearest(this.data.looks, x));
    else this.readout(this.outer, x);
  }

  go(at) {
    this.halt();
    this.at = at;
    this.glide(0);
  }

  replay() {
    this.at = 0;
    this.glide(0);
    const pace = REPLAY_MS / Math.max(1, this.last);
    this.timer = setInterval(() => {
      this.at += 1;
      if (this.at >= this.last) this.halt();
      this.glide(pace);
    }, pace);
    this.controls();
  }

  halt() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.data) this.controls();
  }

  close() {
    this.halt();
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
  }
}

function nearest(looks, x) {
  return looks.reduce((best, look, i) => (Math.abs(look.at - x) < Math.abs(looks[best].at - x) ? i : best), 0);
}

// Numbers, or lists of them of the same shape, part of the way from one to the other.
function between(from, to, part) {
  if (Array.isArray(to)) return to.map((value, i) => between(from[i], value, part));
  if (typeof to !== "object" || to === null) return from === null || to === null ? to : from + part * (to - from);
  return Object.fromEntries(Object.keys(to).map((key) => [key, between(from[key], to[key], part)]));
}
