// The panels and charts of watch.js, which comes after this: made once, then changed.

const number = (value) => (value === null ? "∞" : value < 9.995 ? value.toFixed(2) : value.toFixed(1));

function makePanel(parent, { colour, symbol }) {
  const section = node(parent, "section", "panel", { style: `--learner: ${colour}` });
  const head = node(section, "div", "head");
  const mark = svgNode(head, "svg", { class: "mark", viewBox: "-8 -8 16 16", "aria-hidden": "true" });
  svgNode(mark, "path", { d: SHAPES[symbol](5.5) });
  const name = node(head, "h2", "name");
  const value = node(head, "span", "value");
  const before = node(head, "span", "before");
  const edge = { left: 26, right: 8, top: 6, bottom: 18 };
  const plot = new Plot(section, { name: "task", edge, xTicks: [-5, 0, 5], yTicks: REACH });
  place(plot.svg, { role: "img" });
  return {
    section,
    name,
    value,
    before,
    plot,
    start: svgNode(plot.svg, "path", { class: "start" }),
    after: svgNode(plot.svg, "path", { class: "after" }),
    truth: svgNode(plot.svg, "path", { class: "truth" }),
    points: svgNode(plot.svg, "g"),
  };
}

// The sine that learners are shown, over their curves: dashes over a thick line show where both agree.
function drawTask({ plot, truth, points }, data) {
  place(truth, { d: plot.path(data.grid, data.truth) });
  while (points.childElementCount < data.points.length) svgNode(points, "circle", { r: 4.5, class: "point" });
  while (points.childElementCount > data.points.length) points.lastChild.remove();
  data.points.forEach(([x, y], i) => place(points.children[i], { cx: plot.x(x), cy: plot.y(y) }));
}

function makeLegend(parent) {
  return ["truth", "point", "start", "after"].map((kind) => {
    const entry = node(parent, "span", "entry");
    const sign = svgNode(entry, "svg", { viewBox: "0 0 28 10" });
    if (kind === "point") svgNode(sign, "circle", { cx: 14, cy: 5, r: 4.5, class: kind });
    else svgNode(sign, "path", { d: "M1 5H27", class: kind });
    return node(entry, "span");
  });
}

function makeChart(parent, learners, { xTicks, format }) {
  const figure = node(parent, "figure");
  const head = node(figure, "figcaption");
  const caption = node(head, "span", "caption");
  const reading = node(head, "span", "reading");
  const edge = { left: 34, right: 14, top: 8, bottom: 20 };
  const plot = new Plot(figure, { name: "errors", edge, xTicks, yTicks: ERRORS, log: true, format });
  place(plot.svg, { role: "img" });
  const cursor = svgNode(plot.svg, "line", { class: "cursor" });
  const lines = learners.map(({ colour, symbol }) => {
    const style = `--learner: ${colour}`;
    return { symbol, style, path: svgNode(plot.svg, "path", { class: "curve", style }), marks: [] };
  });
  return { figure, caption, reading, plot, cursor, lines };
}

// series: places and values of each line. A line has its learner's symbol at the cursor, and everywhere if few.
function drawLines({ plot, lines, cursor }, series, at) {
  lines.forEach((line, i) => {
    const [xs, ys] = series[i];
    place(line.path, { d: plot.path(xs, ys) });
    while (line.marks.length < xs.length) {
      line.marks.push(svgNode(plot.svg, "path", { class: "curve mark", style: line.style }));
    }
    line.marks.forEach((mark, k) => {
      const here = k < xs.length && (xs.length <= 12 || k === xs.length - 1);
      const shape = here ? SHAPES[line.symbol](xs[k] === at ? 6 : 3.5) : "";
      place(mark, { d: shape, transform: here ? `translate(${plot.x(xs[k])} ${plot.y(ys[k])})` : "" });
    });
  });
  place(cursor, { y1: plot.edge.top, y2: plot.height - plot.edge.bottom });
}

// over: told the place on the x axis, and whether the button is held; leave: the pointer has gone.
function hover({ plot }, over, leave) {
  const tell = (event) => over(plot.under(event.offsetX), event.buttons === 1);
  plot.svg.addEventListener("pointerdown", tell);
  plot.svg.addEventListener("pointermove", tell);
  plot.svg.addEventListener("pointerleave", leave);
}
