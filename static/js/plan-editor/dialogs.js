// The dialogs: a new section, numbering, and the keys. The server generates rows and numbers.

const FIELDS = {
  rows: ["rows", "seats", "last_seats", "aisles", "shape", "radius", "arc", "staggered", "spaces",
    "numbered", "first_seat", "row_names", "first_row", "after", "skipped", "angle"],
  boxes: ["boxes", "box_seats", "first_box", "box_word", "numbered", "angle"],
  standing: ["capacity", "width", "depth", "corners"],
};
const ALWAYS = ["kind", "name", "category", "x", "y"];
const CURVED = ["radius", "arc"];
const RECTANGLE = ["width", "depth", "x", "y"];

export function connectDialogs(editor) {
  const find = (name) => editor.root.querySelector(`[data-dialog="${name}"]`);
  const [section, renumber, help] = ["section", "renumber", "help"].map(find);
  for (const dialog of [section, renumber, help]) {
    for (const button of dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => dialog.close());
    }
  }
  editor.help = () => open(help);
  editor.edit = () => {
    const name = editor.selection.thing?.shape ? '[data-shape="text"]' : "[data-number]";
    editor.root.querySelector(name)?.focus();
    return true;
  };
  connectSection(editor, section);
  connectRenumber(editor, renumber);
}

function open(dialog) {
  dialog.showModal();
  return true;
}

function connectSection(editor, dialog) {
  const form = dialog.querySelector("form");
  const show = () => showFields(form);
  form.elements.kind.addEventListener("change", show);
  form.elements.shape.addEventListener("change", show);
  editor.openNewSection = (values = {}) => {
    form.elements.corners.value = "";
    const { left, right } = editor.view.box;
    if (editor.plan.seats.size) {
      const ys = [...editor.plan.seats.values()].map((seat) => seat.y);
      form.elements.y.value = Math.round(ys.reduce((a, b) => Math.max(a, b)) + 60);
    } else {
      form.elements.x.value = Math.round(Math.max(editor.plan.size.width, left + right) / 2);
    }
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    clearErrors(form);
    show();
    open(dialog);
  };
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value !== "ok") return;
    event.preventDefault();
    const data = new FormData(form);
    data.set("slugs", editor.plan.sections.map((one) => one.slug).join(" "));
    data.set("categories", editor.plan.categories.length);
    const answer = await editor.server.post("sections", data);
    if (!answer.ok) return showErrors(editor, form, answer);
    dialog.close();
    editor.choose(editor.actions.addSection(answer.data.zone, answer.data.color));
    editor.fit();
    return undefined;
  });
}

// Shows the fields that the chosen kind of section has.
function showFields(form) {
  const { kind, shape, corners } = form.elements;
  const shown = new Set([...ALWAYS, ...FIELDS[kind.value]]);
  if (shape.value !== "curved") CURVED.forEach((name) => shown.delete(name));
  if (kind.value === "standing" && corners.value) RECTANGLE.forEach((name) => shown.delete(name));
  for (const field of form.querySelectorAll("[data-field]")) {
    field.hidden = !shown.has(field.dataset.field);
  }
}

function connectRenumber(editor, dialog) {
  const form = dialog.querySelector("form");
  let rows = [];
  editor.openRenumber = () => {
    rows = selectedRows(editor);
    if (!rows.length) return editor.complain("needsSeats");
    const seats = rows.reduce((sum, { seats: some }) => sum + some.length, 0);
    dialog.querySelector("[data-renumber-count]").textContent =
      editor.t("rowCount", rows.length, seats);
    clearErrors(form);
    return open(dialog);
  };
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value !== "ok") return;
    event.preventDefault();
    const data = new FormData(form);
    const isRenaming = data.has("rows");
    data.delete("rows");
    data.set("counts", rows.map(({ seats }) => seats.length).join(" "));
    const answer = await editor.server.post("labels", data);
    if (!answer.ok) {
      showErrors(editor, form, answer);
      return;
    }
    dialog.close();
    relabel(editor, rows, answer.data, isRenaming);
  });
}

function relabel(editor, rows, labels, isRenaming) {
  const numbers = new Map();
  rows.forEach(({ seats }, at) =>
    seats.forEach((seat, place) => numbers.set(seat, labels.seats[at][place])));
  const names = new Map(rows.map(({ row }, at) => [row, labels.rows[at]]));
  editor.history.together(editor.t("renumbered", numbers.size), () => {
    editor.actions.renumber(numbers);
    if (isRenaming) editor.actions.renameRows(names);
  });
}

// The selected seats of each row, in the order of the row.
function selectedRows(editor) {
  const chosen = editor.selection.ids;
  const found = [];
  for (const section of editor.plan.sections) {
    for (const row of section.rows) {
      const seats = row.seats.filter((seat) => chosen.has(seat.id));
      if (seats.length) found.push({ row, seats });
    }
  }
  return found;
}

function clearErrors(form) {
  form.querySelectorAll(".field-errors").forEach((list) => list.replaceChildren());
}

function showErrors(editor, form, answer) {
  clearErrors(form);
  const errors = answer.data.errors || { "": [editor.t(answer.status ? "failed" : "offline")] };
  let first = null;
  for (const [name, texts] of Object.entries(errors)) {
    const field = form.querySelector(`[data-field="${name}"]`);
    const list = field?.querySelector(".field-errors") || form.querySelector("[data-form-error]");
    if (field) field.hidden = false;
    list.append(texts.join(" "));
    first ||= field?.querySelector("input, select");
  }
  first?.focus();
}
