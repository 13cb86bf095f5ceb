// Three panels of numbers: the answer to a query, the loss on the support set, and how far the weights have moved.

class AnswerPanel {
  constructor(parent, data, choose) {
    const { element, note } = panel(parent, "answer", data.words);
    this.data = data;
    this.note = note;
    const asked = node(element, "div", "asked-row");
    this.queries = data.drawings.map((_, p) => p).filter((p) => data.drawings[p].class < 0);
    this.chooser = new Chooser(asked, data, this.queries, (p) => choose(this.queries.indexOf(p)));
    this.chooser.element.setAttribute("aria-label", data.words["answer.choose"]);
    this.verdict = node(asked, "div", "verdict");
    const bars = node(element, "div", "bars", { role: "list" });
    this.bars = data.letters.map((letter, i) => {
      const item = node(bars, "div", "bar", { role: "listitem", style: `--class: ${data.colours[i]}`, "data-class": i + 1 });
      const name = node(item, "span", "name");
      node(name, "b").textContent = letter;
      if (data.labels[i] !== letter) name.append(` ${data.labels[i]}`);
      const fillbar = node(node(item, "div", "track"), "div", "fill");
      return { item, fillbar, value: node(item, "span", "value") };
    });
  }

  show(step, query) {
    const { words, probabilities, drawings } = this.data;
    const row = probabilities[step][query].map((p) => p ?? 0);
    const best = winner(row);
    this.chooser.show(this.queries[query]);
    write(this.note, fill(words["answer.note"], { query: drawings[this.queries[query]].name }));
    write(this.verdict, best < 0 ? words["answer.none"] : fill(words["answer.best"], { name: title(this.data, best) }));
    this.bars.forEach(({ item, fillbar, value }, i) => {
      item.classList.toggle("wins", i === best);
      place(item, { "data-probability": row[i], "aria-label": `${title(this.data, i)}: ${percent(row[i])}` });
      fillbar.style.width = `${row[i] * 100}%`;
      write(value, percent(row[i]));
    });
  }
}

// "C, fish"; a class without a name of its own is its letter.
function title({ words, letters, labels }, i) {
  return labels[i] === letters[i] ? letters[i] : fill(words.name, { letter: letters[i], label: labels[i] });
}

const LOSS_HEIGHT = 140;
const EDGE = { left: 34, right: 12, top: 14, bottom: 32 };

class LossPanel {
  constructor(parent, data, scrub) {
    const { element, note } = panel(parent, "loss", data.words);
    write(note, data.words["loss.note"]);
    this.data = data;
    const svg = (this.svg = svgNode(element, "svg", { height: LOSS_HEIGHT, "aria-hidden": "true" }));
    this.grid = [0, 1, 2].map(() => svgNode(svg, "line", { class: "grid" }));
    this.ticks = [0, 1, 2].map(() => svgNode(svg, "text", { "text-anchor": "end" }));
    this.guess = svgNode(svg, "line", { class: "guess" });
    this.guessName = svgNode(svg, "text", { "text-anchor": "end" });
    this.names = [0, 1, 2].map(() => svgNode(svg, "text", { "text-anchor": "middle" }));
    this.cursor = svgNode(svg, "line", { class: "cursor" });
    this.future = svgNode(svg, "path", { class: "future" });
    this.past = svgNode(svg, "path", { class: "past" });
    this.dot = svgNode(svg, "circle", { r: 5.5, class: "dot" });
    this.value = svgNode(svg, "text", { class: "reading" });
    const point = (event) => event.buttons === 1 && scrub(this.toStep(event.offsetX));
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointermove", point);
  }

  show(step) {
    const { losses, letters, words } = this.data;
    const last = losses.length - 1;
    const width = Math.max(160, this.svg.clientWidth);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${LOSS_HEIGHT}`);
    const guess = Math.log(letters.length);
    const high = Math.max(guess * 1.12, ...losses.filter((v) => v !== null));
    const bottom = LOSS_HEIGHT - EDGE.bottom;
    const x = (k) => EDGE.left + (last ? k / last : 0) * (width - EDGE.left - EDGE.right);
    const y = (v) => bottom - (v / high) * (bottom - EDGE.top);
    this.toStep = (pixel) => clamp(Math.round(((pixel - EDGE.left) / (x(last) - EDGE.left || 1)) * last), last);
    this.grid.forEach((line, i) => {
      const value = (guess * i) / 2;
      place(line, { x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) });
      write(place(this.ticks[i], { x: EDGE.left - 6, y: y(value) + 4 }), value.toFixed(i && 2));
    });
    place(this.guess, { x1: EDGE.left, x2: width - EDGE.right, y1: y(guess), y2: y(guess) });
    write(place(this.guessName, { x: width - EDGE.right, y: y(guess) - 5 }), fill(words["loss.guess"], { ways: letters.length }));
    ["0", words["loss.axis"], String(last)].forEach((text, i) => write(place(this.names[i], { x: x((last * i) / 2), y: bottom + 18 }), text));
    place(this.cursor, { x1: x(step), x2: x(step), y1: EDGE.top, y2: bottom });
    const path = (values) =>
      values.map((v, k) => [v, k]).filter(([v]) => v !== null).map(([v, k], i) => `${i ? "L" : "M"}${x(k).toFixed(1)} ${y(v).toFixed(1)}`).join("");
    this.future.setAttribute("d", path(losses));
    this.past.setAttribute("d", path(losses.slice(0, step + 1)));
    const now = losses[step];
    for (const each of [this.dot, this.value]) each.style.display = now === null ? "none" : "";
    if (now === null) return;
    place(this.dot, { cx: x(step), cy: y(now) });
    const right = x(step) > width - 70;
    write(place(this.value, { x: x(step) + (right ? -9 : 9), y: y(now) + (y(now) < EDGE.top + 40 ? 20 : -8), "text-anchor": right ? "end" : "start" }), now.toFixed(3));
  }
}

class MovedPanel {
  constructor(parent, data) {
    const { element, note } = panel(parent, "moved", data.words);
    const { words, layers } = data;
    write(note, words["moved.note"]);
    this.layers = layers;
    this.high = Math.max(1e-9, ...layers.flatMap(({ moved }) => moved));
    const table = node(element, "div", "layers", { role: "list" });
    const head = node(table, "div", "layer heads", { "aria-hidden": "true" });
    node(head, "span");
    node(head, "span");
    for (const name of ["moved.distance", "moved.share"]) node(head, "span", "number").textContent = words[name];
    this.rows = layers.map(({ block, moved }) => {
      const item = node(table, "div", "layer", { role: "listitem", "data-layer": block });
      const name = block === "head" ? words["moved.head"] : fill(words["moved.block"], { block });
      node(item, "span", "name").textContent = name;
      const track = node(item, "div", "track");
      const fillbar = node(track, "div", "fill");
      node(track, "div", "final").style.left = `${(moved.at(-1) / this.high) * 100}%`;
      return { name, item, fillbar, value: node(item, "span", "number"), share: node(item, "span", "number share") };
    });
  }

  show(step) {
    this.rows.forEach(({ name, item, fillbar, value, share }, i) => {
      const { moved, size } = this.layers[i];
      const distance = moved[step];
      const part = size ? `${figures((distance / size) * 100)}%` : "–";
      fillbar.style.width = `${((distance ?? 0) / this.high) * 100}%`;
      fillbar.style.minWidth = distance ? "2px" : "0"; // what is little is not nothing
      place(item, { "data-moved": distance, "aria-label": `${name}: ${figures(distance)}` });
      write(value, figures(distance));
      write(share, part);
    });
  }
}
