// What the page does when it opens, and when its address changes.
import { formatAddress, parseAddress } from "./address.js";
import { startCompare } from "./compare.js";
import { startCountries } from "./countries.js";
import { startCountry } from "./country.js";
import { readData } from "./data.js";
import { byId, copyButton, element } from "./elements.js";
import { startMap } from "./map.js";
import { addQuotes, equip, rowText } from "./tables.js";
import { search } from "./text.js";

function start() {
  const data = readData();
  const title = document.title;
  const sections = new Map([...document.querySelectorAll("main > section")].map((section) => [section.id, section]));
  for (const place of document.querySelectorAll("main > section, tr[id]")) {
    place.removeAttribute("id"); // the browser would scroll to it
  }
  equipFigures(data);
  startFinding(data);
  const placeLeft = rememberPlaces();
  const [showMap, showCountries, showCountry, showCompare] = [startMap, startCountries, startCountry, startCompare].map((begin) => begin(data));
  const views = {
    map: ({ value }) => showMap(value),
    countries: ({ filters }) => showCountries(filters),
    country: ({ value }) => showCountry(value),
    compare: ({ value, filters }) => showCompare(value, filters),
  };

  // Show the view that the address names. `moved`: from another address, so that the reader is led to its beginning.
  function show(moved) {
    const address = parseAddress(location.hash);
    const isNamed = sections.has(address.view) && (address.view !== "country" || address.value);
    const view = isNamed ? address.view : "overview";
    const named = Object.hasOwn(views, view) ? views[view](address) : null;
    for (const [name, section] of sections) {
      section.classList.toggle("shown", name === view);
    }
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#${view === "country" ? "countries" : view}`) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    document.title = view === "overview" ? title : `${named ?? byId(`${view}-title`).textContent} – ${title}`;
    if (moved) {
      const place = placeLeft();
      scrollTo(0, place?.scroll ?? 0);
      (place?.link ?? byId(`${view}-title`)).focus({ preventScroll: true });
    }
  }

  addEventListener("hashchange", () => show(true));
  show(false);
}

// Tables that are there already, and what can be quoted from them.
function equipFigures(data) {
  for (const box of document.querySelectorAll('[data-name="summary"], [data-name="figures"]')) {
    addQuotes(box, (heads, row) => `${rowText(heads, row)}. ${data.citation}`);
  }
  for (const card of document.querySelectorAll(".card")) {
    const source = card.querySelector("a");
    const text = [...card.children].map((part) => part.textContent.trim()).join("; ");
    const quoted = () => [`${text}${source ? `, ${source.href}` : ""}.`, card.dataset.rule, data.citation].filter(Boolean).join(" ");
    card.append(copyButton("Copy", quoted, "The figure with its source"));
  }
  for (const box of document.querySelectorAll(".table")) {
    if (box.dataset.name !== "latest") {
      equip(box); // that one is equipped with its filters
    }
  }
}

// The search for a country above all views: a name that means one opens it, any other lists those it may mean.
function startFinding(data) {
  const input = byId("find-name");
  const names = data.countries.map(({ searched }) => searched);
  byId("find-names").append(...data.countries.map(({ name }) => element("option", { value: name })));
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const found = search(input.value, names);
    const isOne = input.value.trim() && found.length === 1;
    location.hash = isOne ? `#country=${data.countries[found[0]].code}` : formatAddress("countries", "", { q: input.value.trim() });
    input.value = "";
  });
}

// Remember where the reader left each address by a link, to be there again after going back. Gives a function that
// says so of the present address, once.
function rememberPlaces() {
  const places = new Map();
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (!link) {
      return;
    }
    if (link.classList.contains("skip")) {
      event.preventDefault();
      byId("main").focus();
      return;
    }
    places.set(location.hash, { scroll: scrollY, link });
    const address = link.getAttribute("href");
    places.delete(address);
    if (address.startsWith("#country=") && !location.hash.startsWith("#country=")) {
      byId("country-back").href = location.hash.startsWith("#countries") ? location.hash : "#countries";
    }
  });
  return () => {
    const place = places.get(location.hash);
    places.delete(location.hash);
    return place;
  };
}

start();
