/** What is still to be filled in: a page never ships with a TODO in it. */
const sources = import.meta.glob<string>(
  ['../../seeds/**/*.yaml', '../../content/**/*.mdx', '../mechanisms/**/*.ts', '../widgets/**/*.{ts,svelte}'],
  { query: '?raw', import: 'default' },
);

let searched: Promise<string[]> | undefined;

/** unfinished() lists every TODO as "file:line: text". The sources are read once, however often asked. */
export const unfinished = (): Promise<string[]> => (searched ??= search());

async function search(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(sources).map(async ([path, load]) =>
      todos(path.replace(/^(\.\.\/)+/, path.startsWith('../../') ? '' : 'src/'), await load()),
    ),
  );
  return found.flat().sort();
}

/** todos(file, text): the lines of a text that hold a TODO. */
export const todos = (file: string, text: string): string[] =>
  text.split('\n').flatMap((line, i) => (/\bTODO\b/.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : []));
