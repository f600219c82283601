// Two editions of a series: headlines, what changed by criterion, and in which countries.
import { formatAddress } from "./address.js";
import { inRegion, regionOptions } from "./countries.js";
import { answerOf, changeOf, sourceOf } from "./data.js";
import { byId, copyButton, element, setOptions } from "./elements.js";
import { cellText, makeTable, render } from "./tables.js";
import { plural } from "./text.js";

const STATED = "stated";

// The countries of a pair that the filters leave, with the change of each criterion: { country, row, changes }.
export function comparedRows(data, pair, region) {
  const rows = [];
  pair.countries.forEach((country, row) => {
    if (inRegion(data.countries[country], region)) {
      rows.push({ country, changes: data.criteria.map((_, n) => changeOf(pair, row, n)) });
    }
  });
  return rows;
}

// For each criterion, how many of these countries have each change.
export function countChanges(data, rows) {
  return data.criteria.map((_, n) => data.changes.map((__, change) => rows.filter((row) => row.changes[n] === change).length));
}

// The changes that are listed: those of a kind, or of all kinds that move, or what came to be stated or fell silent.
export function listedChanges(data, series, editions, rows, criterion, what) {
  const found = [];
  for (const { country, changes } of rows) {
    changes.forEach((change, n) => {
      if (criterion >= 0 && n !== criterion) {
        return;
      }
      const moves = data.changes[change][3];
      const [was, now] = editions.map((edition) => answerOf(series, edition, edition.row.get(country), n));
      const listed = what === STATED ? !moves && was.words !== now.words : what ? data.changes[change][0] === what : moves;
      if (listed) {
        found.push({ country, criterion: n, was, now, change });
      }
    });
  }
  return found;
}

