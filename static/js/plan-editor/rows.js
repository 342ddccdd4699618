// A row behind the last one of a section, and a seat beside another: the server works them out.

import { freeText } from "./geometry.js";
import { readRow, rowsDocument } from "./model.js";

const ORIGIN = { x: 0, y: 0 };

export async function addRow(editor) {
  const { section } = editor;
  if (!section?.rows.length) return editor.complain("needsSeat");
  const answer = await ask(editor, "row", section, section.rows);
  if (!answer) return false;
  const row = readRow(editor.plan, section, answer.row, ORIGIN, editor.kinds);
  const { actions, history } = editor;
  nameAnew(row.seats, actions.guids());
  history.structure(actions.say("addedRow", row.name), () => {
    section.rows = [...section.rows, row];
    section.outline = null;
  });
  actions.keepInside();
  editor.selection.focus = row.seats[0].id;
  editor.selection.set(row.seats.map((seat) => seat.id));
  editor.view.show(row.seats[0]);
  return true;
}

// Adds a seat before or after the first selected one; seats in its way move on.
export async function insertSeat(editor, { before = false } = {}) {
  const [from] = editor.starting;
  if (!from) return editor.complain("needsSeat");
  const { row } = from;
  const { section } = row;
  const query = `?at=${row.seats.indexOf(from)}${before ? "&before" : ""}`;
  const answer = await ask(editor, "seat", section, [row], query);
  if (!answer) return false;
  const known = new Map(row.seats.map((seat) => [seat.guid, seat]));
  const made = readRow(editor.plan, section, answer.row, ORIGIN, editor.kinds).seats;
  const places = new Map(made.map(({ guid, x, y }) => [guid, { x, y }]));
  const added = made.find((seat) => !known.has(seat.guid));
  const { actions, history } = editor;
  nameAnew([added], actions.guids());
  history.together(actions.say("addedSeat", row.name, added.number), () => {
    history.seats("", row.seats, (seat) => places.get(seat.guid));
    history.structure("", () => {
      row.seats = made.map((seat) => known.get(seat.guid) || seat);
      section.outline = null;
    });
  });
  actions.keepInside();
  editor.selection.focus = added.id;
  editor.selection.set([added.id]);
  editor.view.show(added);
  return true;
}

function nameAnew(seats, taken) {
  for (const seat of seats) {
    seat.guid = freeText(seat.guid, taken);
    taken.add(seat.guid);
  }
}

// Returns the answer, unless it failed or the rows have been changed meanwhile.
async function ask(editor, name, section, rows, query = "") {
  const last = editor.history.done.at(-1);
  const answer = await editor.server.ask(name, rowsDocument(section, rows, editor.kinds), query);
  if (!answer.ok) editor.announce(editor.t(answer.status ? "notAdded" : "offline"));
  return answer.ok && editor.history.done.at(-1) === last ? answer.data : null;
}
