// Gives what this tab has kept (kept.js) back to a session that is new to it. It stands at the beginning of every
// page, and once more at its end.
//
// A page that is opened, or reloaded, meets its session with its first run, which knows of nothing yet: the page is
// hidden from then on to the end of the run that does. When a lost connection is there again, the first run is
// asked for with all that is kept, whoever answers; the page as it was stays in sight meanwhile.

const PATIENCE_MS = 4000; // then the page is shown as it is

let tell = null; // the app
let asked = false; // for the first run after a lost connection, with all that is kept
let told = null; // the mark of the session that has been given what is kept
let watching = null;

export default function ({ data, setTriggerValue }) {
  if (!data.end) {
    tell = (message) => setTriggerValue("kept", message);
    watching ??= watchConnection();
  }
  if (isOurs(data)) {
    keep("mark", data.mark);
    if (data.end) show();
    else keep("settings", JSON.stringify(data.settings));
  } else if (asked) {
    [asked, told] = [false, data.mark];
  } else if (told !== data.mark) {
    hide();
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

const hide = () => {
  document.documentElement.classList.add("keeping");
  setTimeout(show, PATIENCE_MS);
};
const show = () => document.documentElement.classList.remove("keeping");

// Streamlit's frontend connects again by itself, but asks for a run only if something was running.
function watchConnection() {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) return null;
  let was = app.dataset.testConnectionState;
  const observer = new MutationObserver(() => {
    const { testConnectionState: is, testScriptState: script } = app.dataset;
    if (is === "CONNECTED" && was !== is) {
      asked = script === "notRunning";
      if (asked) giveBack();
    }
    was = is;
  });
  observer.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return observer;
}
