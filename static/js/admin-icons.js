// Gives the theme's icons, search fields, scrolling areas and columns accessible names. Icons are
// ligatures of a font, which a screen reader would read out: "receipt_long Orders". An icon beside
// text is hidden; an icon on its own is named by the title of its control or by the list in
// templates/admin/base.html.

(() => {
  const ICON = ".material-symbols-outlined";
  const CONTROL = "a, button, label, summary, [role='button'], [x-on\\:click]";

  function textOf(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
    return copy.textContent.trim();
  }

  function nameOf(icon, control) {
    const names = document.getElementById("icon-names")?.dataset ?? {};
    const title = icon.title || (control ?? icon.parentElement).title;
    return title || (control && names[icon.textContent.trim()]);
  }

  function nameIcons() {
    for (const icon of document.querySelectorAll(ICON)) {
      const control = icon.closest(CONTROL);
      const isNamed = control && control !== icon && (control.ariaLabel || textOf(control));
      const name = isNamed ? "" : nameOf(icon, control);
      icon.ariaHidden = isNamed || !(name || control) ? "true" : null;
      icon.ariaLabel = name || null;
      if (name && icon !== control) {
        icon.role = "img";
      }
    }
  }

  // The field in which one types to search a list (Select2) has no name of its own.
  function nameSearchFields() {
    for (const list of document.querySelectorAll("select.select2-hidden-accessible")) {
      const field = list.nextElementSibling?.querySelector(".select2-search__field");
      const name = list.labels[0]?.firstChild.textContent.trim();
      if (field && name) {
        field.ariaLabel = name;
      }
    }
  }

  // The theme makes a region of each area that scrolls (SimpleBar), and would call all of them the
  // same, in English.
  function nameScrollingAreas() {
    const names = document.getElementById("icon-names")?.dataset ?? {};
    const taken = new Map();
    for (const area of document.querySelectorAll("[data-simplebar]")) {
      const name = (area.querySelector("#result_list") && names.results)
        || (area.closest("#changelist-filter") && names.filters)
        || labelOf(area.closest("[aria-label], [aria-labelledby]")) || names.scrolling || "";
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      area.dataset.simplebarAriaLabel = count > 1 ? `${name} ${count}` : name;
    }
  }

  function labelOf(element) {
    const heading = document.getElementById(element?.getAttribute("aria-labelledby"));
    return element?.ariaLabel || (heading ? textOf(heading).replace(/\s+/g, " ") : "");
  }

  // In inline tables, the column of the boxes that delete a row has an empty heading.
  function nameColumns() {
    const text = document.getElementById("icon-names")?.dataset.delete;
    for (const cell of document.querySelectorAll("fieldset.module thead th:last-child")) {
      if (!text || cell.textContent.trim()) continue;
      const name = document.createElement("span");
      name.className = "sr-only";
      name.textContent = text;
      cell.replaceChildren(name);
    }
  }

  document.addEventListener("DOMContentLoaded", nameIcons);
  document.addEventListener("DOMContentLoaded", nameColumns);
  // Before the theme's own listener, whose script comes later on the page.
  document.addEventListener("DOMContentLoaded", nameScrollingAreas);
  // After those who make the lists: jQuery calls in order.
  addEventListener("load", () => window.django?.jQuery?.(nameSearchFields));
  document.addEventListener("alpine:initialized", nameIcons);
})();
