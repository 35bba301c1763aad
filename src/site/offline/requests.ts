// Which request is what: plain functions, shared by the service worker and the pages.

/** How the names of our stores begin. */
export const OURS = 'lengthwise-';
/** The store of what was read. A new number is for one that the code before could not have written; the others are then dropped. */
export const STORE = `${OURS}1`;

/** The page that stands in for one that is neither reachable nor stored. */
export const NOTICE = '/offline-notice/';

/** A file of the build whose name changes with its content, so that a stored copy is never out of date. */
export const isHashed = (path: string): boolean => /^\/(_astro|weights)/.test(path);

/** True where a path is that of a page. */
export const isPage = (path: string): boolean => /(\/|\.html)$/.test(path);

/** True for what a page needs to be itself: scripts, styles, fonts, small pictures, data. Archives and recordings are left to the network. */
const isFile = (path: string): boolean => /\.(js|css|json|svg|png|webp|woff2|bin)$/.test(path);

/** The file that an address means: the query and the fragment are the reader's state, and a page may be asked for without its slash. */
export function fileOf(address: string): string {
  const path = new URL(address).pathname.replace(/\/index\.html$/, '/');
  return /(\.[^/]*|\/)$/.test(path) ? path : `${path}/`;
}

type Asked = Pick<Request, 'method' | 'mode' | 'url'> & { headers: Pick<Headers, 'has'> };

/** True for a request that the worker answers: a page or a file of this origin, read as a whole. All others never meet the worker. */
export const isOurs = ({ method, mode, url, headers }: Asked, origin: string): boolean =>
  method === 'GET' && url.startsWith(`${origin}/`) && !headers.has('range') && (mode === 'navigate' || isFile(fileOf(url)));

type Answer = Pick<Response, 'status' | 'type' | 'redirected'> & { headers: Pick<Headers, 'get'> };

/** Only a whole answer of this origin is stored, and only where it is what its name says: a host may answer anything with a page. */
export const isWhole = ({ status, type, redirected, headers }: Answer, path: string): boolean =>
  status === 200 &&
  type === 'basic' &&
  !redirected &&
  !/no-store/.test(headers.get('cache-control') ?? '') &&
  isPage(path) === /^text\/html/.test(headers.get('content-type') ?? '');

/** The files named by a page's message, which may hold anything: those of this origin that are no pages, at most 300. */
export function filesAsked(message: unknown, origin: string): string[] {
  const named = (message as { keep?: unknown } | null | undefined)?.keep;
  if (!Array.isArray(named)) return [];
  const here = named.slice(0, 300).filter((address) => typeof address === 'string' && address.startsWith(`${origin}/`));
  return here.map(fileOf).filter(isFile);
}
