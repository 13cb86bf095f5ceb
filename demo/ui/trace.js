// Bars under the classes, a verdict under the queries, and a scrubber over the inner steps with its curves.
// The data hold every step, so scrubbing asks nobody. Nodes are made at the first call, then only changed.

const REPLAY_MS = 420; // a step, in a replay
const views = new WeakMap();

export default function ({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view || view.count !== data.letters.length) {
    view?.close();
    view = new View(parentElement.querySelector(".trace"), data);
    views.set(parentElement, view);
  }
  view.update(data);
  return () => {
    view.close();
    views.delete(parentElement);
  };
}

class View {
  constructor(root, { letters, colours }) {
    root.replaceChildren();
    root.style.setProperty("--columns", letters.length + 1);
    this.root = root;
    this.count = letters.length;
    this.step = 0;
    this.query = 0; // whose bars are shown
    this.timer = null;

    this.list = node(root, "div", "bars", { role: "list" });
    this.bars = letters.map((letter, i) => makeBar(this.list, letter, colours[i]));
    const verdict = node(this.list, "div", "verdict", { role: "listitem" });
    this.verdictLead = node(verdict, "div", "lead");
    this.verdictName = node(verdict, "div", "name");
    this.verdictNote = node(verdict, "div", "note");
    this.tabs = node(verdict, "div", "tabs", { role: "group" });
    this.live = node(root, "p", "unseen", { role: "status", "aria-live": "polite" });

    const controls = node(root, "div", "controls", { "data-tool": "" }); // no part of an exported image
    this.play = node(controls, "button", "play", { type: "button" });
    this.play.onclick = () => (this.timer ? this.stop() : this.replay());
    this.range = node(controls, "input", "", { type: "range", min: 0, step: 1 });
    this.range.oninput = () => {
      this.stop();
      this.show(Number(this.range.value));
    };
    this.counter = node(controls, "span", "count");

    const lines = letters.map((letter, i) => ({ letter, colour: colours[i] }));
    const twins = lines.map(({ colour }) => ({ colour, twin: true }));
    const charts = node(root, "div", "charts");
    this.probabilityChart = this.makeChart(charts, [...lines, ...twins]);
    const ink = { colour: "var(--st-text-color)" };
    this.lossChart = this.makeChart(charts, [ink, { ...ink, twin: true }]);
    this.resized = new ResizeObserver(() => this.data && this.show(this.step));
    this.resized.observe(charts);
    // Here, once: Streamlit calls the function above at every change, and what it returns at the end only.
    this.listening = new AbortController();
    const on = (type, react) => document.addEventListener(type, react, { signal: this.listening.signal });
    on("sketchbook-answer", ({ detail }) => this.update(detail.trace)); // from the pen's own line
    on("sketchbook-key", ({ detail }) => this.key(detail.action)); // from the keyboard (keys.js)
  }

  close() {
    this.stop();
    this.resized.disconnect();
    this.listening.abort();
  }

  makeChart(parent, lines) {
    const figure = node(parent, "figure");
    const chart = { caption: node(figure, "figcaption") };
    Object.assign(chart, makeCurves(figure, lines));
    const point = (event) => {
      if (!this.shown?.answer || event.buttons !== 1) return;
      this.stop();
      this.show(chart.toStep(event.offsetX));
    };
    chart.svg.addEventListener("pointerdown", point);
    chart.svg.addEventListener("pointermove", point);
    return chart;
  }

  // The query whose bars are shown.
  get shown() {
    return this.data?.queries[this.query];
  }

  // The last step of whoever takes most; the other one's last word stays.
  get last() {
    const { answer, twin } = this.shown ?? {};
    return answer ? Math.max(...[answer, twin].map((one) => one?.probabilities.length ?? 1)) - 1 : 0;
  }

  // New data show their last step: what the network says now. What answers an older report of the pen is old.
  update(data) {
    if (this.data && data.number < this.data.number) return;
    const before = (this.data?.queries ?? []).map(({ answer }) => JSON.stringify(answer));
    const changed = data.queries.map(({ answer }, q) => before[q] !== JSON.stringify(answer));
    this.query = clamp(this.query, data.queries.length - 1);
    // A single query that changes is the one that is being drawn.
    if (this.data && changed.filter(Boolean).length === 1) this.query = changed.indexOf(true);
    if (changed[this.query]) this.stop();
    this.data = data;
    this.label();
    this.show(changed[this.query] ? this.last : clamp(this.step, this.last));
    this.root.dataset.drawing = String(data.drawing);
    if (!data.drawing) this.announce();
  }

  // What never depends on the step.
  label() {
    const { words, queries } = this.data;
    this.list.setAttribute("aria-label", words.bars);
    this.range.setAttribute("aria-label", words.step);
    this.tabs.setAttribute("aria-label", words.queries);
    while (this.tabs.children.length > queries.length) this.tabs.lastChild.remove();
    while (this.tabs.children.length < queries.length) {
      const tab = node(this.tabs, "button", "tab", { type: "button" });
      const query = this.tabs.children.length - 1;
      tab.onclick = () => {
        this.query = query;
        this.show(clamp(this.step, this.last));
      };
    }
    this.tabs.style.display = queries.length > 1 ? "" : "none";
  }

