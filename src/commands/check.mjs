import { run, say } from './project.mjs';

/** check() runs the type checkers, the linter and the formatter; true where none of them objects. */
export async function check() {
  say('Types: pages');
  const pages = await run('astro', ['check', '--minimumFailingSeverity', 'warning', '--minimumSeverity', 'warning']);
  say('Types: scripts, components, tests');
  const scripts = await run('svelte-check', ['--fail-on-warnings', '--output', 'human']);
  say('Lint');
  const lint = await run('eslint', ['--max-warnings', '0', '.']);
  say('Floors: who imports whom');
  const floors = await run('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src']);
  say('Format');
  const format = await run('prettier', ['--check', '--log-level', 'warn', '.']);
  return format === 0 && floors === 0 && pages === 0 && scripts === 0 && lint === 0;
}
