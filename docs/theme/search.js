// Finds keywords and headings. SEARCH_INDEX is a list of [title, page, address, rank], made with the pages;
// SYNONYMS has, for what people call things, the words that stand here instead.
const MOST = 30;
const root = document.body.dataset.root;
const input = document.getElementById("search");
const found = document.getElementById("found");

const wordsOf = (text) => text.toLowerCase().split(/[\s,]+/).filter(Boolean);

function alternatives(word) {
  const single = word.replace(/s$/, "");
  return [word, ...(SYNONYMS[word] ?? SYNONYMS[single] ?? []), single];
}

// How far a word is from an entry: 0 in its title, 1 in the title of its page, 2 and more by other words for it.
function distance(word, [title, page]) {
  const words = alternatives(word);
  const inTitle = words.findIndex((each) => title.toLowerCase().includes(each));
  if (inTitle >= 0) return inTitle * 2;
  return page.toLowerCase().includes(word) ? 1 : Infinity;
}

function score(text, words, entry) {
  const [title, , , rank] = entry;
  const far = Math.max(...words.map((word) => distance(word, entry)));
  const start = title.toLowerCase().startsWith(text) ? 0 : 1;
  const exact = title.toLowerCase() === text ? 0 : 1;
  return [far === Infinity ? 1 : 0, rank > 2 ? 1 : 0, exact, far, rank, start, title.length];
}

function compare(one, other) {
  const place = one.findIndex((value, index) => value !== other[index]);
  return place < 0 ? 0 : one[place] - other[place];
}

function matches(text) {
  const words = wordsOf(text);
  return SEARCH_INDEX.map((entry) => [score(words.join(" "), words, entry), entry])
    .filter(([[isElsewhere]]) => !isElsewhere)
    .sort(([one], [other]) => compare(one, other))
    .slice(0, MOST)
    .map(([, entry]) => entry);
}

function itemOf([title, page, address]) {
  const link = document.createElement("a");
  link.href = root + address;
  link.append(title, Object.assign(document.createElement("small"), { textContent: page }));
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function nothing() {
  const text = "Nothing found. Try one word, such as import, company or journal.";
  return Object.assign(document.createElement("li"), { className: "nothing", textContent: text });
}

function show() {
  const text = input.value.trim();
  const hits = text ? matches(text) : [];
  found.replaceChildren(...(hits.length ? hits.map(itemOf) : [nothing()]));
  found.hidden = !text;
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
