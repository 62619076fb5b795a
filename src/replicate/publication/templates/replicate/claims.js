"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const body = document.querySelector("#claims-table tbody");
  const rows = [...body.rows];
  const controls = document.querySelector(".filter");
  const words = document.getElementById("filter-words");
  const order = document.getElementById("filter-order");
  const choices = [...controls.querySelectorAll("[data-filter]")];
  const told = document.getElementById("filter-shown");
  const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const fits = row => texts.get(row).includes(words.value.trim().toLowerCase())
    && choices.every(choice => !choice.value || row.dataset[choice.dataset.filter] === choice.value);
  const show = () => {
    for (const row of rows) row.hidden = !fits(row);
    told.textContent = `${rows.filter(row => !row.hidden).length} of ${rows.length} claims are shown.`;
  };
  const sort = () => {
    const key = row => (order.value === "id" ? row.id : row.dataset[order.value]);
    const sorted = order.value ? rows.toSorted((one, other) => key(one).localeCompare(key(other), "en", { numeric: true })) : rows;
    body.append(...sorted);
  };
  words.addEventListener("input", show);
  choices.forEach(choice => choice.addEventListener("change", show));
  order.addEventListener("change", sort);
  controls.hidden = false;
  sort();
  show();
});
