// The checkout of a sale by staff: a new concession updates the total, and typing a name lists earlier
// customers in a combobox, <div data-customer-search="url"> around the field "name".

(() => {
  const form = document.querySelector("[data-counter-checkout]");
  if (!form) return;
  const update = form.querySelector("[data-update]");
  update.hidden = true;
  form.querySelector("[autofocus]")?.focus();
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-concession]")) return;
    form.elements.focus.value = event.target.name;
    form.requestSubmit(update);
  });

  const box = form.querySelector("[data-customer-search]");
  const field = form.elements.name;
  const list = box.querySelector("[role=listbox]");
  const status = box.querySelector("[data-status]");
  const DELAY = 150;
  let found = [];
  let active = -1;
  let timer = null;
  let latest = 0;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  close();

  function close() {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function show(customers) {
    found = customers;
    list.replaceChildren(
      ...customers.map((customer, index) => {
        const option = document.createElement("li");
        option.id = `customer-${index}`;
        option.role = "option";
        option.textContent = customer.name;
        const email = document.createElement("span");
        email.textContent = customer.email;
        option.append(" ", email);
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(index));
        return option;
      }),
    );
    active = -1;
    list.hidden = !customers.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = customers.length ? `${box.dataset.found} ${customers.length}` : box.dataset.none;
  }

  function choose(index) {
    const customer = found[index];
    field.value = customer.name;
    form.elements.email.value = customer.email;
    const languages = [...(form.elements.language.options ?? [])];
    if (languages.some((option) => option.value === customer.language)) form.elements.language.value = customer.language;
    close();
  }

  function move(step) {
    if (list.hidden) return;
    active = (active + step + found.length) % found.length;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    field.setAttribute("aria-activedescendant", `customer-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  async function search() {
    const text = field.value.trim();
    const number = ++latest;
    if (text.length < 2) return close();
    const response = await fetch(`${box.dataset.customerSearch}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok || number !== latest) return;
    const { customers } = await response.json();
    if (number === latest && document.activeElement === field) show(customers);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, DELAY);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) choose(active);
    else return;
    if (event.key !== "Escape") event.preventDefault();
  });
})();
