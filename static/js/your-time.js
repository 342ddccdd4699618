// Names the visitor's time beside that of the venue where the two differ. A note for several dates is shown
// only if they begin at the same time for the visitor too.
(() => {
  // What the clocks of the venue and of the visitor show, as milliseconds of UTC.
  const there = (text) => Date.parse(`${text.slice(0, 19)}Z`);
  const here = (text) => new Date(text) - new Date(text).getTimezoneOffset() * 60000;
  const day = (clock) => Math.floor(clock / 86400000);

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
      // The page has the dates: to word one in the browser takes longer than all other scripts together.
      const date = { 1: note.dataset.next, "-1": note.dataset.before }[days];
      time.textContent = (date ? `${date}, ` : "") + new Date(here(text)).toISOString().slice(11, 16);
      note.hidden = false;
    }
  }

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
