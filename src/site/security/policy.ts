import { createHash } from 'node:crypto';

const write = (directives: Record<string, string>): string =>
  Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');

// Formulas and figures carry style attributes, and a figure that wakes brings its styles along; a style can neither run nor, as images and
// fonts may come from nowhere else, tell anybody anything.
const everywhere = {
  'default-src': "'none'",
  'style-src': "'self' 'unsafe-inline'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'object-src': "'none'",
};

/** What a page of the site may load: its own files, and nothing written into it. */
export const pagePolicy: string = write({
  ...everywhere,
  'script-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'frame-src': "'self'",
  'manifest-src': "'self'",
});

/**
 * embedPolicy(scripts): what a figure's single file may load: nothing. `scripts` are the texts of its own, known by their hashes; the one
 * runs a second time as a worker. Its font is fetched from where it stands in the file, to be written into pictures. `models` is the origin that
 * a figure fetches a model's weights from, if it does.
 */
export const embedPolicy = (scripts: readonly string[], models?: string): string =>
  write({
    ...everywhere,
    'style-src': "'unsafe-inline'",
    'script-src': scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`).join(' '),
    'img-src': 'data: blob:',
    'font-src': 'data:',
    'connect-src': ["'self' data:", models].filter(Boolean).join(' '),
    'worker-src': 'blob:',
  });

/** Who may show a page in a frame: anybody an embed, only the site itself any other. A page cannot say this of itself, a host must. */
const framedBy = (path: string): string => (path.startsWith('/embed/') ? '*' : "'self'");

/** What the pages never ask a browser for. */
const unused = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'midi', 'display-capture', 'browsing-topics'];

/**
 * headersFile(entries): the text of /_headers, as Netlify and Cloudflare Pages read it. `entries` are what stands at the root of the
 * site: folders with a slash at the end. Every page is named, because a host joins the values of all lines that fit.
 */
export function headersFile(entries: readonly string[]): string {
  const lines = (pattern: string, headers: Record<string, string>) => [
    pattern,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
  ];
  const pages = entries.filter((entry) => /^\/(.*\.html|[^_.]*\/)?$/.test(entry));
  return [
    '# Made by the build. Netlify and Cloudflare Pages read it; for other hosts see "Host it" in the README.',
    ...lines('/*', {
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'Permissions-Policy': unused.map((feature) => `${feature}=()`).join(', '),
    }),
    ...pages.flatMap((page) =>
      lines(page.endsWith('/') && page !== '/' ? `${page}*` : page, {
        // The offline file and the embed carry the rest themselves: the hashes of their scripts.
        'Content-Security-Policy': `${/^\/(embed|offline)\//.test(page) ? '' : `${pagePolicy}; `}frame-ancestors ${framedBy(page)}`,
      }),
    ),
    // What other sites show or read.
    ...['/embed/*', '/embed.js', '/oembed/*', '/cards/*', '/preview.png', '/weights/*'].flatMap((path) =>
      lines(path, { 'Cross-Origin-Resource-Policy': 'cross-origin', 'Access-Control-Allow-Origin': '*' }),
    ),
    // Named by what they hold.
    ...lines('/_astro/*', { 'Cache-Control': 'public, max-age=31536000, immutable' }),
    ...lines('/weights/*', { 'Cache-Control': 'public, max-age=31536000, immutable' }),
    // A new release must be noticed.
    ...lines('/sw.js', { 'Cache-Control': 'no-cache' }),
    '',
  ].join('\n');
}
