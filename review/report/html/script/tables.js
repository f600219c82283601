// Tables: made of lists, sorted by their headings, copied as CSV, and cut where they are very long.
import { copyButton, element, link } from "./elements.js";
import { csv, plural } from "./text.js";

const MOST_ROWS = 500; // shown before one asks for all
const LEAST_SORTED = 6; // rows below which nobody sorts

// Blocks of lists (see `lists_of` of the writer) as elements.
export function render(lists, data, level = 3) {
  const text = (number) => data.texts[number];
  return lists.map(([kind, ...rest]) => {
    if (kind === "h") {
      return element(`h${level}`, {}, text(rest[0]));
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
        const [number, look, address] = Array.isArray(cell) ? cell : [cell];
        return { text: text(number), look: look === undefined ? "" : text(look), address: address === undefined ? "" : text(address) };
      }),
    );
    return makeTable(text(description), columns, cells, data.marks);
  });
}

// A table of cells { text, look, address } or elements under headings [text, look]; `marks`: words by sign.
export function makeTable(description, columns, rows, marks) {
  const head = columns.map(([heading, look]) =>
    heading ? element("th", { scope: "col", class: look }, heading) : element("td", { class: look }),
  );
  const body = rows.map((row) =>
    element("tr", {}, ...row.map((cell, n) => makeCell(cell, n === 0, columns[n][1], marks))),
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
  equip(made);
  return made;
}

function makeCell(cell, first, look, marks) {
  const attributes = { class: [cell.look, look].filter(Boolean).join(" "), scope: first ? "row" : null };
  const shown = cell.address ? link(cell.address, cell.text) : cell.text;
  const words = cell.text && cell.text.length <= 2 ? marks[cell.text[0]] : "";
  const children = cell.node ? [cell.node] : [element("bdi", {}, shown), ...(words ? [element("span", { class: "words" }, ` ${words}`)] : [])];
  return element(first ? "th" : "td", attributes, ...children);
}

// What a cell holds, for sorting and for CSV.
export function cellText(cell) {
  return cell.dataset.value ?? cell.textContent.trim();
}

// The order of two texts: numbers by their value, blanks last, all else by letters.
export function compareTexts(one, other) {
  if (!one || !other) {
    return Number(!one) - Number(!other);
  }
  const numbers = [one, other].map((text) => Number.parseFloat(text.replace("−", "-").replace(/^[^\d-]+(?=\d)|,(?=\d{3})/g, "")));
  if (numbers.every((value) => !Number.isNaN(value))) {
    return numbers[0] - numbers[1] || one.localeCompare(other, "en");
  }
  return one.localeCompare(other, "en", { numeric: true });
}

// Add to a table: headings that sort, a button to copy, a limit of rows. Gives a function that shows rows by a test.
export function equip(box) {
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const more = element("button", { type: "button", hidden: true });
  const tools = element("div", { class: "tools" });
  let wanted = rows;
  let limit = MOST_ROWS;

  function draw() {
    const shown = new Set(wanted.slice(0, limit));
    for (const row of rows) {
      const hidden = !shown.has(row);
      if (row.hidden !== hidden) {
        row.hidden = hidden;
      }
    }
    more.hidden = wanted.length <= limit;
    more.textContent = `Show all ${wanted.length.toLocaleString("en")} rows`;
  }

  more.addEventListener("click", () => {
    limit = Infinity;
    draw();
  });
  const content = () => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return csv([heads, ...wanted.map((row) => [...row.cells].map(cellText))]);
  };
  const name = table.closest("[aria-label]").getAttribute("aria-label");
  const button = copyButton("Copy as CSV", content, "The table");
  button.setAttribute("aria-label", `Copy as CSV: ${name}`);
  tools.append(button, more);
  box.prepend(tools);
  if (rows.length >= LEAST_SORTED) {
    sortable(table, rows, () => draw());
  }
  draw();
  return (test) => {
    wanted = rows.filter(test);
    limit = MOST_ROWS;
    draw();
    return wanted.length;
  };
}

function sortable(table, rows, drawn) {
  const original = [...rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (!head.textContent.trim()) {
      return;
    }
    const button = element("button", { type: "button", class: "sort" }, head.textContent.trim());
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") ?? "none"];
      for (const other of heads) {
        other.removeAttribute("aria-sort");
      }
      let ordered = original;
      if (now !== "none") {
        head.setAttribute("aria-sort", now);
        const keys = new Map(original.map((row) => [row, cellText(row.cells[column])]));
        const sign = now === "ascending" ? 1 : -1;
        ordered = original.toSorted((a, b) => {
          const [one, other] = [keys.get(a), keys.get(b)];
          return one && other ? sign * compareTexts(one, other) : compareTexts(one, other); // blanks last either way
        });
      }
      rows.splice(0, rows.length, ...ordered);
      table.tBodies[0].append(...ordered);
      drawn();
    });
  });
}

// "3 of 194 rows".
export function countText(shown, all, one, several) {
  return shown === all ? plural(all, one, several) : `${shown.toLocaleString("en")} of ${plural(all, one, several)}`;
}
