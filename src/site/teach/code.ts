import { element, iframe, script, tag } from '@/shell/share/code';
import type { Target } from './tools';

/** A figure as it was chosen, for the code that shows it elsewhere. */
export interface Chosen {
  /** The site, without a slash at the end. */
  readonly site: string;
  readonly slug: string;
  readonly title: string;
  /** The scene that the state is, or ''. */
  readonly scene: string;
  /** What else differs from the default: the query of a state that is no scene. */
  readonly query: string;
  /** The query of its look and of what keys do. */
  readonly look: string;
  /** How tall a frame on a page has to be, in CSS pixels. */
  readonly height: number;
}

/** The room on a slide: reveal.js and Quarto lay slides out 700 pixels high, Slidev 552; Quarto’s has a heading. */
const onSlide = { revealjs: 660, quarto: 560, slidev: 440 };

const below = (root: string, { scene, query }: Chosen, look = ''): string => {
  const words = [query, look].filter(Boolean).join('&');
  return `${root}${scene ? `${scene}/` : ''}${words ? `?${words}` : ''}`;
};

/** embedOf(chosen) is the address of the figure alone. */
export const embedOf = (chosen: Chosen): string => below(`${chosen.site}/embed/${chosen.slug}/`, chosen, chosen.look);

/** pageOf(chosen) is the address of the paper's page, at this state of its figure. */
export const pageOf = (chosen: Chosen): string => `${below(`${chosen.site}/papers/${chosen.slug}/`, chosen)}#figure`;

/** A frame on a slide loads with the deck, so that it is there when its slide comes, and fills the room it is given. */
const slideFrame = (src: string, title: string, height: number): string => iframe(src, title, height).replace(' loading="lazy"', '');

/** Text as it may stand in Markdown: whatever could begin markup is escaped. */
const markdown = (text: string): string => text.replace(/[\\`*_{}[\]<>#|$~&@]/g, '\\$&');

/** The element on a slide: scaled to fit the room that it is given. */
const fitted = (slug: string, own: string, height: number): string => tag(slug, own, `fit style="height: ${height}px"`);

/** Loads the element once; what it is given are the element's attributes. The same for all figures. */
const vue = (site: string): string => `<script setup>
import { onMounted, useAttrs } from 'vue'

defineOptions({ inheritAttrs: false })
// "^": as attributes, even where the element has a property of that name.
const { style, ...others } = useAttrs()
const given = Object.fromEntries(Object.entries(others).map(([name, value]) => ['^' + name, value]))

onMounted(() => {
  if (customElements.get('lengthwise-widget')) return
  const script = document.createElement('script')
  script.src = ${JSON.stringify(`${site}/embed.js`).replaceAll('<', '\\x3C')}
  document.head.append(script)
})
</script>

<template>
  <component :is="'lengthwise-widget'" v-bind="given" :style="style" />
</template>`;

/** code(target, chosen) is what is copied to show a figure there. */
export function code(target: Target, chosen: Chosen): string {
  const { site, slug, scene, query, look, height } = chosen;
  const title = chosen.title.replace(/\s+/g, ' ').trim();
  const src = embedOf(chosen);
  const own = [scene && `scene=${scene}`, query, look].filter(Boolean).join('&');
  switch (target) {
    case 'iframe':
      return iframe(src, title, height);
    case 'element':
      return element(site, slug, own, pageOf(chosen), title);
    case 'revealjs-element':
      return `<section>\n${indent(`${script(site)}\n${fitted(slug, own, onSlide.revealjs)}`)}\n</section>`;
    case 'revealjs-frame':
      return `<section>\n  ${slideFrame(src, title, onSlide.revealjs)}\n</section>`;
    case 'slidev-component':
      return vue(site);
    case 'slidev-slide':
      return fitted(slug, own, onSlide.slidev).replace(/^<lengthwise-widget (.*)><\/lengthwise-widget>$/, '<Lengthwise $1 />');
    case 'slidev-layout':
      return `---\nlayout: iframe\nurl: ${JSON.stringify(src)}\n---`;
    case 'quarto-slide':
      return `## ${markdown(title)}\n\n${raw(`${script(site)}\n${fitted(slug, own, onSlide.quarto)}`)}`;
    case 'quarto-page':
      return raw(iframe(src, title, height));
    case 'address':
      return src;
    case 'wordpress':
      return `${site}/papers/${slug}/${scene ? `${scene}/` : ''}`;
    case 'picture':
      return `${site}/cards/${slug}${scene ? `/${scene}` : ''}.png`;
    case 'link':
      return pageOf(chosen);
    case 'offline':
      return `${site}/offline/${slug}.html`;
    case 'offline-frame':
      return slideFrame(`${slug}.html${own ? `?${own}` : ''}`, title, onSlide.revealjs);
  }
}

/** lost(target, chosen) says what of the choice cannot be had there, where something cannot. */
export function lost(target: Target, { query, look }: Chosen): string | undefined {
  if (target === 'wordpress' && query)
    return 'This way shows the default: such an address can name a scene, but no other settings. Choose a scene, or take the code of a frame.';
  if (target === 'wordpress' && look) return 'This way has the usual look: take the code of a frame to keep the one chosen here.';
  if (target === 'picture' && query)
    return 'This picture is ready-made and shows the default. For these very settings open the link below, then “Share” and “PNG”.';
  if (target === 'picture' && look)
    return 'This picture is ready-made, in light colours. For others open the link below, then “Share” and “PNG”.';
  return undefined;
}

const raw = (html: string): string => `\`\`\`{=html}\n${html}\n\`\`\``;
const indent = (text: string): string => text.replace(/^/gm, '  ');
