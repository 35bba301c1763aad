// A finger's first tap on a term shows what it means, and only the next follows the link. Escape puts the definition away.
const term = (target: EventTarget | null) => (target as Element).closest('.term');
let first: Element | null = null;

document.addEventListener('pointerdown', ({ pointerType, target }) => {
  const at = term(target);
  first = pointerType === 'touch' && !at?.contains(document.activeElement) ? at : null;
});
document.addEventListener('click', (event) => {
  if (first && first === term(event.target)) {
    event.preventDefault();
    first.querySelector('a')!.focus();
  }
  first = null;
});
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  for (const shown of document.querySelectorAll('.term:is(:hover, :focus-within)')) {
    shown.classList.add('shut');
    const again = () => shown.classList.remove('shut');
    for (const left of ['pointerleave', 'focusout']) shown.addEventListener(left, again, { once: true });
  }
});
