import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import svelte from '@astrojs/svelte';
import { defineConfig } from 'astro/config';
import { sum } from 'd3-array';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import { beside } from './src/site/beside.ts';
import { complete } from './src/site/credits/complete.ts';
import { cutFonts } from './src/site/fonts/cut.ts';
import { eager } from './src/site/eager.ts';
import { lean } from './src/site/lean.ts';
import { headers } from './src/site/security/integration.ts';
import { modelAddresses } from './src/site/models.ts';
import { modules } from './src/site/modules.ts';
import { offline } from './src/site/offline/integration.ts';
import { servedStyles } from './src/site/served-styles.ts';
import { placements } from './src/site/placements.ts';
import { shortPreload } from './src/site/preload.ts';
import { workerEntry } from './src/site/worker-entry.ts';

/** A formula wider than its column scrolls, so the keyboard must be able to reach it. */
function reachableFormulas() {
  const visit = (node) => {
    if (node.properties?.className?.includes('katex-display'))
      Object.assign(node.properties, { tabIndex: 0, role: 'group', ariaLabel: 'Formula' });
    node.children?.forEach(visit);
  };
  return visit;
}

/** How long each block of text is, so that it can be given its height before it is laid out; see page.css. */
function measuredText() {
  const length = (node) =>
    node.type === 'text' ? node.value.length : node.properties?.className?.includes('katex-mathml') ? 0 : sum(node.children ?? [], length);
  return (tree) => {
    for (const node of tree.children)
      if (/^(p|ul|ol)$/.test(node.tagName)) node.properties = { ...node.properties, style: `--length:${length(node)}` };
  };
}

export default defineConfig({
  // Canonical links and previews need a host; a deployment names its own.
  site: process.env.LENGTHWISE_SITE ?? 'http://localhost:4321',
  trailingSlash: 'always',
  // Styles stand in the page. As files of their own, some 7 kB that a second page need not fetch again, they were asked for after the page and
  // shared the line with its fonts: a phone showed the beginning of a paper a third of a second later.
  build: { inlineStylesheets: 'always' },
  devToolbar: { enabled: false },
  prefetch: false,
  integrations: [
    // Styles travel with their component, so that a page carries those of the figures it shows and no others.
    svelte({ emitCss: false }),
    mdx(),
    headers(),
    modules(),
    placements(),
    // Last: it takes stock of all that the others wrote.
    offline(),
  ],
  markdown: {
    processor: unified({
      remarkPlugins: [remarkMath],
      rehypePlugins: [
        [
          rehypeKatex,
          {
            output: 'htmlAndMathml',
            throwOnError: true,
            // A class is all that a formula may ask for: it ties a part to the words that speak of it.
            trust: ({ command }) => command === '\\htmlClass',
            strict: (code) => (code === 'htmlExtension' ? 'ignore' : 'error'),
          },
        ],
        reachableFormulas,
        measuredText,
      ],
    }),
    shikiConfig: { themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' }, defaultColor: 'light-dark()' },
  },
  vite: {
    resolve: { alias: await cutFonts() },
    plugins: [lean(), beside(), servedStyles(), shortPreload(), eager(), workerEntry(), modelAddresses(), complete()],
    environments: {
      client: {
        build: {
          rolldownOptions: {
            output: {
              // Left to itself the bundler makes a dozen crumbs of what every figure needs, some of them in the chunk of one paper's
              // mechanism; together they compress better. What loads on demand (share, embed, worker, loader) stays apart.
              codeSplitting: {
                groups: [
                  // What loaders need, before any figure is near.
                  {
                    name: 'early',
                    test: /vite[\\/]preload-helper|[\\/]src[\\/](marks[\\/]turns[\\/]later|shell[\\/](near|failed|superseded))\.ts/,
                    priority: 1,
                  },
                  // What every definition needs; apart, because the worker runs definitions and draws nothing.
                  {
                    name: 'base',
                    test: /[\\/]src[\\/](marks[\\/]format|shell[\\/](apart|contract|parameters)|tensor[\\/](tensor|softmax|random|matmul|compare|counter))\.ts|[\\/]node_modules[\\/](d3-(format|array)|pure-rand)/,
                    priority: 1,
                  },
                  // What every figure needs; bars only some have.
                  {
                    name: 'core',
                    test: /[\\/]src[\\/](marks(?![\\/]Bars)|shell[\\/](?!share|parse|words-|apart|Tables|embed[\\/](?!options)|worker|remote|page-worker|registry|themes|definitions|weights|mount|loader|below|near|turned|failed|unfold))|[\\/]node_modules[\\/](svelte|d3-)/,
                  },
                ],
              },
            },
          },
        },
      },
    },
    // Nothing else does: the policy lets no script stand in a page.
    build: { assetsInlineLimit: 0 },
    worker: { format: 'es' },
  },
});
