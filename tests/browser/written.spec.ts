import { readFileSync } from 'node:fs';
import { characters } from '../../src/site/fonts/cut';
import { attribute, elements, text, type Element } from '../checks/elements';
import { missing } from '../checks/missing';
import { patient } from '../checks/pace';
import { benches, dist, everyWidget, expect, files, pages, test } from './site';

// What holds of every page as it was written, without a browser. One process has all of it, and reads each page once.
test.describe.configure({ mode: 'default', timeout: patient(120_000) });

/** Embeds may stand anywhere, so they name the site they came from. */
const home = attribute(
  elements('/').find((one) => attribute(one, 'rel') === 'canonical')!,
  'href',
)!;
const own = (url: URL) => url.origin === new URL(home).origin;

/** What an element points to, whatever for: another page, an image, a style, a card, what it is cited from. */
function targets(element: Element): string[] {
  const { tagName } = element;
  const of = (name: string) => attribute(element, name);
  const named = /^(og:url|og:image|og:image:secure_url|twitter:image)$/.test(of('property') ?? of('name') ?? '') ? [of('content')] : [];
  const source = tagName === 'script' || tagName === 'iframe' || tagName === 'img' || tagName === 'source' || tagName === 'video';
  const set = (of('srcset') ?? '').split(',').map((one) => one.trim().split(/\s+/)[0]);
  return [...named, of('href'), source ? of('src') : '', of('poster'), of('cite'), of('action'), ...set].filter(
    (one): one is string => !!one,
  );
}

/** A line for what does not lead anywhere. */
function lost(from: string, address: string, ids: (path: string) => ReadonlySet<string> | undefined): string[] {
  const url = new URL(address, new URL(from, home));
  const line = [`${from} points to ${address}`];
  if (url.protocol === 'data:' || url.protocol === 'mailto:') return [];
  if (!own(url)) return url.protocol === 'https:' ? [] : line;
  const path = decodeURIComponent(url.pathname);
  const anchors = ids(path);
  // What is not a page (a card, data) has to be a file of the site.
  if (!anchors) return files.has(path) ? [] : line;
  return url.hash && !anchors.has(decodeURIComponent(url.hash.slice(1))) ? line : [];
}

/** A page, as far as a check here asks for it. */
interface Written {
  path: string;
  /** What it points to, and what can be pointed to in it. */
  targets: string[];
  ids: string[];
  /** Where a reader can go from it. */
  links: string[];
  /** The characters that it shows. */
  shown: Set<string>;
  missing: string[];
}

let read: Written[] | undefined;
const written = (): Written[] =>
  (read ??= pages.map((path) => {
    const all = elements(path);
    const ids = all.flatMap((one) => attribute(one, 'id') ?? []);
    const links = all.flatMap((one) => (one.tagName === 'a' ? (attribute(one, 'href') ?? []) : []));
    return { path, targets: all.flatMap(targets), ids, links, shown: new Set(text(all[0]!)), missing: missing(path, all) };
  }));

test('every link, anchor, image, style, script and card of every page is there', () => {
  const anchors = new Map(written().map(({ path, ids }) => [path, new Set(ids)]));
  const pointed = written().flatMap(({ path, targets }) => targets.map((address) => [path, address] as const));
  expect(pointed.length).toBeGreaterThan(20 * pages.length);
  expect(pointed.flatMap(([path, address]) => lost(path, address, (to) => anchors.get(to)))).toEqual([]);
  // An id that stands twice leads to the first of the two.
  for (const { path, ids } of written()) expect(ids.length, `${path}: ids`).toBe(anchors.get(path)!.size);
});

test('without scripts every page has its heading, text, formulas, figures, links and citations', () => {
  expect(written().flatMap(({ missing }) => missing)).toEqual([]);
});

test('no page shows a character that was cut from the fonts', () => {
  const kept = new Set(characters());
  const lost = new Map<string, string>();
  for (const { path, shown } of written())
    for (const one of shown) if (one > ' ' && !kept.has(one) && !/\p{Cf}|\p{Zs}/u.test(one)) lost.set(one, path);
  expect([...lost].map(([one, path]) => `${one} (U+${one.codePointAt(0)!.toString(16)}) on ${path}`)).toEqual([]);
});

test('what styles and descriptions for other sites point to is there', () => {
  const inStyles = [...files]
    .filter((file) => file.endsWith('.css'))
    .flatMap((file) =>
      [...readFileSync(dist + file, 'utf8').matchAll(/url\(["']?([^"')]+)["']?\)/g)].map(([, address]) => [file, address!] as const),
    );
  const inOembed = [...files]
    .filter((file) => file.startsWith('/oembed/'))
    .flatMap((file) => {
      const { thumbnail_url: card, provider_url: provider, html } = JSON.parse(readFileSync(dist + file, 'utf8')) as Record<string, string>;
      return [card!, provider!, /src="([^"]+)"/.exec(html!)![1]!.replaceAll('&amp;', '&')].map((address) => [file, address] as const);
    });
  expect(inStyles.length).toBeGreaterThan(10);
  expect(inOembed.length).toBeGreaterThanOrEqual(3 * everyWidget.length);
  const page = (path: string) => (pages.includes(path) ? new Set<string>() : undefined);
  expect([...inStyles, ...inOembed].flatMap(([from, address]) => lost(from, address, page))).toEqual([]);
});

test('every paper is cited by an address of its publisher that is in order', () => {
  const cited = written()
    .filter(({ path }) => /^\/papers\/[^/]+\/$/.test(path) && !benches.has(path.split('/')[2]!))
    .map(({ links }) => links);
  expect(cited).toHaveLength(79);
  for (const own of cited) {
    const papers = own.filter((address) =>
      /arxiv\.org|doi\.org|openreview|aclanthology|proceedings|acm\.org|neurips|mlr\.press/.test(address),
    );
    expect(papers.length, own.join(' ')).toBeGreaterThan(0);
    for (const address of papers.filter((one) => one.includes('arxiv.org')))
      expect(address).toMatch(/^https:\/\/arxiv\.org\/(abs|pdf|html)\/(\d{4}\.\d{4,5}|[a-z-]+\/\d{7})(v\d+)?$/);
  }
});

test('every link that was published leads to a page', () => {
  const links = readFileSync('tests/permalinks.txt', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('/'));
  expect(links.length).toBeGreaterThanOrEqual(5 * everyWidget.length);
  for (const link of links) expect(pages, link).toContain(new URL(link, 'https://a.org').pathname);
});
