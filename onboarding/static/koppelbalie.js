// What is nicer with a script; every page works without it.
"use strict";

function each(root, selector, act) {
  if (root.matches?.(selector)) act(root);
  root.querySelectorAll?.(selector).forEach(act);
}

function liven(root) {
  each(root, "[data-show]", (button) => {
    const field = document.getElementById(button.dataset.show);
    const word = button.textContent;
    button.hidden = false;
    button.onclick = () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.textContent = shown ? button.dataset.hideWord : word;
      button.setAttribute("aria-pressed", shown);
    };
  });
  each(root, "[data-copy]", (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.onclick = () => navigator.clipboard.writeText(button.dataset.copy).then(() => announce(button.dataset.copied));
  });
  each(root, "[data-pick]", (box) => {
    const field = document.getElementById(box.dataset.pick);
    box.onchange = () => {
      const written = field.value.split(/[\n,]/).map((part) => part.trim()).filter((part) => part && part !== box.value);
      field.value = (box.checked ? [...written, box.value] : written).join("\n");
    };
  });
  each(root, "[data-filter]", (field) => {
    const items = [...document.querySelectorAll(field.dataset.filter)];
    field.hidden = false;
    field.oninput = () => {
      const sought = field.value.toLowerCase();
      items.forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(sought); });
    };
  });
}

// A live list changes twice a second; a person who listens hears its one line, and only when that changes.
function announce(text) {
  const place = document.getElementById("announce");
  if (place && text && place.textContent !== text) place.textContent = text;
}

document.addEventListener("DOMContentLoaded", () => {
  liven(document);
  document.getElementById("errors")?.focus();
});
document.addEventListener("htmx:load", (event) => {
  liven(event.detail.elt);
  each(event.detail.elt, "[data-announce]", (place) => announce(place.dataset.announce));
});

// Two clicks are one: the server sees to it, this only shows it. What is being kept by itself is waited for,
// so that a form never overtakes its own earlier half.
const saving = new WeakMap();
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (saving.has(form)) {
    saving.set(form, event.submitter);
    return event.preventDefault();
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.tagName !== "FORM") return;
  if (event.target.dataset.sent) event.preventDefault();
  else saving.set(event.target, null);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const button = saving.get(event.target);
  saving.delete(event.target);
  if (button) event.target.requestSubmit(button);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Ctrl+Enter sends a message.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.tagName === "TEXTAREA") {
    event.target.form?.requestSubmit();
  }
});
