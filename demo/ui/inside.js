// The inner loop as an animation. All steps are in the data, so playing and scrubbing ask nobody.
// The nodes are made once for a task of one shape, and then only changed. The panels stand in files of their own.

const SLOWEST_MS = 900; // a step
const WHOLE_MS = 9000;
const players = new WeakMap();

export default function ({ data, parentElement }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement.querySelector(".inside"))));
  player.update(data);
  return () => {
    player.close();
    players.delete(parentElement);
  };
}

class Player {
  constructor(root) {
    this.root = place(root, { role: "group", tabindex: 0 });
    this.step = 0;
    this.timer = null;
    root.addEventListener("keydown", (event) => this.key(event));
    this.resized = new ResizeObserver(() => this.data && this.draw());
    this.resized.observe(root);
  }

  get last() {
    return this.data.losses.length - 1;
  }

  // The step stays, so that learners can be compared at it.
  update(data) {
    if (JSON.stringify(data) === this.sent) return;
    this.sent = JSON.stringify(data);
    this.stop();
    this.data = data;
    const places = data.drawings.length;
    const asked = data.probabilities[0].length;
    this.step = clamp(this.step, this.last);
    this.query = clamp(this.query ?? 0, asked - 1);
    this.chosen = clamp(this.chosen ?? places - asked, places - 1); // the first query
    this.build();
    this.draw();
  }

  build() {
    const { data, root } = this;
    const focused = root.getRootNode().activeElement?.dataset.control;
    root.replaceChildren();
    root.setAttribute("aria-label", data.words.region);
    this.makeControls();
    const panels = node(root, "div", "panels");
    const choose = (p) => this.choose(p);
    this.panels = [
      new AnswerPanel(panels, data, (q) => this.ask(q)),
      new LossPanel(panels, data, (k) => this.scrub(k)),
      new MovedPanel(panels, data),
      new MapPanel(panels, data, choose),
      new FiltersPanel(panels, data, choose),
    ];
    this.live = node(root, "p", "unseen", { role: "status", "aria-live": "polite" });
    root.querySelector(`[data-control="${focused}"]`)?.focus();
  }

  makeControls() {
    const { words } = this.data;
    const bar = node(this.root, "div", "player", { "data-tool": "" }); // no part of an exported image
    const buttons = node(bar, "div", "buttons");
    const button = (name, label, text, act) => {
      const made = node(buttons, "button", name, { type: "button", "aria-label": label, title: label, "data-control": name });
      made.textContent = text;
      made.onclick = act;
      return made;
    };
    this.back = button("back", words.back, "◀\uFE0E", () => this.scrub(this.step - 1));
    this.play = button("play", words.play, "", () => this.toggle());
    this.forward = button("forward", words.forward, "▶\uFE0E", () => this.scrub(this.step + 1));
    const counter = node(bar, "div", "counter", { "aria-hidden": "true" });
    this.count = node(counter, "strong");
    this.of = node(counter, "span");
    this.range = node(bar, "input", "", { type: "range", min: 0, max: this.last, step: 1, "aria-label": words.scrub, "data-control": "range" });
    this.range.oninput = () => this.scrub(Number(this.range.value));
    this.story = node(bar, "div", "story");
    node(bar, "div", "keys").textContent = words.keys;
  }

  // Where the arrows already mean something (the slider, the thumbnails), they keep that meaning.
  key(event) {
    const slider = event.target.type === "range";
    const go = { ArrowLeft: this.step - 1, ArrowRight: this.step + 1, Home: 0, End: this.last }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.tagName !== "BUTTON") this.toggle();
    else if (go !== undefined && !slider) this.scrub(go);
    else return;
    event.preventDefault();
  }

  scrub(step) {
    this.stop();
    this.step = clamp(step, this.last);
    this.draw();
    this.announce();
  }

  choose(drawing) {
    this.chosen = drawing;
    this.draw();
  }

  ask(query) {
    this.query = query;
    this.chosen = this.data.drawings.length - this.data.probabilities[0].length + query;
    this.draw();
    this.announce();
  }

  toggle() {
    if (this.timer) {
      this.stop();
      this.announce();
      return;
    }
    if (this.step >= this.last) this.step = 0;
    this.timer = setInterval(() => {
      this.step += 1;
      if (this.step >= this.last) this.stop();
      this.draw();
      if (!this.timer) this.announce();
    }, Math.min(SLOWEST_MS, WHOLE_MS / this.last));
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.data) this.drawButton();
  }

  close() {
    clearInterval(this.timer);
    this.resized.disconnect();
  }

  draw() {
    const { words } = this.data;
    const [answer, loss, moved, map, filters] = this.panels;
    answer.show(this.step, this.query);
    loss.show(this.step);
    moved.show(this.step);
    map.show(this.step, this.chosen);
    filters.show(this.step, this.chosen);
    this.root.dataset.step = String(this.step);
    this.range.value = String(this.step);
    this.range.style.setProperty("--at", percent(this.step / this.last));
    this.range.setAttribute("aria-valuetext", this.sentence());
    write(this.count, fill(words.step, { step: this.step }));
    write(this.of, fill(words.of, { last: this.last }));
    write(this.story, this.tell());
    this.back.disabled = this.step === 0;
    this.forward.disabled = this.step === this.last;
    this.drawButton();
  }

  drawButton() {
    const { words } = this.data;
    const name = this.timer ? words.pause : words.play;
    this.root.dataset.playing = String(Boolean(this.timer));
    write(this.play, this.timer ? `❚❚ ${name}` : `▶\uFE0E ${name}`);
    place(this.play, { "aria-label": name, title: name });
  }

  // What happens at this step, in one sentence.
  tell() {
    const { words, layers } = this.data;
    const first = layers[0].moved[this.step];
    if (this.step === 0) return words["now.start"];
    if (!first) return words["now.first"];
    return fill(words["now.later"], { times: rounded(layers.at(-1).moved[this.step] / first) });
  }

  sentence() {
    const { words, probabilities, losses } = this.data;
    const row = probabilities[this.step][this.query].map((p) => p ?? 0);
    const best = winner(row);
    const name = best < 0 ? words["answer.none"] : fill(words["answer.best"], { name: title(this.data, best) });
    const loss = losses[this.step] === null ? "–" : losses[this.step].toFixed(3);
    return fill(words.said, { step: this.step, last: this.last, answer: name, percent: percent(Math.max(...row)), loss });
  }

  announce() {
    write(this.live, this.sentence());
  }
}
