// The data of the page: what the library computed, looked up by country, edition and criterion.
import { byId } from "./elements.js";
import { searchable } from "./text.js";

const FIRST_CODE = "0".charCodeAt(0);

// The data block with names in place of positions.
export function decode(raw) {
  const series = raw.series.map((one) => ({
    ...one,
    editions: one.editions.map((edition) => ({
      ...edition,
      row: new Map(edition.countries.map((country, row) => [country, row])),
    })),
  }));
  return {
    ...raw,
    series,
    criteria: raw.criteria.map(([id, short]) => ({ id, short })),
    choices: raw.choices.map(([label, asks]) => ({ label, asks })),
    countries: raw.countries.map(([code, name, region, subregion, others]) => ({
      code,
      name,
      region,
      subregion,
      others: others ? others.split("\n") : [],
      searched: searchable([code, name, ...(others ? others.split("\n") : [])]),
    })),
  };
}

// The answer of a criterion in a row of an edition: { sign, words, look, follows, word }; null for no row.
export function answerOf(series, edition, row, criterion) {
  const code = edition.answers[criterion].charCodeAt(row) - FIRST_CODE;
  const [sign, words, look] = series.marks[code >> 1];
  return { sign: sign + (code % 2 ? "▸" : ""), words, look, follows: code % 2 === 1, word: code >> 1 };
}

// The number of the change of a criterion in a row of two editions compared.
export function changeOf(pair, row, criterion) {
  return pair.changes[criterion].charCodeAt(row) - FIRST_CODE;
}

// Where an answer stands: the sources in words, and the passage or address.
export function sourceOf(data, series, edition, country, criterion) {
  for (const [ids, places] of Object.entries(edition.sources)) {
    const place = places.find(([at, , ...criteria]) => at === country && criteria.includes(criterion));
    if (place) {
      const named = ids.split(" ").map((id) => series.sources[id]);
      const located = data.texts[place[1]] || named[0][1];
      return `${named.map(([words]) => words).join("; ")}${located ? `, ${located}` : ""}`;
    }
  }
  return "no source stands beside it";
}

export function readData() {
  return decode(JSON.parse(byId("data").textContent));
}
