"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".search");
  const input = document.getElementById("search");
  const told = document.getElementById("found");
  const list = document.getElementById("results");
  const most = 20;
  const numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  const plain = text => text.toLowerCase()
    .replace(/(\d)[,\s\u00a0](?=\d{3})/g, "$1")
    .replace(/\bone in ([a-z]+)/g, (all, word) => (numbers.includes(word) ? `1 in ${numbers.indexOf(word) + 1}` : all))
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, " ").trim();
  const whole = (text, words) => ` ${text.replace(/[^\p{L}\p{N}.%']+/gu, " ").replace(/\.(?!\d)/g, "")} `.includes(` ${words} `);
  let pages;
  const load = () => new Promise(done => {
    if (pages) { done(); return; }
    const script = document.createElement("script");
    script.src = `${form.dataset.root}search-index.js`;
    script.addEventListener("load", () => {
      pages = FOUND.map(page => ({ ...page, name: plain(page.title), all: plain(`${page.kind} ${page.title} ${page.text}`) }));
      done();
    });
    document.head.append(script);
  });
  const score = (page, asked) => {
    if (whole(page.name, asked)) return page.name.startsWith(asked) ? 5 : 4;
    if (whole(page.all, asked)) return 3;
    if (/^1 in \d+$/.test(asked)) return 0;
    return asked.split(" ").every(word => page.all.includes(word)) ? 1 : 0;
  };
  const item = page => {
    const link = document.createElement("a");
    link.href = form.dataset.root + page.address;
    link.textContent = page.title;
    const note = document.createElement("small");
    note.textContent = `${page.kind}. ${page.text.slice(0, 160)}`;
    const line = document.createElement("li");
    line.append(link, note);
    return line;
  };
  const show = () => {
    const asked = plain(input.value);
    const found = asked.length < 2 ? [] : pages
      .map(page => [score(page, asked), page])
      .filter(([points]) => points)
      .sort(([one], [other]) => other - one)
      .map(([, page]) => page);
    list.replaceChildren(...found.slice(0, most).map(item));
    told.textContent = asked.length < 2 ? "" : `${found.length} found${found.length > most ? `; the first ${most} are shown` : ""}.`;
  };
  input.addEventListener("input", () => load().then(show));
  form.hidden = false;
});
