import type { Frame, Page } from '@playwright/test';
import axe from 'axe-core';

/** A rule that is broken, and the first few places where. */
export interface Broken {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * brokenRules(page, rules?) asks axe of the page as it stands, and of each page framed in it; for a few rules, or all. It runs within
 * the page and only what is broken comes out: to carry what passes took most of the time.
 */
export async function brokenRules(page: Page, rules?: readonly string[]): Promise<Broken[]> {
  const all: Broken[] = [];
  for (const frame of page.frames()) all.push(...(await within(frame, rules)));
  return all;
}

async function within(frame: Frame, rules?: readonly string[]): Promise<Broken[]> {
  await frame.evaluate(`void (globalThis.axe ?? (() => { ${axe.source} })())`);
  return frame.evaluate(async (rules) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run;
    const { violations } = await run(document, {
      iframes: false,
      // Of what passes nothing is told.
      resultTypes: ['violations'],
      ...(rules && { runOnly: { type: 'rule' as const, values: [...rules] } }),
    });
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html: html.slice(0, 200), failureSummary })),
    }));
  }, rules);
}

/** violations(page, rules?): the same, a line for each rule. */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const line = ({ html, failureSummary }: Broken['nodes'][number]) => `${html} ${failureSummary}`;
  return (await brokenRules(page, rules)).map(({ id, nodes }) => `${id}: ${nodes.map(line).join(' | ')}`);
}
