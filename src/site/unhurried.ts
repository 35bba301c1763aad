import type { Script } from './modules.ts';

/** What these do waits for the page, or for the reader: keeping the page for later, and unfolding a figure. */
const patient = /^\/_astro\/(Page|Excerpt)\.astro/;

/**
 * unhurried(html, scripts) is a page whose patient scripts let all that its first paint needs go before them. What only they import is asked for
 * with them, or it would be in a hurry itself.
 */
export function unhurried(html: string, scripts: readonly Script[]): string {
  const script = /<script type="module" src="([^"]*)"/g;
  const files = [...html.matchAll(script)].map(([, file]) => file!);
  const importsOf = (file: string) => scripts.find((one) => one.file === file)?.imports ?? [];
  const hurried = files.filter((file) => !patient.test(file)).flatMap(importsOf);
  return html.replace(script, (whole, file: string) => {
    if (!patient.test(file)) return whole;
    const links = importsOf(file).filter((one) => !hurried.includes(one));
    return [
      ...links.map((one) => `<link rel="modulepreload" fetchpriority="low" href="${one}">`),
      `<script type="module" fetchpriority="low" src="${file}"`,
    ].join('');
  });
}
