// The pointer on the drawing: select, draw a box, drag, pan, zoom with two fingers, draw corners.

import { boxBetween, isInside } from "./geometry.js";
import { element } from "./drawing.js";

const STILL = 4; // Pixels that a click may move.

export class Pointer {
  constructor(editor, svg) {
    Object.assign(this, { editor, svg, pointers: new Map(), gesture: null, apart: 0 });
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.motion(event));
    svg.addEventListener("pointerup", (event) => this.up(event));
    svg.addEventListener("pointercancel", (event) => this.up(event));
    svg.addEventListener("dblclick", (event) => this.row(event));
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  down(event) {
    this.pointers.set(event.pointerId, event);
    if (this.pointers.size === 2) return this.cancel();
    const { editor } = this;
    const at = editor.view.at(event);
    if (editor.corners) {
      editor.corners.add(at);
      return;
    }
    this.svg.setPointerCapture(event.pointerId);
    const seat = editor.plan.seats.get(Number(event.target.dataset.id));
    const isPan = editor.tool === "pan" || event.button === 1;
    this.gesture = { start: event, at, seat, kind: isPan ? "pan" : "", moved: false };
    if (isPan) return;
    if (seat) this.pressSeat(seat, event);
    else this.pressThing(event.target);
  }

  pressSeat(seat, event) {
    const { selection } = this.editor;
    selection.focus = seat.id;
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      selection.toggle(seat.id);
    } else if (!selection.ids.has(seat.id)) {
      selection.set([seat.id]);
      this.gesture.isNew = true;
    }
    this.gesture.kind = selection.ids.has(seat.id) ? "drag" : "";
  }

  pressThing(target) {
    const { plan, selection } = this.editor;
    const { section, shape } = target.dataset;
    const thing = section ? { section: plan.sections[section] }
      : shape ? { shape: plan.decoration[shape] } : null;
    this.gesture.kind = thing ? "drag" : "box";
    if (thing) selection.choose(thing);
  }

  motion(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    this.pointers.set(event.pointerId, event);
    if (this.pointers.size === 2) return this.pinch();
    const { gesture, editor } = this;
    if (!gesture) return;
    const far = Math.hypot(event.clientX - gesture.start.clientX, event.clientY - gesture.start.clientY);
    if (!gesture.moved && far < STILL) return;
    gesture.moved = true;
    const at = editor.view.at(event);
    if (gesture.kind === "pan") {
      editor.view.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    } else if (gesture.kind === "drag") {
      this.showGhost(at.x - gesture.at.x, at.y - gesture.at.y);
    } else if (gesture.kind === "box") {
      this.showBox(boxBetween(gesture.at, at));
    }
  }

  showGhost(dx, dy) {
    const { gesture, editor } = this;
    const { selection, drawing, plan } = editor;
    gesture.ghost ||= selection.thing
      ? drawing.svg.querySelector("polygon.is-selected, text.is-selected")
      : drawing.ghost(selection.seats(plan));
    gesture.ghost?.setAttribute("transform", `translate(${dx.toFixed(1)} ${dy.toFixed(1)})`);
  }

  showBox(box) {
    const { gesture, editor } = this;
    gesture.frame ||= editor.drawing.layers.overlay.appendChild(element("rect", { class: "frame" }));
    gesture.frame.setAttribute("x", box.left);
    gesture.frame.setAttribute("y", box.top);
    gesture.frame.setAttribute("width", box.right - box.left);
    gesture.frame.setAttribute("height", box.bottom - box.top);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    const { gesture, editor } = this;
    if (!gesture || gesture.start.pointerId !== event.pointerId) return;
    this.cancel();
    const at = editor.view.at(event);
    if (gesture.kind === "drag" && gesture.moved) {
      editor.actions.move(Math.round(at.x - gesture.at.x), Math.round(at.y - gesture.at.y));
    } else if (gesture.kind === "drag" && gesture.seat && !gesture.isNew && !event.shiftKey
               && !event.ctrlKey && !event.metaKey) {
      editor.selection.set([gesture.seat.id]);
    } else if (gesture.kind === "box") {
      const box = boxBetween(gesture.at, at);
      const found = gesture.moved
        ? [...editor.plan.seats.values()].filter((seat) => isInside(seat, box)) : [];
      editor.selection.set(found.map((seat) => seat.id), { add: event.shiftKey });
    }
  }

  cancel() {
    const { gesture } = this;
    gesture?.frame?.remove();
    if (gesture?.ghost?.classList.contains("ghost")) gesture.ghost.remove();
    else gesture?.ghost?.removeAttribute("transform");
    this.gesture = null;
    this.apart = 0;
  }

  row(event) {
    // Not the target of the event, which is the drawing that captured the pointer.
    const target = document.elementFromPoint(event.clientX, event.clientY);
    const seat = this.editor.plan.seats.get(Number(target.dataset.id));
    if (seat) this.editor.selectRow(seat, event.shiftKey);
  }

  wheel(event) {
    event.preventDefault();
    const { view } = this.editor;
    const frame = this.svg.getBoundingClientRect();
    const at = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    if (event.ctrlKey || event.metaKey) view.zoom(Math.exp(-event.deltaY / 200), at);
    else view.pan(-event.deltaX, -event.deltaY);
  }

  pinch() {
    const [a, b] = [...this.pointers.values()];
    const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const frame = this.svg.getBoundingClientRect();
    const at = {
      x: (a.clientX + b.clientX) / 2 - frame.left,
      y: (a.clientY + b.clientY) / 2 - frame.top,
    };
    if (this.apart) this.editor.view.zoom(apart / this.apart, at);
    this.apart = apart;
  }
}
