// The sine network with two context numbers, 3-64-64-1 tanh, and the sine nearest to a curve.
// Put in front of context_map.js.

// values (Q) over the places of grid (Q); weights: w1 (H, 3), b1 (1, H), w2 (H, H), b2 (1, H), w3 (1, H), b3 (1, 1).
function curveOf({ w1, b1, w2, b2, w3, b3 }, context, grid) {
  const offset = w1.map((row, i) => b1[0][i] + row[1] * context[0] + row[2] * context[1]);
  return grid.map((x) => {
    const first = w1.map((row, i) => Math.tanh(offset[i] + row[0] * x));
    return w2.reduce((sum, row, i) => sum + w3[0][i] * Math.tanh(dot(row, first) + b2[0][i]), b3[0][0]);
  });
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

// A sin(x + p) = a sin x + b cos x by least squares; p in [0, 2 pi).
function nearestSine(values, grid) {
  const sin = grid.map(Math.sin);
  const cos = grid.map(Math.cos);
  const [ss, sc, cc] = [dot(sin, sin), dot(sin, cos), dot(cos, cos)];
  const [sv, cv] = [dot(sin, values), dot(cos, values)];
  const determinant = ss * cc - sc * sc;
  const a = (sv * cc - cv * sc) / determinant;
  const b = (cv * ss - sv * sc) / determinant;
  return { amplitude: Math.hypot(a, b), phase: (Math.atan2(b, a) + 2 * Math.PI) % (2 * Math.PI) };
}
