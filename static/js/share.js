// The Share button: the system's own dialog, or else the link is copied. Nothing is sent to anybody.
for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, title, copied } = button.dataset;
  button.hidden = !navigator.share && !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title, url });
      else {
        await navigator.clipboard.writeText(url);
        button.parentElement.querySelector("[role=status]").textContent = copied;
      }
    } catch {
      // The visitor has closed the dialog, or does not allow copying.
    }
  });
}
