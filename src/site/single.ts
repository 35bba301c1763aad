import { attribute } from '@/shell/share/code';
import colours from '@/marks/colours.css?raw';
import styles from './styles/embed.css?raw';
import forced from './styles/forced.css?raw';
import { bundle } from './bundle';
import { figure } from './figure';
import { fontRules } from './fonts/embedded';
import { head } from './head';
import { preview } from './previews';
import { embedPolicy } from './security/policy';
import { subject } from './subjects';

/** Where the definition and the picture of each widget stand. */
const folders = new Map(
  Object.keys(import.meta.glob('../widgets/*/*/widget.ts')).map((path) => [
    path.split('/').at(-2)!,
    path.replace('../', '@/').replace('/widget.ts', ''),
  ]),
);

/** A script that may stand in a page: nothing in it may look to the parser like its own end. */
const inScript = (code: string): string => code.replace(/<(?=\/script|script)/gi, '\\x3C').replaceAll('<!--', '\\x3C!--');

/**
 * single(site, slug, scene) is a figure as one file that needs nothing else: script, style and font are inside. The same file is
 * the embed page and the offline file, because frames without an origin and files on a disk can fetch nothing.
 */
export async function single(site: URL, slug: string, sceneId?: string): Promise<string> {
  const folder = folders.get(slug);
  if (!folder) throw new Error(`there is no widget ${slug}`);
  const {
    widget,
    scene,
    placement,
    body,
    head: styling,
    loadFailed,
  } = await figure({
    paper: slug,
    scene: sceneId,
    address: true,
    heading: 1,
    home: `/embed/${slug}/`,
    site: site.href,
  });
  const paper = await subject(slug);
  const script = inScript(
    await bundle(
      `figure-${slug}`,
      `import widget from '${folder}/widget.ts'; import View from '${folder}/View.svelte'; import { start } from '@/shell/embed/start';
       ${widget.models ? `import { weights } from '@/shell/weights'; import { give } from '@/model/give';` : ''}
       start(widget, View, globalThis.document?.currentScript?.textContent ?? ''${widget.models ? ', { weights, give }' : ''});`,
    ),
  );
  const look = inScript(await bundle('look', `import '@/shell/embed/look';`));
  const page = new URL(`/papers/${slug}/${scene ? `${scene.id}/` : ''}`, site).href;
  const state = (await preview(slug, scene?.id))!;
  const whole = (path: string) => new URL(path, site).href;
  const tags = head({
    title: `${state.title} | Lengthwise`,
    description: state.description,
    canonical: page,
    image: whole(state.card),
    imageAlt: state.description,
    oembed: whole(state.oembed),
    robots: 'noindex',
    // A file asks for nothing, not even for its icon.
    icon: 'data:,',
    policy: embedPolicy([look, script], widget.models ? site.origin : undefined),
  });
  const text = `${body}${widget.title}${paper.title}${script}`;
  return `<!doctype html>
<html lang="en" data-query="">
<head>
${tags}
<style>${await fontRules(text)}
${colours}
${forced}
${styles}</style>
${styling}
<script>${look}</script>
</head>
<body>
<main aria-label="${attribute(widget.title)}">
<div class="figure" data-figure="${attribute(JSON.stringify(placement))}">${body}</div>
<p class="load-failed" role="status" hidden>${attribute(loadFailed)}</p>
<p class="foot"><a href="${attribute(page)}" target="_blank" rel="noopener">Lengthwise: ${attribute(paper.title)}</a> <span>${attribute(page.replace(/^https?:\/\//, ''))}</span></p>
</main>
<script>${script}</script>
</body>
</html>
`;
}
