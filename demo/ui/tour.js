// Places the tour's card beside what the step talks about, marks that, and does what "Show me" promises.

const GAP = 14; // pixels between the card and what it talks about
const EDGE = 8; // and from the window's edges
const BAR = 60; // height of the pages' bar
const NARROW = 640; // a window in which the card lies at the bottom
const AROUND = 6; // between what is marked and the mark
const LOOK_MS = 150; // between two looks for something that is not there
const PATIENCE_MS = 2500; // until it counts as missing: a page takes a moment to come
const SCROLLS = 4; // as often the page is scrolled to what is marked: pages grow while they load
const SCROLL_MS = 700; // the next time after
const DRAG_FRAMES = 60;
const SWEEP_MS = 450; // a step

const ring = document.createElement("div");
ring.className = "tour-ring";
ring.ariaHidden = "true";

let owner = null; // the element that shows it: a new one comes before the old one goes
let step = null; // as the app sent it
let target = null; // what it talks about, if that is there
let leaps = 0; // as the app sent it
let leaping = false; // on the way to the step's page
let began = 0;
let looked = 0;
let scrolls = 0;
let frame = 0;

export default function ({ data, parentElement }) {
  const before = step;
  [owner, step] = [parentElement, data];
  if (!before) closeMenu();
  if (before?.number !== data.number) [target, began, looked, scrolls] = [null, performance.now(), 0, 0];
  if (before && data.shown > before.shown) perform(data.act);
  leaping = data.elsewhere && (leaping || data.leaps > leaps);
  leaps = data.leaps;
  cancelAnimationFrame(frame);
  follow();
  return () => {
    if (owner !== parentElement) return;
    cancelAnimationFrame(frame);
    ring.remove();
    step = target = null;
  };
}

// Every frame, as the page scrolls and changes: rectangles are read, and styles written only if they differ.
function follow() {
  frame = requestAnimationFrame(follow);
  const card = document.querySelector(".st-key-tour-card");
  if (!card) return;
  const now = performance.now();
  const way = leaping && document.querySelector(".st-key-tour-way a"); // it comes a moment later than the card
  if (way) {
    leaping = false;
    way.click();
  }
  if (!isSeen(target) && now - looked > LOOK_MS) {
    looked = now;
    const found = step.target && find([step.target]);
    target = isSeen(found) ? found : null;
  }
  if (target && scrolls < SCROLLS && now - began > scrolls * SCROLL_MS) {
    scrolls += 1;
    bringIntoView(target);
  }
  introduce(card);
  card.dataset.missing = String(!target && now - began > PATIENCE_MS);
  const mark = target?.getBoundingClientRect();
  if (mark) showRing(mark);
  else ring.remove();
  const { left, top } = placeFor(card, mark);
  set(card, { left: `${Math.round(left)}px`, top: `${Math.round(top)}px`, visibility: "visible" });
}

const isSeen = (node) => Boolean(node?.isConnected && node.getClientRects().length);

function set(node, styles) {
  for (const [name, value] of Object.entries(styles)) if (node.style[name] !== value) node.style[name] = value;
}

// A region with a name, whose text is read out when it changes; the keyboard begins at its last button.
function introduce(card) {
  if (card.role === "region" && Number(card.dataset.number) === step.number) return;
  card.role = "region";
  card.ariaLabel = step.words.name;
  card.dataset.number = String(step.number);
  card.querySelector(".st-key-tour-text")?.setAttribute("aria-live", "polite");
  if (!document.activeElement || document.activeElement === document.body || !isSeen(document.activeElement))
    card.querySelector(".st-key-tour-next button")?.focus({ preventScroll: true });
}

function showRing(mark) {
  if (!ring.isConnected) document.body.append(ring);
  const [left, top] = [Math.max(1, mark.left - AROUND), Math.max(1, mark.top - AROUND)];
  const [right, bottom] = [Math.min(innerWidth - 1, mark.right + AROUND), mark.bottom + AROUND];
  const px = (value) => `${Math.round(value)}px`;
  set(ring, { left: px(left), top: px(top), width: px(right - left), height: px(bottom - top) });
}

// Under the mark, over it, or at its side, where there is room; else in a corner.
function placeFor(card, mark) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const [right, bottom] = [innerWidth - EDGE - width, innerHeight - EDGE - height];
  const corner = { left: right, top: bottom };
  if (innerWidth < NARROW) return { left: (innerWidth - width) / 2, top: bottom };
  if (!mark) return corner;
  const across = clamp(mark.left + (mark.width - width) / 2, EDGE, right);
  const beside = clamp(mark.top + (mark.height - height) / 2, BAR, bottom);
  const places = [
    { left: across, top: mark.bottom + GAP },
    { left: across, top: mark.top - GAP - height },
    { left: mark.right + GAP, top: beside },
    { left: mark.left - GAP - width, top: beside },
  ];
  return places.find(({ left, top }) => left >= EDGE && left <= right && top >= EDGE && top <= bottom) ?? corner;
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// To the middle of what the bar and, in a narrow window, the card leave free.
function bringIntoView(node) {
  if (node.closest(".st-key-frame")) return; // it stands still
  const { top, bottom, height } = node.getBoundingClientRect();
  const card = document.querySelector(".st-key-tour-card").getBoundingClientRect();
  const room = innerWidth < NARROW ? innerHeight - EDGE - card.height - GAP : innerHeight;
  if (top >= BAR && bottom <= room) return;
  const wanted = Math.max(BAR + AROUND, (BAR + room - height) / 2);
  const behavior = calm() ? "auto" : "smooth";
  document.querySelector("[data-testid=stMain]").scrollBy({ top: top - wanted, behavior });
}

function perform(act) {
  const control = act && find([act.on]);
  if (act?.does === "press") press(act.on, act.opener);
  else if (!control) return;
  else if (act.does === "choose") choose(control, act.option);
  else if (act.does === "drag") drag(control, act.to, calm() ? 1 : DRAG_FRAMES);
  else sweep(control, SWEEP_MS);
}
