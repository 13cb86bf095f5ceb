// A component without a view: it makes the drawing pads of the page fit for use.
//
// The canvas package keeps its insides in open shadow roots, which page CSS cannot reach. Into each pad's
// root goes one style sheet that removes the package's toolbar (invisible until hovered, it takes clicks
// over the drawing: strokes begun there are lost, a tap can clear the canvas) and lets the canvas fill its
// cell; Fabric.js scales the pointer by the size that is shown. The canvas also gets a role and a name, and the
// buttons that would do nothing are disabled.

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .dc-toolbar { display: none !important; }
  .canvas-root, .dc-root, .dc-scroll, .dc-container, .canvas-container, canvas { width: 100% !important; }
  .dc-root { max-width: none; }
  .dc-scroll { overflow: hidden !important; }
  .dc-container { height: auto !important; aspect-ratio: 1; }
  .canvas-container, canvas { height: 100% !important; }
  .dc-canvas { outline: none; }
  .upper-canvas { cursor: crosshair !important; }
`);

const shadowRoots = (container) =>
  [...container.querySelectorAll("*")].map((node) => node.shadowRoot).filter((root) => root);

// True once the pad in the container is there and fitted.
function fit({ container, name, eraser }) {
  const box = document.querySelector(`.st-key-${container}`);
  if (!box) return false;
  box.querySelector("[class*=st-key-erase-] button")?.setAttribute("aria-label", eraser);
  for (const root of shadowRoots(box)) {
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    const canvas = root.querySelector("canvas.upper-canvas");
    if (canvas) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", name);
      return true;
    }
  }
  return false;
}

let pads = [];
let idle = {};
let observer = null;
let waiting = false;

// A shadow root appears without any event, so frames are tried until every pad is there.
function fitAll() {
  waiting = false;
  for (const [key, nothing] of Object.entries(idle)) {
    const button = document.querySelector(`.st-key-${key} button`);
    if (button && button.disabled !== nothing) button.disabled = nothing;
  }
  if (pads.map(fit).includes(false)) wait();
}

function wait() {
  if (!waiting) requestAnimationFrame(fitAll);
  waiting = true;
}

function take(data) {
  ({ pads, idle } = data);
  fitAll();
}

const hear = ({ detail }) => detail.pads && take(detail); // the pen's own line

export default function ({ data }) {
  observer ??= new MutationObserver(wait); // a cleared pad is a new element
  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("sketchbook-answer", hear);
  take(data);
  return () => {
    document.removeEventListener("sketchbook-answer", hear);
    [pads, idle] = [[], {}];
    observer.disconnect();
  };
}
