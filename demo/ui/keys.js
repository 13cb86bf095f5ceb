// The keyboard: keys become actions, and actions reach the page through its own controls.
//
// Stepping and playing go out as a "sketchbook-key" event, which components take. Where none does, the page's
// scrubber is moved or its play button clicked. The others are clicks, and what only the app can do is
// reported to it. `find` and `step` are in reach.js.

const PLAYERS = [".st-key-probabilities", ".st-key-inside"];
const SCRUBBERS = [...PLAYERS.map((one) => `${one} >>> input[type=range]`), ".st-key-sine_steps input[type=range]"];
const PLAYS = PLAYERS.map((one) => `${one} >>> .play`);
const EXAMPLES = ".st-key-examples [data-testid=stPopoverButton]";
const ACTIONS = {
  forward: { keys: ["ArrowRight", ".", "。"], shown: ["→", "."], on: SCRUBBERS, act: (input) => nudge(input, 1) },
  back: { keys: ["ArrowLeft", ",", "，"], shown: ["←", ","], on: SCRUBBERS, act: (input) => nudge(input, -1) },
  play: { keys: [" ", "p"], shown: [" ", "P"], on: PLAYS, act: (button) => button.click() },
  erase: { keys: ["e"], shown: ["E"], on: [".st-key-erase-all button"], act: (button) => button.click() },
  example: { keys: ["n"], shown: ["N"], on: [".st-key-next-example button", EXAMPLES], act: () => press(".st-key-next-example button", EXAMPLES) },
  present: { keys: ["f"], shown: ["F"] },
  controls: { keys: ["h"], shown: ["H"] },
  tour: { keys: ["t"], shown: ["T"] },
  help: { keys: ["?", "？"], shown: ["?"] },
};
const EVENTS = ["forward", "back", "play"];
const OPEN = "dialog[open], [role=dialog], [role=listbox], [role=menu], [data-testid=stPopoverBody]";

let app = null; // what the app said last, and how to answer

export default function ({ data, parentElement, setTriggerValue }) {
  const dialog = parentElement.querySelector("dialog");
  const before = app?.data ?? data;
  app = { data, dialog, report: (act) => setTriggerValue("act", act), paper: paperOf(dialog) };
  scheme.onchange = () => followScheme(dialog);
  if (data.asked > before.asked) showHelp();
  if (data.presenting !== before.presenting) closeMenu();
  document.addEventListener("keydown", hear, true); // early: some of Streamlit's elements let nothing through
  return () => {
    if (app.dialog === dialog) document.removeEventListener("keydown", hear, true); // else another one listens already
  };
}

// Figures are made for the theme that the server knows of: it hears of another one once Streamlit has put it on.
const scheme = matchMedia("(prefers-color-scheme: dark)");
const paperOf = (element) => getComputedStyle(element).getPropertyValue("--st-background-color");

function followScheme(element, frames = 120) {
  if (paperOf(element) !== app.paper) app.report("theme");
  else if (frames) requestAnimationFrame(() => followScheme(element, frames - 1));
}

function hear(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "Escape" && isOnStage() && !app.dialog.open && !document.querySelector(OPEN)) return void app.report("present");
  const name = Object.keys(ACTIONS).find((one) => ACTIONS[one].keys.includes(key));
  if (!name || hasMeaning(key, event.composedPath()[0]) || app.dialog.open) return;
  event.preventDefault();
  event.stopPropagation(); // or a player that has the focus would take it once more
  if (!event.repeat || name === "forward" || name === "back") act(name);
}

// Whether the focused element wants the key itself: letters are typed, arrows move sliders, Space presses buttons.
function hasMeaning(key, focused) {
  if (!(focused instanceof Element) || focused === document.body) return false;
  if (focused.isContentEditable || focused.matches("textarea, select, [role=textbox], [role=combobox], [role=listbox], [role=option]"))
    return true;
  if (focused.matches("input:not([type=range], [type=checkbox], [type=radio], [type=button], [type=submit])")) return true;
  if (key.startsWith("Arrow"))
    return focused.matches("input[type=range], input[type=radio], [role=slider], [role=radio], [role=tab], [role^=menu], [data-arrows] *");
  return key === " " && focused.matches("button, a, summary, input, [role=button], [role=tab], [role=switch], [role^=menu]");
}

function act(name) {
  if (name === "help") return showHelp();
  const { on, act: move } = ACTIONS[name];
  if (name === "controls" && !isOnStage()) return undefined;
  if (!on) return app.report(name);
  const control = find(on);
  if (EVENTS.includes(name)) {
    const before = stateOf(control);
    document.dispatchEvent(new CustomEvent("sketchbook-key", { detail: { action: name } }));
    if (stateOf(control) !== before) return undefined; // a component took it
  }
  return control && move(control);
}

const isOnStage = () => Boolean(document.querySelector(".st-key-leave"));
const stateOf = (control) => control && `${control.value} ${control.textContent}`;

// --- The dialog ---

function showHelp() {
  const { dialog, data } = app;
  if (dialog.open) return;
  closeMenu();
  dialog.replaceChildren(...contents(data.words));
  dialog.onclick = (event) => event.target === dialog && dialog.close(); // beside it
  dialog.showModal();
}

function contents(words) {
  const list = make("dl");
  for (const [name, { shown, on }] of Object.entries(ACTIONS)) {
    const row = list.appendChild(make("div"));
    row.classList.toggle("idle", on ? !find(on) : name === "controls" && !isOnStage());
    const keys = row.appendChild(make("dt"));
    for (const key of shown) keys.append(make("kbd", key === " " ? words.space : key), " ");
    row.append(make("dd", words[`does.${name}`]));
  }
  const close = make("button", words.close);
  close.type = "button";
  close.autofocus = true;
  close.onclick = () => app.dialog.close();
  const title = make("h2", words.title);
  title.id = "title";
  return [title, list, make("p", words.note), close];
}

function make(tag, text = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}
