// The plan as the editor has it, and as the plan file (docs/seating-plans.md).
//
// A plan has sections, a section rows, a row seats. Positions are those of the plan: files may nest them.

const CORNERS = 48;

export function fromDocument(document, kinds) {
  const plan = {
    name: document.name,
    size: { ...document.size },
    categories: baseCategories(document.categories, kinds),
    sections: [],
    decoration: [],
    seats: new Map(),
    zones: [], // The section at each index of the document's zones, for the paths of faults.
    nextId: 1,
  };
  for (const zone of document.zones) plan.zones.push(addZone(plan, zone, kinds));
  index(plan);
  return plan;
}

// Adds a zone of a file as a section, and returns it; null if it only has shapes.
export function addZone(plan, zone, kinds) {
  const id = readZoneId(zone.zone_id || "");
  const areas = (zone.areas || []).map((area) => moved(area, zone.position));
  const hasOutline = areas.length && (id.outline || id.capacity);
  plan.decoration.push(...(hasOutline ? areas.slice(1) : areas));
  if (!zone.rows.length && !id.capacity) return null;
  const section = {
    name: zone.name || id.slug,
    slug: id.slug,
    standing: id.capacity ? { capacity: Number(id.capacity), category: id.category } : null,
    outline: hasOutline ? cornersOf(areas[0]) : null,
    rows: [],
  };
  section.rows = zone.rows.map((row) => readRow(plan, section, row, zone.position, kinds));
  plan.sections.push(section);
  return section;
}

export function readRow(plan, section, row, origin, kinds) {
  const [x, y] = [origin.x + (row.position?.x || 0), origin.y + (row.position?.y || 0)];
  const made = { name: row.row_number, section, seats: [] };
  made.seats = row.seats.map((seat) => ({
    id: plan.nextId++,
    row: made,
    guid: seat.seat_guid,
    number: seat.seat_number,
    x: x + seat.position.x,
    y: y + seat.position.y,
    ...splitCategory(seat.category, kinds),
  }));
  return made;
}

// Lists all seats by their id, and the rows' own lists of them.
export function index(plan) {
  plan.seats = new Map();
  for (const section of plan.sections) {
    for (const row of section.rows) {
      row.section = section;
      for (const seat of row.seats) {
        seat.row = row;
        plan.seats.set(seat.id, seat);
      }
    }
  }
}

export const seatsOf = (section) => section.rows.flatMap((row) => row.seats);

export function toDocument(plan, kinds) {
  plan.zones = [...plan.sections];
  const categories = new Map(plan.categories.map((one) => [one.name, one.color]));
  const zones = plan.sections.map((section) => writeZone(section, kinds, categories));
  if (plan.decoration.length) {
    zones.push({
      name: "Decoration", zone_id: "decoration", position: { x: 0, y: 0 }, rows: [],
      areas: plan.decoration,
    });
  }
  return {
    name: plan.name,
    size: { width: Math.round(plan.size.width), height: Math.round(plan.size.height) },
    categories: [...categories].map(([name, color]) => ({ name, color })),
    zones,
  };
}

// A plan file of some rows of a section, for the server to add to.
export function rowsDocument(section, rows, kinds) {
  const zone = writeZone({ ...section, rows, outline: null, standing: null }, kinds, new Map());
  return { name: section.name, size: { width: 1, height: 1 }, categories: [], zones: [zone] };
}

function writeZone(section, kinds, categories) {
  const zone = {
    name: section.name,
    zone_id: writeZoneId(section),
    position: { x: 0, y: 0 },
    rows: section.rows.map((row) => ({
      row_number: row.name,
      seats: row.seats.map((seat) => writeSeat(seat, kinds, categories)),
    })),
  };
  if (section.outline) {
    const points = section.outline.map(([x, y]) => ({ x, y }));
    zone.areas = [{ shape: "polygon", position: { x: 0, y: 0 }, polygon: { points } }];
  }
  return zone;
}

function writeSeat(seat, kinds, categories) {
  const category = kinds[seat.kind] ? `${seat.category} (${kinds[seat.kind]})` : seat.category;
  if (!categories.has(category) && categories.has(seat.category)) {
    categories.set(category, categories.get(seat.category));
  }
  return {
    seat_guid: seat.guid,
    seat_number: seat.number,
    position: { x: seat.x, y: seat.y },
    category,
  };
}

// The kind of a seat is in brackets at the end of its category's name.
export function splitCategory(name, kinds) {
  for (const [kind, words] of Object.entries(kinds)) {
    const end = ` (${words})`;
    if (name.toLowerCase().endsWith(end)) return { category: name.slice(0, -end.length), kind };
  }
  return { category: name, kind: "ordinary" };
}

function baseCategories(categories, kinds) {
  const found = new Map();
  for (const { name, color } of categories) {
    const base = splitCategory(name, kinds).category;
    if (base === name || !found.has(base)) found.set(base, color || "#7a7a7a");
  }
  return [...found].map(([name, color]) => ({ name, color }));
}

function readZoneId(text) {
  const [slug, ...settings] = text.split(";").map((part) => part.trim());
  const values = Object.fromEntries(settings.map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [part, "yes"] : [part.slice(0, at), part.slice(at + 1)];
  }));
  const category = values.category ? decodeURIComponent(values.category) : "";
  return { slug, outline: "outline" in values, capacity: values.capacity, category };
}

function writeZoneId(section) {
  if (section.standing) {
    const category = section.standing.category.replace(/[%;]/g, encodeURIComponent);
    return `${section.slug};capacity=${section.standing.capacity};category=${category}`;
  }
  return section.outline ? `${section.slug};outline` : section.slug;
}

function moved(area, origin) {
  const position = area.position || { x: 0, y: 0 };
  return { ...area, position: { x: position.x + origin.x, y: position.y + origin.y } };
}

// All points of a plan: seats, corners of sections and shapes, texts.
export function pointsOf(plan) {
  const points = [...plan.seats.values()];
  for (const { outline } of plan.sections) {
    for (const [x, y] of outline || []) points.push({ x, y });
  }
  for (const shape of plan.decoration) {
    const { x, y } = shape.position;
    const inner = shape.text?.position;
    if (inner) points.push({ x: x + inner.x, y: y + inner.y });
    else for (const [cx, cy] of cornersOf(shape)) points.push({ x: cx, y: cy });
  }
  return points;
}

// The corners of a shape, in plan coordinates.
export function cornersOf(area) {
  const { x, y } = area.position;
  return plainCorners(area).map(([dx, dy]) => {
    const turn = ((area.rotation || 0) * Math.PI) / 180;
    return [
      x + dx * Math.cos(turn) - dy * Math.sin(turn),
      y + dx * Math.sin(turn) + dy * Math.cos(turn),
    ];
  });
}

function plainCorners(area) {
  if (area.polygon) return area.polygon.points.map((point) => [point.x, point.y]);
  if (area.rectangle) {
    const { width, height } = area.rectangle;
    return [[0, 0], [width, 0], [width, height], [0, height]];
  }
  const radius = (area.ellipse || area.circle || { radius: 0 }).radius;
  const [rx, ry] = typeof radius === "object" ? [radius.x, radius.y] : [radius, radius];
  return Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / CORNERS;
    return [rx * Math.cos(angle), ry * Math.sin(angle)];
  });
}
