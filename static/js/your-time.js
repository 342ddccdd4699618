// Names the visitor's time beside that of the venue where the two differ. A note for several dates is shown
// only if they begin at the same time for the visitor too.
(() => {
  const DAY = 86400000;

  function minutes(zone) {
    const found = zone.match(/([+-])(\d\d):(\d\d)$/);
    return found ? Number(`${found[1]}1`) * (60 * Number(found[2]) + Number(found[3])) : 0;
  }

  // The day before the month, as everywhere on the site.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

  function here(text) {
    const at = new Date(text);
    const ahead = -at.getTimezoneOffset();
    const local = new Date(at.getTime() + ahead * 60000).toISOString();
    const days = Math.round((new Date(local.slice(0, 10)) - new Date(text.slice(0, 10))) / DAY);
    return { at, days, time: local.slice(11, 16), differs: ahead !== minutes(text) };
  }

  function show() {
    for (const note of document.querySelectorAll("[data-your-time][hidden]")) {
      const texts = note.dataset.yourTime.split(" ");
      const [first, ...others] = texts.map(here);
      if (!first.differs || others.some(({ days, time }) => days !== first.days || time !== first.time)) continue;
      const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const day = note.querySelector(`[data-days="${first.days}"]`);
      if (day) day.hidden = false;
      else if (first.days) Object.assign(options, { weekday: "short", day: "numeric", month: "short" });
      const time = note.querySelector("time");
      time.dateTime = texts[0];
      time.textContent = new Intl.DateTimeFormat(language, options).format(first.at);
      note.hidden = false;
    }
  }

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
