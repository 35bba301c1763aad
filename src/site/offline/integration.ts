import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { build, type Plugin, type Rollup } from 'vite';
import { isWorker } from '../worker-entry.ts';
import { formulaFonts } from './formulas.ts';
import { filesOf, listOf, type Chunk } from './list.ts';

/** The files of the built site, by their paths on the host. */
export type Files = Map<string, Buffer>;

const digest = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 10);

/** The name of a release: another one where a page or a file is another, and only then. */
export const releaseOf = (files: Files): string =>
  digest(
    [...files]
      .map(([path, content]) => `${path} ${digest(content)}\n`)
      .sort()
      .join(''),
  );

async function read(dist: string): Promise<Files> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(paths.map(async (path) => [`/${relative(dist, path).replaceAll('\\', '/')}`, await readFile(path)] as const)),
  );
}

/** The service worker as one plain script. */
async function script(list: string): Promise<string> {
  const { output } = (await build({
    configFile: false,
    logLevel: 'warn',
    define: { LIST: JSON.stringify(list) },
    build: {
      write: false,
      copyPublicDir: false,
      target: 'es2022',
      rolldownOptions: { input: fileURLToPath(new URL('./worker.ts', import.meta.url)), output: { format: 'iife' } },
    },
  })) as Rollup.RollupOutput;
  return output[0].code;
}

/**
 * Writes /sw.js, and the list of what each page may ask for, when all else of the site is there: only then is it known what the
 * release holds. In development there is neither.
 */
export function offline(): AstroIntegration {
  const scripts = new Map<string, Rollup.OutputChunk>();
  const workers = new Set<string>();
  const collect = (): Plugin => ({
    name: 'offline',
    generateBundle(_, bundle) {
      if (this.environment.name !== 'client') return;
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        scripts.set(`/${file.fileName}`, file);
        if (isWorker(file.facadeModuleId)) workers.add(`/${file.fileName}`);
      }
    },
  });

  const chunk = ({ fileName, imports, dynamicImports, facadeModuleId }: Rollup.OutputChunk, files: Files): Chunk => {
    // A script starts a worker by its address; the bundler's own notes do not say so.
    const code = files.get(`/${fileName}`)?.toString() ?? '';
    return {
      imports: imports.map((name) => `/${name}`),
      later: [...dynamicImports.map((name) => `/${name}`), ...[...workers].filter((worker) => code.includes(worker))],
      paper: /\/src\/widgets\/[^/]+\/([^/]+)\//.exec(facadeModuleId ?? '')?.[1],
    };
  };

  return {
    name: 'offline',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => void updateConfig({ vite: { plugins: [collect()] } }),
      'astro:build:done': async ({ dir, logger }) => {
        const dist = fileURLToPath(dir);
        const files = await read(dist);
        const write = async (path: string, text: string) => {
          files.set(path, Buffer.from(text));
          await writeFile(join(dist, path), text);
        };
        const chunks = new Map([...scripts].map(([file, output]) => [file, chunk(output, files)]));
        const pages = [...files]
          .filter(([path]) => path.endsWith('.html'))
          .map(([path, content]) => {
            const html = content.toString();
            return [path.replace(/index\.html$/, ''), [...filesOf(html, chunks), ...formulaFonts(html, files.keys())]] as const;
          });
        const text = JSON.stringify(listOf(new Map(pages)));
        const list = `/_astro/offline.${digest(text)}.json`;
        await write(list, text);
        await write('/sw.js', await script(list));
        const release = releaseOf(files);
        await write('/sw.js', `// Lengthwise, release ${release}\n${files.get('/sw.js')!.toString()}`);
        logger.info(`/sw.js, release ${release}: ${pages.length} pages, ${files.size} files`);
      },
    },
  };
}
