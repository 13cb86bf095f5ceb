// The first layer's maps of one drawing: before, at this step, and the difference, made strong enough to be seen.

const MORE = [230, 159, 0]; // Okabe and Ito's orange
const LESS = [86, 180, 233]; // and sky blue

class FiltersPanel {
  constructor(parent, data, choose) {
    const { words, maps, drawings } = data;
    const { element, note } = panel(parent, "filters", words);
    write(note, fill(words["filters.note"], maps));
    this.data = data;
    const head = node(element, "div", "looking");
    head.append(note);
    this.chooser = new Chooser(head, data, drawings.map((_, p) => p), choose);
    this.chooser.element.setAttribute("aria-label", note.textContent);
    this.picture = node(element, "div", "rows", { role: "img" });
    [this.before, this.now, this.change] = ["before", "now", "change"].map((row) => {
      const figure = node(this.picture, "div", `row ${row}`);
      const caption = node(figure, "div", "caption");
      const text = node(caption, "span");
      const key = node(caption, "span", "key");
      if (row === "change")
        for (const side of ["more", "less"]) {
          const entry = node(key, "span");
          node(entry, "i", side);
          entry.append(words[`filters.${side}`]);
        }
      const strip = node(figure, "div", "strip");
      const canvases = Array.from({ length: maps.count }, () => node(strip, "canvas", "", { width: maps.side, height: maps.side }));
      return { text, key, canvases };
    });
    this.pictures = maps.before.map((text, p) => ({ before: bytes(text), changes: new Int8Array(bytes(maps.changes[p]).buffer) }));
    write(this.before.text, words["filters.before"]);
  }

  show(step, chosen) {
    const { words, maps, drawings } = this.data;
    const { before, changes } = this.pictures[chosen];
    const pixels = maps.side ** 2;
    const offset = step * maps.count * pixels;
    this.chooser.show(chosen);
    place(this.picture, { "aria-label": fill(words["filters.picture"], { name: drawings[chosen].name, step }) });
    write(this.now.text, fill(words["filters.now"], { step }));
    const moved = changes.subarray(offset, offset + maps.count * pixels).some((v) => v !== 0);
    write(this.change.text, moved ? fill(words["filters.change"], { gain: rounded(maps.gain) }) : words["filters.none"]);
    this.change.key.hidden = !moved;
    for (let f = 0; f < maps.count; f += 1) {
      const start = (i) => before[f * pixels + i];
      const change = (i) => (changes[offset + f * pixels + i] / 127) * 255;
      const now = (i) => start(i) + (maps.gain ? change(i) / maps.gain : 0);
      paint(this.before.canvases[f], (i) => grey(start(i)));
      paint(this.now.canvases[f], (i) => grey(now(i)));
      paint(this.change.canvases[f], (i) => signed(change(i)));
    }
  }
}

// Weak values are lifted, all alike, or else little but the strongest could be seen.
const lifted = (value) => 255 * Math.min(1, Math.max(0, value / 255)) ** 0.6;
const grey = (value) => [lifted(value), lifted(value), lifted(value)];
const signed = (value) => (value < 0 ? LESS : MORE).map((c) => (c * lifted(Math.abs(value))) / 255);

function paint(canvas, colour) {
  const image = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i += 1) image.data.set([...colour(i), 255], 4 * i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}
