// Staff's seat map by keyboard: one tab stop, from which the arrow keys move to the nearest seat.
//
// Without this script each seat has a tab stop.

(() => {
  const canvas = document.querySelector(".seat-map-canvas");
  if (!canvas) return;
  const seats = [...canvas.querySelectorAll("input:enabled")];
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const SIDEWAYS = 3; // Seats of the same row or column come before others that are nearer.
  const ROUNDING = 1;
  let current = seats[0];
  if (!current) return;

  const makeCurrent = (seat) => {
    current.tabIndex = -1;
    seat.tabIndex = 0;
    current = seat;
  };

  const centreOf = (seat) => {
    const { left, top, width, height } = seat.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };

  const neighbour = (seat, [right, down]) => {
    const [x, y] = centreOf(seat);
    let nearest = null;
    let shortest = Infinity;
    for (const other of seats) {
      const [otherX, otherY] = centreOf(other);
      const along = (otherX - x) * right + (otherY - y) * down;
      const across = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      const distance = along + SIDEWAYS * across;
      if (along > ROUNDING && distance < shortest) [nearest, shortest] = [other, distance];
    }
    return nearest;
  };

  for (const seat of seats) seat.tabIndex = seat === current ? 0 : -1;
  canvas.removeAttribute("tabindex"); // The seats scroll it.
  canvas.addEventListener("focusin", (event) => {
    if (seats.includes(event.target)) makeCurrent(event.target);
  });
  canvas.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    neighbour(current, direction)?.focus();
  });
  const help = document.getElementById("seat-map-keys");
  help.hidden = false;
  canvas.setAttribute("aria-describedby", help.id);
})();
