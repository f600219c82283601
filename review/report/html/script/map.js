// The map: one series, edition and criterion or level at a time.
import { byId, setOptions } from "./elements.js";
import { answerOf } from "./data.js";
import { formatAddress } from "./address.js";

const NO_ANSWER = { sign: "·", words: "no answer in our data", look: "mark" };

// What a tile shows: the mark of a criterion, or of a level.
export function tileOf(data, series, edition, choice, country) {
  const row = edition.row.get(country);
  if (row === undefined) {
    return NO_ANSWER;
  }
  if (choice < data.criteria.length) {
    const answer = answerOf(series, edition, row, choice);
    return { ...answer, look: answer.look || "mark" };
  }
  const sign = edition.levels[choice - data.criteria.length][row];
  const looks = { "●": "met", "◐": "open", "○": "not_met" };
  return { sign, words: data.marks[sign], look: looks[sign] ?? "mark" };
}

export function startMap(data, go) {
  const [seriesList, range, choiceList] = ["map-series", "map-edition", "map-choice"].map(byId);
  if (!seriesList) {
    return () => {};
  }
  const tiles = [...document.querySelectorAll(".tile")];
  const places = new Map(data.countries.map((country, place) => [country.code, place]));
  const legend = [...document.querySelectorAll('[data-name="map_legend"] tbody tr')];
  const answered = data.series.filter((one) => one.editions.length > 0);

  function current() {
    const series = answered.find((one) => one.id === seriesList.value) ?? answered[0];
    return { series, edition: series.editions[Number(range.value)], choice: Number(choiceList.value) };
  }

  // What can be picked of a series: levels only where it is scored.
  function offer(series, edition, choice) {
    seriesList.value = series.id;
    range.max = String(series.editions.length - 1);
    range.value = String(Math.max(edition, 0));
    const many = data.criteria.length + (series.scored ? data.choices.length : 0);
    setOptions(choiceList, data.choices.slice(0, many).map(({ label }, n) => [String(n), label]));
    choiceList.value = String(choice < many && choice >= 0 ? choice : 0);
  }

  function draw() {
    const { series, edition, choice } = current();
    const counts = new Map();
    let following = 0;
    for (const tile of tiles) {
      const shown = tileOf(data, series, edition, choice, places.get(tile.dataset.code));
      const name = tile.querySelector("title").textContent.split(": ")[0];
      const said = `${name}: ${shown.words}${shown.follows ? ", follows from another answer" : ""}`;
      tile.setAttribute("class", `tile ${shown.look}`);
      tile.querySelector(".sign").textContent = shown.sign;
      tile.querySelector("title").textContent = said;
      tile.setAttribute("aria-label", said);
      counts.set(shown.sign[0], (counts.get(shown.sign[0]) ?? 0) + 1);
      following += shown.follows ? 1 : 0;
    }
    for (const row of legend) {
      const sign = row.cells[0].textContent.trim()[0];
      row.cells[1].textContent = String(sign === "▸" ? following : (counts.get(sign) ?? 0));
    }
    const date = edition.as_of ? `, as of ${edition.as_of}` : "";
    const held = edition.covered === null ? "" : ` of ${edition.covered} covered`;
    const by = series.publisher ? `, by ${series.publisher}` : "";
    byId("map-edition-name").textContent = edition.label;
    range.setAttribute("aria-valuetext", edition.label);
    byId("map-caption").textContent =
      `${series.title}${by}: ${edition.title}${date}; ${edition.countries.length}${held} countries in our data. ${data.choices[choice].asks}`;
  }

  function picked() {
    const { series, edition, choice } = current();
    const name = choice < data.criteria.length ? data.criteria[choice].id : `level${choice - data.criteria.length + 1}`;
    go(formatAddress("map", `${series.id}:${edition.id}:${name}`), false);
    draw();
  }

  seriesList.addEventListener("change", () => {
    const series = answered.find((one) => one.id === seriesList.value);
    offer(series, series.editions.length - 1, Number(choiceList.value));
    picked();
  });
  range.addEventListener("input", picked);
  choiceList.addEventListener("change", picked);
  moveByKeys(tiles);

  // Show what an address names; what it doesn't know is as usual.
  return (value) => {
    const [id, editionId, choiceId = ""] = value.split(":");
    const series = answered.find((one) => one.id === id) ?? answered[0];
    const edition = series.editions.findIndex((one) => one.id === editionId);
    const level = /^level(\d+)$/.exec(choiceId);
    const choice = level ? data.criteria.length + Number(level[1]) - 1 : data.criteria.findIndex((one) => one.id === choiceId);
    const usual = series.editions.findLastIndex((one) => one.usual);
    offer(series, edition < 0 ? usual : edition, choice);
    draw();
  };
}

// One tile is reached by Tab, the others by the arrow keys; what is pointed at is named below.
function moveByKeys(tiles) {
  const place = (tile) => tile.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const places = tiles.map(place);
  const steps = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  tiles.forEach((tile, n) => {
    tile.setAttribute("tabindex", n === 0 ? "0" : "-1");
    const named = () => {
      byId("map-country").textContent = tile.querySelector("title").textContent;
    };
    tile.addEventListener("pointerenter", named);
    tile.addEventListener("focus", named);
    tile.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step) {
        return;
      }
      event.preventDefault();
      const next = nearest(places, n, step);
      if (next >= 0) {
        tile.setAttribute("tabindex", "-1");
        tiles[next].setAttribute("tabindex", "0");
        tiles[next].focus();
      }
    });
  });
}

// The place of the nearest tile in a direction; -1 for none. What lies aside counts as farther.
export function nearest(places, from, [right, down]) {
  let best = -1;
  let least = Infinity;
  places.forEach(([x, y], n) => {
    const [across, along] = [x - places[from][0], y - places[from][1]];
    const ahead = across * right + along * down;
    const aside = Math.abs(across * down) + Math.abs(along * right);
    if (ahead > 0 && ahead + 3 * aside < least) {
      least = ahead + 3 * aside;
      best = n;
    }
  });
  return best;
}
