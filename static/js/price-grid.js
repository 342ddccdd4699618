// A grid of prices: paste cells from a spreadsheet, copy all, move between rows by the arrow keys.
// Without this file the cells are ordinary fields.
"use strict";
{
  const form = document.querySelector(".price-grid-form");
  const tools = form?.querySelector("[data-price-grid-tools]");
  const rows = form ? [...form.querySelectorAll(".price-grid tbody tr")] : [];
  const cells = rows.map((row) => [...row.querySelectorAll("input")]);
  let pasted = [];

  const say = (text) => {
    tools.querySelector("[data-status]").textContent = text;
  };

  const placeOf = (input) => {
    const row = cells.findIndex((inputs) => inputs.includes(input));
    return { row, column: row < 0 ? -1 : cells[row].indexOf(input) };
  };

  const onPaste = (event) => {
    const { row, column } = placeOf(event.target);
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (row < 0 || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    pasted = [];
    text.split("\n").forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const input = cells[row + down]?.[column + right];
        if (!input) return;
        pasted.push([input, input.value]);
        input.value = value.trim();
      });
    });
    tools.querySelector("[data-undo]").disabled = pasted.length === 0;
    say(`${tools.dataset.pasted} ${pasted.length}`);
  };

  const onKey = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const { row, column } = placeOf(event.target);
    const input = cells[row + step]?.[column];
    if (row < 0 || !input) return;
    event.preventDefault();
    input.focus();
    input.select();
  };

  const table = () => [...form.querySelectorAll(".price-grid tr")].map((row) =>
    [...row.children].map((cell) => cell.querySelector("input")?.value ?? cell.textContent.trim()).join("\t"),
  ).join("\n");

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(table());
    } catch {
      const area = document.createElement("textarea");
      area.value = table();
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    tools.querySelector("[data-copy]").focus();
    say(tools.dataset.copied);
  };

  const undo = () => {
    for (const [input, value] of pasted.reverse()) input.value = value;
    pasted[pasted.length - 1]?.[0].focus();
    pasted = [];
    tools.querySelector("[data-undo]").disabled = true;
    say(tools.dataset.undone);
  };

  if (tools) {
    tools.hidden = false;
    form.addEventListener("paste", onPaste);
    form.addEventListener("keydown", onKey);
    tools.querySelector("[data-copy]").addEventListener("click", copy);
    tools.querySelector("[data-undo]").addEventListener("click", undo);
  }
}
