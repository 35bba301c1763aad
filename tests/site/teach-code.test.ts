import { parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { describe, expect, it } from 'vitest';
import { parse as yaml } from 'yaml';
import { read, toFrame } from '@/shell/embed/protocol';
import { code, embedOf, lost, pageOf, type Chosen } from '@/site/teach/code';
import { conversation } from '@/site/teach/conversation';
import { targets, type Target } from '@/site/teach/tools';

const plain: Chosen = {
  site: 'https://a.org',
  slug: 'example',
  title: 'An example: the sum',
  scene: '',
  query: 'length=16&k=2',
  look: 'scheme=dark&hide=title.foot',
  height: 640,
};
const hostile: Chosen = {
  site: 'https://a.org/"><script>alert(1)</script>',
  slug: 'example',
  title: '"><img src=x onerror=alert(1)> ``` {{ 7*7 }} <b>\n# </section>\n--- &amp;',
  scene: '',
  query: 'k=2"onload="alert(1)&x=<script>',
  look: `hide='"<>`,
  height: 640.2,
};
const every = Object.keys(targets) as Target[];

/** All elements of a piece of HTML. */
function elements(html: string): Tree.Element[] {
  const found: Tree.Element[] = [];
  const visit = (node: Tree.ChildNode | Tree.DocumentFragment) => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parseFragment(html));
  return found;
}
const attributesOf = ({ attrs }: Tree.Element) => Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
const only = (html: string, tag: string) => {
  const found = elements(html).filter(({ tagName }) => tagName === tag);
  expect(found, tag).toHaveLength(1);
  return attributesOf(found[0]!);
};
/** The HTML inside what a tool reads. */
const htmlIn = (text: string) => /```\{=html\}\n([\s\S]*?)\n```/.exec(text)?.[1] ?? text;

/** An element on a page keeps a window's height until it is there. */
const onPage = 'display:block;min-height:100vh';

