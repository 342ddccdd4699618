// What people do with the plan: every button, key and pointer calls these.

import * as geometry from "./geometry.js";
import { addZone, index, pointsOf, seatsOf } from "./model.js";

const { round } = geometry;
const MARGIN = 40;
const LINE = 24;

export class Actions {
  // `editor` has plan, history, selection, kinds, say (announce in words) and t (translate).
  constructor(editor) {
    this.editor = editor;
  }

  get plan() { return this.editor.plan; }
  get history() { return this.editor.history; }
  get selected() { return this.editor.selection.seats(this.plan); }

  move(dx, dy) {
    const { thing } = this.editor.selection;
    if (thing) return this.moveThing(thing, dx, dy);
    const seats = this.selected;
    if (!seats.length || (!dx && !dy)) return;
    this.place(seats, seats.map(({ x, y }) => ({ x: round(x + dx), y: round(y + dy) })), "moved");
  }

  // Gives seats new positions. Outlines of whole sections move with them; others are drawn anew.
  place(seats, points, message) {
    const touched = sectionsOf(seats);
    const [dx, dy] = [points[0].x - seats[0].x, points[0].y - seats[0].y];
    const isShift = points.every((point, at) =>
      Math.abs(point.x - seats[at].x - dx) < 0.02 && Math.abs(point.y - seats[at].y - dy) < 0.02);
    this.history.together(this.say(message, seats.length), () => {
      this.history.seats("", seats, (_seat, at) => points[at]);
      if (![...touched.keys()].some((section) => section.outline)) return;
      this.history.structure("", () => {
        for (const [section, count] of touched) {
          if (!section.outline) continue;
          const isWhole = count === seatsOf(section).length && isShift;
          section.outline = isWhole
            ? section.outline.map(([x, y]) => [round(x + dx), round(y + dy)])
            : null;
        }
      }, "outlines");
    });
    this.keepInside();
  }

  moveThing({ section, shape }, dx, dy) {
    if (section) {
      this.history.structure(this.say("movedOne", section.name), () => {
        section.outline = section.outline.map(([x, y]) => [round(x + dx), round(y + dy)]);
      }, "outlines");
    } else {
      const { x, y } = shape.position;
      this.changeShape(shape, { position: { x: round(x + dx), y: round(y + dy) } });
    }
    this.keepInside();
  }

  align(edge) {
    const seats = this.selected;
    if (seats.length > 1) this.place(seats, geometry.aligned(seats, edge), "aligned");
  }

  distribute() {
    const seats = this.selected;
    if (seats.length > 2) this.place(seats, geometry.distributed(seats), "distributed");
  }

  rotate(degrees) {
    const seats = this.selected;
    if (seats.length > 1) this.place(seats, geometry.rotated(seats, degrees), "rotated");
  }

  paint(category) {
    const { thing } = this.editor.selection;
    if (thing?.section) {
      this.history.structure(this.say("painted", 1, category), () => {
        thing.section.standing = { ...thing.section.standing, category };
      }, "outlines");
      return;
    }
    const seats = this.selected;
    if (!seats.length) return;
    this.history.seats(this.say("painted", seats.length, category), seats, () => ({ category }));
  }

  mark(kind) {
    const seats = this.selected;
    if (!seats.length) return;
    const label = this.editor.kindLabels[kind];
    this.history.seats(this.say("marked", seats.length, label), seats, () => ({ kind }));
  }

  renumber(numbers) {
    this.history.seats(this.say("renumbered", numbers.size), numbers.keys(), (seat) => ({
      number: numbers.get(seat),
    }));
  }

  renameRows(names) {
    this.history.structure(this.say("renamedRows", names.size), () => {
      for (const [row, name] of names) row.name = name;
    });
  }

  remove() {
    const { thing } = this.editor.selection;
    if (thing?.section) return this.removeSection(thing.section);
    if (thing?.shape) return this.removeShape(thing.shape);
    const gone = new Set(this.selected);
    if (!gone.size) return;
    this.history.structure(this.say("deleted", gone.size), (plan) => {
      for (const section of sectionsOf(gone).keys()) {
        for (const row of section.rows) row.seats = row.seats.filter((seat) => !gone.has(seat));
        section.rows = section.rows.filter((row) => row.seats.length);
      }
      plan.sections = plan.sections.filter((one) => one.rows.length || one.standing);
    });
  }

