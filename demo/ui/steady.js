// The last plot stays in sight until the next is drawn: Streamlit replaces the node, with a blank frame between.
// Observers run before the browser paints: a copy of the last plot fills every frame that would be blank.

export default function ({ data, parentElement }) {
  parentElement.observer?.disconnect();
  parentElement.observer = keepInSight(document.querySelector(data.place));
  return () => parentElement.observer?.disconnect();
}

function keepInSight(place) {
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
  const observer = new MutationObserver(look);
  observer.observe(place, { subtree: true, childList: true, attributes: true, attributeFilter: ["style"] });
  return observer;
}

function still(plot) {
  const copy = plot.cloneNode(true);
  copy.inert = true;
  copy.ariaHidden = "true";
  copy.style.cssText += "; position: absolute; inset: 0;";
  return copy;
}

function isDrawn(plot) {
  return plot.querySelector(".main-svg :is(.trace, .hm image)") && plot.checkVisibility({ visibilityProperty: true });
}
