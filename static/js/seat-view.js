// The view of the seating plan, from the whole venue to a single seat: one CSS transform of [data-plan].
// Zooms with two fingers, the wheel, the buttons and + - 0; pans by dragging, the arrow keys and the minimap.
//
// Other scripts use `map.view`. Its coordinates are pixels of the plan at scale 1, where neighbouring seats
// are PITCH apart; `view.unit` of them are one unit of the seating plan. Events of the map: "seatmap:moved"
// in each frame of a movement, "seatmap:settled" after it. What takes time is given to `view.later`: each
// frame draws the plan where it has moved, and does one task.

(() => {
  const map = document.querySelector("[data-seatmap]");
  if (!map) return;

  const PITCH = 24, LARGEST = 64 / PITCH, PAST_THE_EDGE = 0.3;
  const SEATS_FROM = 10 / PITCH; // The scale from which the seats of an opened section can be selected.
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const part = (name) => map.querySelector(`[data-${name}]`);
  const [canvas, plan, ground, sign, minimap] = ["canvas", "plan", "ground", "stage-sign", "minimap"].map(part);
  const bar = document.querySelector("[data-buy-bar]");
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [left, top, ...sides] = ground.getAttribute("viewBox").split(" ").map(Number);
  const unit = PITCH / Number(ground.dataset.pitch);
  const [width, height] = sides.map((side) => side * unit);
  const stage = ground.dataset.stage ? ground.dataset.stage.split(" ").map(Number) : null;
  let frameWidth = 0, frameHeight = 0, x = 0, y = 0, scale = 0;
  let isFitted = true, frame = 0, flight = 0, settling = 0, isMoving = false, showFirst = null;

  const toPlan = (px, py) => [(px - left) * unit, (py - top) * unit];
  const smallest = () => Math.min(frameWidth / width, frameHeight / height, LARGEST / 2);
  const limit = (value, least, most) => Math.max(least, Math.min(most, value));
  // Where the plan may be moved: it is centred if it fits, else its edges stay near those of the frame.
  const place = (at, size, room) => (size <= room ? (room - size) / 2 : limit(at, room * (1 - PAST_THE_EDGE) - size, room * PAST_THE_EDGE));

  function set(newX, newY, newScale = scale) {
    scale = limit(newScale, smallest(), LARGEST);
    isFitted = scale <= smallest() * 1.001;
    x = place(newX, width * scale, frameWidth);
    y = place(newY, height * scale, frameHeight);
    later(draw);
  }

  const tasks = new Set();

  function later(task) {
    tasks.add(task);
    frame ||= requestAnimationFrame(doNext);
  }

  function doNext() {
    frame = 0;
    if (tasks.delete(draw)) draw();
    const [next] = tasks;
    tasks.delete(next);
    if (tasks.size) frame ||= requestAnimationFrame(doNext);
    next?.();
  }

  // Only with an animation, if one that changes nothing, Chromium moves an element without putting the layers
  // of the page together anew. At rest an animation would make each change of the plan dearer.
  const inView = document.createElement("div");
  const animations = [plan, inView].map((element) => element.animate({ transform: "none" }, { duration: 1, composite: "add" }));
  const endAnimations = () => animations.forEach((animation) => animation.cancel());
  endAnimations();

  function draw() {
    isMoving = true;
    for (const task of AT_REST) tasks.delete(task);
    animations.forEach((animation) => animation.pause());
    plan.style.transform = `translate(${x.toFixed(2)}px,${y.toFixed(2)}px) scale(${scale.toFixed(5)})`;
    drawMinimap();
    clearTimeout(settling);
    settling = setTimeout(settle, 140);
    map.dispatchEvent(new CustomEvent("seatmap:moved"));
  }

  // The plan is a layer of its own, which the browser moves without drawing it. Once it stands still at
  // another scale, it is drawn anew, sharply.
  let drawnScale = 0;
  function sharpen() {
    if (Math.abs(scale / drawnScale - 1) < 0.01) return;
    drawnScale = scale;
    plan.style.willChange = "";
    later(() => later(() => { plan.style.willChange = "transform"; }));
  }

  function settle() {
    if (flight || pointers.size) settling = setTimeout(settle, 140);
    else [fitMinimap, ...AT_REST].forEach(later);
  }

  function updateButtons() {
    for (const button of map.querySelectorAll("[data-zoom]")) {
      const end = `${button.dataset.zoom > 0 ? scale >= LARGEST * 0.999 : isFitted}`;
      if (button.getAttribute("aria-disabled") !== end) button.setAttribute("aria-disabled", end);
    }
  }

  function tellSettled() {
    isMoving = false;
    map.dispatchEvent(new CustomEvent("seatmap:settled"));
  }

  const AT_REST = [endAnimations, sharpen, showStage, updateButtons, tellSettled];

  const centre = () => [(frameWidth / 2 - x) / scale, (frameHeight / 2 - y) / scale];
  // What of the plan is in the frame.
  const box = () => ({ left: -x / scale, top: -y / scale, right: (frameWidth - x) / scale, bottom: (frameHeight - y) / scale });

  function zoom(factor, atX = frameWidth / 2, atY = frameHeight / 2) {
    stop();
    const next = limit(scale * factor, smallest(), LARGEST);
    set(atX - ((atX - x) * next) / scale, atY - ((atY - y) * next) / scale, next);
  }

  // Moves to a centre and a scale. The scale changes evenly to the eye, by its logarithm.
  function fly(toX, toY, toScale, isAtOnce = isCalm) {
    stop();
    const from = scale, [fromX, fromY] = centre();
    const last = limit(toScale, smallest(), LARGEST), start = performance.now();
    const step = (now) => {
      const part = isAtOnce ? 1 : limit((now - start) / 320, 0, 1);
      const eased = part * part * (3 - 2 * part);
      const at = from * (last / from) ** eased;
      // The centre moves as much as the scale has: straight on the screen.
      const done = Math.abs(last - from) < 1e-6 ? eased : (1 / from - 1 / at) / (1 / from - 1 / last);
      flight = part < 1 ? requestAnimationFrame(step) : 0;
      set(frameWidth / 2 - (fromX + (toX - fromX) * done) * at, frameHeight / 2 - (fromY + (toY - fromY) * done) * at, at);
    };
    if (isAtOnce) step(start);
    else flight = requestAnimationFrame(step);
  }

  function stop() {
    cancelAnimationFrame(flight);
    flight = 0;
  }

  // Shows a part of the plan, with as much around it, or its middle where its seats would be too small to
  // select. If the frame has no size yet, the plan begins there once it has one.
  function show(area, around = 2 * PITCH, isAtOnce = isCalm) {
    if (!frameWidth) {
      showFirst = () => show(area, around, true);
      return;
    }
    const w = area.right - area.left + 2 * around, h = area.bottom - area.top + 2 * around;
    fly((area.left + area.right) / 2, (area.top + area.bottom) / 2, limit(Math.min(frameWidth / w, frameHeight / h), SEATS_FROM, LARGEST / 1.5), isAtOnce);
  }

  // Moves only as far as needed to see a point, away from the edges of the frame, and not below the bar.
  function reveal(px, py, edge = 56) {
    const sx = px * scale + x, sy = py * scale + y;
    const dx = limit(sx, edge, frameWidth - edge) - sx, dy = limit(sy, edge, frameHeight - edge) - sy;
    if (dx || dy) fly((frameWidth / 2 - x - dx) / scale, (frameHeight / 2 - y - dy) / scale, scale);
    barAt ??= bar?.getBoundingClientRect().top ?? innerHeight;
    const at = onScreen().top + sy + dy, around = edge / 2, lowest = Math.min(innerHeight, barAt) - around;
    const down = at - limit(at, around, Math.max(around, lowest));
    if (down) scrollBy(0, down);
  }

  // Where the frame and the bar are on the screen; asking costs a layout, so it is remembered until the page
  // moves.
  let frameAt = null, barAt = null;
  const onScreen = () => (frameAt ??= canvas.getBoundingClientRect());
  const inFrame = ({ clientX, clientY }) => [clientX - onScreen().left, clientY - onScreen().top];
  function forget() {
    frameAt = barAt = null;
  }
  addEventListener("scroll", forget);
  document.addEventListener("htmx:afterSettle", forget);
  const sizes = new ResizeObserver(forget);
  for (const element of [document.body, bar]) if (element) sizes.observe(element);

  map.view = {
    DIRECTIONS, later, inFrame, PITCH, unit, toPlan, centre, box, zoom, fly, show, reveal,
    whole: () => frameWidth && fly(width / 2, height / 2, 0),
    scale: () => scale,
    isFitted: () => isFitted,
    isMoving: () => isMoving,
    toScreen: (px, py) => [px * scale + x, py * scale + y],
  };

  // --- Stage and minimap ------------------------------------------------------------------------

  // The sign lies at the edge towards the stage while the stage is out of sight.
  function showStage() {
    if (!stage) return;
    const [px, py] = toPlan(...stage), [x, y] = centre(), dx = px - x, dy = py - y;
    sign.hidden = Math.abs(dx) < frameWidth / 2 / scale && Math.abs(dy) < frameHeight / 2 / scale;
    if (sign.hidden) return;
    const reach = Math.min((frameWidth / 2 - 52) / Math.abs(dx || 1e-9), (frameHeight / 2 - 28) / Math.abs(dy || 1e-9));
    sign.style.transform = `translate(-50%,-50%) translate(${frameWidth / 2 + dx * reach}px,${frameHeight / 2 + dy * reach}px)`;
    sign.querySelector("[data-stage-arrow]").style.rotate = `${Math.atan2(dx, -dy)}rad`;
  }

  const SVG = "http://www.w3.org/2000/svg";
  const small = (innerWidth < 640 ? 60 : 96) / Math.max(width, height);

  function makeMinimap() {
    const picture = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    picture.setAttribute("viewBox", ground.getAttribute("viewBox"));
    path.setAttribute("d", [...ground.querySelectorAll(".shape")].map((shape) => shape.getAttribute("d")).join(""));
    picture.append(path);
    minimap.append(picture, inView);
    minimap.style.width = `${width * small}px`;
    minimap.style.height = `${height * small}px`;
    const go = (event) => {
      if (!event.buttons) return;
      event.preventDefault();
      const at = minimap.getBoundingClientRect();
      stop();
      set(frameWidth / 2 - ((event.clientX - at.left) / small) * scale, frameHeight / 2 - ((event.clientY - at.top) / small) * scale);
    };
    minimap.addEventListener("pointerdown", go);
    minimap.addEventListener("pointermove", go);
  }

  // What is in view is scaled while the map moves, and has its size once it rests, which is a layout.
  let fittedScale = 1;

  function drawMinimap() {
    if (minimap.hidden === scale > smallest() * 1.3) later(fitMinimap);
    const { left, top } = box();
    inView.style.transform = `translate(${(left * small).toFixed(1)}px,${(top * small).toFixed(1)}px) scale(${(fittedScale / scale).toFixed(3)})`;
  }

  function fitMinimap() {
    minimap.hidden = scale <= smallest() * 1.3;
    fittedScale = scale;
    [inView.style.width, inView.style.height] = [frameWidth, frameHeight].map((side) => `${((side / scale) * small).toFixed(0)}px`);
    drawMinimap();
  }

  // --- Pointers, wheel, keys, buttons -------------------------------------------------------------

  // Where each is on the screen: it has not moved when the page has.
  const pointers = new Map();
  const positionOf = ({ clientX, clientY }) => [clientX, clientY];
  let hasDragged = false, speed = [0, 0], last = 0;

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    stop();
    if (!pointers.size) hasDragged = false;
    pointers.set(event.pointerId, positionOf(event));
    speed = [0, 0];
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = positionOf(event), [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    // A tap may slip a little.
    if (!hasDragged && !other && Math.hypot(dx, dy) < 6) return;
    if (!hasDragged) canvas.setPointerCapture(event.pointerId);
    hasDragged = true;
    pointers.set(event.pointerId, now);
    if (other) {
      const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      const factor = apart(now) / apart(before), next = limit(scale * factor, smallest(), LARGEST);
      const [atX, atY] = inFrame({ clientX: (before[0] + other[0]) / 2, clientY: (before[1] + other[1]) / 2 });
      set(atX - ((atX - x) * next) / scale + dx / 2, atY - ((atY - y) * next) / scale + dy / 2, next);
    } else {
      speed = [dx, dy];
      last = event.timeStamp;
      set(x + dx, y + dy);
    }
  });

  function release(event) {
    if (!pointers.delete(event.pointerId) || pointers.size || isCalm || event.timeStamp - last > 60) return;
    const glide = () => {
      speed = speed.map((value) => value * 0.92);
      flight = Math.hypot(...speed) > 0.4 ? requestAnimationFrame(glide) : 0;
      set(x + speed[0], y + speed[1]);
    };
    if (hasDragged && Math.hypot(...speed) > 3) flight = requestAnimationFrame(glide);
  }
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  // One finger scrolls the page while the whole plan is in view. (To change touch-action would cost the
  // styles of all seats.)
  canvas.addEventListener("touchmove", (event) => {
    if (event.cancelable && (!isFitted || event.touches.length > 1)) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("dragstart", (event) => event.preventDefault());
  // The click that ends a drag selects nothing.
  canvas.addEventListener("click", (event) => {
    if (!hasDragged || !event.detail) return;
    hasDragged = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // The wheel zooms unless the page is being scrolled with it, or there is nothing more to zoom.
  let scrolled = -1000, zoomed = -1000;
  addEventListener("scroll", () => {
    scrolled = performance.now();
  });
  canvas.addEventListener("wheel", (event) => {
    const now = performance.now(), isPinch = event.ctrlKey || event.metaKey;
    const isEnd = event.deltaY > 0 ? isFitted : scale >= LARGEST * 0.999;
    if (!isPinch && now - zoomed > 400 && (isEnd || now - scrolled < 300)) return;
    event.preventDefault();
    zoomed = now;
    const delta = event.deltaY * (event.deltaMode ? 16 : 1);
    zoom(Math.exp(-limit(delta, -120, 120) / (isPinch ? 100 : 300)), ...inFrame(event));
  }, { passive: false });

  canvas.tabIndex = 0;
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = event.target === canvas && DIRECTIONS[event.key];
    const { seat } = event.target, focused = seat ? map.view.toScreen(seat.x, seat.y) : [];
    if (arrow) set(x - arrow[0] * 80, y - arrow[1] * 80);
    else if (event.key === "+" || event.key === "=") zoom(1.4, ...focused);
    else if (event.key === "-") zoom(1 / 1.4, ...focused);
    else if (event.key === "0") map.view.whole();
    else return;
    event.preventDefault();
  });

  map.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    const way = Number(button.dataset.zoom);
    if (way) fly(...centre(), scale * (way > 0 ? 1.6 : 1 / 1.6));
    else map.view.whole();
  });

  // --- Start --------------------------------------------------------------------------------------

  // Once all scripts have run: they may say where the plan begins.
  addEventListener("DOMContentLoaded", () => {
    canvas.classList.add("is-placed");
    ground.setAttribute("width", width);
    ground.setAttribute("height", height);
    makeMinimap();
    for (const name of ["seatmap-tools", "zoom-buttons"]) part(name).hidden = false;
    new ResizeObserver(([entry]) => {
      const { width: w, height: h } = entry.contentRect;
      forget();
      if (!w || !h || (w === frameWidth && h === frameHeight)) return;
      const [atX, atY] = scale ? centre() : [width / 2, height / 2];
      const at = isFitted ? 0 : scale;
      [frameWidth, frameHeight] = [w, h];
      scale ||= smallest();
      const next = Math.max(at, smallest());
      set(w / 2 - atX * next, h / 2 - atY * next, next);
      showFirst?.();
      showFirst = null;
    }).observe(canvas);
  });
})();
