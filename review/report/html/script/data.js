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
    choices: raw.choices.map(([label, asks, statistic]) => ({ label, asks, statistic })),
    changes: raw.changes.map(([id, words, sign, moves, apart]) => ({ id, words, sign, moves, apart })),
    countries: raw.countries.map(([code, name, region, subregion, joined]) => {
      const others = joined ? joined.split("\n") : [];
      return { code, name, region, subregion, others, searched: searchable([code, name, ...others]) };
    }),
  };
}

export function readData() {
  return decode(JSON.parse(byId("data").textContent));
}

// A mark by its sign: { sign, words, look }.
export function markOf(data, sign) {
  const [words, look] = data.marks[sign];
  return { sign, words, look: look || "mark", follows: false };
}

// The answer of a criterion in a row of an edition: its mark, and whether it follows from another answer.
export function answerOf(data, series, edition, row, criterion) {
  const code = edition.answers[criterion].charCodeAt(row) - FIRST_CODE;
  const mark = markOf(data, series.signs[code >> 1]);
  return code % 2 ? { ...mark, sign: mark.sign + data.follows, follows: true } : mark;
}

// What became of a criterion in a row of two editions compared: the change by its place, and whether the answer is another.
export function changeOf(pair, row, criterion) {
  const code = pair.changes[criterion].charCodeAt(row) - FIRST_CODE;
  return { change: code >> 1, listed: code % 2 === 1 };
}

// Where an answer stands: in `words` its sources with their addresses, and where in them; the `address` to follow.
export function sourceOf(data, series, edition, country, criterion) {
  for (const [ids, places] of Object.entries(edition.sources)) {
    const place = places.find(([at, , ...criteria]) => at === country && criteria.includes(criterion));
    if (place) {
      const named = ids.split(" ").map((id) => series.sources[id]);
      const located = data.texts[place[1]];
      if (named.length === 1 && located.startsWith("http")) {
        return { words: `${named[0][0]}, ${located}`, address: located };
      }
      const words = [...named.map((source) => source.filter(Boolean).join(", ")), ...(located ? [located] : [])].join("; ");
      return { words, address: named[0][1] };
    }
  }
  return { words: "no source stands beside it", address: "" };
}
