// The fit follows every slider while it is dragged (Streamlit's slider speaks on release only).
// Put behind fit.js, whose class Fit draws, and line.js.
//
// One message is in flight at a time; of what happens meanwhile only the latest is sent. Messages go by a
// websocket (`line.py`), and where there is none, by way of Streamlit, which then runs the page's fragment.

const LOST_MS = 2000; // a message this old is not going to be answered: the server was restarted, say

export default function ({ data, parentElement, setTriggerValue }) {
  const follower = (parentElement.follower ??= new Follower(new Fit(parentElement.querySelector(".fit"))));
  follower.send = (message) => setTriggerValue("drag", message);
  follower.take(data);
  return () => {
    follower.leave();
    delete parentElement.follower;
  };
}

class Follower {
  constructor(fit) {
    this.fit = fit;
    this.number = 0; // of messages sent
    this.sentAt = null; // when the one in flight was sent
    this.waiting = null; // the sliders' values that are to be sent next
    this.held = null; // a run's data that came while a slider was dragged
    this.line = new Line({
      opened: () => {},
      heard: (answer) => this.answered(answer),
      broken: () => {
        this.sentAt = null;
        this.flush();
      },
    });
    this.observer = new MutationObserver(() => this.look());
    this.watched = new Map(); // slider's key -> its element
  }

  leave() {
    this.observer.disconnect();
    this.line.leave();
    this.fit.leave();
  }

  // A run's data. While a slider is dragged its values are newer than the run's.
  take(data) {
    if (!this.number) this.number = data.number; // numbers go on rising when the page is opened once more
    this.watch(data.sliders);
    this.line.connect(data.pass);
    if (this.sentAt !== null && data.number === this.number && !this.line.open) this.answered(data);
    else if (this.dragged()) this.held = data;
    else this.fit.show(data, true);
  }

  watch(sliders) {
    for (const [key, selector] of Object.entries(sliders)) {
      const slider = document.querySelector(selector);
      if (!slider || this.watched.get(key) === slider) continue;
      this.watched.set(key, slider);
      this.observer.observe(slider, { subtree: true, attributes: true, attributeFilter: ["value", "data-dragging"] });
    }
  }

  dragged() {
    return [...this.watched.values()].some((slider) => slider.querySelector("[data-dragging=true]"));
  }

  look() {
    const dragging = this.dragged();
    if (dragging) {
      const values = Object.fromEntries([...this.watched].map(([key, slider]) => [key, Number(slider.querySelector("input").value)]));
      const asked = JSON.stringify(values);
      if (asked !== this.asked) this.waiting = values;
      this.asked = asked;
    } else {
      this.asked = null;
      if (this.held && this.sentAt === null && !this.waiting) this.fit.show(this.held, true);
      this.held = null;
      this.fit.announce();
    }
    this.flush();
  }

  flush() {
    const now = performance.now();
    if (!this.waiting || (this.sentAt !== null && now - this.sentAt < LOST_MS)) return;
    const message = { number: ++this.number, values: this.waiting };
    this.waiting = null;
    this.sentAt = now;
    if (this.line.open) this.line.send(message);
    else this.send(message);
  }

  answered(data) {
    if (data.number !== this.number) return; // of a message given up for lost
    this.sentAt = null;
    this.held = null;
    this.fit.show(data, !this.dragged());
    this.flush();
  }
}
