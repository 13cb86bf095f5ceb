// Two small charts over the inner steps: every class' probability, and the support loss.
// Put in front of trace.js, which calls makeCurves and drawCurves. SVG nodes are made once and then changed.

const HEIGHT = 132;
const EDGE = { left: 40, right: 22, top: 10, bottom: 22 };

function makeCurves(figure, lines) {
  const svg = svgNode(figure, "svg", { height: HEIGHT, "aria-hidden": "true" });
  const text = (anchor) => svgNode(svg, "text", { "text-anchor": anchor });
  return {
    svg,
    grid: [0, 1, 2].map(() => svgNode(svg, "line", { class: "grid" })),
    ticks: [0, 1, 2].map(() => text("end")),
    first: text("middle"),
    last: text("middle"),
    cursor: svgNode(svg, "line", { class: "cursor" }),
    lines: lines.map(({ colour, letter, twin }) => {
      const style = `--class: ${colour}`;
      const kind = twin ? "curve twin" : "curve";
      return {
        path: svgNode(svg, "path", { class: kind, style }),
        dot: svgNode(svg, "circle", { r: twin ? 2.5 : 4, class: kind, style }),
        name: letter ? Object.assign(svgNode(svg, "text", { class: "name", style }), { textContent: letter }) : null,
      };
    }),
  };
}

// series: one list of values (or nulls) a line, or null for a line without values; high: the top of the scale;
// first: what to call step 0 where there is no other.
function drawCurves(chart, series, high, format, step, last, first) {
  const width = Math.max(120, chart.svg.clientWidth);
  chart.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const x = (k) => EDGE.left + (last ? k / last : 0) * (width - EDGE.left - EDGE.right);
  const y = (v) => HEIGHT - EDGE.bottom - (Math.min(v, high) / high) * (HEIGHT - EDGE.top - EDGE.bottom);
  chart.toStep = (pixel) => Math.max(0, Math.min(last, Math.round(((pixel - EDGE.left) / (x(last) - EDGE.left || 1)) * last)));

  chart.grid.forEach((line, i) => {
    const value = (high * i) / 2;
    place(line, { x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) });
    place(chart.ticks[i], { x: EDGE.left - 6, y: y(value) + 4 }, format(value));
  });
  place(chart.first, { x: x(0), y: HEIGHT - 6 }, last ? "0" : first);
  place(chart.last, { x: x(last), y: HEIGHT - 6 }, last ? String(last) : "");
  place(chart.cursor, { x1: x(step), x2: x(step), y1: EDGE.top, y2: HEIGHT - EDGE.bottom });

  const names = [];
  chart.lines.forEach(({ path, dot, name }, i) => {
    const values = series[i];
    const shown = values && values.length > 0;
    const known = shown ? values.map((v, k) => [v, k]).filter(([v]) => v !== null) : [];
    if (known.length === 1 && values.length === 1 && last) known.push([known[0][0], last]); // who takes no steps
    path.setAttribute("d", known.map(([v, k], n) => `${n ? "L" : "M"}${x(k).toFixed(1)} ${y(v).toFixed(1)}`).join(""));
    const here = shown ? values[Math.min(step, values.length - 1)] : null;
    dot.style.display = here === null ? "none" : "";
    if (here !== null) place(dot, { cx: x(step), cy: y(here) });
    if (name) name.style.display = shown ? "" : "none";
    if (name && known.length) names.push({ name, y: y(known.at(-1)[0]) });
  });
  spread(names);
  for (const each of names) place(each.name, { x: width - EDGE.right + 8, y: each.y + 4 });
}

// Names at the ends of lines that meet are moved apart.
function spread(names) {
  names.sort((a, b) => b.y - a.y); // from the bottom upwards
  names.forEach((each, i) => {
    if (i) each.y = Math.min(each.y, names[i - 1].y - 13);
  });
}
