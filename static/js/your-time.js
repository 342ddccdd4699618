// Names the visitor's time beside that of the venue where the two differ. A note for several dates is shown
// only if they begin at the same time for the visitor too.
(() => {
  // What the clocks of the venue and of the visitor show, as milliseconds of UTC.
  const there = (text) => Date.parse(`${text.slice(0, 19)}Z`);
  const here = (text) => new Date(text) - new Date(text).getTimezoneOffset() * 60000;
  const day = (clock) => Math.floor(clock / 86400000);
  // The day before the month, as everywhere on the site.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

  function show() {
    for (const note of document.querySelectorAll("[data-your-time][hidden]")) {
      const texts = note.dataset.yourTime.split(" ");
      const [text] = texts, [ahead, ...others] = new Set(texts.map((each) => here(each) - there(each)));
      if (Math.abs(ahead) < 1000 || others.length) continue;
      const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const days = day(here(text)) - day(there(text));
      const name = note.querySelector(`[data-days="${days}"]`);
      if (name) name.hidden = false;
      else if (days) Object.assign(options, { day: "numeric", month: "short" });
      const time = note.querySelector("time");
      time.dateTime = text;
      time.textContent = new Date(text).toLocaleString(language, options);
      note.hidden = false;
    }
  }

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
