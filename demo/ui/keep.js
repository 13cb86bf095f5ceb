// Gives what this tab has kept (kept.js) back to a session that is new to it. It stands at the beginning of every
// page, and once more at its end.
//
// A page that is opened, or reloaded, meets its session with its first run, which knows of nothing yet: the page is
// hidden from then on to the end of the run that does. When a lost connection is there again, the first run is
// asked for with all that is kept, whoever answers: the page as it was stays in sight, and cannot be drawn on, for
// this run may bring other pads. It waits for the stroke that is being drawn.

const PATIENCE_MS = { hidden: 4000, still: 15000 }; // then the page is shown as it is, and can be drawn on

let tell = null; // the app
let asked = false; // for the first run after a lost connection, with all that is kept
let told = null; // the mark of the session that has been given what is kept
let watching = null;
let notice = null; // says that the server is away

export default function ({ data, parentElement, setTriggerValue }) {
  if (!data.end) {
    tell = (message) => setTriggerValue("kept", message);
    notice = parentElement.querySelector("p");
    notice.textContent = data.away;
    watching ??= watchConnection();
  }
  if (isOurs(data)) {
    asked = false;
    keep("mark", data.mark);
    if (!data.end) keep("settings", JSON.stringify(data.settings));
    else for (const what of Object.keys(PATIENCE_MS)) allow(what);
  } else if (asked) {
    [asked, told] = [false, data.mark];
  } else if (told !== data.mark) {
    bar("hidden");
    bar("still");
    if (!tell) return; // the end came first
    told = data.mark;
    giveBack();
  }
}

function giveBack() {
  const ink = JSON.parse(kept("ink") || "{}");
  const touched = !kept("fresh") || Object.keys(ink).length > 0;
  const settings = JSON.parse(kept("settings") || "{}");
  tell({ mark: kept("mark"), sheet: touched ? kept("sheet") : "", ink, settings });
}

function bar(what) {
  document.documentElement.classList.add(`keep-${what}`);
  setTimeout(() => allow(what), PATIENCE_MS[what]);
}

const allow = (what) => document.documentElement.classList.remove(`keep-${what}`);

// Streamlit's dialog about a lost connection lets nobody draw; once it is closed, it stays so until the next time.
// Streamlit's frontend connects again by itself, but asks for a run only if something was running.
function watchConnection() {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) return null;
  let [down, waiting] = [false, false]; // the pen; until it is lifted
  const ask = () => {
    waiting = down;
    if (waiting) return;
    bar("still");
    giveBack();
  };
  const on = (type, react) => document.addEventListener(type, react, { capture: true, passive: true });
  on("pointerdown", () => (down = true));
  for (const type of ["pointerup", "pointercancel"])
    on(type, () => {
      down = false;
      if (waiting) ask();
    });
  const dialogs = new MutationObserver(() => document.querySelector(".stDialog button[aria-label=Close]")?.click());
  let was = app.dataset.testConnectionState;
  const observer = new MutationObserver(() => {
    const { testConnectionState: is, testScriptState: script } = app.dataset;
    if (is === was) return;
    was = is;
    notice.hidden = is === "CONNECTED";
    dialogs.disconnect();
    if (is !== "CONNECTED") dialogs.observe(document.body, { childList: true, subtree: true });
    asked = is === "CONNECTED" && script === "notRunning";
    waiting = false;
    if (asked) ask();
    else allow("still");
  });
  observer.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return observer;
}
