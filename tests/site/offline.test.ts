import { describe, expect, it } from 'vitest';
import { releaseOf } from '@/site/offline/integration';
import { formulaFonts } from '@/site/offline/formulas';
import { filesOf, listOf, papersShown, type Chunk } from '@/site/offline/list';
import { fileOf, filesAsked, isOurs, isPage, isWhole } from '@/site/offline/requests';
import { sweep } from '@/site/offline/sweep';

const here = 'https://a.example';
const asked = (url: string, { method = 'GET', mode = 'no-cors' as RequestMode, headers = {} } = {}) => ({
  url,
  method,
  mode,
  headers: new Headers(headers),
});

describe('which request is what', () => {
  it('the file of an address has no query, no fragment, and one spelling', () => {
    expect(fileOf(`${here}/papers/s4/?length=64&step=2#figure`)).toBe('/papers/s4/');
    expect(fileOf(`${here}/papers/s4`)).toBe('/papers/s4/');
    expect(fileOf(`${here}/papers/s4/index.html?x`)).toBe('/papers/s4/');
    expect(fileOf(`${here}/?a=/b.html`)).toBe('/');
    expect(fileOf(`${here}/404.html`)).toBe('/404.html');
    expect(fileOf(`${here}/_astro/page.B1_-x.css?v=1`)).toBe('/_astro/page.B1_-x.css');
  });

  it('pages are told from files', () => {
    for (const path of ['/', '/papers/s4/', '/offline/s4.html']) expect(isPage(path), path).toBe(true);
    for (const path of ['/favicon.svg', '/_astro/mount.C9.js', '/a.htmlx']) expect(isPage(path), path).toBe(false);
  });

  it('only whole readings of this origin are answered', () => {
    expect(isOurs(asked(`${here}/papers/s4/`, { mode: 'navigate' }), here)).toBe(true);
    expect(isOurs(asked(`${here}/_astro/mount.C9.js`, { mode: 'cors' }), here)).toBe(true);
    expect(isOurs(asked(`${here}/favicon.svg`), here)).toBe(true);
    expect(isOurs(asked(`${here}/papers/s4/`, { mode: 'navigate', method: 'POST' }), here)).toBe(false);
    expect(isOurs(asked(`${here}/_astro/mount.C9.js`, { headers: { range: 'bytes=0-9' } }), here)).toBe(false);
    expect(isOurs(asked(`${here}/theme.zip`), here)).toBe(false);
    expect(isOurs(asked(`${here}/papers/s4/`, { mode: 'cors' }), here)).toBe(false);
    expect(isOurs(asked('https://b.example/_astro/mount.C9.js'), here)).toBe(false);
    expect(isOurs(asked('https://a.example.evil/_astro/mount.C9.js'), here)).toBe(false);
  });

  it('only a whole answer that is what its name says is stored', () => {
    const answer = (type: string, more: object = {}) => ({
      status: 200,
      type: 'basic' as const,
      redirected: false,
      headers: new Headers({ 'content-type': type }),
      ...more,
    });
    const html = 'text/html; charset=utf-8';
    expect(isWhole(answer(html), '/papers/s4/')).toBe(true);
    expect(isWhole(answer('text/javascript'), '/_astro/a.js')).toBe(true);
    expect(isWhole(answer(html), '/_astro/a.js'), 'a host that answers everything with a page').toBe(false);
    expect(isWhole(answer('application/zip'), '/papers/s4/')).toBe(false);
    for (const [name, more] of Object.entries({
      partial: { status: 206 },
      missing: { status: 404 },
      broken: { status: 500 },
      opaque: { type: 'opaque', status: 0 },
      elsewhere: { type: 'cors' },
      redirected: { redirected: true },
      private: { headers: new Headers({ 'content-type': html, 'cache-control': 'private, no-store' }) },
    }))
      expect(isWhole(answer(html, more), '/papers/s4/'), name).toBe(false);
  });

  it('a message may hold anything', () => {
    for (const nothing of [undefined, null, 1, 'keep', [], {}, { keep: 'x' }, { keep: { length: 2 } }])
      expect(filesAsked(nothing, here)).toEqual([]);
    expect(
      filesAsked(
        {
          keep: [`${here}/_astro/a.js`, `${here}/favicon.svg?x`, `${here}/embed/s4/`, 'https://b.example/b.js', 'nonsense', 3, null, here],
        },
        here,
      ),
    ).toEqual(['/_astro/a.js', '/favicon.svg']);
    expect(filesAsked({ keep: Array<string>(10_000).fill(`${here}/a.js`) }, here)).toHaveLength(300);
  });
});

