import { attribute } from '@/shell/share/code';
import { size } from './cards/size';
import { pagePolicy } from './security/policy';

/** What a page says of itself to browsers, search engines and sites that show links. Addresses are whole ones. */
export interface Head {
  /** Of the window. */
  readonly title: string;
  readonly description: string;
  /** Where search engines should send readers. */
  readonly canonical: string;
  /** What a preview leads to, where that is another address. */
  readonly url?: string;
  /** The title of a preview, which does not name the site. */
  readonly headline?: string;
  readonly image: string;
  readonly imageAlt: string;
  /** The oEmbed answer for what the page shows. */
  readonly oembed?: string;
  readonly robots?: string;
  readonly icon?: string;
  /** What it may load; a page of the site what `pagePolicy` says. */
  readonly policy?: string;
}

const site = 'Lengthwise';

/** head(page) is the beginning of every head, as HTML. The oEmbed link stands early: WordPress reads so far and no further. */
export function head({
  title,
  description,
  canonical,
  url = canonical,
  headline,
  image,
  imageAlt,
  oembed,
  robots,
  icon = '/favicon.svg',
  policy = pagePolicy,
}: Head): string {
  const name = headline ?? title.replace(` | ${site}`, '');
  const named = (name: string, content: string) => `<meta name="${name}" content="${attribute(content)}">`;
  const property = (name: string, content: string) => `<meta property="${name}" content="${attribute(content)}">`;
  return [
    '<meta charset="utf-8">',
    // While the site is being worked on, scripts are written into its pages.
    import.meta.env.PROD && `<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${attribute(title)}</title>`,
    named('description', description),
    `<link rel="canonical" href="${attribute(canonical)}">`,
    oembed && `<link rel="alternate" type="application/json+oembed" href="${attribute(oembed)}" title="${attribute(name)}">`,
    robots && named('robots', robots),
    `<link rel="icon" href="${attribute(icon)}">`,
    property('og:site_name', site),
    property('og:type', 'article'),
    property('og:title', name),
    property('og:description', description),
    property('og:url', url),
    property('og:image', image),
    property('og:image:type', 'image/png'),
    property('og:image:width', String(size.width)),
    property('og:image:height', String(size.height)),
    property('og:image:alt', imageAlt),
    named('twitter:card', 'summary_large_image'),
    named('twitter:title', name),
    named('twitter:description', description),
    named('twitter:image', image),
    named('twitter:image:alt', imageAlt),
  ]
    .filter(Boolean)
    .join('\n');
}
