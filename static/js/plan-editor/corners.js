// Draws the corners of a standing area, with the pointer or the arrow keys.

import { element } from "./drawing.js";

const STEP = 10;
const FAR = 100;

export class CornerTool {
  constructor(editor) {
    const box = editor.view.box;
    this.editor = editor;
    this.points = [];
    this.cursor = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    const { overlay } = editor.drawing.layers;
    this.line = overlay.appendChild(element("polygon", { class: "corners" }));
    this.cross = overlay.appendChild(element("circle", { class: "corner-cursor", r: 6 }));
    this.draw();
  }

  add(point = this.cursor) {
    this.cursor = { x: Math.round(point.x), y: Math.round(point.y) };
    this.points.push(this.cursor);
    this.editor.announce(this.editor.t("cornerCount", this.points.length));
    this.draw();
  }

  step([dx, dy], isFar) {
    const length = isFar ? FAR : STEP;
    this.cursor = { x: this.cursor.x + dx * length, y: this.cursor.y + dy * length };
    this.editor.view.show(this.cursor);
    this.draw();
    return true;
  }

  draw() {
    this.line.setAttribute("points", this.points.map(({ x, y }) => `${x},${y}`).join(" "));
    this.cross.setAttribute("cx", this.cursor.x);
    this.cross.setAttribute("cy", this.cursor.y);
  }

  finish() {
    const text = this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    const isArea = this.points.length > 2;
    this.cancel();
    if (isArea) this.editor.openNewSection({ kind: "standing", corners: text });
  }

  cancel() {
    this.line.remove();
    this.cross.remove();
    this.editor.corners = null;
  }
}
