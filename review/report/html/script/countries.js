// The list of countries: searched by any name, filtered by series, region, criterion, answer and change.
import { formatAddress, keepAddress } from "./address.js";
import { answerOf } from "./data.js";
import { byId, element, pick, setOptions } from "./elements.js";
import { countText, equip } from "./tables.js";
import { fold, search } from "./text.js";

const FILTERS = ["q", "series", "region", "criterion", "state"];
const NOTHING_CHANGED = ["", "–"]; // nothing, and no edition before

// Regions with their subregions, as options.
export function regionOptions(countries) {
  const regions = new Map();
  for (const { region, subregion } of countries) {
    if (region) {
      regions.set(region, (regions.get(region) ?? new Set()).add(subregion));
    }
  }
  const sorted = [...regions].toSorted(([one], [other]) => one.localeCompare(other));
  return sorted.flatMap(([region, parts]) => [
    [region, region],
    ...[...parts].filter((part) => part && part !== region).toSorted().map((part) => [part, `\u00a0\u00a0${part}`]),
  ]);
}

export function inRegion(country, region) {
  return !region || country.region === region || country.subregion === region;
}

// The other name by which a country was found; "" where its own name or code holds the text.
export function foundAs(country, text) {
  const wanted = fold(text);
  if (!wanted || fold(country.name).includes(wanted) || fold(country.code) === wanted) {
    return "";
  }
  const tests = [(name) => name === ` ${wanted}`, (name) => name.includes(` ${wanted}`), (name) => name.includes(wanted)];
  return tests.map((test) => country.others.find((name) => test(` ${fold(name)}`))).find(Boolean) ?? "";
}

export function startCountries(data) {
  const box = document.querySelector('[data-name="latest"]');
  const changed = byId("countries-changed");
  if (!box || !changed) {
    return () => {};
  }
  const inputs = Object.fromEntries(FILTERS.map((name) => [name, byId(`countries-${name}`)]));
  const records = readRows(box.querySelector("table"), data);
  const filter = equip(box);
  const names = data.countries.map((country) => country.searched);

  setOptions(inputs.region, [["", "all"], ...regionOptions(data.countries)]);
  setOptions(inputs.criterion, [["", "any"], ...data.criteria.map(({ id, short }) => [id, short])]);
  const signs = new Set([...records.values()].flatMap(({ answers }) => answers.map((answer) => answer.sign[0])));
  const order = Object.keys(data.marks).filter((sign) => signs.has(sign));
  setOptions(inputs.state, [["", "any"], ...order.map((sign) => [sign, `${sign} ${data.marks[sign][0]}`])]);

  function draw() {
    const text = inputs.q.value;
    const wanted = new Set(search(text, names));
    const criterion = data.criteria.findIndex(({ id }) => id === inputs.criterion.value);
    const state = inputs.state.value;
    const shown = filter((row) => {
      const { place, country, series, answers, moved } = records.get(row);
      const asked = criterion < 0 ? answers : [answers[criterion]];
      return (
        wanted.has(place) &&
        (!inputs.series.value || series.id === inputs.series.value) &&
        inRegion(country, inputs.region.value) &&
        (!changed.checked || moved) &&
        (!state || asked.some((answer) => answer.sign[0] === state))
      );
    });
    const none = wanted.size === 0 ? `: no country with an answer here is called “${text}”` : "";
    const told = ["series", "region", "criterion", "state"].map((name) => inputs[name]).filter(({ value }) => value);
    const filters = [...told.map((list) => list.selectedOptions[0].text.trim()), ...(changed.checked ? ["changed"] : [])].join("; ");
    byId("countries-count").textContent = countText(shown, records.size, "row", "rows") + (filters ? `: ${filters}` : "") + none;
    tellNames(box, records, text);
  }

  function picked() {
    draw();
    const filters = Object.fromEntries(FILTERS.map((name) => [name, inputs[name].value]));
    keepAddress(formatAddress("countries", "", { ...filters, changed: changed.checked ? "1" : "" }));
  }

  for (const input of [...Object.values(inputs), changed]) {
    input.addEventListener("input", picked);
  }
  const form = changed.closest("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(picked));

  return (filters) => {
    inputs.q.value = filters.q ?? "";
    for (const name of FILTERS.slice(1)) {
      pick(inputs[name], filters[name] ?? "");
    }
    changed.checked = filters.changed === "1";
    draw();
  };
}

// What the filters ask of each row, read once.
function readRows(table, data) {
  const keys = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.key);
  const places = new Map(data.countries.map((country, place) => [country.code, place]));
  const editions = data.series.flatMap((series) => series.editions.map((edition) => [edition.label, { series, edition }]));
  const byLabel = new Map(editions);
  return new Map(
    [...table.tBodies[0].rows].map((row) => {
      const text = (key) => row.cells[keys.indexOf(key)].textContent.trim();
      const place = places.get(text("code"));
      const { series, edition } = byLabel.get(text("when"));
      const answers = data.criteria.map((_, n) => answerOf(data, series, edition, edition.row.get(place), n));
      const moved = !NOTHING_CHANGED.includes(text("changed"));
      row.cells[0].dataset.value = text("name");
      return [row, { place, country: data.countries[place], series, answers, moved }];
    }),
  );
}

// Below the name of a country, the name by which it was found.
function tellNames(box, records, text) {
  for (const note of box.querySelectorAll(".also")) {
    note.remove();
  }
  if (!text) {
    return;
  }
  for (const [row, { country }] of records) {
    const name = row.hidden ? "" : foundAs(country, text);
    if (name) {
      row.cells[0].append(element("span", { class: "also" }, "also: ", element("bdi", {}, name)));
    }
  }
}
