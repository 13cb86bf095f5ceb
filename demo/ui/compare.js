// A table of all learners' answers. Rows are made when their learner is first listed; then they are changed and moved.

const views = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new View(parentElement.querySelector(".compare"));
    views.set(parentElement, view);
  }
  view.open = (name) => setTriggerValue("open", name);
  view.update(data);
  return () => views.delete(parentElement);
}

class View {
  constructor(root) {
    root.replaceChildren();
    this.root = root;
    this.pictures = node(root, "div", "pictures");
    this.sentence = node(root, "p", "sentence", { role: "status", "aria-live": "polite" });
    this.votes = node(root, "div", "bar votes", { role: "img" });
    const table = node(root, "div", "table", { role: "table" });
    this.table = table;
    this.head = node(node(table, "div", "group", { role: "rowgroup" }), "div", "row head", { role: "row" });
    this.body = node(table, "div", "group", { role: "rowgroup" });
    this.empty = node(root, "p", "empty");
    this.rows = new Map();
  }

  update(data) {
    this.data = data;
    const { words, heads, rows, votes, letters } = data;
    this.showPictures();
    write(this.sentence, data.sentence);
    const voters = votes.reduce((sum, n) => sum + n, 0);
    this.votes.setAttribute("aria-label", letters.map((letter, i) => `${letter} ${votes[i]}`).join(", "));
    this.showBar(this.votes, voters ? votes.map((n) => n / voters) : null, (i) => `${letters[i]} ${votes[i]}`);

    this.table.setAttribute("aria-label", words.name);
    heads.forEach((text, i) => {
      const cell = this.head.children[i] ?? node(this.head, "div", `cell c${i}`, { role: "columnheader" });
      write(cell, text);
    });
    const focused = this.root.getRootNode().activeElement;
    const wanted = rows.map((row) => this.showRow(row).item);
    for (const item of [...this.body.children]) if (!wanted.includes(item)) item.remove();
    wanted.forEach((item, i) => {
      if (this.body.children[i] !== item) this.body.insertBefore(item, this.body.children[i] ?? null);
    });
    if (focused?.isConnected && this.body.contains(focused)) focused.focus({ preventScroll: true }); // a move takes it
    write(this.empty, rows.length ? "" : words.empty);
    this.root.dataset.pending = String(data.pending);
  }

  showPictures() {
    const { pictures, colours, side } = this.data;
    while (this.pictures.children.length > pictures.length) this.pictures.lastChild.remove();
    pictures.forEach(({ name, pixels }, i) => {
      let figure = this.pictures.children[i];
      if (!figure) {
        figure = node(this.pictures, "figure");
        node(figure, "canvas", "", { width: side, height: side, "aria-hidden": "true" });
        node(figure, "figcaption");
      }
      const [canvas, caption] = figure.children;
      figure.style.setProperty("--class", colours[i] ?? "currentColor");
      write(caption, name);
      if (canvas.pixels === pixels) return;
      canvas.pixels = pixels;
      const image = new ImageData(side, side);
      [...atob(pixels)].forEach((one, k) => {
        image.data.fill(255 - one.charCodeAt(0), 4 * k, 4 * k + 3); // ink is dark here, as on the pads
        image.data[4 * k + 3] = 255;
      });
      canvas.getContext("2d").putImageData(image, 0, 0);
    });
  }

  showRow(data) {
    let row = this.rows.get(data.name);
    if (!row) {
      row = this.makeRow(data.name);
      this.rows.set(data.name, row);
    }
    const { heads, letters } = this.data;
    const { item, title, family, bar, says, mark, cells, look } = row;
    item.dataset.learner = data.name;
    item.dataset.answered = String(data.probabilities !== null);
    item.dataset.best = String(data.best + 1);
    item.classList.toggle("dissent", data.dissent);
    item.classList.toggle("failed", Boolean(data.error));
    write(title, data.title);
    write(family, data.family);
    const waiting = data.probabilities === null && !data.error;
    this.showBar(bar, data.probabilities, (i, p) => (p >= 0.2 ? `${letters[i]} ${percent(p)}` : p >= 0.07 ? letters[i] : ""));
    const shares = data.probabilities?.map((p, i) => `${letters[i]} ${percent(p)}`).join(", ");
    bar.setAttribute("aria-label", data.error || shares || this.data.words.waiting);
    write(bar.note, data.error || (waiting ? "…" : ""));
    says.style.setProperty("--class", this.data.colours[data.best] ?? "transparent");
    write(says.firstChild, waiting ? "…" : data.says);
    write(mark, data.dissent ? "≠" : "");
    mark.title = data.dissent ? this.data.words.dissent : "";
    const said = waiting ? this.data.words.waiting : data.said; // a picture without a name is an error
    says.setAttribute("aria-label", [said, data.dissent ? this.data.words.dissent : ""].filter(Boolean).join(", "));
    data.cells.forEach((text, i) => {
      cells[i].dataset.head = i ? heads[i + 3] : this.data.words.accuracy; // where rows are narrow
      write(cells[i], text || "…");
    });
    write(look, data.look);
    look.setAttribute("aria-label", data.action);
    return row;
  }

  makeRow(name) {
    const item = node(this.body, "div", "row", { role: "row" });
    const cell = (i, role = "cell") => node(item, "div", `cell c${i}`, { role });
    const who = cell(0, "rowheader");
    const title = node(who, "span", "title");
    const family = node(who, "span", "family");
    const bar = node(cell(1), "div", "bar", { role: "img" });
    const says = node(cell(2), "span", "says", { role: "img" });
    node(says, "span");
    const mark = node(says, "span", "mark");
    const cells = [3, 4, 5, 6].map((i) => cell(i));
    const look = node(cell(7), "button", "look", { type: "button", "data-tool": "" });
    item.onclick = () => this.open(name);
    return { item, title, family, bar, says, mark, cells, look };
  }

  // Parts of a whole beside each other, in the classes' colours; a part without room says nothing.
  showBar(bar, shares, label) {
    const { colours, inks } = this.data;
    bar.note ??= node(bar, "span", "note");
    bar.parts ??= [];
    while (bar.parts.length > colours.length) bar.parts.pop().remove();
    while (bar.parts.length < colours.length) bar.parts.push(node(bar, "span", "part"));
    bar.parts.forEach((part, i) => {
      const p = shares?.[i];
      part.dataset.class = String(i + 1);
      if (p === undefined) delete part.dataset.probability;
      else part.dataset.probability = String(p);
      part.style.cssText = `width: ${100 * (p ?? 0)}%; background: ${colours[i]}; color: ${inks[i]}`;
      write(part, p === undefined ? "" : p > 0 ? label(i, p) : "");
    });
  }
}
