// The list of countries: searched by any name, filtered by series, region, criterion, answer and change.
import { formatAddress } from "./address.js";
import { answerOf } from "./data.js";
import { byId, element, setOptions } from "./elements.js";
import { countText, equip } from "./tables.js";
import { fold, search } from "./text.js";

const FILTERS = ["q", "series", "region", "criterion", "state"];

// Regions with their subregions, as options.
export function regionOptions(countries) {
  const regions = new Map();
  for (const { region, subregion } of countries) {
    if (region) {
      regions.set(region, (regions.get(region) ?? new Set()).add(subregion));
    }
  }
  const sorted = [...regions].sort(([one], [other]) => one.localeCompare(other));
  return sorted.flatMap(([region, parts]) => [
    [region, region],
    ...[...parts].filter((part) => part && part !== region).sort().map((part) => [part, `\u00a0\u00a0${part}`]),
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
  const named = (test) => country.others.find((name) => test(` ${fold(name)}`));
  return named((name) => name.includes(` ${wanted}`)) ?? named((name) => name.includes(wanted)) ?? "";
}

export function startCountries(data, go) {
  const box = document.querySelector('[data-name="latest"]');
  const inputs = FILTERS.map((name) => byId(`countries-${name}`));
  const changed = byId("countries-changed");
  if (!box || !changed) {
    return () => {};
  }
  const table = box.querySelector("table");
  const keys = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.key);
  const column = (key) => keys.indexOf(key);
  const places = new Map(data.countries.map((country, place) => [country.code, place]));
  const latest = new Map();
  for (const series of data.series) {
    for (const edition of series.editions) {
      latest.set(edition.label, { series, edition });
    }
  }
  // what the filters ask of a row, read once
  const records = new Map(
    [...table.tBodies[0].rows].map((row) => {
      const text = (key) => row.cells[column(key)].textContent.trim();
      const place = places.get(text("code"));
      return [row, { place, country: data.countries[place], ...latest.get(text("when")), moved: !["", "–"].includes(text("changed")) }];
    }),
  );
  const filter = equip(box);
  const names = data.countries.map((country) => country.searched);

  setOptions(inputs[2], [["", "all"], ...regionOptions(data.countries)]);
  setOptions(inputs[3], [["", "any"], ...data.criteria.map(({ id, short }) => [id, short])]);
  const states = new Map(data.series.flatMap((one) => one.marks).map(([sign, words]) => [sign, words]));
  setOptions(inputs[4], [["", "any"], ...[...states].map(([sign, words]) => [sign, `${sign} ${words}`])]);

  function draw() {
    const [text, series, region, criterion, state] = inputs.map((input) => input.value);
    const wanted = new Set(search(text, names));
    const place = data.criteria.findIndex(({ id }) => id === criterion);
    const tested = place < 0 ? data.criteria.map((_, n) => n) : [place];
    const shown = filter((row) => {
      const one = records.get(row);
      return (
        wanted.has(one.place) &&
        (!series || one.series.id === series) &&
        inRegion(one.country, region) &&
        (!changed.checked || one.moved) &&
        (!state || tested.some((n) => answerOf(one.series, one.edition, one.edition.row.get(one.place), n).sign[0] === state))
      );
    });
    byId("countries-count").textContent = countText(shown, records.size, "row", "rows");
    for (const note of box.querySelectorAll(".also")) {
      note.remove();
    }
    if (text) {
      for (const [row, one] of records) {
        const name = row.hidden ? "" : foundAs(one.country, text);
        if (name) {
          row.cells[column("name")].append(element("span", { class: "also" }, "also: ", element("bdi", {}, name)));
        }
      }
    }
  }

  function picked() {
    const filters = Object.fromEntries(FILTERS.map((name, n) => [name, inputs[n].value]));
    go(formatAddress("countries", "", { ...filters, changed: changed.checked ? "1" : "" }), false);
    draw();
  }

  for (const input of [...inputs, changed]) {
    input.addEventListener("input", picked);
  }
  const form = changed.closest("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(picked));

  return (filters) => {
    FILTERS.forEach((name, n) => {
      inputs[n].value = filters[name] ?? "";
    });
    changed.checked = filters.changed === "1";
    draw();
  };
}
