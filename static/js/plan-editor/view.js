// Which part of the plan is visible: panning and zooming of the drawing.

const STEP = 1.3;
const MARGIN = 30;

export class View {
  constructor(svg, onChange) {
    this.svg = svg;
    this.onChange = onChange;
    this.x = this.y = 0;
    this.scale = 1; // Pixels for each unit of the plan.
    this.waiting = false;
  }

  get width() { return this.svg.clientWidth || 1; }
  get height() { return this.svg.clientHeight || 1; }

  get box() {
    const [right, bottom] = [this.x + this.width / this.scale, this.y + this.height / this.scale];
    return { left: this.x, top: this.y, right, bottom };
  }

  fit(box) {
    const [width, height] = [box.right - box.left + 2 * MARGIN, box.bottom - box.top + 2 * MARGIN];
    this.scale = Math.min(this.width / width, this.height / height);
    this.x = (box.left + box.right) / 2 - this.width / this.scale / 2;
    this.y = (box.top + box.bottom) / 2 - this.height / this.scale / 2;
    this.draw();
  }

  // Zooms by a factor, keeping a point of the window in place (by default the middle).
  zoom(factor, at = { x: this.width / 2, y: this.height / 2 }) {
    const scale = Math.max(0.01, Math.min(this.scale * factor, 8));
    this.x += at.x / this.scale - at.x / scale;
    this.y += at.y / this.scale - at.y / scale;
    this.scale = scale;
    this.draw();
  }

  zoomIn() { this.zoom(STEP); }
  zoomOut() { this.zoom(1 / STEP); }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.draw();
  }

  // Moves as little as shows a point.
  show(point) {
    const box = this.box;
    const margin = 40 / this.scale;
    if (point.x < box.left + margin) this.x = point.x - margin;
    if (point.x > box.right - margin) this.x = point.x + margin - this.width / this.scale;
    if (point.y < box.top + margin) this.y = point.y - margin;
    if (point.y > box.bottom - margin) this.y = point.y + margin - this.height / this.scale;
    this.draw();
  }

  // The point of the plan at a position in the window.
  at(event) {
    const frame = this.svg.getBoundingClientRect();
    return {
      x: this.x + (event.clientX - frame.left) / this.scale,
      y: this.y + (event.clientY - frame.top) / this.scale,
    };
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const size = [this.width / this.scale, this.height / this.scale];
      this.svg.setAttribute("viewBox", [this.x, this.y, ...size].map((n) => n.toFixed(2)).join(" "));
      this.onChange();
    });
  }
}
