// What each page may ask for once it runs, worked out from what the bundler made: a page loads its figures' chunks, the share
// menu and the worker only when they are needed, and offline that is too late.

/** A script of the build. */
export interface Chunk {
  /** Loaded with it, always. */
  imports: readonly string[];
  /** Loaded from it, sometimes: dynamic imports and workers. */
  later: readonly string[];
  /** The paper whose figure it is the definition or the picture of. */
  paper?: string;
}

/** What is written beside a figure in a page: which paper's it is, and where its files stand, 'theme/slug'. */
export const placed = (attribute: string): { readonly slug: string; readonly folder: string; readonly ahead?: unknown } =>
  JSON.parse(unescaped(attribute));

/** What an attribute of a page says. */
export const unescaped = (attribute: string): string => attribute.replace(/&quot;|&#34;/g, '"').replaceAll('&amp;', '&');

/** The papers whose figures a page shows. */
export const papersShown = (html: string): string[] =>
  [...html.matchAll(/\sdata-(figure|folder)="([^"]*)"/g)].map(([, kind, written]) =>
    kind === 'figure' ? placed(written!).slug : written!.split('/').at(-1)!,
  );

/** The files of the build that a page names itself. */
export const filesNamed = (html: string): string[] => [...new Set([...html.matchAll(/"(\/_astro\/[\w.-]+)"/g)].map(([, file]) => file!))];

/** filesOf(html, chunks): what a page names and all that follows from it, without the figures of other papers. */
export function filesOf(html: string, chunks: ReadonlyMap<string, Chunk>): string[] {
  const papers = papersShown(html);
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const { imports = [], later = [] } = chunks.get(file) ?? {};
    imports.forEach(follow);
    for (const other of later) {
      const { paper } = chunks.get(other) ?? {};
      if (!paper || papers.includes(paper)) follow(other);
    }
  };
  filesNamed(html).forEach(follow);
  return [...found];
}

/** The list as it is served: every file once, and for each page the places of its files. */
export function listOf(pages: ReadonlyMap<string, readonly string[]>): { files: string[]; pages: Record<string, number[]> } {
  const files = [...new Set([...pages.values()].flat())];
  const place = new Map(files.map((file, i) => [file, i]));
  return { files, pages: Object.fromEntries([...pages].map(([path, own]) => [path, own.map((file) => place.get(file)!)])) };
}
