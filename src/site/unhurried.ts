import type { Script } from './modules.ts';

/** What these do waits for the page, or for the reader: keeping the page for later, unfolding a figure, tapping a term. */
const patient = /^\/_astro\/(Page|Excerpt|Term)\.astro/;

/**
 * unhurried(html, scripts) is a page whose patient scripts let all that its first paint needs go before them, and where what a script imports is
 * asked for with it, without haste: else it would be asked for when that has come, and be in a hurry.
 */
export function unhurried(html: string, scripts: readonly Script[]): string {
  const asked = new Set<string>();
  return html.replace(/<script type="module"(?= src="([^"]*)")/g, (tag, file: string) => {
    const imports = scripts.find((one) => one.file === file)?.imports.filter((one) => !asked.has(one)) ?? [];
    imports.forEach((one) => asked.add(one));
    const links = imports.map((one) => `<link rel="modulepreload" fetchpriority="low" href="${one}">`);
    return `${links.join('')}${tag}${patient.test(file) ? ' fetchpriority="low"' : ''}`;
  });
}
