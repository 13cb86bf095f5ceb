// Bits to turn, and what was said of them: two grids, a column a time. One bit of the upper grid is in the tab order;
// arrow keys go to the others.

const grids = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let view = grids.get(parentElement);
  if (!view) {
    view = new Grids(parentElement.querySelector(".bits"));
    grids.set(parentElement, view);
  }
  view.send = (turned) => setTriggerValue("turned", turned);
  view.update(data);
  return () => grids.delete(parentElement);
}

class Grids {
  constructor(root) {
    root.replaceChildren();
    this.reports = 0;
    this.at = [0, 0]; // time and bit of the one in the tab order
    this.root = root;
    this.heads = ["given", "said"].map((name) => {
      const part = node(root, "section", name);
      return { title: node(part, "h3"), cells: node(part, "div", "cells") };
    });
    const [given, said] = this.heads;
    given.cells.setAttribute("role", "group");
    given.cells.dataset.arrows = "walk"; // keys.js leaves them to us
    said.cells.setAttribute("role", "img");
    given.cells.addEventListener("click", ({ target }) => target.place && this.turn(target.place));
    given.cells.addEventListener("keydown", (event) => this.walk(event));
    this.live = node(root, "p", "unseen", { role: "status", "aria-live": "polite" });
  }

  // An answer to an older report leaves the bits as they have been turned since.
  update({ given, said, report, words }) {
    this.words = words;
    if (report >= this.reports || given.length !== this.bits?.length) {
      this.reports = report;
      this.bits = given.map((vector) => [...vector]);
    }
    this.answered = given;
    this.said = said;
    this.draw();
  }

  turn([t, b]) {
    this.bits[t][b] = 1 - this.bits[t][b];
    this.at = [t, b];
    this.reports += 1;
    this.draw();
    this.send({ bits: this.bits, report: this.reports });
  }

  walk(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation(); // arrows step elsewhere on the page
    this.at = [clamp(this.at[0] + by[0], this.bits.length - 1), clamp(this.at[1] + by[1], this.bits[0].length - 1)];
    this.draw();
    this.cell(...this.at).focus();
  }

  cell(t, b) {
    return this.heads[0].cells.children[b * this.bits.length + t];
  }

  draw() {
    const [given, said] = this.heads;
    const length = this.bits.length;
    this.at = [clamp(this.at[0], length - 1), this.at[1]];
    this.root.style.setProperty("--length", length);
    write(given.title, this.words.given);
    write(said.title, this.words.said);
    place(given.cells, { "aria-label": this.words.given });
    this.fill(given.cells, "button", (cell, t, b) => {
      const bit = this.bits[t][b];
      cell.place = [t, b];
      place(cell, {
        type: "button",
        tabindex: t === this.at[0] && b === this.at[1] ? 0 : -1,
        "aria-pressed": bit === 1,
        "aria-label": fill(this.words.bit, { bit: b + 1, time: t + 1 }),
      });
      cell.style.setProperty("--one", bit);
    });
    let wrong = 0;
    this.fill(said.cells, "span", (cell, t, b) => {
      const p = this.said[t][b];
      const off = p > 0.5 !== (this.answered[t][b] === 1);
      wrong += off;
      cell.className = off ? "wrong" : "";
      write(cell, off ? "×" : "");
      cell.style.setProperty("--one", p);
    });
    const text = fill(this.words.wrong, { wrong, bits: length * this.bits[0].length });
    place(said.cells, { "aria-label": `${this.words.said}: ${text}` });
    write(this.live, text);
  }

  // One node a bit, row by row; made where they are missing.
  fill(cells, tag, paint) {
    const [length, bits] = [this.bits.length, this.bits[0].length];
    while (cells.children.length > length * bits) cells.lastChild.remove();
    while (cells.children.length < length * bits) node(cells, tag);
    [...cells.children].forEach((cell, i) => paint(cell, i % length, Math.floor(i / length)));
  }
}
