// Show a message when a passkey could not be created or used: cancelled, timed out, unsupported.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const message of document.querySelectorAll("[data-passkey-error]")) message.hidden = false;
});
