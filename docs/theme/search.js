// Finds keywords, headings and the text below them. SEARCH_INDEX is a list of [title, page, address, rank, words,
// subjects], made with the pages; SYNONYMS has, for what people call things, the words that stand here instead.
const MOST = 30;
const root = document.body.dataset.root;
const input = document.getElementById("search");
const found = document.getElementById("found");

const single = (word) => word.replace(/s$/, "");
const wordsOf = (text) => text.toLowerCase().split(/[\s,]+/).filter(Boolean);
// Words with a space before each, so that a word is found from its beginning: "owner" is not in "UnknownError".
const spaced = (text) => ` ${text}`.toLowerCase().replace(/[^\p{L}\d]+/gu, " ");
const titled = (title) => spaced(`${title} ${title.replace(/([a-z])([A-Z])/g, "$1 $2")}`);
const alternatives = (word) => [word, ...(SYNONYMS[word] ?? SYNONYMS[single(word)] ?? []), single(word)];

// How far a word is from an entry: 0 in its title, 1 in the title of its page, 2 and more by other words for it, 20 in
// the text below.
function distance(word, [title, page, , , text]) {
  const words = alternatives(word);
  const inTitle = words.findIndex((each) => titled(title).includes(spaced(each)));
  if (inTitle >= 0) return inTitle * 2;
  if (page.toLowerCase().includes(word)) return 1;
  return [word, single(word)].some((each) => ` ${text}`.includes(` ${each}`)) ? 20 : Infinity;
}

// Smaller is better, from the first number to the last: is it elsewhere, is it no subject, is it in text only, ...
function score(text, words, entry) {
  const [title, , , rank, , subjects] = entry;
  const far = Math.max(...words.map((word) => distance(word, entry)));
  const isSubject = subjects.includes(text) || subjects.includes(single(text));
  const inText = far >= 20 && !isSubject;
  // Below a heading of a guide a word says more than in the documentation of one of many similar keywords.
  const kind = inText && rank < 2 ? 1 - rank : rank;
  const exact = title.toLowerCase() === text ? 0 : 1;
  const start = title.toLowerCase().startsWith(text) ? 0 : 1;
  const elsewhere = far === Infinity && !isSubject ? 1 : 0;
  return [elsewhere, isSubject ? 0 : 1, inText ? 1 : 0, rank > 1 ? 1 : 0, exact, far, kind, start, title.length];
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
