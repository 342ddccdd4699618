// Lists the selected seats beside the button of a sale: <form data-counter-seats> with [data-selected].

(() => {
  const form = document.querySelector("[data-counter-seats]");
  const shown = form?.querySelector("[data-selected]");
  if (!shown) return;

  function show() {
    const boxes = form.querySelectorAll("input[name=_selected_action]:checked");
    const labels = [...boxes].map((box) => box.dataset.label);
    shown.textContent = labels.length ? `${labels.length}: ${labels.join("; ")}` : shown.dataset.none;
  }

  form.addEventListener("change", show);
  show();
  // Enter in the number of best available seats finds them, rather than pressing the form's first button.
  form.elements.best?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector("button[value=best]").click();
  });
})();
