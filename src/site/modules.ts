import type { AstroIntegration } from 'astro';
import type { Plugin } from 'vite';
import { placed } from './offline/list.ts';
import { rewrite } from './rewrite.ts';
import { unhurried } from './unhurried.ts';

/** A script of the build: its address, the files it is made of, what it imports at once and what later. */
export interface Script {
  readonly file: string;
  /** Their paths, with "/". */
  readonly sources: readonly string[];
  readonly imports: readonly string[];
  readonly later: readonly string[];
}

/** What every figure is made alive by. */
const shared = ['/src/shell/mount.ts', '/src/shell/registry.ts'] as const;

/** What starts the worker, and what runs in it. */
const [starts, runs] = ['/src/shell/page-worker.ts', '/src/shell/worker.ts'];

const madeOf = (scripts: readonly Script[], source: string) => scripts.find(({ sources }) => sources.some((one) => one.endsWith(source)));

/**
 * modulesOf(scripts, folder, ahead): the addresses of all that the figure in that folder ('theme/slug') needs once it comes near, in the order in
 * which it does. What is computed `ahead` needs the worker.
 */
export function modulesOf(scripts: readonly Script[], folder: string, ahead = false): string[] {
  const [theme] = folder.split('/');
  const own = [`/src/widgets/${theme}/index.ts`, `/src/widgets/${folder}/widget.ts`];
  // The largest file, of all figures, and what leads to the result are on their way at the same time.
  const first = ahead ? [starts, shared[0], runs, ...own, shared[1]] : [...shared, ...own];
  const begins = [...first, `/src/widgets/${folder}/View.svelte`];
  const known = new Map(scripts.map((one) => [one.file, one]));
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    known.get(file)?.imports.forEach(follow);
  };
  for (const begin of begins) {
    const script = madeOf(scripts, begin);
    if (!script) throw new Error(`the build has no script of ${begin}`);
    follow(script.file);
  }
  return [...found];
}

/** withModules(html, scripts) is a page whose figures each say what they need, where its own script is there to ask for it. */
export function withModules(html: string, scripts: readonly Script[]): string {
  const mount = madeOf(scripts, shared[0])?.file;
  const loads = scripts.some(({ file, later }) => html.includes(`"${file}"`) && later.includes(mount!));
  if (!loads) return html;
  return html.replace(/ data-figure="([^"]*)"/g, (figure, written: string) => {
    const { folder, ahead } = placed(written);
    return ` data-modules="${modulesOf(scripts, folder, ahead !== undefined).join(' ')}"${figure}`;
  });
}

/**
 * Writes beside each figure the scripts that it needs, so that its page asks for all of them at once when it comes near. Each would else be
 * asked for when the one that imports it has come: five times there and back. Scripts that can wait say so, see unhurried.ts.
 */
export function modules(): AstroIntegration {
  const scripts: Script[] = [];
  const collect = (): Plugin => ({
    name: 'lengthwise:modules',
    applyToEnvironment: ({ name }) => name === 'client',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk')
          scripts.push({
            file: `/${file.fileName}`,
            sources: file.moduleIds.map((id) => id.replaceAll('\\', '/')),
            imports: file.imports.map((name) => `/${name}`),
            later: file.dynamicImports.map((name) => `/${name}`),
          });
    },
  });
  return {
    name: 'modules',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => void updateConfig({ vite: { plugins: [collect()] } }),
      'astro:build:done': ({ dir }) => rewrite(dir, (html) => unhurried(withModules(html, scripts), scripts)),
    },
  };
}
