// The address after "#": which view is shown, of what, and with which filters.

// "#compare=us_labor:2016..2022&region=Africa" as { view, value, filters }.
export function parseAddress(hash) {
  const [first = "", ...rest] = hash.replace(/^#/, "").split("&");
  const [view, value] = splitPair(first);
  return { view, value, filters: Object.fromEntries(rest.map(splitPair).filter(([name]) => name)) };
}

function splitPair(text) {
  const place = text.indexOf("=");
  return place < 0 ? [decoded(text), ""] : [decoded(text.slice(0, place)), decoded(text.slice(place + 1))];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % stands for itself
  }
}

// The same as a text. Filters that are empty are left out.
export function formatAddress(view, value, filters = {}) {
  const coded = (text) => encodeURIComponent(text).replaceAll("%3A", ":");
  const more = Object.entries(filters).filter(([, text]) => text);
  return `#${view}${value ? `=${coded(value)}` : ""}${more.map(([name, text]) => `&${name}=${coded(text)}`).join("")}`;
}

// Put what is picked into the address, without a step to go back to.
export function keepAddress(address) {
  try {
    history.replaceState(null, "", address);
  } catch {
    // some browsers allow only so many in a while: the next one succeeds
  }
}
