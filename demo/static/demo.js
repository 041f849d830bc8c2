// Buttons that copy a made-up value; without JavaScript they stay hidden and the values can be selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.before ??= button.firstChild.textContent;
    button.firstChild.textContent = "✓ " + button.dataset.before.trim();
    setTimeout(() => { button.firstChild.textContent = button.dataset.before; }, 1500);
  });
}
