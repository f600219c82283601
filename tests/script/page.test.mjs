// The parts of the page's script that need no page.
import assert from "node:assert/strict";
import test from "node:test";
import { formatAddress, parseAddress } from "../../review/report/html/script/address.js";
import { comparedRows, countChanges, listedChanges, pairsBetween } from "../../review/report/html/script/compare.js";
import { foundAs, inRegion, regionOptions } from "../../review/report/html/script/countries.js";
import { answerOf, decode, sourceOf } from "../../review/report/html/script/data.js";
import { nearest, tileOf } from "../../review/report/html/script/map.js";
import { orderOf } from "../../review/report/html/script/tables.js";
import { csv, fold, guarded, search, searchable } from "../../review/report/html/script/text.js";

test("names are compared without case, accents and punctuation", () => {
  assert.equal(fold("Côte d’Ivoire"), "cote d ivoire");
  assert.equal(fold("  Straße "), "strasse");
  assert.equal(fold("Østrig, Łotwa"), "ostrig lotwa");
  assert.equal(fold("日本"), "日本");
  assert.equal(fold("—"), "");
});

test("a search finds the beginnings of words, else any part, of any name", () => {
  const names = [["Niger"], ["Nigeria"], ["Japan", "日本国"], ["Myanmar", "Burma"]].map(searchable);
  assert.deepEqual(search("niger", names), [0, 1]);
  assert.deepEqual(search("BURMA", names), [3]);
  assert.deepEqual(search("本", names), [2]);
  assert.deepEqual(search("apan", names), [2]);
  assert.deepEqual(search("nowhere", names), []);
  assert.deepEqual(search("cotedivoire", [["Côte d'Ivoire"], ["Mali"]].map(searchable)), [0]);
  assert.deepEqual(search("  ", names), [0, 1, 2, 3]);
  assert.deepEqual(search("U.S.", [["Eswatini", "Usutu"], ["United States", "US"]].map(searchable)), [1]);
});

test("the name by which a country was found is told, but not its own", () => {
  const country = { name: "Myanmar", code: "MMR", others: ["Union of Burma", "Birmanie"] };
  assert.equal(foundAs(country, "burma"), "Union of Burma");
  assert.equal(foundAs(country, "myan"), "");
  assert.equal(foundAs(country, "mmr"), "");
  assert.equal(foundAs(country, ""), "");
});

test("regions are listed with their parts, and hold their countries", () => {
  const countries = [
    { region: "Asia", subregion: "Eastern Asia" },
    { region: "Africa", subregion: "Northern Africa" },
    { region: "", subregion: "" },
    { region: "Asia", subregion: "Southern Asia" },
  ];
  assert.deepEqual(regionOptions(countries).map(([value]) => value), ["Africa", "Northern Africa", "Asia", "Eastern Asia", "Southern Asia"]);
  assert.equal(inRegion(countries[0], "Eastern Asia"), true);
  assert.equal(inRegion(countries[0], "Africa"), false);
  assert.equal(inRegion(countries[2], ""), true);
});

test("what a spreadsheet would run has a ' before it, in CSV too", () => {
  for (const text of ["=1+1", "+1", "-1", "@x", "'=1"]) {
    assert.equal(guarded(text), `'${text}`);
  }
  assert.equal(guarded("1-2"), "1-2");
  assert.equal(csv([["a", 'b "c"'], ["d, e", "f\ng"]]), 'a,"b ""c"""\r\n"d, e","f\ng"\r\n');
});

test("an address says what is shown, and is read as it was written", () => {
  const address = formatAddress("compare", "us_labor:2016..2022", { region: "Northern Africa", criterion: "", what: "newly_met" });
  assert.equal(address, "#compare=us_labor:2016..2022&region=Northern%20Africa&what=newly_met");
  assert.deepEqual(parseAddress(address), {
    view: "compare",
    value: "us_labor:2016..2022",
    filters: { region: "Northern Africa", what: "newly_met" },
  });
  assert.deepEqual(parseAddress("#country=JPN"), { view: "country", value: "JPN", filters: {} });
  assert.deepEqual(parseAddress(""), { view: "", value: "", filters: {} });
  assert.equal(parseAddress("#countries&q=50%").filters.q, "50%");
});

test("a column of numbers is ordered by value, any other by letters", () => {
  const sorted = (texts) => texts.toSorted(orderOf(texts));
  assert.deepEqual(sorted(["10 %", "9 %", "−3", "+2", "1,200"]), ["−3", "+2", "9 %", "10 %", "1,200"]);
  assert.deepEqual(sorted(["b", "a", "C"]), ["a", "b", "C"]);
  assert.deepEqual(sorted(["Clause 5", "Bill", "Art 10", "Art 9"]), ["Art 9", "Art 10", "Bill", "Clause 5"]);
});

