// What is selected: seats, or one thing (a section without seats, or a shape). One seat has the focus.

export class Selection {
  constructor(onChange) {
    this.ids = new Set();
    this.thing = null; // { section } or { shape }
    this.focus = null; // The id of a seat.
    this.onChange = onChange;
  }

  seats(plan) {
    return [...this.ids].map((id) => plan.seats.get(id)).filter(Boolean);
  }

  set(ids, { add = false } = {}) {
    const before = this.ids;
    this.ids = new Set(add ? [...before, ...ids] : ids);
    this.thing = null;
    this.onChange(differing(before, this.ids));
  }

  toggle(id) {
    this.focus = id;
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.set(ids);
  }

  choose(thing) {
    const before = this.ids;
    this.ids = new Set();
    this.thing = thing;
    this.onChange(before);
  }

  clear() {
    this.choose(null);
  }

  // Forgets what is no longer in the plan.
  keep(plan) {
    const gone = [...this.ids].filter((id) => !plan.seats.has(id));
    gone.forEach((id) => this.ids.delete(id));
    if (this.focus && !plan.seats.has(this.focus)) this.focus = null;
    const { section, shape } = this.thing || {};
    if (section && !plan.sections.includes(section)) this.thing = null;
    if (shape && !plan.decoration.includes(shape)) this.thing = null;
  }
}

function differing(a, b) {
  const found = [...b].filter((id) => !a.has(id));
  for (const id of a) if (!b.has(id)) found.push(id);
  return found;
}
