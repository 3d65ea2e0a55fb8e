// Elements of the page. Text of others is only ever text content: nothing here reads markup.

export const $ = (id) => document.getElementById(id);

// An element with properties (`aria-…`, `data-…` and `role` as attributes) and children, which are nodes or text.
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (/^(aria-|data-|role$|for$)/.test(key)) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function options(select, values, chosen, label = (value) => value) {
  select.replaceChildren(...values.map((value) => element("option", { value, textContent: label(value) })));
  select.value = values.includes(chosen) ? chosen : values[0];
}

// Calls `action` once no more calls came for `wait` milliseconds.
export function debounced(action, wait) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait, ...given);
  };
}

export const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
