// Two things that Streamlit's slider and plot do not do for themselves:
// - amplitude and phase are sent while a slider is dragged (the slider speaks on release only);
// - the last plot stays in sight until the next is drawn (the node is replaced, with a blank frame between).

const SLIDERS = { amplitude: ".st-key-sine-amplitude", phase: ".st-key-sine-phase" };
const PLOTS = [".st-key-sine-plot", ".st-key-sine-errors"];

export default function ({ parentElement, data, setTriggerValue }) {
  const live = (parentElement.live ??= { waiting: null, inFlight: false, answered: null });
  live.send = (values) => setTriggerValue("drag", values);
  if (live.answered !== data.answered) {
    live.answered = data.answered;
    live.inFlight = false;
    flush(live);
  }
  const observers = [...Object.values(SLIDERS).map((slider) => follow(slider, live)), ...PLOTS.map(keepInSight)];
  return () => observers.forEach((observer) => observer?.disconnect());
}

// One message in flight at a time: of what happens meanwhile only the latest is sent.
function flush(live) {
  if (live.inFlight || !live.waiting) return;
  live.inFlight = true;
  live.send(live.waiting);
  live.waiting = null;
}

function follow(selector, live) {
  const slider = document.querySelector(selector);
  if (!slider) return undefined;
  return observe(slider, { attributes: true, attributeFilter: ["value", "data-dragging"] }, () => {
    const dragging = slider.querySelector("[data-dragging=true]");
    // Once released, the slider itself sends the last value.
    live.waiting = dragging && Object.fromEntries(Object.entries(SLIDERS).map(([key, s]) => [key, valueOf(s)]));
    flush(live);
  });
}

function valueOf(selector) {
  return Number(document.querySelector(`${selector} input`)?.value);
}

// Observers run before the browser paints: a copy of the last plot fills every frame that would be blank.
function keepInSight(selector) {
  const place = document.querySelector(selector);
  if (!place) return undefined;
  let seen = null;
  let copy = null;
  const look = () => {
    const drawn = [...place.querySelectorAll(".js-plotly-plot")].find((plot) => plot !== copy && isDrawn(plot));
    if (drawn) {
      copy?.remove();
      if (drawn === seen) return;
      seen = drawn;
      requestAnimationFrame(() => (copy = drawn === seen && isDrawn(drawn) ? still(drawn) : copy));
    } else if (copy && !copy.isConnected) {
      place.append(copy);
    }
  };
  look();
  return observe(place, { childList: true, attributes: true, attributeFilter: ["style"] }, look);
}

function still(plot) {
  const copy = plot.cloneNode(true);
  copy.inert = true;
  copy.ariaHidden = "true";
  copy.style.cssText += "; position: absolute; inset: 0;";
  return copy;
}

function isDrawn(plot) {
  return plot.querySelector(".main-svg .trace") && plot.checkVisibility({ visibilityProperty: true });
}

function observe(node, what, react) {
  const observer = new MutationObserver(react);
  observer.observe(node, { subtree: true, ...what });
  return observer;
}
