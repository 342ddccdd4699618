// Changes of the plan that can be undone: fields of seats, or the structure of everything else.

import { index } from "./model.js";

const MOST = 200;

export class History {
  constructor(plan, onChange) {
    this.plan = plan;
    this.onChange = onChange;
    this.done = [];
    this.undone = [];
    this.saved = null;
    this.isGrouping = false;
  }

  get isChanged() {
    return (this.done[this.done.length - 1] || null) !== this.saved;
  }

  markSaved() {
    this.saved = this.done[this.done.length - 1] || null;
  }

  // Changes fields of seats: `fields(seat, position)` returns the new ones.
  seats(label, seats, fields) {
    const list = [...seats];
    const after = list.map(fields);
    const before = list.map((seat, at) =>
      Object.fromEntries(Object.keys(after[at]).map((name) => [name, seat[name]])));
    const set = (values) => list.forEach((seat, at) => Object.assign(seat, values[at]));
    this.run({ label, seats: list, apply: () => set(after), revert: () => set(before) });
  }

  // Changes anything but fields of seats: `change` edits the plan. `draw` is what has to be drawn
  // anew: "all", or only the "outlines" and shapes.
  structure(label, change, draw = "all") {
    const before = snapshot(this.plan);
    change(this.plan);
    const after = snapshot(this.plan);
    this.run({
      label,
      draw,
      apply: () => restore(this.plan, after),
      revert: () => restore(this.plan, before),
    });
  }

  // Does several changes that are undone at once.
  together(label, changes) {
    const first = this.done.length;
    this.isGrouping = true;
    changes();
    this.isGrouping = false;
    const parts = this.done.splice(first);
    if (!parts.length) return;
    const group = {
      label,
      seats: parts.flatMap((part) => part.seats || []),
      draw: ["all", "outlines"].find((draw) => parts.some((part) => part.draw === draw)),
      apply: () => parts.forEach((part) => part.apply()),
      revert: () => [...parts].reverse().forEach((part) => part.revert()),
    };
    this.done.push(group);
    this.onChange(group);
  }

  run(change) {
    change.apply();
    this.done.push(change);
    if (this.done.length > MOST && !this.isGrouping) this.done.shift();
    this.undone = [];
    if (!this.isGrouping) this.onChange(change);
  }

  undo() {
    return this.step(this.done, this.undone, "revert");
  }

  redo() {
    return this.step(this.undone, this.done, "apply");
  }

  step(from, to, action) {
    const change = from.pop();
    if (!change) return null;
    change[action]();
    to.push(change);
    this.onChange(change);
    return change;
  }
}

function snapshot(plan) {
  return {
    size: { ...plan.size },
    categories: plan.categories.map((one) => ({ ...one })),
    decoration: [...plan.decoration],
    sections: plan.sections.map((section) => ({
      section,
      values: { ...section },
      rows: section.rows.map((row) => ({ row, name: row.name, seats: [...row.seats] })),
    })),
  };
}

function restore(plan, saved) {
  plan.size = { ...saved.size };
  plan.categories = saved.categories.map((one) => ({ ...one }));
  plan.decoration = [...saved.decoration];
  plan.sections = saved.sections.map(({ section, values, rows }) => {
    Object.assign(section, values);
    section.rows = rows.map(({ row, name, seats }) => Object.assign(row, { name, seats: [...seats] }));
    return section;
  });
  index(plan);
}