  removeSection(section) {
    this.history.structure(this.say("deletedOne", section.name), (plan) => {
      plan.sections = plan.sections.filter((one) => one !== section);
    });
  }

  // Adds a seat behind the last one of the row of the seat with the focus.
  addSeat(from) {
    if (!from) return null;
    const { row } = from;
    const numbers = row.seats.map((seat) => parseInt(seat.number, 10)).filter(Number.isFinite);
    const number = String(Math.max(0, ...numbers) + 1);
    const seat = {
      id: this.plan.nextId++, row, number, category: from.category, kind: "ordinary",
      guid: geometry.freeText(`${row.section.slug}-${row.name}-${number}`, this.guids()),
      ...geometry.nextInRow(row.seats),
    };
    this.history.structure(this.say("addedSeat", row.name, number), () => {
      row.seats = [...row.seats, seat];
    });
    this.keepInside();
    return seat;
  }

  addSection(zone, color) {
    let made = null;
    this.history.structure(this.say("addedSection", zone.name), (plan) => {
      made = addZone(plan, zone, this.editor.kinds);
      this.freshGuids(made);
      const names = new Set(seatsOf(made).map((seat) => seat.category));
      if (made.standing) names.add(made.standing.category);
      for (const name of names) {
        if (!plan.categories.some((one) => one.name === name)) plan.categories.push({ name, color });
      }
      index(plan);
    });
    this.keepInside();
    return made;
  }

  // Copies a section beside itself, as it is or mirrored.
  duplicate(section, { mirror = false } = {}) {
    const points = section.standing
      ? section.outline.map(([x, y]) => ({ x, y }))
      : seatsOf(section);
    const box = geometry.boundsOf(points);
    const [axis, shift] = [box.right + LINE, box.right - box.left + 2 * LINE];
    const x = (value) => round(mirror ? 2 * axis - value : value + shift);
    const slugs = new Set(this.plan.sections.map((one) => one.slug));
    const names = new Set(this.plan.sections.map((one) => one.name));
    const copy = {
      name: geometry.freeText(section.name, names, " "),
      slug: geometry.freeText(section.slug, slugs),
      standing: section.standing && { ...section.standing },
      outline: section.outline && section.outline.map(([px, py]) => [x(px), py]),
      rows: section.rows.map((row) => ({
        name: row.name,
        seats: row.seats.map((seat) => ({ ...seat, id: this.plan.nextId++, x: x(seat.x) })),
      })),
    };
    this.history.structure(this.say("addedSection", copy.name), (plan) => {
      plan.sections = [...plan.sections, copy];
      index(plan);
      this.freshGuids(copy);
    });
    this.keepInside();
    return copy;
  }

  mirror(section) {
    const seats = seatsOf(section);
    const points = section.standing ? section.outline.map(([x, y]) => ({ x, y })) : seats;
    const box = geometry.boundsOf(points);
    const axis = (box.left + box.right) / 2;
    const flip = (outline) => outline && outline.map(([x, y]) => [round(2 * axis - x), y]);
    this.history.together(this.say("mirrored", section.name), () => {
      const places = geometry.mirrored(seats, axis);
      if (seats.length) this.history.seats("", seats, (_seat, at) => places[at]);
      this.history.structure("", () => { section.outline = flip(section.outline); }, "outlines");
    });
  }

  changeSection(section, values) {
    this.history.structure(this.say("changedOne", values.name || section.name), () => {
      Object.assign(section, values);
    }, "outlines");
  }

  reorder(section, step) {
    const at = this.plan.sections.indexOf(section);
    const to = at + step;
    if (to < 0 || to >= this.plan.sections.length) return;
    this.history.structure(this.say("changedOne", section.name), (plan) => {
      plan.sections = plan.sections.filter((one) => one !== section);
      plan.sections.splice(to, 0, section);
    });
  }

  addCategory(name, color) {
    if (!name || this.plan.categories.some((one) => one.name === name)) return;
    this.history.structure(this.say("addedCategory", name), (plan) => {
      plan.categories = [...plan.categories, { name, color }];
    });
  }

