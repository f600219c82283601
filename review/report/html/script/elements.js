// Elements of the page. All text is set as text: nothing from the data becomes markup.

// An element with attributes (true: without value; nothing, false and "": none) and children.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) {
      made.setAttribute(key, "");
    } else if (value) {
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

// Pick a value; where the list has none such, the first.
export function pick(select, value) {
  select.value = value;
  if (select.selectedIndex < 0) {
    select.selectedIndex = 0;
  }
}

// A link, if the address is one that a browser may follow.
export function link(address, text) {
  return /^(https?:|#)/.test(address) ? element("a", { href: address, rel: "noopener noreferrer" }, text) : text;
}

// Put a text on the clipboard; gives whether that was possible.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // pages that are not served safely use the older way
    const area = element("textarea", { "aria-label": "text to copy" });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

// What each button copies.
const copied = new WeakMap();

// The text that a button copies; undefined for any other element.
export function copiedBy(button) {
  return copied.get(button)?.();
}

// A button that copies what `made` gives, and says so for a moment; `what`: to those who listen.
export function copyButton(words, made, what) {
  const button = element("button", { type: "button" }, words);
  copied.set(button, made);
  button.addEventListener("click", async () => {
    const done = await copy(made());
    button.textContent = done ? "Copied" : "Not copied";
    byId("said").textContent = done ? `${what} copied.` : "The browser did not allow copying.";
    setTimeout(() => {
      button.textContent = words;
    }, 1500);
  });
  return button;
}
