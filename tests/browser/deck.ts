import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

/** A page of somebody else's, on an origin of its own, with the packages of node_modules beside it. Close it when done. */
export async function elsewhere(html: string): Promise<{ url: string; close: () => void }> {
  const files = sirv('node_modules', { dev: true });
  const server = createServer((request, response) => {
    if (new URL(request.url!, 'http://a').pathname === '/') void response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    else files(request, response, () => void response.writeHead(404).end());
  });
  await new Promise<void>((done) => server.listen(0, () => done()));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}

/** A real reveal.js deck with these slides. */
export const reveal = (site: string, slides: readonly string[]): string => `<!doctype html>
<html lang="en"><title>A deck</title><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/reveal.js/dist/reveal.css"><link rel="stylesheet" href="/reveal.js/dist/theme/white.css">
<script src="${site}/embed.js" async></script>
<div class="reveal"><div class="slides">${slides.map((slide) => `<section>${slide}</section>`).join('\n')}</div></div>
<script type="module">
  import Reveal from '/reveal.js/dist/reveal.mjs';
  window.deck = new Reveal({ hash: true, transition: 'none', backgroundTransition: 'none' });
  await window.deck.initialize();
</script></html>`;