describe('code', () => {
  it('is what is expected, for each target', () => {
    expect(Object.fromEntries(every.filter((target) => target !== 'slidev-component').map((target) => [target, code(target, plain)])))
      .toMatchInlineSnapshot(`
        {
          "address": "https://a.org/embed/example/?length=16&k=2&scheme=dark&hide=title.foot",
          "element": "<script src="https://a.org/embed.js" async></script>
        <lengthwise-widget paper="example" length="16" k="2" scheme="dark" hide="title.foot" style="display:block;min-height:100vh"><a href="https://a.org/papers/example/?length=16&amp;k=2#figure">An example: the sum</a></lengthwise-widget>",
          "iframe": "<iframe src="https://a.org/embed/example/?length=16&amp;k=2&amp;scheme=dark&amp;hide=title.foot" title="An example: the sum" width="100%" height="640" loading="lazy" style="border:0" allow="fullscreen; clipboard-write"></iframe>",
          "link": "https://a.org/papers/example/?length=16&k=2#figure",
          "offline": "https://a.org/offline/example.html",
          "offline-frame": "<iframe src="example.html?length=16&amp;k=2&amp;scheme=dark&amp;hide=title.foot" title="An example: the sum" width="100%" height="660" style="border:0" allow="fullscreen; clipboard-write"></iframe>",
          "picture": "https://a.org/cards/example.png",
          "quarto-page": "\`\`\`{=html}
        <iframe src="https://a.org/embed/example/?length=16&amp;k=2&amp;scheme=dark&amp;hide=title.foot" title="An example: the sum" width="100%" height="640" loading="lazy" style="border:0" allow="fullscreen; clipboard-write"></iframe>
        \`\`\`",
          "quarto-slide": "## An example: the sum

        \`\`\`{=html}
        <script src="https://a.org/embed.js" async></script>
        <lengthwise-widget paper="example" length="16" k="2" scheme="dark" hide="title.foot" fit style="height: 560px"></lengthwise-widget>
        \`\`\`",
          "revealjs-element": "<section>
          <script src="https://a.org/embed.js" async></script>
          <lengthwise-widget paper="example" length="16" k="2" scheme="dark" hide="title.foot" fit style="height: 660px"></lengthwise-widget>
        </section>",
          "revealjs-frame": "<section>
          <iframe src="https://a.org/embed/example/?length=16&amp;k=2&amp;scheme=dark&amp;hide=title.foot" title="An example: the sum" width="100%" height="660" style="border:0" allow="fullscreen; clipboard-write"></iframe>
        </section>",
          "slidev-layout": "---
        layout: iframe
        url: "https://a.org/embed/example/?length=16&k=2&scheme=dark&hide=title.foot"
        ---",
          "slidev-slide": "<Lengthwise paper="example" length="16" k="2" scheme="dark" hide="title.foot" fit style="height: 440px" />",
          "wordpress": "https://a.org/papers/example/",
        }
      `);
  });

  it('of a scene has it in the path', () => {
    const scene = { ...plain, scene: 'long', query: '', look: '' };
    expect(code('address', scene)).toBe('https://a.org/embed/example/long/');
    expect(code('link', scene)).toBe('https://a.org/papers/example/long/#figure');
    expect(code('wordpress', scene)).toBe('https://a.org/papers/example/long/');
    expect(code('picture', scene)).toBe('https://a.org/cards/example/long.png');
    expect(code('offline-frame', scene)).toContain('src="example.html?scene=long"');
    expect(only(code('element', scene), 'lengthwise-widget')).toEqual({
      paper: 'example',
      scene: 'long',
      style: onPage,
    });
  });

  it.each(every.filter((target) => /frame|quarto-page/.test(target)))('%s is one frame with a title, whatever it is given', (target) => {
    for (const chosen of [plain, hostile]) {
      const html = htmlIn(code(target, chosen));
      const frame = only(html, 'iframe');
      expect(Object.keys(frame).sort()).toEqual(
        ['src', 'title', 'width', 'height', 'style', 'allow', ...(html.includes('loading=') ? ['loading'] : [])].sort(),
      );
      expect(frame.title).toBe(chosen.title.replace(/\s+/g, ' '));
      if (target !== 'offline-frame') expect(frame.src).toBe(embedOf(chosen));
      expect(Number(frame.height)).toBeGreaterThan(100);
      expect(elements(html).map(({ tagName }) => tagName)).toEqual(target === 'revealjs-frame' ? ['section', 'iframe'] : ['iframe']);
    }
  });

  it('frames on slides load with their deck, frames on pages when they are near', () => {
    expect(only(code('iframe', plain), 'iframe').loading).toBe('lazy');
    for (const target of ['revealjs-frame', 'offline-frame'] as const) expect(code(target, plain)).not.toContain('loading');
  });

  it('an element has the settings and the look as attributes, and nothing that was smuggled in', () => {
    for (const target of ['element', 'revealjs-element', 'quarto-slide'] as const) {
      const onSlide = target === 'element' ? { style: onPage } : { fit: '', style: expect.stringMatching(/^height: \d+px$/) as string };
      const settings = { paper: 'example', length: '16', k: '2', scheme: 'dark', hide: 'title.foot' };
      expect(only(code(target, plain), 'lengthwise-widget')).toEqual({ ...settings, ...onSlide });
      expect(only(code(target, plain), 'script')).toEqual({ src: 'https://a.org/embed.js', async: '' });
      const tags = elements(htmlIn(code(target, hostile))).map(({ tagName }) => tagName);
      // On a page a link stands in until the script is there.
      expect(tags.filter((tag) => tag !== 'section')).toEqual(['script', 'lengthwise-widget', ...(target === 'element' ? ['a'] : [])]);
      expect(only(code(target, hostile), 'lengthwise-widget')).not.toHaveProperty('onload');
    }
  });

  it('Slidev reads a slide, its front matter, and the component', () => {
    for (const chosen of [plain, hostile]) {
      const matter = /^---\n([\s\S]*)\n---$/.exec(code('slidev-layout', chosen))!;
      expect(yaml(matter[1]!)).toEqual({ layout: 'iframe', url: embedOf(chosen) });
      const tag = code('slidev-slide', chosen);
      expect(elements(tag).map(({ tagName }) => tagName)).toEqual(['lengthwise']);
      expect(only(tag, 'lengthwise')).toMatchObject({ paper: 'example', fit: '', style: 'height: 440px' });
      expect(tag).toMatch(/ \/>$/);
      const vue = code('slidev-component', chosen);
      expect(elements(vue).map(({ tagName }) => tagName)).toEqual(['script', 'template']);
      expect(vue).toContain('/embed.js"');
    }
  });

  it('Quarto reads a raw block that ends where it should', () => {
    for (const chosen of [plain, hostile])
      for (const target of ['quarto-slide', 'quarto-page'] as const) {
        const lines = code(target, chosen).split('\n');
        expect(lines.filter((line) => /^\s*`{3}/.test(line))).toEqual(['```{=html}', '```']);
        expect(lines.at(-1)).toBe('```');
      }
  });

  it('every address in it is of the site, and says what it cannot keep', () => {
    for (const target of every)
      for (const [url] of code(target, plain).matchAll(/https?:[^"'\s<]+/g)) expect(url).toMatch(/^https:\/\/a\.org\//);
    expect(lost('wordpress', plain)).toMatch(/shows the default/);
    expect(lost('wordpress', { ...plain, query: '' })).toMatch(/usual look/);
    expect(lost('wordpress', { ...plain, query: '', look: '', scene: 'long' })).toBeUndefined();
    expect(lost('picture', plain)).toMatch(/ready-made/);
    expect(lost('picture', { ...plain, query: '', look: '' })).toBeUndefined();
    expect(lost('iframe', plain)).toBeUndefined();
    expect(pageOf(plain)).toBe('https://a.org/papers/example/?length=16&k=2#figure');
  });

  it('the example of a conversation speaks the protocol', () => {
    const text = conversation(hostile);
    expect(elements(text).map(({ tagName }) => tagName)).toEqual(['iframe', 'p', 'button', 'script']);
    const said = [...text.matchAll(/say\(\{ type: '(\w+)'(, by: 1)? \}\)/g)];
    expect(said).toHaveLength(2);
    for (const [, type, by] of said) expect(read(toFrame, { lengthwise: 1, type, ...(by ? { by: 1 } : {}) }), type).toBeDefined();
  });
});
