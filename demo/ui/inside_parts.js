// Figures and pictures: what all panels of the animation are made of.

// Three figures, never as 1e-7.
function figures(value) {
  if (!value) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

function rounded(value) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return value < 10 ? value.toFixed(1) : (Math.round(value / unit) * unit).toLocaleString("en");
}

// The most probable class, or -1 if the first two tie.
function winner(row) {
  const order = row.map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]);
  return order.length < 2 || order[0][0] - order[1][0] > 1e-4 ? order[0][1] : -1;
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// A drawing as a mask: whatever lies under it shows where there is ink, so that its colour is a matter of style.
function mask(pixels) {
  const greys = bytes(pixels);
  const side = Math.sqrt(greys.length);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const image = new ImageData(side, side);
  image.data.fill(255); // exported images have SVG's masks, which go by light
  greys.forEach((grey, i) => (image.data[4 * i + 3] = grey));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return `url(${canvas.toDataURL()})`;
}

// A drawing in its class' colour, with its name in the corner. A query's has a dashed edge.
function thumbnail(parent, drawing, colours, tag = "span", attributes = {}) {
  const thumb = node(parent, tag, drawing.class < 0 ? "thumb asked" : "thumb", attributes);
  if (drawing.class >= 0) thumb.style.setProperty("--class", colours[drawing.class]);
  node(thumb, "span", "ink").style.setProperty("--ink", mask(drawing.pixels));
  node(thumb, "span", "tag").textContent = drawing.name;
  return thumb;
}

// Thumbnails one of which is chosen: radio buttons to keyboard and screen reader.
class Chooser {
  constructor(parent, data, places, choose) {
    this.places = places;
    this.element = node(parent, "div", places.length > 9 ? "chooser many" : "chooser", { role: "radiogroup" });
    this.thumbs = places.map((p) => {
      const drawing = data.drawings[p];
      const named = drawing.class >= 0 && data.labels[drawing.class] !== data.letters[drawing.class];
      const label = named ? fill(data.words.name, { letter: drawing.name, label: data.labels[drawing.class] }) : drawing.name;
      const thumb = thumbnail(this.element, drawing, data.colours, "button", { type: "button", role: "radio", "aria-label": label });
      thumb.onclick = () => choose(p);
      return thumb;
    });
    this.element.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation(); // here the arrows choose, they do not step
      const next = (this.at + by + places.length) % places.length;
      choose(places[next]);
      this.thumbs[next].focus();
    });
  }

  show(chosen) {
    this.at = this.places.indexOf(chosen);
    this.thumbs.forEach((thumb, i) => place(thumb, { "aria-checked": i === this.at, tabindex: i === this.at ? 0 : -1 }));
  }
}

// A frame with a title, and one sentence that says what is in it.
function panel(parent, name, words) {
  const element = node(parent, "section", `panel ${name}`, { "aria-label": words[name] });
  node(element, "h3").textContent = words[name];
  return { element, note: node(element, "p", "note") };
}
