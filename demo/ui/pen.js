// The pen's companion: a component without a view that watches the pen on the drawing pads and reports the
// strokes that the canvas package has not reported yet (it waits 200 ms after each). The pads, and what is
// on them in the end, stay the package's: nothing here touches them.
//
// One message is in flight at a time. What the pen does meanwhile is in the next one, so nothing is lost
// and the server is never more than one message behind. A stroke is reported, from its first point on,
// until the server knows it from the package: `known` says how many strokes it knows of each pad.
//
// Messages go by a websocket of the pen's own (`line.py`), whose answers other components hear of as the
// event "sketchbook-answer"; where there is none, by way of Streamlit, which then runs the page's fragment.

const PAD = /^st-key-(pad-\d+-\d+)$/;
const LOST_MS = 2000; // a message this old is not going to be answered: the server was restarted, say
const UNCONFIRMED_MS = 5000; // a finished stroke this old that the package has not reported never was one
const SETTLE_MS = 300; // after the pen was lifted, when the package should have reported: the server is asked
const BRISK_MS = 60; // answers that take longer mean a busy server, which is then spared:
const EASE = 2; // the moving pen waits this many times the excess before it reports again,
const PATIENCE = 6; // and what the server knows is asked this many times the excess later

export default function ({ data, parentElement, setTriggerValue }) {
  const companion = (parentElement.companion ??= new Companion());
  companion.send = (message) => setTriggerValue("ink", message);
  companion.take(data);
  return () => {
    companion.leave();
    delete parentElement.companion;
  };
}

class Companion {
  constructor() {
    this.known = {}; // strokes that the server knows from the package, by pad
    this.strokes = {}; // lists of strokes after those, by pad: {points, ended}
    this.pen = null; // the stroke that is being drawn: {canvas, points, ended, pointer}
    this.line = null; // the pen's own websocket, when it is open
    this.pass = null; // for which it was opened
    this.number = 0; // of messages sent
    this.sentAt = null; // when the one in flight was sent
    this.excess = 0; // milliseconds that the last answer took beyond BRISK_MS
    this.changed = false; // something has happened since then
    this.timer = null; // until the moving pen may report again
    this.settling = null; // until the server is asked what it knows
    this.listening = new AbortController();
    const on = (type, react) =>
      document.addEventListener(type, react, { capture: true, passive: true, signal: this.listening.signal });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event));
  }

  leave() {
    this.listening.abort();
    this.line?.close();
    clearTimeout(this.timer);
    clearTimeout(this.settling);
  }

  connect(pass) {
    if (pass === this.pass) return;
    this.pass = pass;
    const address = new URL(`line?pass=${encodeURIComponent(pass)}`, document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const line = new WebSocket(address);
    line.onopen = () => (this.line = line);
    line.onmessage = ({ data }) => {
      const detail = JSON.parse(data);
      document.dispatchEvent(new CustomEvent("sketchbook-answer", { detail }));
      this.answered(detail.number);
    };
    line.onclose = () => {
      if (this.line !== line) return;
      this.line = this.pass = null; // the next run opens another
      this.sentAt = null;
      this.report();
    };
  }

  // A run's answer: which message it has taken in, and how many strokes of each pad the server knows.
  take({ answered, known, pass }) {
    if (!this.number) this.number = answered; // numbers go on rising when the page is opened once more
    this.connect(pass);
    const gone = Object.keys(this.strokes).filter((pad) => !(pad in known));
    for (const pad of gone) delete this.strokes[pad]; // the pad has been replaced: erased, undone, another example
    for (const [pad, strokes] of Object.entries(this.strokes)) strokes.splice(0, Math.max(0, known[pad] - (this.known[pad] ?? 0)));
    this.known = known;
    this.answered(answered);
  }

  answered(number) {
    if (this.sentAt === null || number !== this.number) return;
    this.excess = Math.max(0, performance.now() - this.sentAt - BRISK_MS);
    this.sentAt = null;
    clearTimeout(this.timer);
    if (this.pen && this.excess) this.timer = setTimeout(() => this.flush(), EASE * this.excess);
    else this.flush();
  }

  // Fabric.js draws with the main button and the first finger, on a pad's upper canvas; so does this.
  down(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const path = event.composedPath();
    const canvas = path[0];
    if (!(canvas instanceof HTMLCanvasElement) || !canvas.classList.contains("upper-canvas")) return;
    const pad = path.map(padOf).find(Boolean);
    if (!(pad in this.known)) return;
    this.pen = { canvas, pointer: event.pointerId, points: [], ended: null };
    (this.strokes[pad] ??= []).push(this.pen);
    this.add(event);
  }

  move(event) {
    if (event.pointerId === this.pen?.pointer) this.add(event);
  }

  // Letting go is no place of its own: the stroke ends where the pen last moved to.
  up(event) {
    if (event.pointerId !== this.pen?.pointer) return;
    this.pen.ended = performance.now();
    this.pen = null;
    clearTimeout(this.timer); // the last state waits for nobody
    this.report();
    this.settle();
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
    this.report();
  }

  // Reports once more, and again, until the server knows all strokes from the package.
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.pen || !Object.values(this.strokes).some((strokes) => strokes.length)) return;
      this.changed = true;
      this.flush((message) => this.send(message)); // by way of Streamlit: the page's buttons have to know, too
      this.settle();
    }, SETTLE_MS + PATIENCE * this.excess);
  }

  report() {
    this.changed = true;
    const now = performance.now();
    if (this.sentAt !== null && now - this.sentAt > LOST_MS) this.sentAt = null;
    if (this.sentAt === null && !(this.timer && this.pen)) this.flush();
  }

  flush(send = (message) => (this.line ? this.line.send(JSON.stringify(message)) : this.send(message))) {
    this.timer = null;
    if (!this.changed || this.sentAt !== null) return;
    this.changed = false;
    this.number += 1;
    this.sentAt = performance.now();
    const pads = {};
    for (const [pad, strokes] of Object.entries(this.strokes)) {
      const real = strokes.filter(({ ended }) => ended === null || this.sentAt - ended < UNCONFIRMED_MS);
      this.strokes[pad] = real;
      if (real.length) pads[pad] = { first: this.known[pad], strokes: real.map(({ points }) => points) };
    }
    send({ number: this.number, down: this.pen !== null, pads });
  }
}

const padOf = (node) => [...(node.classList ?? [])].map((name) => PAD.exec(name)?.[1]).find(Boolean);
const rounded = (value) => Math.round(value * 10) / 10;
