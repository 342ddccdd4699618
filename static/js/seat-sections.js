// Opens a section of a large seating plan in place. Its seats are fetched once from an immutable URL;
// seat-availability.js updates their availability. Sections stay on the page, with the selected seats,
// when another one is opened.

(() => {
  const form = document.querySelector("[data-seats-form]");
  const links = document.querySelectorAll("[data-section-link]");
  if (!form || !links.length) return;

  const map = form.querySelector("[data-seatmap]");
  const plan = form.querySelector("[data-plan]");
  const bar = form.querySelector("[data-buy-bar]");
  const back = form.querySelector("[data-seats-back]");
  const list = document.querySelector(".section-details");
  const known = new Map([...plan.querySelectorAll(".seat-section")].map((s) => [s.dataset.section, s]));
  const addressOf = (id) => document.querySelector(`[data-section-link="${id}"][data-drawing]`)?.dataset.drawing;

  async function fetchSection(id, at) {
    if (known.has(id)) return known.get(id);
    const answer = await connection.retry((signal) => fetch(addressOf(id), { signal }), { at });
    if (!answer.ok) throw new Error(answer.status);
    const section = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".seat-section");
    known.set(id, section);
    plan.append(section);
    return section;
  }

  async function open(id, at = form) {
    const section = id ? await fetchSection(id, at) : null;
    for (const each of known.values()) each.hidden = each !== section;
    // Collapse the list while the seats are shown.
    if (list && map.hidden === Boolean(section)) list.open = !section;
    map.hidden = !section;
    if (bar) bar.hidden = !section && !form.querySelector("input[name=seat]:checked");
    if (back) back.hidden = !section;
    for (const link of links) {
      const here = link.dataset.sectionLink === id && id !== "";
      if (link.closest(".section-list")) link.toggleAttribute("aria-current", here);
      else link.classList.toggle("is-current", here);
    }
    map.dispatchEvent(new CustomEvent("seatmap:drawn"));
    return section;
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-section-link]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = link.dataset.sectionLink;
    if (id && !known.has(id) && !addressOf(id)) return; // Standing section: follow the link to its form.
    event.preventDefault();
    const address = link.getAttribute("href");
    try {
      const section = await open(id, link);
      history.pushState({ section: id }, "", address.split("#")[0] || location.pathname);
      const heading = section?.querySelector("h3") ?? document.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      (section ? form : heading).scrollIntoView({ block: "start" });
    } catch (error) {
      if (error.name !== "AbortError") location.href = address;
    }
  });

  const first = [...known.values()].find((section) => !section.hidden)?.dataset.section ?? "";
  addEventListener("popstate", (event) => open(event.state?.section ?? first).catch(() => location.reload()));
})();
