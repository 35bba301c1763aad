import { excerpt, find, indexOf, type Answer, type Found, type Kind } from './found';

// The search page: the words stand in the address, so that a search can be shared.
const form = document.querySelector<HTMLFormElement>('form.search')!;
const field = form.querySelector<HTMLInputElement>('input')!;
const count = document.querySelector<HTMLElement>('.count')!;
const list = document.querySelector<HTMLElement>('.found')!;
/** So many of a kind are shown; the best of each are enough to choose from. */
const most = 12;
const names: Record<Kind, string> = {
  paper: 'Papers',
  figure: 'Figures',
  section: 'Sections of articles',
  term: 'Terms',
  theme: 'Themes',
  guide: 'Guides',
};

let index: ReturnType<typeof indexOf> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

async function load(): Promise<ReturnType<typeof indexOf>> {
  if (index) return index;
  const response = await fetch(form.dataset.index!);
  if (!response.ok) throw new Error(`${response.status}`);
  return (index = indexOf((await response.json()) as Found[]));
}

function item({ id, title, text }: Found, words: string): HTMLLIElement {
  const one = document.createElement('li');
  const link = document.createElement('a');
  link.href = id;
  link.textContent = title;
  const rest = document.createElement('span');
  rest.textContent = excerpt(text, words);
  one.append(link, rest);
  return one;
}

async function show(): Promise<void> {
  const words = field.value.trim();
  if (!words) {
    list.replaceChildren();
    count.textContent = '';
    return;
  }
  let answer: Answer;
  try {
    answer = find(await load(), words);
  } catch {
    count.textContent = 'The index could not be loaded. Is there a network? The lists of papers and terms are still there.';
    return;
  }
  // A newer question was asked meanwhile.
  if (words !== field.value.trim()) return;
  const { found, all } = answer;
  // The kind of what fits best stands first.
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  list.replaceChildren(
    ...kinds.map((kind) => {
      const own = found.filter((one) => one.kind === kind);
      const section = document.createElement('section');
      const heading = document.createElement('h2');
      heading.textContent = own.length > most ? `${names[kind]}, the first ${most} of ${own.length}` : names[kind];
      const items = document.createElement('ul');
      items.append(...own.slice(0, most).map((one) => item(one, words)));
      section.append(heading, items);
      return section;
    }),
  );
  const number = found.length === 1 ? 'One result' : `${found.length || 'No'} results`;
  count.textContent = all || !found.length ? number : `Nothing has all of these words. With some of them: ${number.toLowerCase()}`;
}

function write(): void {
  const words = field.value.trim();
  try {
    history.replaceState(null, '', words ? `?${new URLSearchParams({ q: words })}` : location.pathname);
  } catch {
    // It is found all the same.
  }
}

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    write();
    void show();
  }, 150);
});
field.value = (new URLSearchParams(location.search).get('q') ?? '').slice(0, 200);
void show();
