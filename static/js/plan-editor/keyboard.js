// The keyboard on the drawing. The help lists the same keys (templates/admin/venues/editor.html).

import { nearest } from "./geometry.js";
import { addRow, insertSeat } from "./rows.js";

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const STEPS = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
const KINDS = { w: "wheelchair", c: "companion", v: "restricted", o: "ordinary" };
const FAR = 10;

export function listen(editor, svg) {
  svg.addEventListener("keydown", (event) => {
    if (press(editor, event)) event.preventDefault();
  });
  // Undo, redo and save work everywhere but in text fields, which have an undo of their own.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.matches("input, textarea, select") && event.key !== "s") return;
    if (pressGlobal(editor, event)) event.preventDefault();
  });
}

function pressGlobal(editor, event) {
  const key = event.key.toLowerCase();
  if (key === "s") return editor.save();
  if (key === "y" || (key === "z" && event.shiftKey)) return editor.redo();
  if (key === "z") return editor.undo();
  return false;
}

function press(editor, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (ARROWS[key]) return arrow(editor, ARROWS[key], event);
  if (event.ctrlKey || event.metaKey) {
    if (key === "a") return editor.selectAll();
    if (key === "d") return editor.duplicateSelected();
    return pressGlobal(editor, event);
  }
  if (KINDS[key]) return done(editor.actions.mark(KINDS[key]));
  if (/^[1-9]$/.test(key)) return paint(editor, Number(key) - 1);
  return other(editor, key, event);
}

function other(editor, key, event) {
  const seat = editor.plan.seats.get(editor.selection.focus);
  switch (key) {
    case " ":
      if (editor.corners) editor.corners.add();
      else if (seat) editor.selection.toggle(seat.id);
      return true;
    case "r": return editor.selectRow(seat, event.shiftKey);
    case "s": return editor.selectSection(seat, event.shiftKey);
    case "n": return event.shiftKey ? done(addRow(editor)) : editor.addSeat();
    case "b": return done(insertSeat(editor, { before: true }));
    case "a": return done(insertSeat(editor));
    case "Delete":
    case "Backspace": return done(editor.actions.remove());
    case "Escape":
      if (editor.corners) editor.corners.cancel();
      return done(editor.selection.clear());
    case "Enter":
      if (editor.corners) return done(editor.corners.finish());
      return editor.edit();
    case "+": return done(editor.view.zoomIn());
    case "-": return done(editor.view.zoomOut());
    case "0": return done(editor.fit());
    case "?": return editor.help();
    default: return false;
  }
}

function arrow(editor, direction, event) {
  const { selection, plan } = editor;
  if (editor.corners) return editor.corners.step(STEPS[direction], event.shiftKey);
  if (event.altKey || selection.thing) {
    const [dx, dy] = STEPS[direction].map((step) => step * (event.shiftKey ? FAR : 1));
    return done(editor.actions.move(dx, dy));
  }
  const from = plan.seats.get(selection.focus);
  const to = from ? nearest(plan.seats.values(), from, direction) : [...plan.seats.values()][0];
  if (!to) return true;
  selection.focus = to.id;
  if (event.shiftKey) selection.set(from ? [from.id, to.id] : [to.id], { add: true });
  editor.showFocus();
  return true;
}

function paint(editor, number) {
  const category = editor.plan.categories[number];
  if (category) editor.actions.paint(category.name);
  return true;
}

const done = () => true;
