// The editor: connects plan, history, selection, view, drawing and panels.

import { Actions, sectionsOf } from "./actions.js";
import { CornerTool } from "./corners.js";
import { Drawing } from "./drawing.js";
import { boundsOf } from "./geometry.js";
import { History } from "./history.js";
import { fromDocument, pointsOf, seatsOf, toDocument } from "./model.js";
import { Selection } from "./selection.js";
import { View } from "./view.js";

export class Editor {
  constructor(root, settings, server) {
    Object.assign(this, { root, settings, server, tool: "select", corners: null, panels: [] });
    this.kinds = settings.kinds;
    this.kindLabels = settings.kindLabels;
    const svg = root.querySelector("[data-canvas]");
    this.svg = svg;
    this.drawing = new Drawing(svg);
    this.view = new View(svg, () => this.drawing.labels(this.plan, this.view));
    this.selection = new Selection((ids) => this.selectionChanged(ids));
    this.actions = new Actions(this);
  }

  t(name, ...values) {
    return (this.settings.texts[name] || name).replace(/\{(\d)\}/g, (_, at) => values[at] ?? "");
  }

  announce(text) {
    this.root.querySelector("[data-status]").textContent = text;
  }

  async load() {
    const loaded = await this.server.load();
    this.plan = fromDocument(loaded.document, this.kinds);
    this.history = new History(this.plan, (change) => this.changed(change));
    this.background = loaded.background;
    this.drawing.structure(this.plan, this.selection);
    this.drawing.background(this.background && this.server.urls.background, this.background);
    this.fit();
    this.refresh();
    this.showFaults(loaded);
    this.announce(this.t("loaded", this.capacity, this.plan.sections.length));
    this.root.dataset.ready = "yes";
  }

  get capacity() {
    return this.plan.sections.reduce((sum, section) => sum + (section.standing?.capacity || 0),
      this.plan.seats.size);
  }

  // Draws what a change touched: some seats, or the structure.
  changed(change) {
    if (change.draw === "all") {
      this.selection.keep(this.plan);
      this.drawing.structure(this.plan, this.selection);
    } else {
      if (change.seats) this.drawing.seats(change.seats, this.selection);
      if (change.draw) this.drawing.outlines(this.plan, this.selection);
    }
    this.drawing.labels(this.plan, this.view);
    this.drawing.focus(this.plan.seats.get(this.selection.focus));
    this.refresh();
    if (change.label) this.announce(change.label);
  }

  selectionChanged(ids) {
    this.drawing.marks(ids, this.plan, this.selection);
    this.drawing.outlines(this.plan, this.selection);
    this.drawing.shapes(this.plan, this.selection);
    this.drawing.focus(this.plan.seats.get(this.selection.focus));
    this.refresh();
    const { thing } = this.selection;
    this.announce(thing ? this.t("selectedThing", this.nameOf(thing))
      : this.t("selected", this.selection.ids.size));
  }

  nameOf({ section, shape }) {
    return section ? section.name : shape.text?.text || this.t("shape");
  }

  refresh() {
    for (const panel of this.panels) panel(this);
  }

  fit() {
    const { width, height } = this.plan.size;
    const points = pointsOf(this.plan);
    this.view.fit(points.length ? boundsOf([...points, { x: width / 2, y: 0 }])
      : { left: 0, top: 0, right: width, bottom: height });
    return true;
  }

  // Shows the seat with the focus, and says which it is.
  showFocus() {
    const seat = this.plan.seats.get(this.selection.focus);
    if (!seat) return;
    this.drawing.focus(seat);
    this.view.show(seat);
    const words = this.t("seat", seat.row.section.name, seat.row.name, seat.number, seat.category,
      this.kindLabels[seat.kind]);
    const isSelected = this.selection.ids.has(seat.id);
    this.announce(isSelected ? `${words}, ${this.t("isSelected")}` : words);
  }

  // The seats that row, section and numbering buttons start from.
  get starting() {
    const seats = this.selection.seats(this.plan);
    const focus = this.plan.seats.get(this.selection.focus);
    return seats.length ? seats : focus ? [focus] : [];
  }

  selectRow(seat, add = false) {
    const seats = seat ? [seat] : this.starting;
    if (!seats.length) return this.complain("needsSeat");
    const rows = new Set(seats.map((one) => one.row));
    this.selection.set([...rows].flatMap((row) => row.seats.map((one) => one.id)), { add });
    return true;
  }

  selectSection(seat, add = false) {
    const seats = seat ? [seat] : this.starting;
    if (!seats.length) return this.complain("needsSeat");
    const sections = [...sectionsOf(seats).keys()];
    const ids = sections.flatMap((section) => seatsOf(section).map((one) => one.id));
    this.selection.set(ids, { add });
    return true;
  }

  selectAll() {
    this.selection.set(this.plan.seats.keys());
    return true;
  }

  complain(name) {
    this.announce(this.t(name));
    return true;
  }

  // The section that the selection is in, or the selected one without seats.
  get section() {
    const { thing } = this.selection;
    if (thing?.section) return thing.section;
    const seats = this.starting;
    return seats.length ? seats[0].row.section : null;
  }

  addSeat() {
    const seat = this.actions.addSeat(this.starting[0]);
    if (!seat) return this.complain("needsSeat");
    this.selection.focus = seat.id;
    this.selection.set([seat.id]);
    this.view.show(seat);
    return true;
  }

  duplicateSelected(mirror = false) {
    if (!this.section) return this.complain("needsSeat");
    this.choose(this.actions.duplicate(this.section, { mirror }));
    return true;
  }

  // Selects a section: its seats, or itself if it has none.
  choose(section) {
    const seats = seatsOf(section);
    if (!seats.length) return this.selection.choose({ section });
    this.selection.focus = seats[0].id;
    return this.selection.set(seats.map((seat) => seat.id));
  }

  drawCorners() {
    this.corners?.cancel();
    this.corners = new CornerTool(this);
    this.svg.focus();
    this.announce(this.t("corners"));
  }

  undo() {
    const change = this.history.undo();
    this.announce(change ? this.t("undone", change.label) : this.t("nothingToUndo"));
    return true;
  }

  redo() {
    const change = this.history.redo();
    this.announce(change ? this.t("redone", change.label) : this.t("nothingToRedo"));
    return true;
  }

  save() {
    this.saving = (this.saving || Promise.resolve()).then(() => this.saveNow());
    return true;
  }

  async saveNow() {
    this.announce(this.t("saving"));
    const mark = this.history.done[this.history.done.length - 1] || null;
    const answer = await this.server.save(toDocument(this.plan, this.kinds));
    this.lastSave = { status: answer.status, bytes: answer.bytes };
    if (answer.ok) {
      this.history.saved = mark;
      this.showProblem("");
      this.showFaults(answer.data);
      const count = answer.data.faults.length;
      this.announce(count ? this.t("savedWithFaults", count) : this.t("saved"));
    } else {
      const text = answer.data.error || this.t(answer.status ? "failed" : "offline");
      this.showProblem(text, answer.status === 409);
      if (answer.data.faults) this.showFaults(answer.data);
      this.announce(text);
    }
    this.refresh();
  }

  showProblem(text, mayReload = false) {
    const box = this.root.querySelector("[data-problem]");
    box.hidden = !text;
    box.textContent = text;
    if (!mayReload) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.t("reload");
    button.addEventListener("click", () => {
      this.history.markSaved();
      location.reload();
    });
    box.append(" ", button);
  }

  showFaults(verdict) {
    this.faults = verdict.faults || [];
    this.warnings = verdict.warnings || [];
    this.refresh();
  }
}
