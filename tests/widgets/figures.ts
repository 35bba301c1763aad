import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AnyView, AnyWidget } from '@/shell/contract';

const widgets = Object.entries(import.meta.glob<{ default: AnyWidget }>('../../src/widgets/*/*/widget.ts', { eager: true }));
const views = import.meta.glob<{ default: AnyView }>('../../src/widgets/*/*/View.svelte', { eager: true });

/** Every figure, with its folder and its picture. */
export const figures = widgets.map(([path, { default: widget }]) => ({
  slug: path.split('/').at(-2)!,
  path,
  widget,
  View: views[path.replace('widget.ts', 'View.svelte')]!.default,
}));

/** nameOf(slug) is what people call the paper; the bench of a theme is about none. */
export function nameOf(slug: string): string {
  const file = `seeds/papers/${slug}.yaml`;
  if (!existsSync(file)) return slug;
  const { short, title } = parse(readFileSync(file, 'utf8')) as { short?: string; title: string };
  return short ?? title.split(':')[0]!;
}

/** noNaN(value): whether it can be shown, as a number, a text or an array of numbers. */
export function noNaN(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isNaN(value);
  if (typeof value === 'string') return !/NaN|undefined|\[object/.test(value);
  if (ArrayBuffer.isView(value) && 'length' in value) return !Array.prototype.some.call(value, Number.isNaN);
  return true;
}

/** missing(html) is the first thing in a drawn picture that says that something was not there, or stands where no picture reaches. */
export const missing = (html: string): string | undefined =>
  (html.match(/.{0,60}(NaN|undefined|\[object|Infinity).{0,20}/) ?? html.match(/ d="[^"]*?(?<![.\d])([2-9]\d{3}|\d{5})[^"]{0,20}/))?.[0];
