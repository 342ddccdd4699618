// Fills in the time zone of a venue when its country is chosen: <select name="time_zone" data-zones>.
//
// Only where the country has one time zone, and only over an empty field, `data-preset`, or what was
// filled in before.
// Without this script the server takes the country's zone for an empty field.

(() => {
  const fill = () => {
    const zone = document.querySelector("select[name=time_zone][data-zones]");
    const country = zone && zone.form.elements.country;
    if (!country) return;
    const zones = JSON.parse(zone.dataset.zones);
    let filled = zone.dataset.preset || "";

    country.addEventListener("input", () => {
      if (zone.value !== filled) return;
      filled = zones[country.value] || "";
      zone.value = filled;
      // Select2 listens to the events of its own jQuery only.
      if (window.django && window.django.jQuery) window.django.jQuery(zone).trigger("change");
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", fill);
  else fill();
})();
