// One country: its dossier, as the library wrote it.
import { byId, copyButton } from "./elements.js";
import { render } from "./tables.js";
import { search } from "./text.js";

const MOST_ON_A_SHEET = 4500; // characters, beyond which a smaller print keeps a dossier on one

export function startCountry(data) {
  const page = byId("country-page");
  const line = (row) => [...row.cells].map((cell) => cell.textContent.trim()).join(" | ");
  const lines = (block) => (block.matches(".table") ? [...block.querySelectorAll("tr")].map(line) : [block.textContent]);
  const asText = () => [byId("country-title").textContent, ...[...page.children].flatMap(lines), data.citation].join("\n");
  byId("country-tools").append(copyButton("Copy this page as text", asText, "The page"));
  const names = new Map([...document.querySelectorAll(".tile")].map((tile) => [tile.dataset.code, tile.dataset.name]));

  // Show a country by its code; of one without an answer only its name.
  return (asked) => {
    const found = search(asked, data.countries.map(({ searched }) => searched));
    const code = found.length === 1 ? data.countries[found[0]].code : asked.toUpperCase();
    const dossier = Object.hasOwn(data.dossiers, code) ? data.dossiers[code] : null;
    const named = names.has(code) ? `${names.get(code)} (${code})` : `“${asked}”`;
    const title = dossier ? data.texts[dossier[0]] : `${named}: no answer in our data`;
    byId("country-title").textContent = title;
    page.replaceChildren(...(dossier ? render(dossier.slice(1), data, false) : []));
    page.classList.toggle("long", page.textContent.length > MOST_ON_A_SHEET);
    return title;
  };
}
