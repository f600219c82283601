// One country: its dossier, as the library wrote it.
import { byId } from "./elements.js";
import { render } from "./tables.js";

export function startCountry(data) {
  const texts = (code) => data.dossiers[code];
  return (code) => {
    const dossier = texts(code);
    const title = dossier ? data.texts[dossier[0]] : `${code}: no country here has this code`;
    byId("country-title").textContent = title;
    byId("country-page").replaceChildren(...(dossier ? render(dossier.slice(1), data) : []));
    return title;
  };
}