  changeCategory(category, values) {
    const old = category.name;
    const { name = old } = values;
    const isTaken = name !== old && this.plan.categories.some((one) => one.name === name);
    if (!name || isTaken) return;
    const seats = [...this.plan.seats.values()].filter((seat) => seat.category === old);
    this.history.together(this.say("changedOne", name), () => {
      if (name !== old && seats.length) this.history.seats("", seats, () => ({ category: name }));
      this.history.structure("", (plan) => {
        plan.categories = plan.categories.map((one) =>
          one.name === old ? { ...one, ...values } : one);
        for (const section of plan.sections) {
          if (section.standing?.category === old) {
            section.standing = { ...section.standing, category: name };
          }
        }
      });
    });
  }

  removeCategory(category) {
    const isUsed = (name) => [...this.plan.seats.values()].some((seat) => seat.category === name)
      || this.plan.sections.some((section) => section.standing?.category === name);
    if (isUsed(category.name)) {
      this.editor.announce(this.say("categoryUsed", category.name));
      return;
    }
    this.history.structure(this.say("deletedOne", category.name), (plan) => {
      plan.categories = plan.categories.filter((one) => one.name !== category.name);
    });
  }

  addShapes(shapes, name) {
    this.history.structure(this.say("addedOne", name), (plan) => {
      plan.decoration = [...plan.decoration, ...shapes];
    });
    this.editor.selection.choose({ shape: shapes[shapes.length - 1] });
    this.keepInside();
  }

  changeShape(shape, values) {
    const changed = { ...shape, ...values };
    this.history.structure(this.say("changedOne", shape.text?.text || ""), (plan) => {
      plan.decoration = plan.decoration.map((one) => (one === shape ? changed : one));
    });
    this.editor.selection.choose({ shape: changed });
  }

  removeShape(shape) {
    this.history.structure(this.say("deletedOne", shape.text?.text || ""), (plan) => {
      plan.decoration = plan.decoration.filter((one) => one !== shape);
    });
  }

  // Grows the plan with what is in it; if something is left of it or above, everything moves.
  keepInside() {
    const points = pointsOf(this.plan);
    if (!points.length) return;
    const box = geometry.boundsOf(points);
    const { width, height } = this.plan.size;
    const [dx, dy] = [box.left < 0 ? MARGIN - box.left : 0, box.top < 0 ? MARGIN - box.top : 0];
    const size = {
      width: Math.max(width, Math.ceil(box.right + dx + MARGIN)),
      height: Math.max(height, Math.ceil(box.bottom + dy + MARGIN)),
    };
    if (!dx && !dy) {
      this.plan.size = size;
      return;
    }
    const last = this.history.done.pop();
    this.history.together(last.label, () => {
      this.history.done.push(last);
      this.shiftAll(Math.round(dx), Math.round(dy), size);
    });
  }

  shiftAll(dx, dy, size) {
    this.history.seats("", this.plan.seats.values(), ({ x, y }) => ({
      x: round(x + dx), y: round(y + dy),
    }));
    this.history.structure("", (plan) => {
      plan.size = size;
      for (const section of plan.sections) {
        section.outline = section.outline?.map(([x, y]) => [round(x + dx), round(y + dy)]) || null;
      }
      const moved = new Map(plan.decoration.map((shape) => [shape, {
        ...shape, position: { x: shape.position.x + dx, y: shape.position.y + dy },
      }]));
      plan.decoration = [...moved.values()];
      const { thing } = this.editor.selection;
      if (thing?.shape) this.editor.selection.thing = { shape: moved.get(thing.shape) };
    });
  }

  freshGuids(section) {
    const taken = this.guids(section);
    for (const row of section.rows) {
      for (const seat of row.seats) {
        if (taken.has(seat.guid)) {
          seat.guid = geometry.freeText(`${section.slug}-${row.name}-${seat.number}`, taken);
        }
        taken.add(seat.guid);
      }
    }
  }

  guids(except = null) {
    const taken = new Set();
    for (const section of this.plan.sections) {
      if (section !== except) for (const seat of seatsOf(section)) taken.add(seat.guid);
    }
    return taken;
  }

  say(name, ...values) {
    return this.editor.t(name, ...values);
  }
}

export function sectionsOf(seats) {
  const found = new Map();
  for (const seat of seats) {
    const { section } = seat.row;
    found.set(section, (found.get(section) || 0) + 1);
  }
  return found;
}
