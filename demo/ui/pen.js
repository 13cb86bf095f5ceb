// The pen's companion: a component without a view that watches the pen on the drawing pads and tells the server
// of every stroke, from its first point on. What is on the pads is the canvas package's: nothing here touches it.
//
// One message is in flight at a time. What the pen does meanwhile is in the next one, so the server is never
// more than one message behind. A stroke is told of again and again until an answer says that the server has it:
// `known` says how many strokes it has of each pad, so that a message that comes twice adds nothing.
//
// Messages go by a websocket (`line.py`), whose answers other components hear of as the event
// "sketchbook-answer"; where there is none, by way of Streamlit, which then runs the page's fragment.
// Put behind kept.js, which keeps for the tab, and line.js.

const PAD = /^st-key-(pad-\d+-\d+)$/;
const LOST_MS = 2000; // a message this old is sent again: the server was restarted, say;
const LOST_MOST_MS = 16000; // later and later
const BRISK_MS = 60; // answers that take longer mean a busy server, which is then spared:
const CROWDED_MS = 250; // so do those that say that others were before us;
const EASE = 2; // the moving pen waits this many times the excess before it reports again

export default function ({ data, parentElement, setTriggerValue }) {
  const companion = (parentElement.companion ??= new Companion());
  companion.send = (message) => setTriggerValue("ink", message);
  companion.take(data);
  return () => {
    companion.leave();
    delete parentElement.companion;
  };
}

// Until the pen is watched the pads cannot be drawn on (draw.css), or its first stroke would go unheard.
const watched = new CSSStyleSheet();
watched.replaceSync(".st-key-canvases { pointer-events: auto !important; }");

class Companion {
  constructor() {
    this.known = {}; // strokes that the server has, by pad
    this.strokes = {}; // lists of strokes after those, each its points, by pad
    this.pen = null; // the stroke that is being drawn: {pad, canvas, points, pointer}
    this.kept = null; // what the tab keeps of the server's (kept.js), the strokes being those after it
    this.line = new Line({
      opened: () => this.again(), // what was on its way when the last one broke
      heard: (answer) => {
        if (!answer.crowded) document.dispatchEvent(new CustomEvent("sketchbook-answer", { detail: answer }));
        this.heard(answer);
      },
      broken: () => this.again(),
    });
    this.page = null; // which state of the page the last run has shown
    this.follows = true; // reports while the pen moves, too
    this.number = 0; // of messages sent
    this.sentAt = null; // when the one in flight was sent
    this.changed = false; // something has happened since then
    this.turns = false; // the next message is to cause a run
    this.timer = null; // until the moving pen may report again
    this.lost = null; // until the message in flight is given up
    this.patience = LOST_MS;
    this.listening = new AbortController();
    const on = (type, react) =>
      document.addEventListener(type, react, { capture: true, passive: true, signal: this.listening.signal });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
    document.adoptedStyleSheets.push(watched);
  }

  leave() {
    this.rest();
    this.flush(); // a stroke that has just ended
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== watched);
    this.listening.abort();
    this.line.leave();
    clearTimeout(this.timer);
    clearTimeout(this.lost);
  }

  // A run's answer. Pads that it does not know have been replaced: erased, undone, another example.
  take(data) {
    if (!this.number) this.number = data.number; // numbers go on rising when the page is opened once more
    this.page = data.page;
    this.follows = data.follows;
    this.line.connect(data.pass);
    for (const pad of Object.keys(this.strokes)) {
      if (!(pad in data.known)) delete this.strokes[pad];
      else if (!(pad in this.known)) this.changed = true; // the pen was quicker than the run
    }
    this.heard(data);
  }

  // Any answer: which message it has taken in, and how many strokes of each pad the server has.
  heard({ number, known, page, crowded, kept }) {
    for (const [pad, count] of Object.entries(known)) this.strokes[pad]?.splice(0, Math.max(0, count - (this.known[pad] ?? count)));
    this.known = known;
    if (kept) this.kept = keepSheet(kept) ? kept : null;
    this.keepInk();
    if (this.sentAt === null || number !== this.number) return this.flush();
    const excess = crowded ? CROWDED_MS : Math.max(0, performance.now() - this.sentAt - BRISK_MS);
    this.rest();
    this.patience = LOST_MS;
    if (page !== this.page) this.changed = this.turns = true; // only a run can show that a pad is full
    if (this.pen && excess) this.timer = setTimeout(() => this.flush(), EASE * excess);
    else this.flush();
  }

  // Fabric.js draws with the main button and the first finger, on a pad's upper canvas; so does this.
  down(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const path = event.composedPath();
    const canvas = path[0];
    if (!(canvas instanceof HTMLCanvasElement) || !canvas.classList.contains("upper-canvas")) return;
    const pad = path.map(padOf).find(Boolean);
    if (!pad) return;
    this.pen = { pad, canvas, pointer: event.pointerId, points: [] };
    (this.strokes[pad] ??= []).push(this.pen.points);
    this.add(event);
  }

  move(event) {
    if (event.pointerId === this.pen?.pointer) this.add(event);
  }

  // Letting go is no place of its own: the stroke ends where the pen last moved to.
  up(event) {
    if (event.pointerId !== this.pen?.pointer) return;
    this.pen = null;
    clearTimeout(this.timer); // the last state waits for nobody
    this.timer = null;
    this.report();
  }

  add({ clientX, clientY, pointerType }) {
    const { canvas, points } = this.pen;
    const box = canvas.getBoundingClientRect();
    const whole = pointerType === "mouse" ? Math.floor : Number; // Fabric.js hears of a mouse in whole pixels
    const x = rounded(((whole(clientX) - box.left) / box.width) * canvas.width);
    const y = rounded(((whole(clientY) - box.top) / box.height) * canvas.height);
    const last = points.at(-1);
    if (last && last[0] === x && last[1] === y) return;
    points.push([x, y]);
    this.keepInk();
    if (this.follows) this.report();
  }

  report() {
    this.changed = true;
    if (this.sentAt === null && this.timer === null) this.flush();
  }

  flush() {
    this.timer = null;
    if (!this.changed || this.sentAt !== null) return;
    const direct = this.line.open && !this.turns;
    this.changed = this.turns = false;
    this.number += 1;
    this.sentAt = performance.now();
    this.lost = setTimeout(() => this.again(), this.patience);
    const message = { number: this.number, open: this.pen?.pad ?? null, pads: this.ink(), kept: this.kept?.state };
    if (direct) this.line.send(message);
    else this.send(message);
  }

  // The strokes that the server has not, by pad.
  ink() {
    const pads = {};
    for (const [pad, strokes] of Object.entries(this.strokes))
      if (strokes.length && pad in this.known) pads[pad] = { first: this.known[pad], strokes };
    return pads;
  }

  keepInk() {
    if (this.kept) keep("ink", JSON.stringify(this.ink()));
  }

  // The message in flight is given up.
  again() {
    if (this.sentAt === null) return;
    this.rest();
    this.patience = Math.min(2 * this.patience, LOST_MOST_MS);
    this.report();
  }

  rest() {
    this.sentAt = null;
    clearTimeout(this.lost);
    clearTimeout(this.timer);
    this.timer = null;
  }
}

const padOf = (node) => [...(node.classList ?? [])].map((name) => PAD.exec(name)?.[1]).find(Boolean);
const rounded = (value) => Math.round(value * 10) / 10;
