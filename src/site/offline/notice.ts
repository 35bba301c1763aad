// Lists the stored pages, those read last first.
import { isPage, NOTICE, STORE } from './requests';

async function link(store: Cache, path: string): Promise<HTMLLIElement> {
  const html = await (await store.match(path))!.text();
  const { title } = new DOMParser().parseFromString(html.slice(0, 2000), 'text/html');
  const link = document.createElement('a');
  link.href = path;
  link.textContent = title.replace(/ \| Lengthwise$/, '') || path;
  const item = document.createElement('li');
  item.append(link);
  return item;
}

async function list(): Promise<void> {
  const store = await caches.open(STORE);
  const paths = (await store.keys()).map(({ url }) => new URL(url).pathname).reverse();
  const pages = paths.filter((path) => isPage(path) && path !== NOTICE && !path.startsWith('/embed/'));
  document.querySelector('#stored')!.append(...(await Promise.all(pages.map((path) => link(store, path)))));
  document.querySelector<HTMLElement>('.stored')!.hidden = pages.length === 0;
}

// A store that cannot be read leaves the page as it is: it says what there is to say.
list().catch(() => {});
