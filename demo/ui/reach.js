// Reaching the page's real controls from outside of them: for the keyboard and the tour.

// The first of the selectors that is there; one may go into open shadow roots, at ">>>".
function find(selectors) {
  for (const selector of selectors) {
    const [outer, inner] = selector.split(" >>> ");
    for (const node of document.querySelectorAll(outer)) {
      const found = inner ? within(node, inner) : node;
      if (found) return found;
    }
  }
  return null;
}

function within(node, selector) {
  for (const { shadowRoot } of [node, ...node.querySelectorAll("*")]) {
    const found = shadowRoot?.querySelector(selector);
    if (found) return found;
  }
  return null;
}

// Moves a slider by steps. Streamlit's hear the keys that they are sent; plain ones are set.
function nudge(input, by) {
  if (input.closest("[data-testid=stSlider]")) {
    const key = { key: by > 0 ? "ArrowRight" : "ArrowLeft", bubbles: true, cancelable: true };
    input.dispatchEvent(new KeyboardEvent("keydown", key));
    input.dispatchEvent(new KeyboardEvent("keyup", key));
  } else if (!input.disabled) {
    moveTo(input, Number(input.value) + by * (Number(input.step) || 1));
  }
}

function moveTo(input, value) {
  input.value = String(value); // kept between its ends
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// Drags the thumb of one of Streamlit's sliders to a fraction of its track, as a hand would: what follows the
// slider while it is dragged sees it, too.
async function drag(input, fraction, frames) {
  const thumb = input.closest("[data-rac]");
  const track = input.closest("[role=group]").firstElementChild.getBoundingClientRect();
  const { x, y, width, height } = thumb.getBoundingClientRect();
  const [from, to] = [x + width / 2, track.x + fraction * track.width];
  const send = (where, type, clientX) =>
    where.dispatchEvent(
      new PointerEvent(type, {
        ...{ pointerId: 1, pointerType: "mouse", isPrimary: true, button: 0, buttons: type === "pointerup" ? 0 : 1 },
        ...{ clientX, clientY: y + height / 2, bubbles: true, cancelable: true, composed: true },
      }),
    );
  send(thumb, "pointerdown", from);
  for (let frame = 1; frame <= frames; frame++) {
    await new Promise(requestAnimationFrame);
    send(window, "pointermove", from + ((to - from) * frame) / frames);
  }
  send(window, "pointerup", to);
}

// Moves a plain slider from its first step to its last.
async function sweep(input, pauseMs) {
  for (let value = Number(input.min); value <= Number(input.max); value += Number(input.step) || 1) {
    moveTo(input, value);
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
}

// Presses a button that may lie in a closed popover: that is opened for a moment, unseen.
async function press(selector, opener) {
  const button = find([selector]);
  if (button || !opener || !document.querySelector(opener)) return button?.click();
  document.documentElement.classList.add("reaching");
  document.querySelector(opener).click();
  (await appears(selector))?.click();
  document.querySelector(opener).click();
  document.documentElement.classList.remove("reaching");
  return undefined;
}

// Chooses an option, by what it says, of one of Streamlit's boxes. A long list has only the options in sight: typed
// into the box, the one that is wanted is among them.
async function choose(box, option) {
  box.focus();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, option);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  (await appears("[role=listbox] [role=option]", option))?.click();
  box.blur();
}

async function appears(selector, text) {
  for (let frame = 0; frame < 60; frame++) {
    const found = [...document.querySelectorAll(selector)].find((one) => !text || one.textContent.trim() === text);
    if (found) return found;
    await new Promise(requestAnimationFrame);
  }
  return null;
}

// The corner's menu stays open until something closes it.
function closeMenu() {
  document.querySelector(".st-key-frame [data-testid=stPopoverButton][aria-expanded=true]")?.click();
}
