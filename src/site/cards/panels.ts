import { render } from 'svelte/server';
import { folderOf } from '@/shell/definitions';
import { loadWidget } from '@/shell/registry';
import type { State } from '../states';
import { lit, unknown } from './colours';
import { letters } from './measure';

/** One picture of a figure, as SVG in its own units. */
export interface Panel {
  readonly title: string;
  readonly wide: boolean;
  readonly width: number;
  readonly height: number;
  /** The classes that its styles go by. */
  readonly classes: string;
  readonly drawing: string;
}

export interface Drawn {
  readonly panels: readonly Panel[];
  /** The rules for all of them. */
  readonly style: string;
}

/** draw(state) is the figure at that state as the server draws it, with its colours written out. */
export async function draw({ slug, values, result }: Pick<State, 'slug' | 'values' | 'result'>): Promise<Drawn> {
  const { View } = await loadWidget(folderOf(slug));
  const { body, head } = render(View, { props: { values, result, set: () => {} } });
  const style = [...head.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, rules]) => rules!).join('\n');
  const panels = [...body.matchAll(/<figure class="panel([^"]*)"[^>]*>(.*?)<\/figure>/gs)].map(([, classes, inner]) =>
    panel(/\bwide\b/.test(classes!), inner!),
  );
  if (!panels.length) throw new Error(`the figure of ${slug} has no panel`);
  return { panels, style: lit(style) };
}

function panel(wide: boolean, html: string): Panel {
  const inner = html.replace(/<!--.*?-->/gs, '');
  const title = unescape(/<figcaption[^>]*>(.*?)<\/figcaption>/s.exec(inner)![1]!).trim();
  const [opening = '', attributes = ''] = /<svg\b([^>]*)>/.exec(inner) ?? [];
  const content = inner.slice(inner.indexOf(opening) + opening.length, inner.lastIndexOf('</svg>'));
  const [, , width, height] = /viewBox="([^"]*)"/.exec(attributes)![1]!.split(' ').map(Number);
  // What is said of a drawing to those who cannot see it is no part of the picture.
  const bare = content.replace(/ (aria-[\w-]+|role|tabindex)="[^"]*"/g, '').replace(/>[^<>]+</g, letters);
  const drawing = lit(bare);
  const strange = unknown(drawing.replace(/>[^<>]+</g, '><'));
  if (strange) throw new Error(`“${title}” is drawn with ${strange}, which a card cannot show`);
  return { title, wide, width: width!, height: height!, classes: /class="([^"]*)"/.exec(attributes)?.[1] ?? '', drawing };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const unescape = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
