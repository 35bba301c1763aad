import { quietly, say } from './project.mjs';

/** What looks at the sources without running them, each with what it is called here. */
const tools = [
  ['Types: pages', 'astro', ['check', '--minimumFailingSeverity', 'warning', '--minimumSeverity', 'warning']],
  ['Types: scripts, components, tests', 'svelte-check', ['--fail-on-warnings', '--output', 'human']],
  ['Format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['Lint', 'eslint', ['--max-warnings', '0', '.']],
  ['Floors: who imports whom', 'depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src']],
];

/** check() runs the type checkers, the linter and the formatter, two at a time; true where none of them objects. */
export async function check() {
  const left = [...tools];
  let all = true;
  const lane = async () => {
    for (let tool = left.shift(); tool; tool = left.shift()) {
      const [name, command, args] = tool;
      const { code, output } = await quietly(command, args);
      say(code === 0 ? name : `${name}: something is wrong`);
      if (code !== 0) console.log(output);
      all &&= code === 0;
    }
  };
  await Promise.all([lane(), lane()]);
  return all;
}
