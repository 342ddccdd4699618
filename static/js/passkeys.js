// Passkeys: show the buttons that need JavaScript, and a message when a passkey could not be created or
// used: cancelled, timed out, unsupported.
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const message of document.querySelectorAll("[data-passkey-error]")) message.hidden = false;
});
