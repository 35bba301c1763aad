import type { APIRoute } from 'astro';
import { bundle } from '@/site/bundle';
import { tallest } from '@/site/heights';

/** The custom element, for pages anywhere: as a module or a plain script. It finds the site by its own address. */
export const GET: APIRoute = async ({ site }) => {
  const code = await bundle(
    'embed',
    `import { define } from '@/shell/embed/element';
     const script = document.currentScript ?? document.querySelector('script[src$="/embed.js"]');
     define(new URL(script?.src || ${JSON.stringify(site!.href)}).origin, ${JSON.stringify(tallest.widths)}, ${JSON.stringify(tallest.heights)});`,
  );
  return new Response(code, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
};
