// The theme's icons are words in a font, which a screen reader reads out: "receipt_long Orders". Beside
// words of its own a link or button does not need them.

(() => {
  const ICON = ".material-symbols-outlined";
  const CONTROL = "a, button, label, summary, [role='button'], [x-on\\:click]";

  function wordsOf(control) {
    const copy = control.cloneNode(true);
    copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
    return copy.textContent.trim();
  }

  function hideIcons() {
    for (const icon of document.querySelectorAll(ICON)) {
      const control = icon.parentElement.closest(CONTROL);
      if (control && (control.ariaLabel || wordsOf(control))) {
        icon.ariaHidden = "true";
      }
    }
  }

  document.addEventListener("DOMContentLoaded", hideIcons);
  document.addEventListener("alpine:initialized", hideIcons);
})();