export function startCompare(data, go) {
  const [seriesList, fromList, toList, regionList, criterionList, whatList] = ["series", "from", "to", "region", "criterion", "what"].map(
    (name) => byId(`compare-${name}`),
  );
  if (!seriesList) {
    return () => {};
  }
  const compared = data.series.filter((one) => Object.keys(one.pairs).length > 0);
  setOptions(seriesList, compared.map(({ id, title }) => [id, title]));
  setOptions(regionList, [["", "all"], ...regionOptions(data.countries)]);
  setOptions(criterionList, [["", "all"], ...data.criteria.map(({ id, short }) => [id, short])]);
  const moves = data.changes.filter(([, , , moving]) => moving);
  setOptions(whatList, [
    ["", "every change"],
    ...moves.map(([id, words]) => [id, words]),
    [STATED, "silent or unclear, now stated; or the other way round"],
  ]);

  const series = () => compared.find((one) => one.id === seriesList.value) ?? compared[0];
  const pairs = () => Object.keys(series().pairs).map((key) => key.split(".."));

  function offer(id, from, to) {
    seriesList.value = compared.some((one) => one.id === id) ? id : compared[0].id;
    const label = (edition) => [edition, series().stated[edition][0]];
    const known = pairs().some(([a, b]) => a === from && b === to);
    const [first, last] = known ? [from, to] : series().usual;
    setOptions(fromList, [...new Set(pairs().map(([a]) => a))].map(label));
    fromList.value = first;
    setOptions(toList, pairs().filter(([a]) => a === first).map(([, b]) => label(b)));
    toList.value = last;
  }

  // One changed answer, to be quoted: what, between which editions, and both sources.
  function quoted(one, change) {
    const [from, to] = [fromList.value, toList.value].map((id) => one.editions.find((edition) => edition.id === id));
    const side = (edition, answer) =>
      `${answer.words}${answer.follows ? " (follows from another answer)" : ""} in ${edition.label} [${sourceOf(data, one, edition, change.country, change.criterion)}]`;
    return `${data.countries[change.country].name}, ${data.criteria[change.criterion].short}: ${side(from, change.was)}; ${side(to, change.now)}. ${one.title}, ${one.publisher}. ${data.citation}`;
  }

  // A headline, to be quoted: its figures, and what its sources are.
  function headline(one, heads, row) {
    const figures = heads.flatMap((head, n) => (n && cellText(row.cells[n]) ? [`${head} ${row.cells[n].textContent.trim()}`] : []));
    const ids = cellText(row.cells[heads.indexOf("sources")]).split(", ");
    const sources = ids.filter((id) => one.sources[id]).map((id) => one.sources[id].filter(Boolean).join(", "));
    return `${row.cells[0].textContent.trim()}: ${figures.join("; ")}. Sources: ${sources.join("; ")}. ${data.citation}`;
  }

  // A button on each line of the published headlines.
  function addQuotes(one, box) {
    const table = box.querySelector("table");
    const heads = [...(table?.tHead.rows[0].cells ?? [])].map((cell) => cell.textContent.trim());
    if (!heads.includes("sources")) {
      return;
    }
    table.tHead.rows[0].append(element("th", { scope: "col" }, "with its sources"));
    for (const row of table.tBodies[0].rows) {
      row.append(element("td", {}, copyButton("Copy", () => headline(one, heads, row), "The line with its sources")));
    }
  }

  function draw() {
    const one = series();
    const pair = one.pairs[`${fromList.value}..${toList.value}`];
    byId("compare-page").replaceChildren(...render(pair.blocks, data));
    addQuotes(one, byId("compare-page"));
    if (!one.every_pair) {
      byId("compare-page").append(
        element("p", { class: "quiet" }, "Of so many editions, this page compares those next to each other, and each with the newest. Any other two: modellaw compare"),
      );
    }
    const editions = [fromList.value, toList.value].map((id) => one.editions.find((edition) => edition.id === id));
    const none = pair.countries.length === 0;
    byId("compare-filters").hidden = none;
    for (const id of ["compare-count", "compare-criteria", "compare-changes"]) {
      byId(id).hidden = none;
    }
    if (none) {
      return;
    }
    const rows = comparedRows(data, pair, regionList.value);
    const where = regionList.value ? ` of ${regionList.value}` : "";
    const counts = countChanges(data, rows);
    byId("compare-criteria").replaceChildren(
      element("h3", {}, `By criterion, of the ${plural(rows.length, "country", "countries")}${where} with an answer in both`),
      makeTable(
        "What became of each criterion",
        [["criterion", ""], ...one.changes.map((words) => [words, "number"])],
        data.criteria.map(({ short }, n) => [{ text: short }, ...counts[n].map((many) => ({ text: String(many) }))]),
        data.marks,
      ),
    );
    const criterion = data.criteria.findIndex(({ id }) => id === criterionList.value);
    const listed = listedChanges(data, one, editions, rows, criterion, whatList.value);
    byId("compare-count").textContent = `${plural(listed.length, "change", "changes")} listed below`;
    const shown = (answer) => ({ text: `${answer.sign} ${answer.words}`, look: answer.look });
    const causes = Object.keys(pair.causes).length > 0;
    byId("compare-changes").replaceChildren(
      element("h3", {}, one.scored ? "What changed, by country" : "Change of statement, by country"),
      listed.length === 0
        ? element("p", {}, "Nothing of that kind.")
        : makeTable(
            `What changed from ${fromList.value} to ${toList.value}`,
            [["country", ""], ["criterion", ""], [editions[0].label, ""], [editions[1].label, ""], ["change", ""], ...(causes ? [["cause", ""]] : []), ["with its sources", ""]],
            listed.map((change) => {
              const country = data.countries[change.country];
              return [
                { text: country.name, address: `#country=${country.code}` },
                { text: data.criteria[change.criterion].short },
                shown(change.was),
                shown(change.now),
                { text: `${data.changes[change.change][2]} ${one.changes[change.change]}` },
                ...(causes ? [{ text: pair.causes[`${change.country} ${change.criterion}`] ?? "" }] : []),
                { node: copyButton("Copy", () => quoted(one, change), "The line with its sources") },
              ];
            }),
            data.marks,
          ),
    );
  }

  function picked() {
    const filters = { region: regionList.value, criterion: criterionList.value, what: whatList.value };
    go(formatAddress("compare", `${seriesList.value}:${fromList.value}..${toList.value}`, filters), false);
    draw();
  }

  seriesList.addEventListener("change", () => {
    offer(seriesList.value, "", "");
    picked();
  });
  fromList.addEventListener("change", () => {
    const later = pairs().filter(([a]) => a === fromList.value).map(([, b]) => b);
    offer(seriesList.value, fromList.value, later.includes(toList.value) ? toList.value : later.at(-1));
    picked();
  });
  for (const list of [toList, regionList, criterionList, whatList]) {
    list.addEventListener("change", picked);
  }

  // Show what an address names: "us_labor:2016..2022".
  return (value, filters) => {
    const [id, editions = ""] = value.split(":");
    const [from, to] = editions.split("..");
    offer(id, from, to);
    regionList.value = filters.region ?? "";
    criterionList.value = filters.criterion ?? "";
    whatList.value = filters.what ?? "";
    draw();
  };
}
