// Shows the change for the cash that a customer hands over: <form data-change-due data-total>.
//
// Inside: the field named "received", [data-suggestions] with buttons of round amounts, and [data-change],
// whose <strong> shows the change. The server works it out as well.

(() => {
  for (const form of document.querySelectorAll("[data-change-due]")) {
    const field = form.elements.received;
    const change = form.querySelector("[data-change]");
    const suggestions = form.querySelector("[data-suggestions]");
    const total = Number(form.dataset.total);
    const isCash = () => form.elements.method.value === "cash";

    const show = () => {
      const received = Number(field.value.replace(",", "."));
      const due = received - total;
      suggestions.hidden = !isCash();
      change.hidden = !isCash() || !field.value || !(due >= 0);
      change.querySelector("strong").textContent = due.toLocaleString(document.documentElement.lang, { minimumFractionDigits: due % 1 ? 2 : 0, maximumFractionDigits: 2 });
    };

    suggestions.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      field.value = button.value;
      show();
    });
    form.addEventListener("input", show);
    show();
  }
})();
