import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * What of other people's work reaches a reader's browser, and as what. The build stops where a script, a style or a font is of a package
 * that is not named here.
 */
export const shipped = {
  svelte: 'figures and controls',
  clsx: 'figures and controls',
  'esm-env': 'figures and controls',
  '@astrojs/svelte': 'figures and controls',
  'd3-array': 'numbers in figures',
  'd3-format': 'numbers in figures',
  'd3-scale': 'scales and axes',
  'd3-interpolate': 'scales and axes',
  internmap: 'numbers in figures',
  comlink: 'computing beside the page',
  valibot: 'messages between an embed and its page',
  vite: 'loading scripts when they are needed',
  minisearch: 'the search page',
  'fft.js': 'Fourier transforms in mechanisms',
  katex: 'formulas: their style and fonts',
  '@fontsource-variable/source-sans-3': 'the font of figures and headings',
  '@fontsource-variable/source-serif-4': 'the font of the text',
} as const satisfies Record<string, string>;

/** Licences under which anything may be shipped: each lets everybody use, change and pass on what it covers. */
export const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'OFL-1.1'] as const;

export interface Credit {
  readonly name: string;
  readonly use: string;
  readonly version: string;
  readonly licence: string;
  readonly home: string;
  /** The licence as the package brings it, where it does. */
  readonly text?: string;
}

const require = createRequire(join(process.cwd(), 'package.json'));

/** Where a package stands, whether or not it lets its own description be imported. */
function folder(name: string): string {
  const found = require.resolve
    .paths(name)!
    .map((path) => join(path, name))
    .find((path) => existsSync(join(path, 'package.json')));
  if (!found) throw new Error(`${name} is not installed, and is credited`);
  return found;
}

/** credits() reads version, licence and home out of the packages themselves. Throws where a licence is not permissive. */
export function credits(): Credit[] {
  return Object.entries(shipped).map(([name, use]) => {
    const path = folder(name);
    const { version, license, homepage, repository } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<
      string,
      string
    > & {
      repository?: string | { url: string };
    };
    if (!(permissive as readonly string[]).includes(license ?? ''))
      throw new Error(`${name} is shipped under ${license}, which is not permissive`);
    const where = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? '';
    const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
    return {
      name,
      use,
      version: version!,
      licence: license!,
      home: where
        .replace(/^git\+/, '')
        .replace(/^(git|http):\/\//, 'https://')
        .replace(/\.git$/, '')
        .replace(/^([\w-]+\/[\w.-]+)$/, 'https://github.com/$1'),
      text: file && readFileSync(join(path, file), 'utf8').trim(),
    };
  });
}

/** packageOf(module) is the package that a module of the bundle belongs to, the innermost where they are nested; undefined for our own. */
export const packageOf = (module: string): string | undefined =>
  module.replaceAll('\\', '/').match(/.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
