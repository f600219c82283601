// Tables: made of lists, sorted by their headings, copied as CSV, and cut where they are very long.
import { copiedBy, copyButton, element, link } from "./elements.js";
import { csv, plural } from "./text.js";

const MOST_ROWS = 500; // of a table that is shown whole; of a longer one
const FIRST_ROWS = 200; // so many, before one asks for all
const LEAST_SORTED = 6; // rows below which nobody sorts
const NUMBER = /^[+−-]?\d[\d,]*(\.\d+)?( %)?$/;

// Blocks as lists (see `lists_of` of the writer) as elements. `sorted`: whether tables can be sorted.
export function render(lists, data, sorted = true) {
  const text = (number) => (number === undefined ? "" : data.texts[number]);
  return lists.map(([kind, ...rest]) => {
    if (kind === "h") {
      return element("h3", {}, text(rest[0]));
    }
    if (kind === "p") {
      const pieces = rest.map((one) => (Array.isArray(one) ? link(text(one[1]), text(one[0])) : text(one)));
      return element("p", {}, ...pieces);
    }
    const [description, heads, ...rows] = rest;
    const columns = [];
    for (let n = 0; n < heads.length; n += 2) {
      columns.push([text(heads[n]), text(heads[n + 1])]);
    }
    const cells = rows.map((row) =>
      row.map((cell) => {
        const [shown, look, address, value] = Array.isArray(cell) ? cell : [cell];
        return { text: text(shown), look: text(look), address: text(address), value: text(value) };
      }),
    );
    return makeTable(text(description), columns, cells, data, sorted);
  });
}

// A table of cells { text, look, address, value } or { node } under headings [text, look].
export function makeTable(description, columns, rows, data, sorted = true) {
  const head = columns.map(([heading, look]) =>
    heading ? element("th", { scope: "col", class: look }, heading) : element("td", { class: look }),
  );
  const body = rows.map((row) =>
    element("tr", {}, ...row.map((cell, n) => makeCell(cell, n === 0, columns[n][1], data))),
  );
  const made = element(
    "div",
    { class: "table" },
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": description },
      element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
    ),
  );
  equip(made, sorted);
  return made;
}

function makeCell(cell, first, look, data) {
  const looks = [...new Set([cell.look, look])].filter(Boolean).join(" ");
  const attributes = { class: looks, scope: first ? "row" : null, "data-value": cell.value };
  if (cell.node) {
    return element("td", attributes, cell.node);
  }
  const isSign = cell.look && cell.text.replace(data.follows, "").length === 1 && cell.text[0] in data.marks;
  const words = isSign ? [element("span", { class: "words" }, ` ${data.marks[cell.text[0]][0]}`)] : [];
  const shown = cell.address ? link(cell.address, cell.text) : cell.text;
  return element(first ? "th" : "td", attributes, element("bdi", {}, shown), ...words);
}

// What a cell holds, for sorting and for CSV; of a button what it copies.
export function cellText(cell) {
  return copiedBy(cell.querySelector("button")) ?? cell.dataset.value ?? cell.textContent.trim();
}

// A button on each row that copies it to be quoted. `made`: of the headings and the row its text.
export function addQuotes(box, made) {
  const table = box.querySelector("table");
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  table.tHead.rows[0].append(element("th", { scope: "col", class: "quote" }, "to quote"));
  for (const row of table.tBodies[0].rows) {
    row.append(element("td", {}, copyButton("Copy", () => made(heads, row), "The line with its source")));
  }
}

// A row as a sentence: what it is of, each cell behind its heading, and where its links lead.
export function rowText(heads, row) {
  const [first, ...cells] = [...row.cells].slice(0, heads.length);
  const told = cells.flatMap((cell, n) => (cell.textContent.trim() ? [`${heads[n + 1]}: ${cell.textContent.trim()}`] : []));
  const links = [...row.querySelectorAll("a[href^=http]")].map((one) => one.href);
  return `${first.textContent.trim()}: ${[...told, ...links].join("; ")}`;
}

// The order of a column's texts: by value where all are numbers, else by letters; blanks are last.
export function orderOf(texts) {
  const known = texts.filter(Boolean);
  if (known.length > 0 && known.every((text) => NUMBER.test(text))) {
    const value = (text) => Number.parseFloat(text.replace("−", "-").replaceAll(",", ""));
    return (one, other) => value(one) - value(other);
  }
  const { compare } = new Intl.Collator("en", { numeric: true });
  return compare;
}

// Add to a table: a button to copy, a limit of rows, headings that sort. Gives a function that shows the rows
// that pass a test, and says how many.
export function equip(box, sorted = true) {
  const table = box.querySelector("table");
  const original = [...table.tBodies[0].rows];
  const more = element("button", { type: "button", hidden: true });
  let rows = original;
  let passes = () => true;
  const usual = original.length > MOST_ROWS ? FIRST_ROWS : MOST_ROWS;
  let limit = usual;

  function draw() {
    const wanted = rows.filter(passes);
    const shown = new Set(wanted.slice(0, limit));
    for (const row of rows) {
      const hidden = !shown.has(row);
      if (row.hidden !== hidden) {
        row.hidden = hidden;
      }
    }
    more.hidden = wanted.length <= limit;
    more.textContent = `Show all ${wanted.length.toLocaleString("en")} rows`;
    return wanted.length;
  }

  more.addEventListener("click", () => {
    limit = Infinity;
    draw();
  });
  const content = () => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return csv([heads, ...rows.filter(passes).map((row) => [...row.cells].map(cellText))]);
  };
  const name = box.querySelector("[aria-label]").getAttribute("aria-label");
  const button = copyButton("Copy as CSV", content, "The table");
  button.setAttribute("aria-label", `Copy as CSV: ${name}`);
  box.prepend(element("div", { class: "tools" }, button, more));
  if (sorted && original.length >= LEAST_SORTED) {
    addSorting(table, original, (ordered) => {
      rows = ordered;
      draw();
    });
  }
  draw();
  return (test) => {
    passes = test;
    limit = usual;
    return draw();
  };
}

const NEXT_ORDER = { none: "ascending", ascending: "descending", descending: "none" };

function addSorting(table, original, drawn) {
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.textContent.trim() && !head.classList.contains("quote"));
  for (const head of heads) {
    const button = element("button", { type: "button", class: "sort" }, head.textContent.trim());
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = NEXT_ORDER[head.getAttribute("aria-sort") ?? "none"];
      for (const other of heads) {
        other.removeAttribute("aria-sort");
      }
      let ordered = original;
      if (now !== "none") {
        head.setAttribute("aria-sort", now);
        const keys = new Map(original.map((row) => [row, cellText(row.cells[head.cellIndex])]));
        const compare = orderOf([...keys.values()]);
        const sign = now === "ascending" ? 1 : -1;
        ordered = original.toSorted((one, other) => {
          const [a, b] = [keys.get(one), keys.get(other)];
          return a && b ? sign * compare(a, b) : Number(!a) - Number(!b); // blanks last either way
        });
      }
      table.tBodies[0].append(...ordered);
      drawn(ordered);
    });
  }
}

// "3 of 194 rows".
export function countText(shown, all, one, several) {
  return shown === all ? plural(all, one, several) : `${shown.toLocaleString("en")} of ${plural(all, one, several)}`;
}