  announce() {
    const { words } = this.data;
    const { name, answer, hint } = this.shown;
    const end = answer?.probabilities.at(-1);
    const best = answer ? winner(end) : -1;
    const said = best < 0 ? words.nobody : `${this.title(best)} ${percent(end[best])}`;
    const told = this.data.loop ? words["said.after"] : words["said.once"];
    write(this.live, answer ? fill(told, { query: name, answer: said, count: this.last }) : hint);
  }

  title(i) {
    const { letters, labels, words } = this.data;
    return labels[i] === letters[i] ? letters[i] : fill(words.named, { letter: letters[i], label: labels[i] });
  }

  key(action) {
    if (action === "play") this.play.click();
    if (action !== "forward" && action !== "back") return;
    this.stop();
    this.show(this.step + (action === "forward" ? 1 : -1));
  }

  show(step) {
    const { learner, twinLearner, letters, words, loop } = this.data;
    const { answer, twin, hint } = this.shown;
    const last = this.last;
    this.step = clamp(step, last);
    const now = answer ? at(answer, this.step) : null;
    const other = twin ? at(twin, this.step) : null;
    const best = now ? winner(now) : -1;
    this.root.classList.toggle("idle", !now);
    this.root.classList.toggle("still", !loop); // nothing to scrub, and no curves
    this.bars.forEach((bar, i) => this.showBar(bar, i, now?.[i], other?.[i], i === best));

    write(this.verdictLead, !now ? "" : best < 0 ? words.none : words.favourite);
    write(this.verdictName, best < 0 ? "" : this.title(best));
    const taken = answer ? Math.min(this.step, answer.probabilities.length - 1) : 0;
    const stands = !loop || (last > 0 && answer.probabilities.length === 1);
    const after = fill(words[stands ? "after.none" : taken === 1 ? "after.one" : "after.many"], { learner, count: taken });
    const beside = other && winner(other) >= 0 ? { learner: twinLearner, letter: letters[winner(other)] } : null;
    write(this.verdictNote, !now ? hint : after + (beside ? ` · ${fill(words.twin, beside)}` : ""));
    this.data.queries.forEach((query, q) => this.showTab(this.tabs.children[q], query, q === this.query));

    this.range.max = String(last);
    this.range.value = String(this.step);
    this.range.style.setProperty("--at", percent(last ? this.step / last : 0));
    this.range.disabled = this.play.disabled = !now || last === 0;
    const said = now ? (best < 0 ? words.nobody : `${this.title(best)} ${percent(now[best])}`) : words.unanswered;
    this.range.setAttribute("aria-valuetext", fill(words.scrubbed, { step: this.step, last, answer: said }));
    write(this.counter, now ? fill(words.count, { step: this.step, last }) : "");
    write(this.play, this.timer ? words.pause : words.play);

    for (const [{ caption }, chart] of [[this.probabilityChart, words.probability], [this.lossChart, words.loss]])
      write(caption, twin ? fill(words.dashed, { chart, learner: twinLearner }) : chart);
    const columns = (one) => this.bars.map((_, i) => one?.probabilities.map((row) => row[i]) ?? null);
    drawCurves(this.probabilityChart, [...columns(answer), ...columns(twin)], 1, percent, this.step, last, words.first);
    const losses = [answer?.losses ?? null, twin?.losses ?? null];
    const known = losses.flat().filter((v) => v !== null);
    const high = known.length ? Math.max(1e-3, ...known) : 1;
    const digits = high < 10 ? (v) => v.toFixed(high < 0.1 ? 3 : 1) : (v) => String(Math.round(v));
    drawCurves(this.lossChart, losses, high, digits, this.step, last, words.first);
  }

  // Every query's own verdict, at the step in view.
  showTab(tab, { name, answer }, chosen) {
    const now = answer ? at(answer, this.step) : null;
    const best = now ? winner(now) : -1;
    write(tab, `${name} ${now ? (best < 0 ? "=" : `→ ${this.data.letters[best]} ${percent(now[best])}`) : "–"}`);
    tab.setAttribute("aria-pressed", String(chosen));
  }

  showBar({ item, level, value, mark, twin, twinLevel, twinName, twinValue }, i, p, other, wins) {
    item.dataset.class = String(i + 1);
    if (p === undefined) delete item.dataset.probability;
    else item.dataset.probability = String(p);
    item.classList.toggle("wins", wins);
    const { words, twinLearner } = this.data;
    const said = { class: this.title(i), p: p === undefined ? words.unanswered : percent(p) };
    item.setAttribute("aria-label", fill(wins ? words.winner : words.bar, said));
    level.style.width = p === undefined ? "0" : `${p * 100}%`;
    write(value, p === undefined ? "–" : percent(p));
    write(mark, wins ? "✓" : "");
    twin.style.display = this.shown.twin ? "" : "none";
    twinLevel.style.width = other === undefined ? "0" : `${other * 100}%`;
    write(twinName, `${twinLearner} `);
    write(twinValue, other === undefined ? "" : percent(other));
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
    if (this.data) write(this.play, this.data.words.play);
  }
}

// An answer's probabilities at a step; after its last, its last.
function at(answer, step) {
  return answer.probabilities[clamp(step, answer.probabilities.length - 1)];
}

// The most probable class, or -1 if the first two tie.
function winner(row) {
  const order = row.map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]);
  return order.length < 2 || order[0][0] - order[1][0] > 1e-4 ? order[0][1] : -1;
}
