// The theme's menus and switches listen to the mouse alone. Here they get a place in the order of the
// Tab key, and Enter, Space and Escape.

(() => {
  const CLICKED = "[x-on\\:click]";
  const BY_THEMSELVES = "a[href], button, input, select, textarea, label, summary";
  const MENU = "nav[x-show]";
  const FRAMES = 20;
  let opener = null;

  const isShown = (element) => element.getClientRects().length > 0;
  const shownMenus = () => [...document.querySelectorAll(MENU)].filter(isShown);
  const linksOf = (menu) =>
    [...menu.querySelectorAll("a, button, [tabindex='0']")].filter(isShown);

  function giveKeys() {
    for (const element of document.querySelectorAll(CLICKED)) {
      const isBackdrop = !element.textContent.trim();
      if (isBackdrop || element.matches(BY_THEMSELVES) || element.querySelector(BY_THEMSELVES)) {
        continue;
      }
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      element.dataset.keys = "";
    }
  }

  // A menu shows some frames after the click.
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

  function inMenu(event, menu) {
    const links = linksOf(menu);
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      links[(at + step + links.length) % links.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab" && at === (event.shiftKey ? 0 : links.length - 1)) {
      close(); // And on from there, as the key says.
    }
  }

  document.addEventListener("keydown", (event) => {
    const menu = opener && event.target.closest(MENU);
    if (menu) {
      inMenu(event, menu);
    }
    if (event.target.matches("[data-keys]") && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      press(event.target);
    }
  });
  document.addEventListener("DOMContentLoaded", giveKeys);
  document.addEventListener("alpine:initialized", giveKeys);
})();
