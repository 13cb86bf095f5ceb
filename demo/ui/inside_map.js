// The map: every drawing at the place of its features, with a tail to where it began. The place is the dot; the
// support set's drawings stand on theirs and the queries' hang from theirs, so that they seldom hide each other.

const POINT = 8; // pixels from a place to the end of its dot
const STEM = 12; // and to where its drawing begins

class MapPanel {
  constructor(parent, data, choose) {
    const { element, note } = panel(parent, "map", data.words);
    write(note, fill(data.words["map.note"], { share: percent(data.share) }));
    this.data = data;
    this.plane = node(element, "div", "plane", { role: "img", "aria-label": data.words.map });
    this.svg = svgNode(this.plane, "svg");
    this.tails = data.drawings.map((drawing) => {
      const style = drawing.class < 0 ? "" : `--class: ${data.colours[drawing.class]}`;
      return { begin: svgNode(this.svg, "circle", { r: 3, style }), line: svgNode(this.svg, "path", { style }) };
    });
    this.pins = data.drawings.map((drawing, p) => {
      const pin = node(this.plane, "div", drawing.class < 0 ? "pin hanging" : "pin");
      const thumb = thumbnail(pin, drawing, data.colours);
      thumb.onclick = () => choose(p); // for the mouse; the keyboard has the thumbnails over the maps
      node(pin, "span", "point").style.cssText = drawing.class < 0 ? "" : `--class: ${data.colours[drawing.class]}`;
      return { pin, thumb };
    });
    const crowd = data.drawings.length;
    this.side = crowd > 12 ? 30 : crowd > 6 ? 38 : 46;
    this.plane.style.setProperty("--thumb", `${this.side}px`);
    // Every place at any step, and how many pixels it needs to the left, right, top and bottom.
    const flag = this.side + STEM + 8;
    const half = this.side / 2 + 8;
    this.needs = data.places.flatMap((places) =>
      places.map(([x, y], p) => (data.drawings[p].class < 0 ? { x, y, half, up: POINT, down: flag } : { x, y, half, up: flag, down: POINT })),
    ).filter(({ x }) => x !== null);
  }

  // Where [0, 0] is, in pixels, and how many pixels a unit has: as many as let every drawing be seen whole. Both axes
  // have the same scale, so that a distance means the same in every direction.
  fit(width, height) {
    const box = (scale) => ({
      left: Math.min(...this.needs.map(({ x, half }) => x * scale - half)),
      right: Math.max(...this.needs.map(({ x, half }) => x * scale + half)),
      top: Math.min(...this.needs.map(({ y, up }) => -y * scale - up)),
      bottom: Math.max(...this.needs.map(({ y, down }) => -y * scale + down)),
    });
    let [low, high] = [0, 1e6];
    for (let i = 0; i < 60; i += 1) {
      const scale = (low + high) / 2;
      const { left, right, top, bottom } = box(scale);
      if (right - left <= width && bottom - top <= height) low = scale;
      else high = scale;
    }
    const { left, right, top, bottom } = box(low);
    return { scale: low, x: (width - left - right) / 2, y: (height - top - bottom) / 2 };
  }

  show(step, chosen) {
    const { clientWidth: width, clientHeight: height } = this.plane;
    if (!width) return; // not laid out yet: the size's observer calls again
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (this.size !== `${width} ${height}`) {
      this.size = `${width} ${height}`;
      this.frame = this.fit(width, height);
    }
    const { scale, x: left, y: top } = this.frame;
    const at = (place) => [left + place[0] * scale, top - place[1] * scale];
    this.data.drawings.forEach((_, p) => {
      const path = this.data.places.slice(0, step + 1).map((places) => places[p]);
      const known = path.filter(([x]) => x !== null).map(at);
      const { begin, line } = this.tails[p];
      const { pin, thumb } = this.pins[p];
      pin.hidden = path[step][0] === null;
      if (pin.hidden) return;
      const [x, y] = known.at(-1);
      pin.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      place(pin, { "data-x": path[step][0], "data-y": path[step][1] });
      thumb.classList.toggle("chosen", p === chosen);
      place(begin, { cx: known[0][0], cy: known[0][1] });
      line.setAttribute("d", known.map(([u, v], k) => `${k ? "L" : "M"}${u.toFixed(1)} ${v.toFixed(1)}`).join(""));
    });
  }
}
