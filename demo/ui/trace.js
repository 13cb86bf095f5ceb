// Bars under the classes, a verdict under the query, and a scrubber over the inner steps with its curves.
// The data hold every step, so scrubbing asks nobody. Nodes are made at the first call, then only changed.

const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]; // Okabe and Ito
const REPLAY_MS = 420; // a step, in a replay
const views = new WeakMap();

export default function ({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view || view.count !== data.letters.length) {
    view?.stop();
    view = new View(parentElement.querySelector(".trace"), data.letters);
    views.set(parentElement, view);
  }
  view.update(data);
  document.addEventListener("sketchbook-answer", view.take);
  return () => {
    document.removeEventListener("sketchbook-answer", view.take);
    view.stop();
    views.delete(parentElement);
  };
}

function node(parent, tag, className = "", attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const percent = (p) => `${Math.round(p * 100)}%`;
const clamp = (k, last) => Math.max(0, Math.min(last, k));

class View {
  constructor(root, letters) {
    root.replaceChildren();
    this.root = root;
    this.count = letters.length;
    this.step = 0;
    this.timer = null;
    this.take = ({ detail }) => this.update(detail.trace); // from the pen's own line

    const bars = node(root, "div", "bars", { role: "list", "aria-label": "Class probabilities" });
    this.bars = letters.map((letter, i) => this.makeBar(bars, letter, COLOURS[i % COLOURS.length]));
    const verdict = node(bars, "div", "verdict", { role: "listitem" });
    this.verdictLead = node(verdict, "div", "lead");
    this.verdictName = node(verdict, "div", "name");
    this.verdictNote = node(verdict, "div", "note");
    this.live = node(root, "p", "unseen", { role: "status", "aria-live": "polite" });

    const controls = node(root, "div", "controls");
    this.play = node(controls, "button", "play", { type: "button" });
    this.play.onclick = () => (this.timer ? this.stop() : this.replay());
    this.range = node(controls, "input", "", { type: "range", min: 0, step: 1, "aria-label": "Inner step" });
    this.range.oninput = () => {
      this.stop();
      this.show(Number(this.range.value));
    };
    this.counter = node(controls, "span", "count");

    const lines = letters.map((letter, i) => ({ letter, colour: COLOURS[i % COLOURS.length] }));
    const twins = lines.map(({ colour }) => ({ colour, twin: true }));
    const charts = node(root, "div", "charts");
    this.probabilityChart = this.makeChart(charts, "Probability of each class", [...lines, ...twins]);
    const ink = { colour: "var(--st-text-color)" };
    this.lossChart = this.makeChart(charts, "Loss on A, B and C", [ink, { ...ink, twin: true }]);
    this.resized = new ResizeObserver(() => this.data && this.show(this.step));
    this.resized.observe(charts);
  }

  makeBar(parent, letter, colour) {
    const item = node(parent, "div", "bar", { role: "listitem", style: `--class: ${colour}` });
    const track = node(item, "div", "track");
    const fill = node(track, "div", "fill");
    const row = node(item, "div", "row");
    node(row, "span", "letter").textContent = letter;
    const value = node(row, "span", "value");
    const mark = node(row, "span", "mark");
    const twin = node(item, "div", "twin");
    const twinTrack = node(twin, "div", "track");
    const twinFill = node(twinTrack, "div", "fill");
    const twinValue = node(twin, "span", "twin-value");
    return { item, fill, value, mark, twin, twinFill, twinValue };
  }

  makeChart(parent, caption, lines) {
    const figure = node(parent, "figure");
    const chart = { caption: node(figure, "figcaption"), text: caption };
    Object.assign(chart, makeCurves(figure, lines));
    const point = (event) => {
      if (!this.data?.answer || event.buttons !== 1) return;
      this.stop();
      this.show(chart.toStep(event.offsetX));
    };
    chart.svg.addEventListener("pointerdown", point);
    chart.svg.addEventListener("pointermove", point);
    return chart;
  }

  get last() {
    return this.data?.answer ? this.data.answer.probabilities.length - 1 : 0;
  }

  // New data show their last step: what the network says now. What answers an older report of the pen is old.
  update(data) {
    if (this.data && data.number < this.data.number) return;
    const before = JSON.stringify(this.data?.answer ?? null);
    const changed = before !== JSON.stringify(data.answer);
    if (changed) this.stop();
    this.data = data;
    this.show(changed ? this.last : clamp(this.step, this.last));
    this.root.dataset.drawing = String(data.drawing);
    if (!data.drawing) this.announce();
  }

  announce() {
    const { answer, hint } = this.data;
    const best = answer ? winner(answer.probabilities[this.last]) : -1;
    const said = best < 0 ? "No favourite" : `${this.title(best)}, ${percent(answer.probabilities[this.last][best])}`;
    write(this.live, answer ? `${said}, after ${this.last} steps` : hint);
  }

  title(i) {
    const { letters, labels } = this.data;
    return labels[i] === letters[i] ? letters[i] : `${letters[i]}, ${labels[i]}`;
  }

  show(step) {
    const { answer, twin, hint, learner, twinLearner, letters } = this.data;
    const last = this.last;
    this.step = clamp(step, last);
    const now = answer ? answer.probabilities[this.step] : null;
    const other = twin ? twin.probabilities[clamp(this.step, twin.probabilities.length - 1)] : null;
    const best = now ? winner(now) : -1;
    this.root.classList.toggle("idle", !now);
    this.bars.forEach((bar, i) => this.showBar(bar, i, now?.[i], other?.[i], i === best));

    write(this.verdictLead, !now ? "" : best < 0 ? "No favourite yet" : "Looks most like");
    write(this.verdictName, best < 0 ? "" : this.title(best));
    const after = `${learner}, ${this.step === 1 ? "1 step" : `${this.step} steps`}`;
    write(this.verdictNote, !now ? hint : after + (other && winner(other) >= 0 ? ` · ${twinLearner}: ${letters[winner(other)]}` : ""));

    this.range.max = String(last);
    this.range.value = String(this.step);
    this.range.disabled = this.play.disabled = !now || last === 0;
    const said = now ? (best < 0 ? "no favourite" : `${this.title(best)} ${percent(now[best])}`) : "no answer yet";
    this.range.setAttribute("aria-valuetext", `step ${this.step} of ${last}: ${said}`);
    write(this.counter, now ? `step ${this.step} of ${last}` : "");
    write(this.play, this.timer ? "❚❚ Pause" : "▶ Replay");

    for (const { caption, text } of [this.probabilityChart, this.lossChart])
      write(caption, twin ? `${text} (dashed: ${twinLearner})` : text);
    const columns = (one) => this.bars.map((_, i) => one?.probabilities.map((row) => row[i]) ?? null);
    drawCurves(this.probabilityChart, [...columns(answer), ...columns(twin)], 1, percent, this.step, last);
    const losses = [answer?.losses ?? null, twin?.losses ?? null];
    const known = losses.flat().filter((v) => v !== null);
    const high = known.length ? Math.max(1e-3, ...known) : 1;
    const digits = high < 10 ? (v) => v.toFixed(high < 0.1 ? 3 : 1) : (v) => String(Math.round(v));
    drawCurves(this.lossChart, losses, high, digits, this.step, last);
  }

  showBar({ item, fill, value, mark, twin, twinFill, twinValue }, i, p, other, wins) {
    item.dataset.class = String(i + 1);
    if (p === undefined) delete item.dataset.probability;
    else item.dataset.probability = String(p);
    item.classList.toggle("wins", wins);
    item.setAttribute("aria-label", `${this.title(i)}: ${p === undefined ? "no answer yet" : percent(p)}${wins ? ", the winner" : ""}`);
    fill.style.width = p === undefined ? "0" : `${p * 100}%`;
    write(value, p === undefined ? "–" : percent(p));
    write(mark, wins ? "✓" : "");
    twin.style.display = this.data.twin ? "" : "none";
    twinFill.style.width = other === undefined ? "0" : `${other * 100}%`;
    write(twinValue, other === undefined ? "" : `${this.data.twinLearner} ${percent(other)}`);
  }

  replay() {
    this.timer = setInterval(() => {
      if (this.step >= this.last) this.stop();
      else this.show(this.step + 1);
    }, Math.min(REPLAY_MS, 6000 / this.last));
    this.show(0);
  }

  stop() {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    if (this.data) write(this.play, "▶ Replay");
  }
}

// The most probable class, or -1 if the first two tie.
function winner(row) {
  const order = row.map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]);
  return order.length < 2 || order[0][0] - order[1][0] > 1e-4 ? order[0][1] : -1;
}
