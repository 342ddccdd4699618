// Draws the plan as SVG: one circle for each seat, updated only where something has changed.

import { cornersOf, seatsOf } from "./model.js";
import { isInside } from "./geometry.js";

const NS = "http://www.w3.org/2000/svg";
const RADIUS = 10;
const READABLE = 9; // Pixels of a seat's radius from which numbers are drawn.
const MOST_LABELS = 1500;

export const element = (name, attributes = {}) => {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

export class Drawing {
  constructor(svg) {
    this.svg = svg;
    this.nodes = new Map(); // Seat id → circle.
    this.layers = {};
    for (const name of ["background", "shapes", "outlines", "seats", "labels", "overlay"]) {
      this.layers[name] = svg.appendChild(element("g", { class: `layer-${name}` }));
    }
    this.ring = this.layers.overlay.appendChild(
      element("circle", { class: "focus-ring", r: RADIUS + 5, visibility: "hidden" }));
  }

  // Draws everything that has no node yet, and removes the nodes of what is gone.
  structure(plan, selection) {
    this.colors = new Map(plan.categories.map((one) => [one.name, one.color]));
    for (const [id, node] of this.nodes) {
      if (!plan.seats.has(id)) {
        node.remove();
        this.nodes.delete(id);
      }
    }
    const fresh = document.createDocumentFragment();
    for (const seat of plan.seats.values()) {
      if (!this.nodes.has(seat.id)) {
        const node = element("circle", { r: RADIUS });
        node.dataset.id = seat.id;
        this.nodes.set(seat.id, node);
        fresh.append(node);
      }
    }
    this.layers.seats.append(fresh);
    this.seats(plan.seats.values(), selection);
    this.outlines(plan, selection);
    this.shapes(plan, selection);
  }

  seats(seats, selection) {
    for (const seat of seats) {
      const node = this.nodes.get(seat.id);
      if (!node) continue;
      node.setAttribute("cx", seat.x);
      node.setAttribute("cy", seat.y);
      node.setAttribute("fill", this.colors.get(seat.category) || "#999999");
      node.setAttribute("class", classOf(seat, selection));
    }
  }

  // Marks the seats, by id, as selected or not.
  marks(ids, plan, selection) {
    for (const id of ids) {
      const [node, seat] = [this.nodes.get(id), plan.seats.get(id)];
      if (node && seat) node.setAttribute("class", classOf(seat, selection));
    }
  }

  outlines(plan, selection) {
    this.layers.outlines.replaceChildren(...plan.sections.map((section, at) => {
      const group = element("g");
      const points = section.outline || [];
      const polygon = element("polygon", {
        points: points.map((point) => point.join(",")).join(" "),
        class: `section-outline${section.standing ? " is-standing" : ""}${
          selection.thing?.section === section ? " is-selected" : ""}`,
      });
      if (section.standing) {
        polygon.setAttribute("fill", this.colors.get(section.standing.category) || "#999999");
        polygon.dataset.section = at;
      }
      group.append(polygon, nameOf(section, points));
      return group;
    }));
  }

  shapes(plan, selection) {
    this.layers.shapes.replaceChildren(...plan.decoration.map((shape, at) => {
      const node = shapeNode(shape);
      node.dataset.shape = at;
      node.classList.add("shape");
      node.classList.toggle("is-selected", selection.thing?.shape === shape);
      return node;
    }));
  }

  // Numbers of the visible seats and names of their rows, if they are large enough to be read.
  labels(plan, view) {
    const made = [];
    if (RADIUS * view.scale >= READABLE) {
      for (const row of rowsIn(plan, view.box)) {
        const first = row.seats[0];
        if (first) made.push(text(row.name, first.x - 2.2 * RADIUS, first.y, "row-name"));
        for (const seat of row.seats) {
          if (isInside(seat, view.box)) made.push(text(seat.number, seat.x, seat.y, "seat-number"));
        }
        if (made.length > MOST_LABELS) break;
      }
    }
    this.layers.labels.replaceChildren(...made);
  }

  focus(seat) {
    this.ring.setAttribute("visibility", seat ? "visible" : "hidden");
    if (seat) {
      this.ring.setAttribute("cx", seat.x);
      this.ring.setAttribute("cy", seat.y);
    }
  }

  // One path of dots for all seats that are dragged; it is moved as a whole.
  ghost(seats) {
    const path = seats.map((seat) => `M${seat.x} ${seat.y}h0`).join("");
    return this.layers.overlay.appendChild(element("path", { d: path, class: "ghost" }));
  }

  background(url, place) {
    this.layers.background.replaceChildren();
    if (!url || !place) return;
    this.layers.background.append(element("image", {
      href: url, x: place.x, y: place.y, width: place.width, opacity: place.opacity,
    }));
  }
}

function classOf(seat, selection) {
  return `seat is-${seat.kind}${selection.ids.has(seat.id) ? " is-selected" : ""}`;
}

function text(content, x, y, name) {
  const node = element("text", { x, y, class: name });
  node.textContent = content;
  return node;
}

function nameOf(section, points) {
  const at = points.length ? points : seatsOf(section).map((seat) => [seat.x, seat.y]);
  if (!at.length) return element("g");
  const [xs, ys] = [at.map((point) => point[0]), at.map((point) => point[1])];
  const middle = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (section.standing) {
    return text(`${section.name} (${section.standing.capacity})`, middle(xs), middle(ys), "section-name");
  }
  // Above the seats in the middle: the outline of curved rows is highest at its ends.
  const x = middle(xs);
  const near = seatsOf(section).filter((seat) => Math.abs(seat.x - x) < 40).map((seat) => seat.y);
  const top = near.length ? near.reduce((a, b) => Math.min(a, b)) - 24 : Math.min(...ys);
  return text(section.name, x, top, "section-name");
}

function* rowsIn(plan, box) {
  for (const section of plan.sections) {
    for (const row of section.rows) if (row.seats.some((seat) => isInside(seat, box))) yield row;
  }
}

function shapeNode(shape) {
  const { x, y } = shape.position;
  if (shape.shape === "text") {
    const words = shape.text;
    const node = text(words.text, x + words.position.x, y + words.position.y, "label");
    node.setAttribute("font-size", words.size || 16);
    node.setAttribute("fill", words.color || "currentColor");
    return node;
  }
  return element("polygon", {
    points: cornersOf(shape).map((point) => point.join(",")).join(" "),
    fill: shape.color || "none",
    stroke: shape.border_color || "currentColor",
  });
}