/** A store as the browser's: in the order of storing. */
class Store {
  entries = new Map<string, { text: string; type: string }>();
  put(path: string, text: string, type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html') {
    this.entries.delete(path);
    this.entries.set(path, { text, type });
    return this;
  }
  keys = async () => [...this.entries.keys()].map((path) => ({ url: here + path }));
  match = async (path: string) => {
    const entry = this.entries.get(path);
    return entry && new Response(entry.text, { headers: { 'content-type': entry.type } });
  };
  delete = async (path: string) => this.entries.delete(path);
}
async function swept(store: Store, limits = { pages: 10, bytes: 1e6 }) {
  await sweep(store as unknown as Cache, ['/list.json', '/notice/'], limits);
  return [...store.entries.keys()];
}

describe('sweeping the store', () => {
  it('a file stays while a stored page names it, itself or through another file', async () => {
    const store = new Store()
      .put('/notice/', '<link href="/_astro/page.1.css">')
      .put('/list.json', '["/_astro/lone.9.js"]', 'application/json')
      .put('/old/', '<script src="/_astro/loader.1.js">')
      .put('/_astro/loader.1.js', 'import("./mount.1.js")')
      .put('/_astro/mount.1.js', 'import"./loader.1.js";new Worker("/_astro/work-1.js")')
      .put('/_astro/work-1.js', '')
      .put('/_astro/page.1.css', 'url(/_astro/serif.1.woff2)')
      .put('/_astro/serif.1.woff2', 'loader.2.js', 'font/woff2')
      .put('/_astro/loader.2.js', '')
      .put('/_astro/lone.9.js', '');
    expect((await swept(store)).sort()).toEqual(
      [
        '/_astro/loader.1.js',
        '/_astro/mount.1.js',
        '/_astro/page.1.css',
        '/_astro/serif.1.woff2',
        '/_astro/work-1.js',
        '/list.json',
        '/notice/',
        '/old/',
      ].sort(),
    );
  });

  it('a page that came back changed lets go of its former files', async () => {
    const store = new Store().put('/a/', '"/_astro/a.1.js"').put('/_astro/a.1.js', '').put('/_astro/a.2.js', '');
    store.put('/a/', '"/_astro/a.2.js"');
    expect((await swept(store)).sort()).toEqual(['/_astro/a.2.js', '/a/']);
  });

  it('of too many pages those stored last stay, and the notice', async () => {
    const store = new Store().put('/notice/', '');
    for (let i = 0; i < 9; i++) store.put(`/${i}/`, `"/_astro/${i}.js"`).put(`/_astro/${i}.js`, '');
    store.put('/2/', '"/_astro/2.js"');
    expect(await swept(store, { pages: 3, bytes: 1e6 })).toEqual([
      '/notice/',
      '/_astro/2.js',
      '/7/',
      '/_astro/7.js',
      '/8/',
      '/_astro/8.js',
      '/2/',
    ]);
  });

  it('of too many bytes those stored last stay', async () => {
    const store = new Store();
    for (let i = 0; i < 9; i++) store.put(`/${i}/`, 'x'.repeat(1000));
    expect(await swept(store, { pages: 10, bytes: 3500 })).toEqual(['/6/', '/7/', '/8/']);
  });

  it('an empty store is left as it is', async () => expect(await swept(new Store())).toEqual([]));
});

