// Arrow keys move between neighbouring seats; Home and End go to the ends of the row. The map has a single
// tab stop.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  const plan = map.querySelector("[data-plan]");
  const help = map.querySelector("[data-seats-help]");
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let current = null;

  const seats = () => [...plan.querySelectorAll(".seat-section:not([hidden]) input:enabled")];
  const spot = (input) => [Number(input.parentNode.dataset.x), Number(input.parentNode.dataset.y)];

  // The tab stop is the seat last focused, else the first selected one, else the first.
  function updateTabStop() {
    const all = seats();
    if (!all.includes(current)) current = all.find((input) => input.checked) ?? all[0] ?? null;
    for (const input of plan.querySelectorAll("input")) input.tabIndex = input === current ? 0 : -1;
    help.hidden = !all.length;
  }

  // Sideways distance counts more than distance ahead, so that arrow keys follow curved rows.
  function next(from, [dx, dy]) {
    const [x, y] = spot(from);
    let best = null, least = Infinity;
    for (const input of seats()) {
      const [sx, sy] = spot(input);
      const ahead = (sx - x) * dx + (sy - y) * dy;
      const aside = Math.abs((sx - x) * dy) + Math.abs((sy - y) * dx);
      const cost = ahead + 3 * aside;
      if (ahead > 0.5 && aside < 2 * ahead + 1 && cost < least) [best, least] = [input, cost];
    }
    return best;
  }

  plan.addEventListener("keydown", (event) => {
    if (!event.target.matches(".seat input") || event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = DIRECTIONS[event.key];
    const row = [...event.target.closest("fieldset").querySelectorAll("input:enabled")];
    let to = null;
    if (direction) to = next(event.target, direction);
    else if (event.key === "Home") to = row[0];
    else if (event.key === "End") to = row.at(-1);
    else return;
    event.preventDefault();
    to?.focus();
  });

  plan.addEventListener("focusin", (event) => {
    if (!event.target.matches(".seat input") || event.target === current) return;
    if (current) current.tabIndex = -1;
    current = event.target;
    current.tabIndex = 0;
    current.parentNode.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  map.addEventListener("seatmap:drawn", updateTabStop);
  map.addEventListener("seatmap:changed", updateTabStop);
  updateTabStop();
})();