test("an arrow key goes to the nearest tile in its direction", () => {
  const places = [[0, 0], [40, 0], [80, 40], [0, 80]];
  assert.equal(nearest(places, 0, [1, 0]), 1);
  assert.equal(nearest(places, 0, [0, 1]), 3);
  assert.equal(nearest(places, 2, [0, -1]), 1);
  assert.equal(nearest(places, 0, [-1, 0]), -1);
});

// Two criteria, three countries; a character is twice the place of a sign or change, and one more for a flag.
const RAW = {
  criteria: [["law", "Law"], ["holding", "Holding"]],
  choices: [["Criterion 1: Law", "", ""], ["Criterion 2: Holding", "", ""], ["Level 1: All", "", ""]],
  changes: [["newly_met", "newly met", "▲", true, false], ["still_met", "still met", "●", false, false], ["undetermined", "not determined", "◐", false, false]],
  marks: { "●": ["met", "met"], "○": ["not met", "not_met"], "◐": ["silent or unclear", "open"], "·": ["not in our data", ""] },
  follows: "▸",
  no_answer: ["·", "no answer in our data"],
  countries: [["AAA", "A", "Asia", "", ""], ["BBB", "B", "Asia", "", ""], ["CCC", "C", "Africa", "", "Sea"]],
  texts: ["", "page 3", "https://example.org/c"],
  citation: "",
  dossiers: {},
  series: [
    {
      id: "own",
      scored: true,
      sources: { s: ["Source", "https://example.org"], t: ["Other", ""] },
      signs: ["○", "●", "·"],
      editions: [
        { id: "01", label: "own 01", countries: [0, 2], answers: ["02", "24"], levels: ["○●"], sources: { s: [[0, 1, 0], [2, 2, 0]], "s t": [[2, 1, 1]] } },
        { id: "02", label: "own 02", countries: [0, 2], answers: ["22", "35"], levels: ["●●"], sources: {} },
      ],
      pairs: [{ from: "01", to: "02", countries: [0, 2], changes: ["12", "25"], causes: {} }],
    },
  ],
};

test("answers are looked up by country, edition and criterion", () => {
  const data = decode(RAW);
  const [series] = data.series;
  const [first, second] = series.editions;
  assert.deepEqual(answerOf(data, series, first, 0, 0), { sign: "○", words: "not met", look: "not_met", follows: false });
  assert.deepEqual(answerOf(data, series, second, 0, 1), { sign: "●▸", words: "met", look: "met", follows: true });
  assert.equal(tileOf(data, series, first, 0, 2).words, "met");
  assert.equal(tileOf(data, series, first, 2, 0).look, "not_met");
  assert.equal(tileOf(data, series, first, 0, 1).words, "no answer in our data");
});

test("where an answer stands is told with the address of each source", () => {
  const data = decode(RAW);
  const [series] = data.series;
  const [first, second] = series.editions;
  assert.equal(sourceOf(data, series, first, 0, 0).words, "Source, https://example.org; page 3");
  assert.equal(sourceOf(data, series, first, 2, 0).words, "Source, https://example.org/c");
  assert.equal(sourceOf(data, series, first, 2, 1).words, "Source, https://example.org; Other; page 3");
  assert.equal(sourceOf(data, series, first, 2, 0).address, "https://example.org/c");
  assert.match(sourceOf(data, series, second, 0, 0).words, /no source/);
});

test("changes are counted and listed as the filters ask", () => {
  const data = decode(RAW);
  const pair = data.series[0].pairs[0];
  const rows = comparedRows(data, pair, "");
  assert.deepEqual(countChanges(data, rows), [[1, 1, 0], [0, 1, 1]]);
  assert.deepEqual(comparedRows(data, pair, "Africa").map(({ country }) => country), [2]);
  const listed = (criterion, what) => listedChanges(data, pair, "", criterion, what).map((one) => [one.country, one.criterion]);
  assert.deepEqual(listed(-1, ""), [[0, 0]]);
  assert.deepEqual(listed(1, ""), []);
  assert.deepEqual(listed(-1, "newly_met"), [[0, 0]]);
  assert.deepEqual(listed(-1, "stated"), [[2, 1]]);
});

test("what changed in between is of editions next to each other", () => {
  const editions = ["01", "02", "02-upd", "03"].map((id) => ({ id, update: id.includes("upd") }));
  const pairs = [["01", "02"], ["01", "03"], ["02", "03"]].map(([from, to]) => ({ from, to }));
  const between = (from, to) => pairsBetween({ editions, pairs }, { from, to }).map((pair) => `${pair.from} ${pair.to}`);
  assert.deepEqual(between("01", "03"), ["01 02", "02 03"]);
  assert.deepEqual(between("02", "03"), ["02 03"]);
  assert.deepEqual(between("00", "03"), []);
});
