// Gives the theme's icons and search fields accessible names. Icons are ligatures of a font, which a
// screen reader would read out: "receipt_long Orders". An icon beside text is hidden; an icon on its
// own is named by the title of its control or by the list in templates/admin/base.html.

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

  document.addEventListener("DOMContentLoaded", nameIcons);
  // After those who make the lists: jQuery calls in order.
  addEventListener("load", () => window.django?.jQuery?.(nameSearchFields));
  document.addEventListener("alpine:initialized", nameIcons);
})();
