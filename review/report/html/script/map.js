// The map: one series, edition and criterion or level at a time.
import { keepAddress, formatAddress } from "./address.js";
import { answerOf, markOf } from "./data.js";
import { byId, pick, setOptions } from "./elements.js";

// What a tile shows: the mark of a criterion, or of a level.
export function tileOf(data, series, edition, choice, country) {
  const row = edition.row.get(country);
  if (row === undefined) {
    const [sign, words] = data.no_answer;
    return { ...markOf(data, sign), words };
  }
  return choice < data.criteria.length
    ? answerOf(data, series, edition, row, choice)
    : markOf(data, edition.levels[choice - data.criteria.length][row]);
}

export function startMap(data) {
  const [seriesList, range, choiceList] = ["map-series", "map-edition", "map-choice"].map(byId);
  if (!seriesList) {
    return () => {};
  }
  const tiles = [...document.querySelectorAll(".tile")];
  const named = nameTiles(tiles);
  const places = new Map(data.countries.map((country, place) => [country.code, place]));
  const legend = [...document.querySelectorAll('[data-name="map_legend"] tbody tr')];
  const answered = data.series.filter((one) => one.editions.length > 0);

  function picked() {
    const series = answered.find((one) => one.id === seriesList.value) ?? answered[0];
    return { series, edition: series.editions[Number(range.value)], choice: Number(choiceList.value) };
  }

  // What can be picked of a series: levels only where it is scored.
  function offer(series, edition, choice) {
    seriesList.value = series.id;
    range.max = String(series.editions.length - 1);
    range.value = String(edition);
    const choices = series.scored ? data.choices : data.choices.slice(0, data.criteria.length);
    setOptions(choiceList, choices.map(({ label }, n) => [String(n), label]));
    pick(choiceList, String(choice));
  }

  function drawTiles({ series, edition, choice }) {
    const counts = new Map();
    for (const tile of tiles) {
      const shown = tileOf(data, series, edition, choice, places.get(tile.dataset.code));
      const said = `${tile.dataset.name}: ${shown.words}${shown.follows ? ", follows from another answer" : ""}`;
      tile.setAttribute("class", `tile ${shown.look}`);
      tile.querySelector(".sign").textContent = shown.sign;
      tile.querySelector("title").textContent = said;
      tile.setAttribute("aria-label", said);
      for (const sign of shown.sign) {
        counts.set(sign, (counts.get(sign) ?? 0) + 1);
      }
    }
    for (const row of legend) {
      row.cells[1].textContent = String(counts.get(row.cells[0].textContent.trim()[0]) ?? 0);
    }
  }

  function draw() {
    const shown = picked();
    const { series, edition, choice } = shown;
    drawTiles(shown);
    named.again();
    const { asks, statistic } = data.choices[choice];
    const published = series.published[edition.id]?.[statistic];
    byId("map-edition-name").textContent = edition.title;
    range.setAttribute("aria-valuetext", edition.title);
    byId("map-caption").textContent = [
      `${series.title}${series.publisher ? `, by ${series.publisher}` : ""}: ${edition.title}${edition.as_of ? `, as of ${edition.as_of}` : ""};`,
      `${edition.countries.length}${edition.covered === null ? "" : ` of ${edition.covered} covered`} countries in our data.`,
      edition.asks?.[choice - data.criteria.length] ?? asks,
      published ? `Published: ${published}.` : "",
      series.caveat,
    ].filter(Boolean).join(" ");
  }

  function changed() {
    draw();
    const { series, edition, choice } = picked();
    const name = data.criteria[choice]?.id ?? `level-${choice - data.criteria.length + 1}`;
    keepAddress(formatAddress("map", `${series.id}:${edition.id}:${name}`));
  }

  seriesList.addEventListener("change", () => {
    const series = answered.find((one) => one.id === seriesList.value);
    offer(series, usualEdition(series), choiceList.value);
    changed();
  });
  range.addEventListener("input", changed);
  choiceList.addEventListener("change", changed);
  moveByKeys(tiles);

  // Show what an address names; what it doesn't know is as usual.
  return (value) => {
    const [id, editionId, choiceId = ""] = value.split(":");
    const series = answered.find((one) => one.id === id) ?? answered[0];
    const edition = series.editions.findIndex((one) => one.id === editionId);
    const level = /^level-(\d+)$/.exec(choiceId);
    const choice = level ? data.criteria.length + Number(level[1]) - 1 : data.criteria.findIndex((one) => one.id === choiceId);
    offer(series, edition < 0 ? usualEdition(series) : edition, choice);
    draw();
  };
}

// The newest edition that is no update; of a series of updates the newest.
function usualEdition(series) {
  const place = series.editions.findLastIndex((one) => !one.update);
  return place < 0 ? series.editions.length - 1 : place;
}

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// Name above the map the tile that is pointed at, until it is left; `again`: what it shows is another now.
function nameTiles(tiles) {
  let pointed = null;
  const again = () => {
    byId("map-country").textContent = pointed?.getAttribute("aria-label") ?? "";
  };
  for (const tile of tiles) {
    for (const [event, now] of [["pointerenter", tile], ["focus", tile], ["pointerleave", null], ["blur", null]]) {
      tile.addEventListener(event, () => {
        pointed = now;
        again();
      });
    }
  }
  return { again };
}

// One tile is reached by Tab, the others by the arrow keys.
function moveByKeys(tiles) {
  const places = tiles.map((tile) => tile.getAttribute("transform").match(/-?[\d.]+/g).map(Number));
  const ends = { Home: 0, End: tiles.length - 1 };
  tiles.forEach((tile, n) => {
    tile.setAttribute("tabindex", n === 0 ? "0" : "-1");
    tile.addEventListener("keydown", (event) => {
      const next = event.key in ends ? ends[event.key] : event.key in STEPS ? nearest(places, n, STEPS[event.key]) : null;
      if (next === null) {
        return;
      }
      event.preventDefault();
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
    const distance = ahead + 3 * (Math.abs(across * down) + Math.abs(along * right));
    if (ahead > 0 && distance < least) {
      least = distance;
      best = n;
    }
  });
  return best;
}
