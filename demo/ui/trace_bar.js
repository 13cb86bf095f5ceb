// A bar with its twin, for trace.js, which comes after this.

function makeBar(parent, letter, colour) {
  const item = node(parent, "div", "bar", { role: "listitem", style: `--class: ${colour}` });
  const track = node(item, "div", "track");
  const level = node(track, "div", "fill");
  const row = node(item, "div", "row");
  node(row, "span", "letter").textContent = letter;
  const value = node(row, "span", "value");
  const mark = node(row, "span", "mark");
  const twin = node(item, "div", "twin");
  const twinTrack = node(twin, "div", "track");
  const twinLevel = node(twinTrack, "div", "fill");
  const twinRow = node(twin, "div");
  const twinName = node(twinRow, "span", "twin-name");
  const twinValue = node(twinRow, "span", "twin-value");
  return { item, level, value, mark, twin, twinLevel, twinName, twinValue };
}
