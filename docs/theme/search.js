// Finds keywords and headings. SEARCH_INDEX is a list of [title, page, address], made with the pages.
const root = document.body.dataset.root;
const input = document.getElementById("search");
const found = document.getElementById("found");

function matches(words) {
  const rank = ([title]) => (title.toLowerCase().startsWith(words[0]) ? 0 : 1);
  return SEARCH_INDEX.filter(([title, page]) => {
    const text = `${title} ${page}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }).sort((one, other) => rank(one) - rank(other) || one[0].length - other[0].length).slice(0, 12);
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = words.length ? matches(words) : [];
  found.replaceChildren(...hits.map(([title, page, address]) => {
    const link = document.createElement("a");
    link.href = root + address;
    link.append(title, Object.assign(document.createElement("small"), { textContent: page }));
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  found.hidden = !hits.length;
}

input.addEventListener("input", show);
input.addEventListener("focus", show);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter") found.querySelector("a")?.click();
  if (event.key === "Escape") { input.value = ""; show(); }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) found.hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.focus(); }
});
