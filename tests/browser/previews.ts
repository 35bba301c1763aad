import type { Page } from '@playwright/test';

/** What the head of a page says, read as a site that shows links would: without running anything. */
export interface Meta {
  title: string;
  description: string;
  canonical?: string;
  url?: string;
  headline?: string;
  card?: string;
  image?: string;
  alt?: string;
  /** "width height" of the picture. */
  size: string;
  shown: { description?: string; twitter?: string };
  /** The link to the oEmbed answer, and how many characters stand before it. */
  discovery: { href?: string; at: number };
  /** All that the page's own figure says. */
  said: string;
}

/** metaOf(page, path) reads another page of the site from where this one stands. */
export const metaOf = (page: Page, path: string): Promise<Meta> =>
  page.evaluate(async (at) => {
    const html = await (await fetch(at)).text();
    const read = new DOMParser().parseFromString(html, 'text/html');
    const meta = (name: string) => read.head.querySelector<HTMLMetaElement>(`meta[name="${name}"], meta[property="${name}"]`)?.content;
    const link = (which: string) => read.head.querySelector(`link${which}`)?.getAttribute('href') ?? undefined;
    const figure = read.querySelector('#figure');
    return {
      title: read.title,
      description: meta('description') ?? '',
      canonical: link('[rel=canonical]'),
      url: meta('og:url'),
      headline: meta('og:title'),
      card: meta('twitter:card'),
      image: meta('og:image'),
      alt: meta('og:image:alt'),
      size: `${meta('og:image:width')} ${meta('og:image:height')}`,
      shown: { description: meta('og:description'), twitter: meta('twitter:description') },
      discovery: { href: link('[type="application/json+oembed"]'), at: html.indexOf('application/json+oembed') },
      said: `${figure?.querySelector('.notice')?.textContent} ${figure?.querySelector('.text')?.textContent}`,
    };
  }, path);

/** scenesOf(page, slug): the scenes that the paper's page offers. */
export const scenesOf = (page: Page, slug: string): Promise<string[]> =>
  page.evaluate(async (at) => {
    const read = new DOMParser().parseFromString(await (await fetch(at)).text(), 'text/html');
    return [...read.querySelectorAll<HTMLElement>('#figure [data-scene]')].map((button) => button.dataset.scene!);
  }, `/papers/${slug}/`);

/** cardOf(page, path): a picture as a browser decodes it. */
export const cardOf = (page: Page, path: string) =>
  page.evaluate(async (at) => {
    const blob = await (await fetch(at)).blob();
    const start = new Uint8Array(await blob.slice(0, 8).arrayBuffer());
    const image = await createImageBitmap(blob);
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    // Every card has its figure there, whether its words stand above or beside.
    const middle: number[] = [];
    for (let y = 200; y < 460; y++) for (let x = 450; x < 1000; x++) middle.push(pixels[y * width + x]!);
    return {
      signature: [...start].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      bytes: blob.size,
      width,
      height,
      colours: new Set(pixels).size,
      drawn: middle.filter((pixel) => pixel !== 0xffffffff).length / middle.length,
    };
  }, path);
