import { attribute } from '@/shell/share/code';
import { size } from './cards/size';
import { height } from './heights';
import type { Preview } from './previews';

/** The answer that oembed.com specifies for things that are neither photo nor video. */
export interface Rich {
  readonly version: '1.0';
  readonly type: 'rich';
  readonly title: string;
  readonly provider_name: string;
  readonly provider_url: string;
  readonly html: string;
  readonly width: number;
  readonly height: number;
  readonly thumbnail_url: string;
  readonly thumbnail_width: number;
  readonly thumbnail_height: number;
  readonly cache_age: number;
}

/** A file cannot read `maxwidth`, so it answers with a width that most columns have. */
const width = 800;
const day = 86_400;

/** A frame with nothing but what WordPress lets through. */
const frame = (src: string, title: string, height: number): string =>
  `<iframe src="${attribute(src)}" width="${width}" height="${height}" frameborder="0" title="${attribute(title)}"></iframe>`;

/**
 * oembed(state, site) is what a page of that state answers to those who would embed it. It names no author: the figure is not
 * the work of the paper's.
 */
export function oembed({ slug, title, embed, card }: Preview, site: URL): Rich {
  const tall = height(slug, width);
  return {
    version: '1.0',
    type: 'rich',
    title,
    provider_name: 'Lengthwise',
    provider_url: site.href,
    html: frame(new URL(embed, site).href, title, tall),
    width,
    height: tall,
    thumbnail_url: new URL(card, site).href,
    thumbnail_width: size.width,
    thumbnail_height: size.height,
    cache_age: day,
  };
}
