import { launch } from 'chrome-launcher';
import { median } from 'd3-array';
import lighthouse, { defaultConfig } from 'lighthouse';
import { everyWidget, expect, test, widgets, pages } from '../browser/site';
import { kindOf } from '../checks/bytes';
import { usualPace } from '../checks/pace';
import { record } from './record';

/** One page of every kind, and of the papers with a figure and the themes each one: where script and picture differ. */
const kinds = new Map<string, string>();
for (const path of pages) {
  const [, first, slug, scene] = path.split('/');
  if (/404|offline/.test(path)) continue;
  const figure = everyWidget.includes(slug!);
  if (figure && (scene || !widgets.includes(slug!))) continue;
  const own = figure || (first === 'themes' && slug);
  const kind = own ? path : `${first}/${slug ? '*' : ''}${scene ? '/*' : ''}`;
  if (!kinds.has(kind)) kinds.set(kind, path);
}
/**
 * A page of every kind is measured three times, and twice more where the middle of these is not 100. Of the other papers and short themes one that
 * is at 100 once is believed.
 */
const first = [...kinds.values()].find((path) => widgets.includes(path.split('/')[2]!))!;
const short = [...kinds.values()].filter((path) => /^\/themes\/./.test(path) && kindOf(path) !== 'an article');
const believed = (path: string) => (path !== first && widgets.includes(path.split('/')[2]!)) || short.slice(1).includes(path);
const middle = (values: number[]) => median(values)!;
/**
 * A machine that other programs share may change its pace within a measurement, which then was slowed by too much or too little. Where the pace is
 * another one afterwards, by more than this factor, the measurement does not count and is taken again, so many times for a page.
 */
const steady = 1.25;
const chances = 8;
/**
 * A page without a window is drawn, but every other time what was before it is held for one second more. What comes in that
 * second would count as if the page had waited for it.
 */
const shown = '--disable-features=PaintHolding';
/** A mobile phone and its line. */
const mobile = defaultConfig.settings!.throttling!;
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
/** Embeds ask search engines to list the paper’s page instead of them. */
const left = (path: string) => (path.startsWith('/embed/') ? ['is-crawlable'] : []);

for (const path of kinds.values()) {
  test(`${path}: 100 on mobile settings, and nothing moves`, async ({ baseURL }) => {
    const scores: Record<string, number[]> = {};
    const shifts: number[] = [];
    const rates: number[] = [];
    let uncounted = 0;
    const lost = new Set<string>();
    const chrome = await launch({
      chromePath: process.env.CHROMIUM,
      chromeFlags: ['--headless=new', shown, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    try {
      const perfect = () => categories.every((name) => middle(scores[name]!) === 100) && middle(shifts) === 0;
      const enough = () => shifts.length === 5 || (((shifts.length === 1 && believed(path)) || shifts.length === 3) && perfect());
      let before = usualPace(1000);
      while (!enough()) {
        // As Lighthouse advises: a machine that is slower itself is taken to be slowed less. Below 1 it is slower than the phone.
        const rate = mobile.cpuSlowdownMultiplier! / before;
        const run = await lighthouse(
          baseURL + path,
          { port: chrome.port, output: 'json', logLevel: 'error' },
          {
            extends: 'lighthouse:default',
            settings: { onlyCategories: [...categories], skipAudits: left(path), throttling: { ...mobile, cpuSlowdownMultiplier: rate } },
          },
        );
        const earlier = before;
        before = usualPace(1000);
        if (Math.max(before / earlier, earlier / before) > steady && uncounted < chances) {
          uncounted++;
          continue;
        }
        rates.push(rate);
        const { lhr } = run!;
        for (const name of categories) (scores[name] ??= []).push(Math.round(100 * (lhr.categories[name]!.score ?? 0)));
        shifts.push(lhr.audits['cumulative-layout-shift']!.numericValue ?? 0);
        for (const name of categories)
          for (const { id, weight } of lhr.categories[name]!.auditRefs) {
            const { score, displayValue } = lhr.audits[id]!;
            if (weight > 0 && score !== null && score < 0.99) lost.add(`${id} ${displayValue ?? ''}`.trim());
          }
      }
    } finally {
      chrome.kill();
    }
    const found = [
      ...categories.map((name) =>
        record({
          subject: path,
          measure: name.replace('-', ' '),
          value: middle(scores[name]!),
          limit: 100,
          ok: middle(scores[name]!) === 100,
          note: [
            `median of ${shifts.length}`,
            ...(name === 'performance' ? [`processor slowed ${rates.map((rate) => rate.toFixed(1)).join(', ')} times`] : []),
            ...(name === 'performance' && uncounted ? [`${uncounted} more during which the machine changed its pace`] : []),
            ...(left(path).length && name === 'seo' ? ['without the check that it may be listed: it asks not to be'] : []),
          ].join('; '),
        }),
      ),
      record({
        subject: path,
        measure: 'layout shift',
        value: middle(shifts),
        limit: 0,
        ok: middle(shifts) === 0,
        note: `median of ${shifts.length}`,
      }),
    ];
    expect(
      found.filter(({ ok }) => !ok).map(({ measure, value }) => `${measure}: ${value}`),
      [...lost].join('; '),
    ).toEqual([]);
  });
}
