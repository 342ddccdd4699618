// Pure functions of points: bounds, mirroring, aligning, spacing, neighbours.

export const round = (value) => Math.round(value * 100) / 100;

export function boundsOf(points) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  return box;
}

export const isInside = ({ x, y }, box) =>
  x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;

// The box between two corners, in whichever order.
export const boxBetween = (a, b) => ({
  left: Math.min(a.x, b.x),
  right: Math.max(a.x, b.x),
  top: Math.min(a.y, b.y),
  bottom: Math.max(a.y, b.y),
});

// New positions of points mirrored at the vertical line through `axis`.
export const mirrored = (points, axis) =>
  points.map(({ x, y }) => ({ x: round(2 * axis - x), y }));

// New positions of points on one line: their middle ("x", "y"), or an edge of their bounds.
export function aligned(points, edge) {
  const box = boundsOf(points);
  const value = {
    left: box.left, right: box.right, top: box.top, bottom: box.bottom,
    x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2,
  }[edge];
  const isVertical = edge === "left" || edge === "right" || edge === "x";
  return points.map(({ x, y }) => (isVertical ? { x: round(value), y } : { x, y: round(value) }));
}

// New positions of points evenly along the straight line from the first to the last.
export function distributed(points) {
  const [first, last] = [points[0], points[points.length - 1]];
  const steps = Math.max(points.length - 1, 1);
  return points.map((_, step) => ({
    x: round(first.x + ((last.x - first.x) * step) / steps),
    y: round(first.y + ((last.y - first.y) * step) / steps),
  }));
}

export function rotated(points, degrees) {
  const box = boundsOf(points);
  const [cx, cy] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return points.map(({ x, y }) => ({
    x: round(cx + (x - cx) * cos - (y - cy) * sin),
    y: round(cy + (x - cx) * sin + (y - cy) * cos),
  }));
}

// The nearest point in a direction ("left", "right", "up", "down"); sideways distance counts more.
export function nearest(points, from, direction) {
  const [ux, uy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
  let [best, least] = [null, Infinity];
  for (const point of points) {
    if (point === from) continue;
    const [dx, dy] = [point.x - from.x, point.y - from.y];
    const ahead = dx * ux + dy * uy;
    const aside = Math.abs(dx * uy - dy * ux);
    if (ahead <= 0.01 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [point, cost];
  }
  return best;
}

// Where the next seat of a row belongs: as far from the last one as that from its neighbour.
export function nextInRow(points, pitch = 24) {
  const last = points[points.length - 1];
  const before = points[points.length - 2];
  let [dx, dy] = before ? [last.x - before.x, last.y - before.y] : [pitch, 0];
  const gap = Math.hypot(dx, dy);
  if (!gap || gap > 2 * pitch) [dx, dy] = [pitch, 0];
  return { x: round(last.x + dx), y: round(last.y + dy) };
}

// A text that is not among `taken`: the text itself, or with a number behind.
export function freeText(text, taken, separator = "-") {
  let [free, number] = [text, 1];
  while (taken.has(free)) free = `${text}${separator}${++number}`;
  return free;
}
