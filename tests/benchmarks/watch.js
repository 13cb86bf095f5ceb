// Put into the page by the benchmark: notes when the bars change, when the pen goes up, and every frame.
() => {
  const notes = { bars: [], ups: [], frames: [] };
  const root = [...document.querySelectorAll(".st-key-probabilities *")].map((n) => n.shadowRoot).find((r) => r?.querySelector(".trace"));
  const trace = root.querySelector(".trace");
  const values = () => [...trace.querySelectorAll("[data-class]")].map((bar) => bar.dataset.probability).join();
  new MutationObserver(() => notes.bars.push({ at: performance.now(), down: trace.dataset.drawing === "true", values: values() })).observe(
    root,
    { subtree: true, attributes: true, attributeFilter: ["data-probability", "data-drawing"] },
  );
  addEventListener("pointerup", () => notes.ups.push(performance.now()), true);
  const frame = (at) => {
    notes.frames.push(at);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.notes = notes;
};
