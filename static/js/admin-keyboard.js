// Makes the theme's menus and switches work with the keyboard: they get a tab stop and react to Enter,
// Space, Escape and the arrow keys.

(() => {
  const CLICKED = "[x-on\\:click]";
  const NATIVE_CONTROLS = "a[href], button, input, select, textarea, label, summary";
  const MENU = "nav[x-show]";
  const FRAMES = 20;
  let opener = null;

  const isShown = (element) => element.getClientRects().length > 0;
  const shownMenus = () => [...document.querySelectorAll(MENU)].filter(isShown);
  const linksOf = (menu) =>
    [...menu.querySelectorAll("a, button, [tabindex='0']")].filter(isShown);

  function addKeyboard() {
    for (const element of document.querySelectorAll(CLICKED)) {
      const isBackdrop = !element.textContent.trim();
      if (isBackdrop || element.matches(NATIVE_CONTROLS) || element.querySelector(NATIVE_CONTROLS)) {
        continue;
      }
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      element.dataset.keyboard = "";
    }
  }

  // A menu appears a few frames after the click.
  function whenOpened(before, then, frames = FRAMES) {
    const menu = shownMenus().find((found) => !before.has(found));
    if (menu) {
      then(menu);
    } else if (frames) {
      requestAnimationFrame(() => whenOpened(before, then, frames - 1));
    }
  }

  function press(element) {
    const before = new Set(shownMenus());
    element.click();
    whenOpened(before, (menu) => {
      opener = element;
      opener.setAttribute("aria-expanded", "true");
      linksOf(menu)[0]?.focus();
    });
  }

  function close() {
    const closed = opener;
    opener = null;
    closed.setAttribute("aria-expanded", "false");
    closed.click();
    closed.focus();
  }

  function handleMenuKey(event, menu) {
    const links = linksOf(menu);
    const at = links.indexOf(document.activeElement);
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (direction) {
      event.preventDefault();
      links[(at + direction + links.length) % links.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab" && at === (event.shiftKey ? 0 : links.length - 1)) {
      close(); // The Tab key then moves on as usual.
    }
  }

  document.addEventListener("keydown", (event) => {
    const menu = opener && event.target.closest(MENU);
    if (menu) {
      handleMenuKey(event, menu);
    }
    if (event.target.matches("[data-keyboard]") && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      press(event.target);
    }
  });
  // What was done gets the focus, and so is read out. The attribute alone is passed over now and then.
  function focusResult() {
    document.querySelector("[role='status'][autofocus]")?.focus();
  }

  document.addEventListener("DOMContentLoaded", focusResult);
  document.addEventListener("DOMContentLoaded", addKeyboard);
  document.addEventListener("alpine:initialized", addKeyboard);
})();
