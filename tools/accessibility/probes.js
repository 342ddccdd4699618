// What the accessibility check asks of a page. Each function returns a list of what is wrong, as texts.
window.probes = (() => {
  const NAMED = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  // Controls outside an open dialog cannot be used.
  const isInert = (element) => Boolean(element.closest("[inert]")) || (document.querySelector("dialog:modal")?.contains(element) === false);
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const describe = (element) => {
    const text = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim().slice(0, 50);
    return `<${element.localName}${element.id ? ` id=${element.id}` : ""}> ${text}`;
  };
  // Hidden from sight, and not cut off by mistake.
  const isForReadersOnly = (element) => Boolean(element.closest(".visually-hidden, .skip-link, .honeypot")) || element.getBoundingClientRect().width <= 1;

  function tooWide() {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth + 1) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((one) => isShown(one) && one.getBoundingClientRect().right > root.clientWidth + 1);
    return [`${root.scrollWidth} px wide in a window of ${root.clientWidth}: ${wide.slice(-1).map(describe)}`];
  }

  // Text that its own box cuts off.
  function clipped() {
    return [...document.body.querySelectorAll("*")].filter((one) => {
      if (!isShown(one) || isForReadersOnly(one) || !one.innerText?.trim() || one.closest("select, svg, [data-canvas]")) return false;
      const style = getComputedStyle(one);
      const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
      return (cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 2) || (cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 2);
    }).map((one) => `cut off: ${describe(one)}`);
  }

  const sheet = new CSSStyleSheet();
  function space() {
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  function unspace() { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet); }

  // --- Colours ---

  const painter = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function rgb(color) {
    painter.clearRect(0, 0, 1, 1);
    painter.fillStyle = color;
    painter.fillRect(0, 0, 1, 1);
    return [...painter.getImageData(0, 0, 1, 1).data];
  }
  function behind(element) {
    for (let one = element; one; one = one.parentElement) {
      const color = rgb(getComputedStyle(one).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  }
  function luminance([r, g, b]) {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }
  function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }

  // Fields and buttons with a boundary: it has to stand out from what is around it.
  function faintBoundaries() {
    const found = [];
    for (const one of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio], [type=range]), select, textarea, .btn")) {
      if (!isShown(one) || isForReadersOnly(one) || one.disabled || one.matches("[aria-disabled=true]")) continue;
      const style = getComputedStyle(one), around = behind(one.parentElement);
      const edge = rgb(style.borderTopColor), fill = rgb(style.backgroundColor);
      const has = (color) => color[3] === 255;
      const ratios = [parseFloat(style.borderTopWidth) && has(edge) ? contrast(edge, around) : 0, has(fill) ? contrast(fill, around) : 0];
      if (one.matches(".btn") && !ratios[0] && !ratios[1]) continue; // Looks like a link.
      // The field within a bordered box has its boundary there.
      const box = one.closest(".search, .input-group");
      if (box && box !== one) ratios.push(contrast(rgb(getComputedStyle(box).borderTopColor), behind(box.parentElement)));
      const best = Math.max(...ratios);
      if (best < 3) found.push(`${best.toFixed(2)}:1 ${describe(one)}`);
    }
    return found;
  }

  // Text that keeps its own colours although the customer has chosen theirs.
  function ownColours() {
    return [...document.querySelectorAll("main *")].filter((one) => isShown(one) && one.innerText?.trim() && getComputedStyle(one).forcedColorAdjust === "none").map(describe);
  }

  // --- Focus ---

  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderTopColor", "borderTopWidth", "textDecorationLine", "color"];
  const FORCED = ["outlineStyle", "outlineWidth", "borderTopWidth", "textDecorationLine"]; // What forced colours leave.
  const looks = (element) => (matchMedia("(forced-colors: active)").matches ? FORCED : LOOKS).map((name) => getComputedStyle(element)[name]).join(";");
  const around = (element) => [element, ...(element.labels ?? []), element.parentElement, element.nextElementSibling, element.parentElement?.parentElement].filter(Boolean);
  let before = new Map();

  function rest() {
    // Tab starts from the top, wherever the focus was.
    document.documentElement.tabIndex = -1;
    document.documentElement.focus({ preventScroll: true });
    document.documentElement.removeAttribute("tabindex");
    before = new Map();
    for (const one of document.querySelectorAll(`${NAMED}, [tabindex]`)) before.set(one, around(one).map(looks));
  }

  function focused() {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    one.accessibilityStop ??= Math.random();
    const box = (one.labels?.[0] && one.getBoundingClientRect().width < 3 ? one.labels[0] : one).getBoundingClientRect();
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const changed = around(one).some((part, index) => before.get(one)?.[index] !== looks(part));
    const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(([x, y]) => [box.left + x * box.width, box.top + y * box.height]);
    const free = points.filter(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(top)));
    });
    const hasParts = /^(date|time|month|week)/.test(one.type ?? "");
    return { stop: one.accessibilityStop, hasParts, name: describe(one), isVisible: outlined || changed, isObscured: box.width > 0 && free.length === 0 };
  }

  // What can be pressed but was not reached by the Tab key. Of a group with one stop, any member will do.
  function unreached(stops) {
    const reached = new Set(stops);
    const groups = new Set([...document.querySelectorAll(NAMED)].filter((one) => reached.has(one.accessibilityStop)).map((one) => one.name && one.type === "radio" ? one.name : one.closest("[data-seatmap], [role=listbox], [role=radiogroup], [data-plan], svg")).filter(Boolean));
    return [...document.querySelectorAll(NAMED)].filter((one) => {
      if (!isShown(one) || one.disabled || isInert(one) || one.closest("[aria-hidden=true], .honeypot") || reached.has(one.accessibilityStop)) return false;
      const group = one.closest("[data-seatmap], [role=listbox], [role=radiogroup], [data-plan], svg");
      return !(one.type === "radio" && groups.has(one.name)) && !(group && groups.has(group));
    }).map(describe);
  }

  // The part of the window around the control with the focus, or null if it is outside.
  function areaOfFocus() {
    const box = document.activeElement.getBoundingClientRect(), root = document.documentElement;
    const x = Math.max(0, box.left - 6), y = Math.max(0, box.top - 6);
    const width = Math.min(root.clientWidth, box.right + 6) - x, height = Math.min(root.clientHeight, box.bottom + 6) - y;
    return width > 0 && height > 0 ? { x, y, width, height } : null;
  }

  // Controls that look the same with the focus. The focus of a slider is on a part that has no style to read.
  function unseenFocus() {
    const controls = [...document.querySelectorAll(NAMED)].filter((one) => isShown(one) && !one.disabled && one.tabIndex >= 0 && one.type !== "range" && !isInert(one)).slice(0, 150);
    return controls.filter((one) => {
      document.activeElement.blur();
      const plain = around(one).map(looks);
      one.focus({ preventScroll: true });
      const style = getComputedStyle(one);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      return one === document.activeElement && !outlined && around(one).every((part, index) => looks(part) === plain[index]);
    }).map(describe);
  }

  // --- Without JavaScript ---

  const labelOf = (one) => one.outerHTML.slice(0, 90);
  function unsendable() {
    const FIELDS = "input:not([type=hidden], :disabled), select, textarea, button";
    return [...document.querySelectorAll("main form")].filter((one) => one.checkVisibility() && [...one.querySelectorAll(FIELDS)].some(isShown) && !one.querySelector("button:not([type=button]), [type=submit]") && !document.querySelector(`button[form="${one.id}"]`)).map(labelOf);
  }

  function deadButtons() {
    return [...document.querySelectorAll("button[type=button], button:not(form button, [form])")].filter((one) => isShown(one) && !one.matches("[popovertarget], [commandfor]")).map(labelOf);
  }

  // --- Texts and structure ---

  function media() {
    return [...document.querySelectorAll("video, audio, [autoplay]")].map(describe);
  }

  function titles() {
    return document.title.trim() ? [] : ["no title"];
  }

  function languages() {
    const isKnown = (code) => { try { return Boolean(Intl.getCanonicalLocales(code).length); } catch { return false; } };
    return document.documentElement.lang && isKnown(document.documentElement.lang) ? [] : ["no language of the page"];
  }

  function partLanguages() {
    return [...document.querySelectorAll("[lang]")].filter((one) => !one.lang || !/^[a-z]{2,3}(-\w+)*$/i.test(one.lang)).map(describe);
  }

  function skipLink() {
    if (!document.querySelector("nav, [role=navigation], [role=search]")) return []; // Nothing to skip.
    const link = document.querySelector("a[href^='#']");
    return link && document.querySelector(link.getAttribute("href")) && document.querySelector("main") ? [] : ["no link to the content"];
  }

  function purposes() {
    const TOKENS = { email: /email|username/, tel: /tel/, password: /password/ };
    return [...document.querySelectorAll("main input")].filter((one) => {
      const wanted = TOKENS[one.type];
      return wanted && isShown(one) && !wanted.test(one.autocomplete) && !one.closest("[role=search]");
    }).map((one) => `no autocomplete: ${describe(one)}`);
  }

  // Each field in error says so and why, and a summary lists it.
  function errors() {
    const found = [], fields = [...document.querySelectorAll("main [aria-invalid=true]")];
    for (const one of fields) {
      const ids = (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
      if (!ids.some((id) => document.getElementById(id)?.textContent.trim())) found.push(`no reason: ${describe(one)}`);
    }
    if (![...document.querySelectorAll("[role=alert], [aria-live]")].some((one) => one.innerText.trim())) found.push("nothing announces the error");
    return found;
  }

  function blocksPaste() {
    return [...document.querySelectorAll("input[type=password], input[type=email]")].filter((one) => {
      const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
      one.dispatchEvent(event);
      return event.defaultPrevented;
    }).map((one) => `refuses to paste: ${describe(one)}`);
  }

  function moving() {
    const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
    return [...document.body.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return (style.animationName !== "none" && seconds(style.animationDuration) > 0.05) || (style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.05);
    }).map((one) => `moves: ${describe(one)}`).slice(0, 5);
  }

  function endless() {
    return document.getAnimations().filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime === Infinity).map((one) => `endless animation: ${describe(one.effect.target)}`);
  }

  function shortcuts() {
    return [...document.querySelectorAll("[accesskey]")].map(describe);
  }

  const links = (selector) => [...document.querySelectorAll(selector)].map((one) => new URL(one.href).pathname);
  function landmarks() {
    return { menu: links(".site-nav a"), help: links(".site-footer a").filter((path) => path.includes("/help/") || path.includes("/accessibility/")) };
  }

  return { areaOfFocus, moving, unseenFocus, unsendable, deadButtons, tooWide, clipped, ownColours, space, unspace, faintBoundaries, rest, focused, unreached, media, titles, languages, partLanguages, skipLink, purposes, errors, blocksPaste, endless, shortcuts, landmarks };
})();
