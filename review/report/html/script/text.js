// Texts: how names are compared, and how tables become CSV.

const LONGEST_ABBREVIATION = 3;
// letters that no decomposition makes plain
const PLAIN = { ß: "ss", ı: "i", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ð: "d", þ: "th", ħ: "h" };

// Case, accents and punctuation aside; the words of a name stay apart, the letters of an abbreviation don't.
export function fold(text) {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[ßıøłđæœðþħ]/g, (letter) => PLAIN[letter])
    .replaceAll(".", "")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

// The names of a country, for `search`: folded, between line ends.
export function searchable(names) {
  return `\n${names.map((name) => ` ${fold(name)}\n`).join("")}`;
}

// The places of the countries that a text names: by a whole name, where it is as short as an abbreviation;
// by the beginning of a word of any of their names; where there is none, by any part of a name, spaces aside.
export function search(text, names) {
  const wanted = fold(text);
  if (!wanted) {
    return names.map((_, place) => place);
  }
  const having = (part) => names.flatMap((one, place) => (one.includes(part) ? [place] : []));
  const parts = [...(wanted.length <= LONGEST_ABBREVIATION ? [`\n ${wanted}\n`] : []), ` ${wanted}`, wanted];
  const found = parts.map(having).find((places) => places.length > 0);
  const joined = wanted.replaceAll(" ", "");
  return found ?? names.flatMap((one, place) => (one.replaceAll(" ", "").includes(joined) ? [place] : []));
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
