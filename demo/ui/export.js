// Makes an image of a drawn figure, and hands it to the browser's downloads. How: export_paint.js, in front of this.

const SCALE = 3; // a PNG's pixels per pixel of the page

export default function ({ data, parentElement }) {
  const { name, selector, words } = data;
  const root = parentElement.querySelector(".export");
  if (!root.childElementCount) {
    for (const kind of ["svg", "png"]) root.append(Object.assign(document.createElement("button"), { type: "button", className: kind }));
    root.append(document.createElement("p"));
    root.lastElementChild.setAttribute("role", "status");
  }
  const said = root.querySelector("p");
  for (const [kind, save] of [["svg", saveSvg], ["png", savePng]]) {
    const button = root.querySelector(`.${kind}`);
    button.textContent = words[kind];
    button.onclick = () => {
      const picture = drawn(selector);
      said.textContent = picture ? "" : words.nothing;
      return picture && save(picture, name);
    };
  }
}

function saveSvg(picture, name) {
  save(new Blob([written(picture)], { type: "image/svg+xml" }), `${name}.svg`);
}

async function savePng(picture, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(SCALE * picture.getAttribute("width"));
  canvas.height = Math.round(SCALE * picture.getAttribute("height"));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download has read it long before
}

const written = (picture) => new XMLSerializer().serializeToString(picture);
