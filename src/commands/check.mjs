import { quietly, say } from './project.mjs';

/** Types of pages: it writes the types (.astro/types.d.ts) that `svelte-check` reads, in a clean checkout not there before. */
const pages = ['Types: pages', 'astro', ['check', '--minimumFailingSeverity', 'warning', '--minimumSeverity', 'warning']];
const scripts = ['Types: scripts, components, tests', 'svelte-check', ['--fail-on-warnings', '--output', 'human']];
const texts = [
  ['Lint', 'eslint', ['--max-warnings', '0', '.']],
  ['Format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['Floors: who imports whom', 'depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src']],
];

/**
 * check() runs the type checkers, the linter and the formatter, which look at the sources without running them, two at a time; true where none
 * of them objects. check(meanwhile) has one core for them and the other for what is given, once the pages' types are written: building takes no more
 * than one, and reads the same folder of types.
 */
export async function check(meanwhile) {
  let all = true;
  const go = async (tools) => {
    for (const [name, command, args] of tools) {
      const { code, output } = await quietly(command, args);
      say(code === 0 ? name : `${name}: something is wrong`);
      if (code !== 0) console.log(output);
      all &&= code === 0;
    }
  };
  const first = go([pages]);
  const other = go(texts);
  await first;
  await (meanwhile ? Promise.all([meanwhile(), other.then(() => go([scripts]))]) : Promise.all([other, go([scripts])]));
  return all;
}
