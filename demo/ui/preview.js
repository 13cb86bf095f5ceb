// The images that the network sees, painted pixel by pixel. Nodes are made once, so nothing flickers.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".seen");
  // Once: Streamlit calls this at every change, and what it returns at the end only.
  parentElement.listening ??= listen(root);
  show(root, data);
  return () => {
    parentElement.listening.abort();
    delete parentElement.listening;
  };
}

// To the pen's own line.
function listen(root) {
  const listening = new AbortController();
  const take = ({ detail }) => detail.preview && show(root, detail.preview);
  document.addEventListener("sketchbook-answer", take, { signal: listening.signal });
  return listening;
}

function show(root, data) {
  root.style.setProperty("--columns", data.columns);
  while (root.children.length > data.images.length) root.lastChild.remove();
  data.images.forEach(({ name, pixels, column, row }, i) => {
    const canvas = root.children[i] ?? root.appendChild(document.createElement("canvas"));
    canvas.style.gridArea = `${row} / ${column}`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", name);
    if (canvas.pixels === pixels) return;
    canvas.pixels = pixels;
    paint(canvas, Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0)), data.side);
  });
}

function paint(canvas, greys, side) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const image = new ImageData(side, side);
  greys.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}
