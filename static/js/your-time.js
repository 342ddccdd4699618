// Names the visitor's time beside that of the venue where the two differ. A note for several dates is shown
// only if they begin at the same time for the visitor too.
(() => {
  // What the clocks of the venue and of the visitor show, as milliseconds of UTC.
  const there = (text) => Date.parse(`${text.slice(0, 19)}Z`);
  const here = (text) => new Date(text) - new Date(text).getTimezoneOffset() * 60000;
  const day = (clock) => Math.floor(clock / 86400000);
  // The day before the month, as everywhere on the site.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  // Costly to make: longer than all other scripts of a page take.
  let format = null;
  const full = () => format ??= new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function show() {
    for (const note of document.querySelectorAll("[data-your-time][hidden]")) {
      const texts = note.dataset.yourTime.split(" ");
      const [text] = texts, [ahead, ...others] = new Set(texts.map((each) => here(each) - there(each)));
      if (Math.abs(ahead) < 1000 || others.length) continue;
      const days = day(here(text)) - day(there(text));
      const name = note.querySelector(`[data-days="${days}"]`);
      if (name) name.hidden = false;
      const time = note.querySelector("time");
      time.dateTime = text;
      time.textContent = name || !days ? new Date(here(text)).toISOString().slice(11, 16) : full().format(new Date(text));
      note.hidden = false;
    }
  }

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
