(() => {
  // What is laid out on purpose as it is: plans and pictures, and what is read by screen readers only.
  const APART = "svg, [data-canvas], .seatmap-frame, .visually-hidden, .skip-link, .honeypot, select, option, [aria-hidden=true], dialog:not([open]), [popover]";
  const MOST = 4; // Faults of a kind to return.
  const TOLERANCE = 3; // Pixels.
  const isShown = (one) => !one.closest(APART) && one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isFixed = (one) => { for (; one; one = one.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(one).position)) return true; return false; };
  const say = (one) => `<${one.localName} class="${one.className}"> ${(one.innerText || one.value || "").trim().slice(0, 40)}`;

  // The lines of text of the page, each with its element. Large type has lines that are lower than its boxes.
  function lines() {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !isShown(node.parentElement)) continue;
      range.selectNodeContents(node);
      const height = parseFloat(getComputedStyle(node.parentElement).lineHeight);
      for (const box of range.getClientRects()) {
        if (box.width <= 1 || box.height <= 1) continue;
        const above = Math.max(0, (box.height - height) / 2 || 0);
        found.push({ box: new DOMRect(box.x, box.y + above, box.width, box.height - 2 * above), element: node.parentElement });
      }
    }
    return found;
  }

  function tooWide() {
    const root = document.documentElement;
    return root.scrollWidth > innerWidth ? [`too wide: ${root.scrollWidth}`] : [];
  }

  // Text that hangs out of the box it is in, or that this box cuts off.
  function outside(all) {
    const found = new Set();
    for (const { box, element } of all) {
      let block = element;
      while (block !== document.body && getComputedStyle(block).display.startsWith("inline") && getComputedStyle(block).display !== "inline-block") block = block.parentElement;
      const around = block.getBoundingClientRect();
      const scrolls = getComputedStyle(block).overflowX;
      if (["auto", "scroll"].includes(scrolls)) continue;
      if (box.left < around.left - TOLERANCE || box.right > around.right + TOLERANCE) found.add(`outside its box: ${say(block)}`);
    }
    return [...found];
  }

  // Texts that lie upon each other. What stays in place while the page scrolls may cover it.
  function overlaps(all) {
    const found = new Set(), still = all.filter(({ element }) => !isFixed(element)).sort((one, other) => one.box.top - other.box.top);
    still.forEach(({ box, element }, index) => {
      for (const other of still.slice(index + 1)) {
        if (other.box.top > box.bottom - TOLERANCE) break;
        if (other.element === element) continue;
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const height = Math.min(box.bottom, other.box.bottom) - other.box.top;
        // Lines are higher than their letters.
        if (width > TOLERANCE && height > Math.min(box.height, other.box.height) / 3) found.add(`overlaps: ${say(element)} and ${say(other.element)}`);
      }
    });
    return [...found];
  }

  // What lies over the seating plan: the names of sections, its buttons, the whole of it in small.
  function overPlan() {
    const parts = [...document.querySelectorAll("[data-place], [data-zoom-buttons], [data-minimap]")].filter((one) => one.checkVisibility({ visibilityProperty: true }));
    return parts.flatMap((one, index) => parts.slice(index + 1).map((other) => [one, other])).filter(([one, other]) => {
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    }).map(([one, other]) => `lies upon each other: ${one.className} and ${other.className}`);
  }

  // What is not at the mirrored place if the page is laid out from left to right instead. The parts of a
  // line of text have an order of their own.
  function unmirrored() {
    const root = document.documentElement;
    if (root.dir !== "rtl") return [];
    const boxes = () => new Map([...document.body.querySelectorAll("*")].filter((one) => isShown(one) && !getComputedStyle(one).display.startsWith("inline") && !one.closest("[dir=ltr]:not(html)")).map((one) => [one, one.getBoundingClientRect()]));
    scrollTo(0, 0);
    const there = boxes();
    root.dir = "ltr";
    const width = root.clientWidth, here = boxes(), found = [];
    root.dir = "rtl";
    for (const [one, box] of here) {
      const mirrored = there.get(one);
      if (!mirrored || !box.width || !box.height || Math.abs(mirrored.right - (width - box.left)) <= TOLERANCE) continue;
      if (!found.some((outer) => outer.contains(one))) found.push(one);
    }
    return found.map((one) => `not mirrored: ${say(one)}`);
  }

  function faults() {
    const all = lines();
    return [tooWide(), outside(all), overlaps(all), overPlan(), unmirrored()].flatMap((found) => found.slice(0, MOST));
  }

  return { faults, tooWide };
})()
