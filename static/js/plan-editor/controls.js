// The buttons and fields of the editor.

import { round } from "./geometry.js";
import { addRow, insertSeat } from "./rows.js";

const STAGE = { width: 400, depth: 100 };

export function connect(editor) {
  const { root } = editor;
  const field = (name) => root.querySelector(`[data-${name}]`);
  const commands = commandsOf(editor, field);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) commands[button.dataset.do]();
  });
  field("section-name").addEventListener("change", (event) => {
    const name = event.target.value.trim();
    if (editor.section && name) editor.actions.changeSection(editor.section, { name });
  });
  field("section-capacity").addEventListener("change", (event) => {
    const capacity = Math.round(Number(event.target.value));
    const { section } = editor;
    if (!section?.standing || !(capacity > 0)) return;
    editor.actions.changeSection(section, { standing: { ...section.standing, capacity } });
  });
  field("new-category").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = event.target.querySelector("input");
    const { colors } = editor.settings;
    editor.actions.addCategory(
      input.value.trim(), colors[editor.plan.categories.length % colors.length]);
    input.value = "";
  });
  connectShapes(editor, field);
  connectBackground(editor, field);
  addEventListener("beforeunload", (event) => {
    if (editor.history?.isChanged) event.preventDefault();
  });
}

function commandsOf(editor, field) {
  const { actions } = editor;
  const value = (name) => Number(field(name).value) || 0;
  const onSection = (action) => () =>
    (editor.section ? action(editor.section) : editor.complain("needsSeat"));
  return {
    save: () => editor.save(),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    select: () => setTool(editor, "select"),
    pan: () => setTool(editor, "pan"),
    "zoom-in": () => editor.view.zoomIn(),
    "zoom-out": () => editor.view.zoomOut(),
    fit: () => editor.fit(),
    help: () => editor.help(),
    row: () => editor.selectRow(),
    section: () => editor.selectSection(),
    all: () => editor.selectAll(),
    paint: () => actions.paint(field("paint").value),
    mark: () => actions.mark(field("mark").value),
    move: () => actions.move(value('move="x"'), value('move="y"')),
    number: () => renameSeats(editor, field("number").value.trim()),
    renumber: () => editor.openRenumber(),
    align: () => actions.align(field("align").value),
    distribute: () => actions.distribute(),
    rotate: () => actions.rotate(value("rotate")),
    "add-seat": () => editor.addSeat(),
    "seat-before": () => insertSeat(editor, { before: true }),
    "seat-after": () => insertSeat(editor),
    "add-row": () => addRow(editor),
    delete: () => actions.remove(),
    "new-section": () => editor.openNewSection(),
    corners: () => editor.drawCorners(),
    duplicate: () => editor.duplicateSelected(),
    "duplicate-mirrored": () => editor.duplicateSelected(true),
    mirror: onSection((section) => actions.mirror(section)),
    earlier: onSection((section) => actions.reorder(section, -1)),
    later: onSection((section) => actions.reorder(section, 1)),
    "delete-section": onSection((section) => actions.removeSection(section)),
    stage: () => addStage(editor),
    text: () => editor.actions.addShapes([label(editor.t("newText"), middleOf(editor))],
      editor.t("newText")),
  };
}

function setTool(editor, tool) {
  editor.tool = tool;
  for (const name of ["select", "pan"]) {
    editor.root.querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", name === tool);
  }
  editor.svg.classList.toggle("is-panning", tool === "pan");
}

function renameSeats(editor, number) {
  const [seat] = editor.selection.seats(editor.plan);
  if (seat && number) editor.actions.renumber(new Map([[seat, number]]));
}

function middleOf(editor) {
  const { left, right, top, bottom } = editor.view.box;
  return { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
}

function label(text, { x, y }, color = "#555555") {
  return {
    shape: "text", position: { x, y }, text: { text, position: { x: 0, y: 0 }, size: 30, color },
  };
}

function addStage(editor) {
  const x = round(editor.plan.size.width / 2);
  const { width, depth } = STAGE;
  const shape = {
    shape: "rectangle", position: { x: x - width / 2, y: 20 },
    rectangle: { width, height: depth }, color: "#3b3b3b", border_color: "#3b3b3b",
  };
  const name = label(editor.t("stage"), { x, y: 20 + depth / 2 }, "#ffffff");
  editor.actions.addShapes([shape, name], editor.t("stage"));
}

function connectShapes(editor, field) {
  field("shape-fields").addEventListener("change", (event) => {
    const { shape: name } = event.target.dataset;
    const shape = editor.selection.thing?.shape;
    if (!shape || !name) return;
    const isText = name === "text" || name === "size";
    const value = name === "text" ? event.target.value : Number(event.target.value);
    if (!value) return;
    const part = isText ? "text" : "rectangle";
    event.target.blur();
    editor.actions.changeShape(shape, { [part]: { ...shape[part], [name]: value } });
  });
}

// Shows where the picture lies, so that changing one value keeps the others.
export function showBackgroundFields(editor) {
  const { elements } = editor.root.querySelector("[data-background]");
  for (const [name, value] of Object.entries(editor.background || {})) elements[name].value = value;
}

function connectBackground(editor, field) {
  const form = field("background");
  // Unfold's script would show the file's name in a text field, which this form has not.
  form.elements.picture.hasChangeListener = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    if (!data.get("picture")?.size) data.delete("picture");
    const answer = await editor.server.post("background", data);
    if (!answer.ok) {
      editor.announce(Object.values(answer.data.errors || {}).flat().join(" ") || editor.t("failed"));
      return;
    }
    editor.background = answer.data.background;
    const url = editor.background && `${editor.server.urls.background}?${Date.now()}`;
    editor.drawing.background(url, editor.background);
    showBackgroundFields(editor);
    form.elements.picture.value = "";
  });
}
