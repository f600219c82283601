// Elements of the page. All text is set as text: nothing from the data becomes markup.

// An element with attributes (true: without value; null, false and "": none) and children.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) {
      made.setAttribute(key, "");
    } else if (value !== null && value !== false && value !== "") {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

// The options of a list to pick from: pairs of value and text.
export function setOptions(select, pairs) {
  select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
}

// A link, if the address is one that a browser may follow.
export function link(address, text) {
  return /^(https?:|#)/.test(address) ? element("a", { href: address, rel: "noopener noreferrer" }, text) : text;
}

// Tell those who listen.
export function announce(text) {
  byId("said").textContent = text;
}

// Put a text on the clipboard; pages that are not served safely use the older way.
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { "aria-label": "text to copy" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  announce(`${what} copied.`);
}

// A button that copies what `made` gives, and says so for a moment.
export function copyButton(words, made, what) {
  const button = element("button", { type: "button" }, words);
  button.addEventListener("click", async () => {
    await copy(made(), what);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = words;
    }, 1500);
  });
  return button;
}
