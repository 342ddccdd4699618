// The Share button: the system's own dialog, or else the link is copied, or shown where browsers copy nothing.
// Nothing is sent to anybody.
for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, title, copied } = button.dataset;
  button.hidden = !navigator.share && !navigator.clipboard;
  button.addEventListener("click", async () => {
    const status = button.parentElement.querySelector("[role=status]");
    try {
      if (navigator.share) await navigator.share({ title, url });
      else {
        await navigator.clipboard.writeText(url);
        status.textContent = copied;
      }
    } catch {
      // The visitor has closed the dialog, or does not allow copying.
      if (!navigator.share) status.textContent = url;
    }
  });
}
