// Two editions of a series: headlines, what changed by criterion, and in which countries.
import { formatAddress, keepAddress } from "./address.js";
import { inRegion, regionOptions } from "./countries.js";
import { answerOf, changeOf, sourceOf } from "./data.js";
import { byId, copyButton, element, pick, setOptions } from "./elements.js";
import { addQuotes, cellText, makeTable, render, rowText } from "./tables.js";
import { plural } from "./text.js";

// of the list what to show: what came to be stated, or fell silent; every change between editions next to each other
const STATED = "stated";
const BETWEEN = "between";

// The countries of a pair that are in a region, each with what became of each criterion.
export function comparedRows(data, pair, region) {
  return pair.countries.flatMap((country, row) =>
    inRegion(data.countries[country], region) ? [{ country, changes: data.criteria.map((_, n) => changeOf(pair, row, n)) }] : [],
  );
}

// For each criterion, how many of these countries have each change.
export function countChanges(data, rows) {
  return data.criteria.map((_, n) => data.changes.map((__, place) => rows.filter(({ changes }) => changes[n].change === place).length));
}

// The changed answers of a pair to list: of countries of a region, of one criterion (-1: of all), and of a kind
// ("": those that move).
export function listedChanges(data, pair, region, criterion, what) {
  const moving = what === "" || what === BETWEEN;
  const asked = (kind) => (what === STATED ? !kind.moves && !kind.apart : moving ? kind.moves : kind.id === what);
  return comparedRows(data, pair, region).flatMap(({ country, changes }) =>
    changes.flatMap(({ change, listed }, n) =>
      listed && asked(data.changes[change]) && (criterion < 0 || criterion === n) ? [{ pair, country, criterion: n, change }] : [],
    ),
  );
}

// The pairs of editions with answers, next to each other, from the first to the last edition of a pair.
export function pairsBetween(series, { from, to }) {
  const ids = series.editions.filter((edition) => !edition.update).map(({ id }) => id);
  const [first, last] = [ids.indexOf(from), ids.indexOf(to)];
  const within = first < 0 || last < 0 ? [] : ids.slice(first, last + 1);
  return within.slice(1).flatMap((id, n) => series.pairs.filter((pair) => pair.from === within[n] && pair.to === id));
}

// The editions with which an edition is compared.
function laterOf(series, edition) {
  return series.pairs.filter((pair) => pair.from === edition).map((pair) => pair.to);
}

// An edition by its title and, where that does not say it, its year.
function editionName([title, date]) {
  return date && !title.includes(date.slice(0, 4)) ? `${title} (${date.slice(0, 4)})` : title;
}

export function startCompare(data) {
  const lists = Object.fromEntries(
    ["series", "from", "to", "region", "criterion", "what"].map((name) => [name, byId(`compare-${name}`)]),
  );
  const compared = data.series.filter((one) => one.usual.length > 0);
  if (!lists.series || compared.length === 0) {
    return () => {};
  }
  setOptions(lists.series, compared.map(({ id, title }) => [id, title]));
  setOptions(lists.region, [["", "all"], ...regionOptions(data.countries)]);
  setOptions(lists.criterion, [["", "all"], ...data.criteria.map(({ id, short }) => [id, short])]);
  const chosen = () => compared.find((one) => one.id === lists.series.value) ?? compared[0];
  const pairOf = (series, from, to) => series.pairs.find((pair) => pair.from === from && pair.to === to);

  // What can be picked of a series; editions that are not compared with each other are as usual.
  function offer(id, from, to) {
    pick(lists.series, id);
    const series = chosen();
    const [first, last] = pairOf(series, from, to) ? [from, to] : series.usual;
    const option = (edition) => [edition, editionName(series.stated[edition])];
    setOptions(lists.from, [...new Set(series.pairs.map((pair) => pair.from))].map(option));
    lists.from.value = first;
    setOptions(lists.to, laterOf(series, first).map(option));
    lists.to.value = last;
    const { value } = lists.what;
    const kinds = data.changes.map((kind, n) => [kind, series.changes[n]]);
    setOptions(lists.what, [
      ["", "every change"],
      [BETWEEN, "every change, edition by edition"],
      ...kinds.filter(([kind]) => kind.moves).map(([kind, words]) => [kind.id, words]),
      [STATED, "silent or unclear, now stated; or the other way round"],
      ...kinds.filter(([kind]) => kind.apart).map(([kind, words]) => [kind.id, words]),
    ]);
    pick(lists.what, value);
  }

  function draw() {
    const series = chosen();
    const ids = [lists.from.value, lists.to.value];
    const pair = pairOf(series, ...ids);
    byId("compare-head").replaceChildren(...render(pair.head, data), ...(series.every_pair ? [] : [element("p", { class: "quiet" }, SOME_PAIRS)]));
    quoteHeadlines(data, series, pair, byId("compare-head"));
    byId("compare-more").replaceChildren(...render(pair.more, data));
    const rows = comparedRows(data, pair, lists.region.value);
    for (const id of ["compare-count", "compare-criteria", "compare-changes"]) {
      byId(id).hidden = pair.countries.length === 0;
    }
    if (pair.countries.length === 0) {
      return;
    }
    const [region, what] = [lists.region.value, lists.what.value];
    const criterion = data.criteria.findIndex(({ id }) => id === lists.criterion.value);
    byId("compare-criteria").replaceChildren(...criteriaBlocks(data, series, rows, region, criterion));
    const pairs = what === BETWEEN ? pairsBetween(series, pair) : [pair];
    const listed = pairs.flatMap((one) => listedChanges(data, one, region, criterion, what));
    const filters = [lists.region, lists.criterion, lists.what].filter(({ value }) => value).map((list) => list.selectedOptions[0].text.trim());
    const alone = what === BETWEEN ? "" : "; of these two editions alone, not of those between";
    byId("compare-count").textContent =
      `${ids.map((id) => editionName(series.stated[id])).join(" → ")}: ${plural(listed.length, "change", "changes")} listed below${filters.length > 0 ? ` (${filters.join("; ")})` : ""}${alone}.`;
    byId("compare-changes").replaceChildren(...changeBlocks(data, series, listed));
  }

  function picked() {
    draw();
    const filters = { region: lists.region.value, criterion: lists.criterion.value, what: lists.what.value };
    keepAddress(formatAddress("compare", `${lists.series.value}:${lists.from.value}..${lists.to.value}`, filters));
  }

  lists.series.addEventListener("change", () => {
    offer(lists.series.value, "", "");
    picked();
  });
  lists.from.addEventListener("change", () => {
    const later = laterOf(chosen(), lists.from.value);
    offer(lists.series.value, lists.from.value, later.includes(lists.to.value) ? lists.to.value : later.at(-1));
    picked();
  });
  for (const name of ["to", "region", "criterion", "what"]) {
    lists[name].addEventListener("change", picked);
  }

  // Show what an address names: "us_labor:2016..2022".
  return (value, filters) => {
    const [id, editions] = value.split(":");
    const series = compared.find((one) => one.id === id);
    const pair = series?.pairs.find(({ from, to }) => `${from}..${to}` === editions);
    offer(id, pair?.from, pair?.to);
    for (const name of ["region", "criterion", "what"]) {
      pick(lists[name], filters[name] ?? "");
    }
    draw();
  };
}

