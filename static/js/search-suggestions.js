// Suggestions while typing into a search form with data-suggestions, as an ARIA combobox.
// Without JavaScript the form just submits.
for (const form of document.querySelectorAll("form[data-suggestions]")) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  list.hidden = true;
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let timer, request, active = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(visible) {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) select(-1);
  }

  function select(index) {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = options()[index];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  async function load() {
    request?.abort();
    request = new AbortController();
    const text = input.value.trim();
    if (text.length < 2) return show(false);
    try {
      const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (!answer.ok) return show(false);
      list.innerHTML = await answer.text();
      select(-1);
      show(options().length > 0 && document.activeElement === input);
    } catch {
      // Aborted by the next letter, or offline: searching itself says so.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const count = options().length;
    if (event.key === "ArrowDown") select((active + 1) % count);
    else if (event.key === "ArrowUp") select(active <= 0 ? count - 1 : active - 1);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && active >= 0) options()[active].click();
    else return;
    event.preventDefault();
  });
  // A press on an option must not take the focus first, which would hide the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", () => show(false));
}
