// What a tab keeps of its own, as texts by name: "mark", "sheet", "fresh", "ink", "settings" (keep.py says what for).
//
// It lies in the tab's session storage, which survives reloads. Where that is full or forbidden it lies in the
// page, which at least outlives the server.

const shelf = (window.sketchbookKept ??= new Map()); // every component that is joined with this has the same one

function kept(name) {
  if (shelf.has(name)) return shelf.get(name);
  try {
    return sessionStorage.getItem(`sketchbook-${name}`) ?? "";
  } catch {
    return "";
  }
}

function keep(name, text) {
  try {
    sessionStorage.setItem(`sketchbook-${name}`, text);
    shelf.delete(name);
  } catch {
    shelf.set(name, text);
  }
}

// Whether what is kept may be written over: what another session left, only once this one has taken it.
function isOurs({ mark, took }) {
  const owner = kept("mark");
  return !owner || owner === mark || owner === took;
}

// Keeps the sheet that the server sent; returns whether it might.
function keepSheet(news) {
  if (!isOurs(news)) return false;
  keep("mark", news.mark);
  keep("sheet", news.sheet);
  keep("fresh", news.fresh ? "yes" : "");
  return true;
}
