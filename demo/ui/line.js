// A page's own line to the server (`line.py`): a websocket, asked for again, later and later, when it is refused.
// One that breaks is not: the page's next run brings the pass for another.

const REFUSED_MS = 1000; // a line that is refused, by a full house say, is asked for again after this time;
const REFUSED_MOST_MS = 60000; // later and later

class Line {
  // opened(); heard(answer); broken(): what was on its way may be lost.
  constructor({ opened, heard, broken }) {
    Object.assign(this, { opened, heard, broken });
    this.socket = null; // when it is open
    this.pass = null; // for which it was opened, or is to be
    this.refused = null; // until it is asked for again
    this.pause = REFUSED_MS;
  }

  get open() {
    return this.socket !== null;
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  connect(pass) {
    if (pass === this.pass) return;
    const replaced = this.open;
    this.leave();
    this.pass = pass;
    const address = new URL(`line?pass=${encodeURIComponent(pass)}`, document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.onopen = () => {
      if (pass !== this.pass) return socket.close();
      this.socket = socket;
      this.pause = REFUSED_MS;
      this.opened();
    };
    socket.onmessage = ({ data }) => this.socket === socket && this.heard(JSON.parse(data));
    socket.onclose = () => {
      if (this.socket === socket) {
        this.socket = this.pass = null;
        this.broken();
      } else if (this.pass === pass) {
        this.refused = setTimeout(() => {
          this.pass = null;
          this.connect(pass);
        }, this.pause);
        this.pause = Math.min(2 * this.pause, REFUSED_MOST_MS);
      }
    };
    if (replaced) this.broken();
  }

  // No line is wanted any more.
  leave() {
    clearTimeout(this.refused);
    this.socket?.close();
    this.socket = this.pass = null;
  }
}
