/** npm run dev, build, check, unit, browser, engines: installs where needed, then runs one of the project's tools on the project's Node. */
import { environment, fail, install, run } from './project.mjs';

const [tool, ...args] = process.argv.slice(2);
if (!tool) fail('Say which tool: node src/commands/run.mjs <tool> [arguments].');
await install();
if (tool === 'check') {
  const { check } = await import('./check.mjs');
  process.exit((await check()) ? 0 : 1);
}
if (tool === 'playwright' || tool === 'engines') {
  const { chromium, shell } = await import('./chromium.mjs');
  const CHROMIUM = await chromium();
  if (tool === 'playwright')
    process.exit(await run(tool, args, { env: { ...environment, CHROMIUM: await shell(CHROMIUM), LENGTHWISE_BROWSER: CHROMIUM } }));
  const { engines } = await import('./engines.mjs');
  process.exit(await run('vitest', [...engines.arguments, ...args], { env: { ...environment, CHROMIUM, ...(await engines.others()) } }));
}
process.exit(await run(tool, args));
