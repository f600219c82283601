// Two editions of a series: headlines, what changed by criterion, and in which countries.
import { formatAddress, keepAddress } from "./address.js";
import { inRegion, regionOptions } from "./countries.js";
import { answerOf, changeOf, sourceOf } from "./data.js";
import { byId, copyButton, element, pick, setOptions } from "./elements.js";
import { addQuotes, cellText, makeTable, render, rowText } from "./tables.js";
import { plural } from "./text.js";

const STATED = "stated"; // of the list what to show: what came to be stated, or fell silent

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

// The changed answers to list: of one criterion (-1: of all), and of a kind ("": those that move).
export function listedChanges(data, rows, criterion, what) {
  const asked = (kind) => (what === STATED ? !kind.moves && !kind.apart : what ? kind.id === what : kind.moves);
  return rows.flatMap(({ country, changes }) =>
    changes.flatMap(({ change, listed }, n) =>
      listed && asked(data.changes[change]) && (criterion < 0 || criterion === n) ? [{ country, criterion: n, change }] : [],
    ),
  );
}

// The editions with which an edition is compared.
function laterOf(series, edition) {
  return series.pairs.filter((pair) => pair.from === edition).map((pair) => pair.to);
}

// An edition by its title and, where that does not say it, its year.
export function editionName([title, date]) {
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
    byId("compare-criteria").replaceChildren(...criteriaBlocks(data, series, rows, lists.region.value));
    const criterion = data.criteria.findIndex(({ id }) => id === lists.criterion.value);
    const listed = listedChanges(data, rows, criterion, lists.what.value);
    byId("compare-count").textContent =
      `${plural(listed.length, "change", "changes")} listed below, of these two editions alone: what changed in between, and back, stands on the page of each country.`;
    byId("compare-changes").replaceChildren(...changeBlocks(data, series, ids, pair, listed));
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

function criteriaBlocks(data, series, rows, region) {
  const counts = countChanges(data, rows);
  return [
    element("h3", {}, `By criterion, of the ${plural(rows.length, "country", "countries")}${region ? ` of ${region}` : ""} with an answer in both`),
    makeTable(
      "What became of each criterion",
      [["criterion", ""], ...series.changes.map((words) => [words, "number"])],
      data.criteria.map(({ short }, n) => [{ text: short }, ...counts[n].map((many) => ({ text: String(many) }))]),
      data,
    ),
  ];
}

function changeBlocks(data, series, ids, pair, listed) {
  const editions = ids.map((id) => series.editions.find((edition) => edition.id === id));
  const causes = Object.keys(pair.causes).length > 0;
  const answers = ({ country, criterion }) =>
    editions.map((edition) => answerOf(data, series, edition, edition.row.get(country), criterion));
  const heading = element("h3", {}, series.scored ? "What changed, by country" : "Change of statement, by country");
  if (listed.length === 0) {
    return [heading, element("p", {}, "Nothing of that kind.")];
  }
  const columns = ["country", "criterion", ...ids, "change", ...(causes ? ["cause"] : []), "to quote"];
  const rows = listed.map((one) => {
    const country = data.countries[one.country];
    return [
      { text: country.name, address: `#country=${country.code}` },
      { text: data.criteria[one.criterion].short },
      ...answers(one).map(({ sign, words, look }) => ({ text: `${sign} ${words}`, look })),
      { text: `${data.changes[one.change].sign} ${series.changes[one.change]}` },
      ...(causes ? [{ text: pair.causes[`${one.country} ${one.criterion}`] ?? "" }] : []),
      { node: copyButton("Copy", () => quoted(data, series, editions, one, answers(one)), "The line with its sources") },
    ];
  });
  return [heading, makeTable(`What changed from ${ids[0]} to ${ids[1]}`, columns.map((words) => [words, ""]), rows, data)];
}

// One changed answer, to be quoted: what, in which editions, by which sources, and what to beware of.
function quoted(data, series, editions, { country, criterion }, answers) {
  const sides = editions.map((edition, n) => {
    const follows = answers[n].follows ? " (follows from another answer)" : "";
    const source = sourceOf(data, series, edition, country, criterion);
    return `${answers[n].words}${follows} in ${editionName(series.stated[edition.id])} [${source}]`;
  });
  const notes = new Set(editions.map(({ id }) => series.stated[id][2]).filter(Boolean));
  const what = `${data.countries[country].name}, ${data.criteria[criterion].short}`;
  return [`${what}: ${sides.join("; ")}.`, ...[...notes].map((note) => `Note: ${note}.`), series.caveat, data.citation].filter(Boolean).join(" ");
}