describe('what a page may ask for', () => {
  const chunks = new Map<string, Chunk>([
    ['/_astro/loader.js', { imports: ['/_astro/help.js'], later: ['/_astro/mount.js'] }],
    ['/_astro/mount.js', { imports: [], later: ['/_astro/a.js', '/_astro/b.js', '/_astro/share.js', '/_astro/remote.js'] }],
    ['/_astro/remote.js', { imports: [], later: ['/_astro/worker.js'] }],
    ['/_astro/worker.js', { imports: [], later: ['/_astro/a2.js', '/_astro/b2.js'] }],
    ['/_astro/a.js', { imports: ['/_astro/curve.js'], later: [], paper: 'paper-a' }],
    ['/_astro/b.js', { imports: ['/_astro/bars.js', '/_astro/loader.js'], later: [], paper: 'paper-b' }],
    ['/_astro/a2.js', { imports: [], later: [], paper: 'paper-a' }],
    ['/_astro/b2.js', { imports: [], later: [], paper: 'paper-b' }],
  ]);
  const page = (...papers: string[]) =>
    `<link href="/_astro/page.css"><script src="/_astro/loader.js"></script>` +
    papers.map(
      (slug) => `<div data-figure="${JSON.stringify({ slug, title: '"A" & <b>' }).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`,
    );

  it('the papers of a page are those of its figures', () => {
    expect(papersShown(page('paper-a', 'paper-b'))).toEqual(['paper-a', 'paper-b']);
    expect(papersShown(page())).toEqual([]);
  });

  it('is what it names and what follows, without the figures of other papers', () => {
    const names = (html: string) => filesOf(html, chunks).map((file) => file.slice('/_astro/'.length));
    const always = ['page.css', 'loader.js', 'help.js', 'mount.js', 'share.js', 'remote.js', 'worker.js'];
    expect(names(page()).sort()).toEqual([...always].sort());
    expect(names(page('paper-a')).sort()).toEqual([...always, 'a.js', 'a2.js', 'curve.js'].sort());
    expect(names(page('paper-a', 'paper-b')).sort()).toEqual([...always, 'a.js', 'a2.js', 'curve.js', 'b.js', 'b2.js', 'bars.js'].sort());
    expect(names('<p>"/_astro/" is a folder</p>')).toEqual([]);
  });

  it('the list tells each page its files', () => {
    const pages = new Map([
      ['/', ['/x', '/y']],
      ['/p/', ['/y', '/z']],
      ['/q/', []],
    ]);
    const list = listOf(pages);
    expect(list.files).toEqual(['/x', '/y', '/z']);
    for (const [path, files] of pages) expect(list.pages[path]!.map((i) => list.files[i])).toEqual(files);
  });
});

it('a release has another name where a page or a file is another, and only then', () => {
  const files = { '/index.html': 'a', '/_astro/a.js': 'b' };
  const release = (given: Record<string, string>) =>
    releaseOf(new Map(Object.entries(given).map(([path, text]) => [path, Buffer.from(text)])));
  expect(release({ '/_astro/a.js': 'b', '/index.html': 'a' })).toBe(release(files));
  const others = [
    { ...files, '/index.html': 'A' },
    { ...files, '/_astro/a.js': 'B' },
    { ...files, '/new/index.html': '' },
    { '/index.html': 'a' },
  ];
  expect(new Set([files, ...others].map(release)).size).toBe(5);
});

it('the fonts of formulas are those that a page asks for by its classes, and none where there is no formula', () => {
  const files = ['Main-Regular', 'Math-Italic', 'Size1-Regular', 'Size2-Regular'].map((face) => `/_astro/KaTeX_${face}.x.woff2`);
  const faces = (html: string) => formulaFonts(html, [...files, '/_astro/other.js']).map((file) => /KaTeX_(.*)\.x/.exec(file)![1]);
  expect(faces('<p class="text">katex</p>')).toEqual([]);
  expect(faces('<span class="katex"><span class="mord mathnormal">x</span></span>')).toEqual(['Main-Regular', 'Math-Italic']);
  expect(faces('<span class="katex"><span class="mop op-symbol large-op">∑</span></span>')).toEqual(['Main-Regular', 'Size2-Regular']);
});
