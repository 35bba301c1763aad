// The service worker: what was read here can be read again without a network.
// Pages: the network's answer always wins, and is stored; the stored copy serves where there is no network, or none within PATIENCE.
// Files whose name is their content: from the store, else from the network and then stored.
//
// To retire it, take sw.js off the host: the next visit finds that out, drops the store and unregisters the worker (a browser
// by itself would keep it). Where a host cannot answer 404 there, put an sw.js in its place that does what retire() does
// once it is active.
import { fileOf, filesAsked, isHashed, isOurs, isPage, isWhole, NOTICE, OURS, STORE } from './requests';
import { sweep } from './sweep';

declare const self: ServiceWorkerGlobalScope;
/** Where the list stands of what each page may ask for; see list.ts. */
declare const LIST: string;

const PATIENCE = 3000;
const LIMITS = { pages: 200, bytes: 4e7 };

/** True when a release takes over, and once a page was stored that is new or came back changed: then there is something to sweep. */
let due = false;
/** Keeping and sweeping take turns, so that nothing is swept that was just found in the store. */
let turn: Promise<unknown> = Promise.resolve();

const ignore = (): void => {};
let open = (): Promise<Cache> => caches.open(STORE);
/** The stored answer, where there is one and the store can be read. */
const stored = (path: string): Promise<Response | undefined> =>
  open()
    .then((store) => store.match(path, { ignoreVary: true }))
    .catch(ignore as () => undefined);
const gone = ({ status }: Response): boolean => status === 404 || status === 410;

/** Stores an answer; what is gone from the host goes. Throws where the answer is not fit to be stored, or the store refuses. */
async function put(path: string, response: Response): Promise<void> {
  const store = await open();
  if (gone(response)) await store.delete(path);
  if (!isWhole(response, path)) throw new Error(path);
  due ||= isPage(path) && (await (await stored(path))?.text()) !== (await response.clone().text());
  await store.put(path, response);
}

/** The network first. */
function fresh(event: FetchEvent, path: string): Promise<Response> {
  const asked = fetch(event.request);
  // Also when the reader was given the stored copy meanwhile: then the answer is for the next time.
  event.waitUntil(asked.then((response) => put(path, response.clone())).catch(ignore));
  const answer = asked.catch(async () => (await stored(path)) || (isPage(path) && (await stored(NOTICE))) || Response.error());
  const patience = new Promise((done) => setTimeout(done, PATIENCE)).then(async () => (await stored(path)) ?? answer);
  return Promise.race([answer, patience]);
}

/** The store first. */
async function hashed(event: FetchEvent, path: string): Promise<Response> {
  // A page that found its copy damaged asks for another.
  const hit = event.request.cache !== 'reload' && (await stored(path));
  if (hit) return hit;
  const response = await fetch(event.request);
  event.waitUntil(put(path, response.clone()).catch(ignore));
  return response;
}

/** Brings a file into the store that is not there yet. What a page has just loaded comes from the browser's own cache. */
async function take(path: string): Promise<void> {
  if (!(await stored(path))) await put(path, await fetch(path, { cache: isHashed(path) ? 'force-cache' : 'no-cache', priority: 'low' }));
}
const takeAll = (paths: string[]): Promise<unknown> => Promise.allSettled(paths.map(take));

/** Brings what a page may ask for once it runs. */
async function takeListed(path: string): Promise<void> {
  await take(LIST);
  const { files, pages } = (await (await stored(LIST))!.json()) as { files: string[]; pages: Record<string, number[]> };
  await takeAll((pages[path] ?? []).map((i) => files[i]!));
}

/** Drops our stores but one: those of another layout, or all. */
async function drop(but?: string): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== but) await caches.delete(name);
}

/** Drops what no page needs. */
async function tidy(): Promise<void> {
  await drop(STORE);
  await sweep(await open(), [LIST, NOTICE], LIMITS);
}

/** Leaves nothing behind, nor anything stored later by the pages that are still open. */
async function retire(): Promise<void> {
  open = () => Promise.reject();
  await turn;
  await drop();
  await self.registration.unregister();
}

self.addEventListener('install', (event) => {
  const prepare = async () => {
    // The notice is that of this release. Without it the worker is of no use: then the next visit tries again.
    await put(NOTICE, await fetch(NOTICE, { cache: 'no-cache' }));
    await takeListed(NOTICE);
    await self.skipWaiting();
  };
  event.waitUntil(prepare());
});

self.addEventListener('activate', (event) => {
  // Pages wait for this to end, so the sweeping comes later: with the first message, which claiming a page brings about.
  due = true;
  // No navigation preload: in Firefox a page whose preload fails is not asked of the worker, so nothing could be read offline. A release
  // that enabled it is undone.
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.disable()]));
});

self.addEventListener('fetch', (event) => {
  const path = fileOf(event.request.url);
  if (isOurs(event.request, self.location.origin)) event.respondWith((isHashed(path) ? hashed : fresh)(event, path));
});

// A page says what it has loaded: on a first visit that was before the worker was there.
self.addEventListener('message', (event) => {
  const files = filesAsked(event.data, self.location.origin);
  if (!(event.source instanceof WindowClient) || !files.length) return;
  const path = fileOf(event.source.url);
  const keep = async () => {
    await takeAll([path, ...files]);
    // A reader who asked for little traffic gets what the page loaded by itself.
    if (!(navigator as { connection?: { saveData?: boolean } }).connection?.saveData) await takeListed(path);
    for (let tries = 3; due && tries--;) {
      due = false;
      // It may fail, as where a file is replaced just as it is read; what it did not drop it drops the next time.
      await tidy().catch(() => (due = true));
    }
  };
  const look = async () => {
    if (gone(await fetch(self.location.href, { cache: 'no-store' }))) await retire();
  };
  event.waitUntil((turn = turn.then(keep).catch(ignore)));
  event.waitUntil(self.registration.update().catch(look).catch(ignore));
});
