// Texts: how names are compared, and how tables become CSV.

// Case, accents and punctuation aside; the words of a name stay apart.
export function fold(text) {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ı", "i")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

// The places of the countries that a text names, by the beginning of a word of any of their names;
// where there is none, by any part of a name. `names`: for each country its folded names, with line ends between.
export function search(text, names) {
  const wanted = fold(text);
  if (!wanted) {
    return names.map((_, place) => place);
  }
  const having = (part) => names.flatMap((one, place) => (one.includes(part) ? [place] : []));
  const found = having(` ${wanted}`);
  return found.length > 0 ? found : having(wanted);
}

// The folded names of a country, for `search`.
export function searchable(names) {
  return names.map((name) => ` ${fold(name)}`).join("\n");
}

// ' before what a spreadsheet would run as a formula.
export function guarded(text) {
  return /^'*[=+\-@]/.test(text) ? `'${text}` : text;
}

// Rows of texts as CSV.
export function csv(rows) {
  const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map((text) => cell(guarded(text))).join(",") + "\r\n").join("");
}

// "1 country", "2 countries".
export function plural(many, one, several) {
  return `${many.toLocaleString("en")} ${many === 1 ? one : several}`;
}