const SOME_PAIRS = "Of so many editions, this page compares those next to each other, and each with the newest. Any other two: modellaw compare";

// Each line of the published headlines can be quoted with its sources, and with both rules where they differ.
function quoteHeadlines(data, series, pair, box) {
  const sources = [...box.querySelectorAll("thead th")].findIndex((head) => head.textContent.trim() === "sources");
  if (sources < 0) {
    return;
  }
  const rows = [...box.querySelectorAll("tbody tr")];
  addQuotes(box, (heads, row) => {
    const named = cellText(row.cells[sources]).split(", ").filter((id) => Object.hasOwn(series.sources, id));
    const rule = data.texts[pair.rules[rows.indexOf(row)]];
    return [`${rowText(heads, row)}.`, rule, `${named.map((id) => series.sources[id].filter(Boolean).join(", ")).join("; ")}.`, series.caveat, data.citation]
      .filter(Boolean)
      .join(" ");
  });
}

function criteriaBlocks(data, series, rows, region, criterion) {
  const counts = countChanges(data, rows);
  const chosen = data.criteria.map(({ short }, n) => [short, counts[n]]).filter((_, n) => criterion < 0 || criterion === n);
  return [
    element("h3", {}, `By criterion, of the ${plural(rows.length, "country", "countries")}${region ? ` of ${region}` : ""} with an answer in both`),
    makeTable(
      "What became of each criterion",
      [["criterion", ""], ...series.changes.map((words) => [words, "number"])],
      chosen.map(([short, many]) => [{ text: short }, ...many.map((one) => ({ text: String(one) }))]),
      data,
    ),
  ];
}

function changeBlocks(data, series, listed) {
  const heading = element("h3", {}, series.scored ? "What changed, by country" : "Change of statement, by country");
  if (listed.length === 0) {
    return [heading, element("p", {}, "Nothing of that kind.")];
  }
  const causes = listed.some(({ pair }) => Object.keys(pair.causes).length > 0);
  const rows = listed.map((one) => {
    const country = data.countries[one.country];
    const sides = [one.pair.from, one.pair.to].map((id) => side(data, series, id, one));
    return [
      { text: country.name, address: `#country=${country.code}` },
      { text: data.criteria[one.criterion].short },
      ...sides.map(({ edition, answer, address }) => ({ text: `${answer.sign} ${answer.words} (${edition.id})`, look: answer.look, address })),
      { text: `${data.changes[one.change].sign} ${series.changes[one.change]}` },
      ...(causes ? [{ text: one.pair.causes[`${one.country} ${one.criterion}`] ?? "" }] : []),
      { node: copyButton("Copy", () => quoted(data, series, one, sides), "The line with its sources") },
    ];
  });
  const columns = ["country", "criterion", "before", "after", "change", ...(causes ? ["cause"] : [])].map((words) => [words, ""]);
  return [heading, makeTable("What changed, country by country", [...columns, ["to quote", "quote"]], rows, data)];
}

// One side of a change: its edition, the answer, where it stands in words, and the address.
function side(data, series, id, { country, criterion }) {
  const edition = series.editions.find((one) => one.id === id);
  const answer = answerOf(data, series, edition, edition.row.get(country), criterion);
  return { edition, answer, ...sourceOf(data, series, edition, country, criterion) };
}

// One changed answer, to be quoted: what, in which editions, by which sources, and what to beware of.
function quoted(data, series, { country, criterion }, sides) {
  const told = sides.map(({ edition, answer, words }) => {
    const follows = answer.follows ? " (follows from another answer)" : "";
    return `${answer.words}${follows} in ${editionName(series.stated[edition.id])} (${words})`;
  });
  const notes = new Set(sides.map(({ edition }) => series.stated[edition.id][2]).filter(Boolean));
  const what = `${data.countries[country].name}, ${data.criteria[criterion].short}`;
  return [`${what}: ${told.join("; ")}.`, ...[...notes].map((note) => `Note on an edition: ${note}.`), series.caveat, data.citation].filter(Boolean).join(" ");
}
