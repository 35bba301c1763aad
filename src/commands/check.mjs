import { quietly, say } from './project.mjs';

/**
 * What looks at the sources without running them, each with what it is called here. `astro check` writes the types (.astro/types.d.ts) that
 * `svelte-check` reads: in a clean checkout they are not there before.
 */
const types = [
  ['Types: pages', 'astro', ['check', '--minimumFailingSeverity', 'warning', '--minimumSeverity', 'warning']],
  ['Types: scripts, components, tests', 'svelte-check', ['--fail-on-warnings', '--output', 'human']],
];
const texts = [
  ['Lint', 'eslint', ['--max-warnings', '0', '.']],
  ['Format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['Floors: who imports whom', 'depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src']],
];

/**
 * check() runs the type checkers, the linter and the formatter, two at a time; true where none of them objects. check(meanwhile) takes one after
 * the other, beside what else is to be done and keeps no more than one core busy.
 */
export async function check(meanwhile) {
  let all = true;
  const go = async (lane) => {
    for (const [name, command, args] of lane) {
      const { code, output } = await quietly(command, args);
      say(code === 0 ? name : `${name}: something is wrong`);
      if (code !== 0) console.log(output);
      all &&= code === 0;
    }
  };
  // The types last: building writes what they read too, at its beginning.
  await Promise.all(meanwhile ? [meanwhile(), go([...texts, ...types])] : [go(types), go(texts)]);
  return all;
}
