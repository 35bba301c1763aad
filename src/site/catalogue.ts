// Filter and sort of the catalogue; the choices stand in the address, so that a list can be shared. Without script the whole list is there.
const form = document.querySelector<HTMLFormElement>('.filter')!;
const list = document.querySelector<HTMLUListElement>('.papers')!;
const items = [...list.querySelectorAll<HTMLLIElement>('.paper')];
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;

const orders: Record<string, (a: DOMStringMap, b: DOMStringMap) => number> = {
  title: (a, b) => a.title!.localeCompare(b.title!),
  newest: (a, b) => Number(b.year) - Number(a.year) || a.title!.localeCompare(b.title!),
  oldest: (a, b) => Number(a.year) - Number(b.year) || a.title!.localeCompare(b.title!),
  theme: (a, b) => a.theme!.localeCompare(b.theme!) || a.title!.localeCompare(b.title!),
};

function show(): void {
  const words = field('find').value.toLowerCase().split(/\s+/).filter(Boolean);
  const theme = field('theme').value;
  const only = (field('live') as HTMLInputElement).checked;
  const order = Object.hasOwn(orders, field('sort').value) ? orders[field('sort').value]! : orders.title!;
  let shown = 0;
  for (const item of items.sort((a, b) => order(a.dataset, b.dataset))) {
    const { text, theme: own, live } = item.dataset;
    item.hidden = !(words.every((word) => text!.includes(word)) && (!theme || own === theme) && (!only || live === '1'));
    if (!item.hidden) shown++;
    list.append(item);
  }
  form.querySelector('.count')!.textContent = `${shown} of ${items.length} papers`;
}

function write(): void {
  const query = new URLSearchParams();
  for (const name of ['find', 'theme', 'sort']) if (field(name).value && field(name).value !== 'title') query.set(name, field(name).value);
  if ((field('live') as HTMLInputElement).checked) query.set('live', '1');
  try {
    history.replaceState(null, '', location.pathname + (query.size ? `?${query}` : ''));
  } catch {
    // The list is filtered all the same.
  }
}

const asked = new URLSearchParams(location.search);
for (const name of ['find', 'theme', 'sort']) {
  const value = asked.get(name);
  const target = field(name);
  if (value !== null && (target instanceof HTMLInputElement || [...target.options].some((option) => option.value === value)))
    target.value = value.slice(0, 100);
}
(field('live') as HTMLInputElement).checked = asked.get('live') === '1';
form.addEventListener('submit', (event) => event.preventDefault());
let timer: ReturnType<typeof setTimeout> | undefined;
form.addEventListener('input', () => {
  show();
  clearTimeout(timer);
  timer = setTimeout(write, 250);
});
show();
