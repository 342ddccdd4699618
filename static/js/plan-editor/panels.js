// The panels beside the drawing, filled from the plan and the selection.

import { seatsOf } from "./model.js";

export const make = (name, values = {}, ...children) => {
  const node = Object.assign(document.createElement(name), values);
  node.append(...children);
  return node;
};

const one = (editor, name) => editor.root.querySelector(`[data-${name}]`);

export function tools(editor) {
  const { history, root } = editor;
  root.querySelector('[data-do="undo"]').disabled = !history.done.length;
  root.querySelector('[data-do="redo"]').disabled = !history.undone.length;
  root.querySelector('[data-do="save"]').classList.toggle("is-due", history.isChanged);
}

export function selected(editor) {
  const { selection, plan } = editor;
  const count = selection.ids.size;
  const { thing } = selection;
  one(editor, "selected").textContent = thing ? editor.t("selectedThing", editor.nameOf(thing))
    : count ? editor.t("selected", count) : editor.t("nothing");
  one(editor, "for-seats").hidden = !count && !thing?.section;
  one(editor, "for-any").hidden = !count && !thing;
  fillOptions(one(editor, "paint"), plan.categories.map((category) => category.name));
  const seat = selection.seats(plan)[0];
  const number = one(editor, "number");
  number.closest(".editor-row").hidden = !count;
  if (seat && document.activeElement !== number) number.value = seat.number;
}

function fillOptions(select, names) {
  const now = [...select.options].map((option) => option.value);
  if (now.join("\n") === names.join("\n")) return;
  const { value } = select;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  if (names.includes(value)) select.value = value;
}

export function sections(editor) {
  const current = editor.section;
  // A long list is filled only when it is open.
  one(editor, "sections").replaceChildren(...editor.plan.sections.map((section) => {
    const rows = section.rows.length;
    const text = section.standing
      ? editor.t("places", section.name, section.standing.capacity)
      : `${section.name} · ${editor.t("rowCount", rows, seatsOf(section).length)}`;
    const button = make("button", { type: "button", textContent: text });
    button.setAttribute("aria-pressed", section === current);
    button.addEventListener("click", () => editor.choose(section));
    return make("li", {}, button);
  }));
  one(editor, "section-fields").hidden = !current;
  if (!current) return;
  const [name, capacity] = [one(editor, "section-name"), one(editor, "section-capacity")];
  if (document.activeElement !== name) name.value = current.name;
  one(editor, "standing-only").hidden = !current.standing;
  if (current.standing && document.activeElement !== capacity) {
    capacity.value = current.standing.capacity;
  }
}

export function categories(editor) {
  const list = one(editor, "categories");
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...editor.plan.categories.map((category) => {
    const color = make("input", { type: "color", value: category.color });
    const name = make("input", { type: "text", value: category.name, maxLength: 80 });
    color.setAttribute("aria-label", editor.t("color", category.name));
    name.setAttribute("aria-label", editor.t("name", category.name));
    color.addEventListener("change", () =>
      leave(color, () => editor.actions.changeCategory(category, { color: color.value })));
    name.addEventListener("change", () =>
      leave(name, () => editor.actions.changeCategory(category, { name: name.value.trim() })));
    const remove = make("button", { type: "button", textContent: "✕" });
    remove.setAttribute("aria-label", editor.t("remove", category.name));
    remove.addEventListener("click", () =>
      leave(remove, () => editor.actions.removeCategory(category)));
    return make("li", { className: "editor-row" }, color, name, remove);
  }));
}

// Leaves a field before its list is filled anew.
function leave(field, then) {
  field.blur();
  then();
}

export function shapes(editor) {
  const current = editor.selection.thing?.shape;
  one(editor, "shapes").replaceChildren(...editor.plan.decoration.map((shape) => {
    const text = shape.text?.text || editor.t("shape");
    const button = make("button", { type: "button", textContent: text });
    button.setAttribute("aria-pressed", shape === current);
    button.addEventListener("click", () => editor.selection.choose({ shape }));
    return make("li", {}, button);
  }));
  const fields = one(editor, "shape-fields");
  fields.hidden = !current;
  if (!current || fields.contains(document.activeElement)) return;
  for (const label of fields.querySelectorAll("[data-text-only]")) label.hidden = !current.text;
  for (const label of fields.querySelectorAll("[data-rectangle-only]")) {
    label.hidden = !current.rectangle;
  }
  const values = { ...current.text, ...current.rectangle };
  for (const input of fields.querySelectorAll("[data-shape]")) {
    input.value = values[input.dataset.shape] ?? "";
  }
}

export function faults(editor) {
  const list = one(editor, "faults");
  const [found, warnings] = [editor.faults || [], editor.warnings || []];
  one(editor, "faults-panel").hidden = !found.length && !warnings.length;
  list.replaceChildren(
    ...found.map((fault) => {
      const button = make("button", { type: "button", textContent: fault.text });
      button.addEventListener("click", () => goTo(editor, fault.path));
      return make("li", { className: "is-fault" }, button);
    }),
    ...warnings.map((text) => make("li", { textContent: text })),
  );
}

// Leads to where a fault is: zones[2].rows[0].seats[14].category
export function goTo(editor, path) {
  const [zone, row, seat] = ["zones", "rows", "seats"].map((name) => {
    const found = path.match(new RegExp(`${name}\\[(\\d+)\\]`));
    return found ? Number(found[1]) : null;
  });
  const section = editor.plan.zones[zone];
  if (!section || !editor.plan.sections.includes(section)) return;
  const seats = row === null ? seatsOf(section) : section.rows[row]?.seats || [];
  const chosen = seat === null ? seats : [seats[seat]].filter(Boolean);
  if (!chosen.length) {
    editor.choose(section);
    return;
  }
  editor.selection.focus = chosen[0].id;
  editor.selection.set(chosen.map((each) => each.id));
  editor.view.show(chosen[0]);
  editor.svg.focus();
}
