// Names the visitor's time beside that of the venue where the two differ.
(() => {
  function minutes(zone) {
    const found = zone.match(/([+-])(\d\d):(\d\d)$/);
    return found ? Number(`${found[1]}1`) * (60 * Number(found[2]) + Number(found[3])) : 0;
  }

  // The day before the month, as everywhere on the site.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

  function show() {
    for (const note of document.querySelectorAll("[data-your-time][hidden]")) {
      const text = note.dataset.yourTime;
      const at = new Date(text);
      const ahead = -at.getTimezoneOffset();
      if (ahead === minutes(text)) continue;
      const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const day = new Date(at.getTime() + ahead * 60000).toISOString().slice(0, 10);
      if (day !== text.slice(0, 10)) Object.assign(options, { weekday: "short", day: "numeric", month: "short" });
      const time = note.querySelector("time");
      time.dateTime = text;
      time.textContent = new Intl.DateTimeFormat(language, options).format(at);
      note.hidden = false;
    }
  }

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
