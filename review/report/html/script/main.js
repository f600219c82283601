// What the page does when it opens, and when its address changes.
import { parseAddress } from "./address.js";
import { startCompare } from "./compare.js";
import { startCountries } from "./countries.js";
import { startCountry } from "./country.js";
import { readData } from "./data.js";
import { byId, element } from "./elements.js";
import { startMap } from "./map.js";
import { equip } from "./tables.js";
import { search } from "./text.js";

const VIEWS = ["overview", "map", "countries", "country", "compare", "figures", "method"];

function start() {
  const data = readData();
  const title = document.title;
  const showMap = startMap(data, go);
  const showCountries = startCountries(data, go);
  const showCountry = startCountry(data);
  const showCompare = startCompare(data, go);
  for (const box of document.querySelectorAll(".table")) {
    if (box.dataset.name !== "latest") {
      equip(box);
    }
  }

  // Change the address; `moving`: to another view, which is then shown.
  function go(address, moving = true) {
    if (moving) {
      location.hash = address;
    } else {
      history.replaceState(null, "", address);
    }
  }

  function show(moved) {
    const { view: asked, value, filters } = parseAddress(location.hash);
    if (asked === "main") {
      return; // a link within the page
    }
    const view = VIEWS.includes(asked) ? asked : "overview";
    const heading = { map: () => showMap(value), countries: () => showCountries(filters), country: () => showCountry(value), compare: () => showCompare(value, filters) }[view]?.();
    for (const section of document.querySelectorAll("main > section")) {
      section.classList.toggle("shown", section.id === view);
    }
    for (const link of document.querySelectorAll("nav a")) {
      const is = link.hash === `#${view === "country" ? "countries" : view}`;
      link.toggleAttribute("aria-current", is);
      if (is) {
        link.setAttribute("aria-current", "page");
      }
    }
    const name = heading ?? byId(`${view}-title`).textContent;
    document.title = view === "overview" ? title : `${name} – ${title}`;
    if (moved) {
      scrollTo(0, 0);
      byId(`${view}-title`).focus({ preventScroll: true });
    }
  }

  byId("find-names").append(...data.countries.map(({ name }) => element("option", { value: name })));
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("find-name").value;
    const exact = data.countries.filter(({ name, code }) => [name, code].some((one) => one.toLowerCase() === text.trim().toLowerCase()));
    const found = exact.length === 1 ? exact : search(text, data.countries.map(({ searched }) => searched)).map((place) => data.countries[place]);
    go(text.trim() && found.length === 1 ? `#country=${found[0].code}` : `#countries&q=${encodeURIComponent(text)}`);
    byId("find-name").value = "";
  });
  addEventListener("hashchange", () => show(true));
  show(false);
  addEventListener("load", () => scrollTo(0, 0)); // the browser goes to a part of the page; a view begins at its top
}

start();
