// Keys and countdowns for support; every page works without it.
"use strict";

const SWITCH = "koppelbalie.keys";
const WRITES = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const one = (selector) => document.querySelector(selector);

function remembered() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function remember(on) {
  try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* a browser that keeps nothing: it holds for this page */ }
}

let keysWork = remembered();

// The queue: j and k walk over the rows, o opens one.
function walk(steps) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("at"));
  const there = rows[Math.min(Math.max(here + steps, 0), rows.length - 1)];
  rows.forEach((row) => row.classList.toggle("at", row === there));
  there.querySelector("a").focus();
}

// A box to write in: shown by its radio button, filled with the answer that is ready when it is still empty.
function write(button, fill) {
  const field = document.getElementById(button.dataset.write);
  if (!field) return;
  button.checked = true;
  if (fill && !field.value.trim()) field.value = field.dataset.answer || "";
  field.focus();
}

function openDialog(event) {
  const dialog = one("#keys");
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => one("tr.at a")?.click(),
  "/": () => one("#q")?.focus(),
  n: () => one("#box-note") && write(one("#box-note"), false),
  r: () => one("#box-reply") && write(one("#box-reply"), true),
  t: () => one("[data-test-all]")?.click(),
  "?": openDialog,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key === "t") return;
  if (event.key === "Escape" && event.target.matches?.("textarea")) event.target.blur(); // what was written stays; the keys work again
  if (event.target.closest?.(WRITES) || one("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act || (!keysWork && event.key !== "?")) return;
  if (event.key !== "?") event.preventDefault();
  act(event);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) return openDialog(event);
  const answer = event.target.closest("[data-answer-with]");
  const field = one("#reply-text");
  if (!answer || !field) return;
  event.preventDefault();
  const text = answer.dataset.answerWith;
  if (!field.value.includes(text)) field.value = [field.value.trim(), text].filter(Boolean).join("\n\n");
  write(one("#box-reply"), false);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#keys-on")) remember((keysWork = event.target.checked));
  if (event.target.matches("[data-write]")) write(event.target, false);
});

document.addEventListener("DOMContentLoaded", () => {
  const box = one("#keys-on");
  if (box) box.checked = keysWork;
  document.querySelectorAll("[data-left]").forEach(countDown);
});

// A reply that has not left yet: seconds run, then the button goes.
function countDown(part) {
  const ends = performance.now() + Number(part.dataset.left) * 1000;
  const tick = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left > 0) {
      part.querySelector("[data-seconds]").textContent = left;
      return setTimeout(tick, 250);
    }
    part.closest(".msg").classList.remove("pending");
    part.remove();
  };
  tick();
}
