// What follows only helps: without it everything can be read.

/** A link to a play opens it. */
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener('hashchange', openTarget);
openTarget();

for (const button of document.querySelectorAll('button[data-copy]')) {
  // Pages from a file may not have a clipboard.
  if (navigator.clipboard === undefined) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'copied';
  });
}

/** On paper nothing can be opened. */
const closed = [];
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details.play:not([open])')) {
    details.open = true;
    closed.push(details);
  }
});
addEventListener('afterprint', () => {
  for (const details of closed.splice(0)) details.open = false;
});
