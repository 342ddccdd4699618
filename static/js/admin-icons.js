// The theme's icons are words in a font, which a screen reader reads out: "receipt_long Orders". Beside
// words of its own a link or button does not need them. Where an icon stands alone it is called by the
// title of what it stands in, or by what templates/admin/base.html says that it means.

(() => {
  const ICON = ".material-symbols-outlined";
  const CONTROL = "a, button, label, summary, [role='button'], [x-on\\:click]";

  function wordsOf(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
    return copy.textContent.trim();
  }

  function nameOf(icon, control) {
    const words = document.getElementById("icon-words")?.dataset ?? {};
    const title = icon.title || (control ?? icon.parentElement).title;
    return title || (control && words[icon.textContent.trim()]);
  }

  function nameIcons() {
    for (const icon of document.querySelectorAll(ICON)) {
      const control = icon.closest(CONTROL);
      const isNamed = control && control !== icon && (control.ariaLabel || wordsOf(control));
      const name = isNamed ? "" : nameOf(icon, control);
      icon.ariaHidden = isNamed || !(name || control) ? "true" : null;
      icon.ariaLabel = name || null;
      if (name && icon !== control) {
        icon.role = "img";
      }
    }
  }

  document.addEventListener("DOMContentLoaded", nameIcons);
  document.addEventListener("alpine:initialized", nameIcons);
})();
