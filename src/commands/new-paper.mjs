/**
 * npm run new-paper -- <slug> [theme]: lays out a paper's files, each with what is to be filled in (marked TODO).
 * The headings of the notes on the paper, where there are some (`--notes file.md`), stand in the prose as to-dos.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, install, root, say } from './project.mjs';
import * as templates from './templates.mjs';

const words = process.argv.slice(2);
const at = words.indexOf('--notes');
const notes = at >= 0 ? words.splice(at, 2)[1] : undefined;
const [slug, askedTheme] = words;
if (!slug || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug))
  fail('Say which paper: npm run new-paper -- <slug> [theme] [--notes file.md]; a slug is lower-case words joined by hyphens.');

await install();
const { parse } = await import('yaml');
const themes = parse(readFileSync(join(root, 'seeds/themes.yaml'), 'utf8')).map(({ id }) => id);
const seedPath = `seeds/papers/${slug}.yaml`;
const seed = existsSync(join(root, seedPath)) ? parse(readFileSync(join(root, seedPath), 'utf8')) : undefined;
const theme = seed?.theme ?? askedTheme;
if (!themes.includes(theme))
  fail(`${slug} has no seed yet, so say its theme: npm run new-paper -- ${slug} <theme>, one of ${themes.join(', ')}.`);

// The project may stand beside a folder of notes on the papers.
const beside = join(root, '..', 'shared', 'papers', `${slug}.md`);
const notesPath = notes ?? (existsSync(beside) ? beside : undefined);
if (notes && !existsSync(notes)) fail(`There are no notes at ${notes}.`);
const headings = notesPath ? [...readFileSync(notesPath, 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading.trim()) : [];

const paper = { slug, theme, title: seed?.title ?? 'TODO', name: slug.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), headings };
const files = {
  [seedPath]: templates.seed(paper),
  [`src/mechanisms/${theme}/${slug}.ts`]: templates.mechanism(paper),
  [`src/widgets/${theme}/${slug}/widget.ts`]: templates.widget(paper),
  [`src/widgets/${theme}/${slug}/View.svelte`]: templates.view(paper),
  [`src/widgets/${theme}/${slug}/check.ts`]: templates.check(paper),
  [`content/papers/${slug}.mdx`]: templates.prose(paper),
  [`tests/mechanisms/${slug}.test.ts`]: templates.test(paper),
};
const made = [];
for (const [path, text] of Object.entries(files)) {
  const full = join(root, path);
  if (existsSync(full)) continue;
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  made.push(path);
}
if (!made.length)
  fail(`${slug} has all its files already: ${readdirSync(join(root, 'src/widgets', theme, slug)).join(', ')} and the others.`);
say(
  `${slug}: ${made.length} files, each with its TODOs:\n  ${made.join('\n  ')}\n\nThe build fails with the list of what is missing until all are filled in. The guide: /guides/making-a-widget/`,
);
