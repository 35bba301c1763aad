import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** violations(page, rules?): what axe objects to on the page as it stands, a line for each rule; of a few rules, or all. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // Of what passes nothing is told, which is most of the work.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
  if (rules) axe.withRules(rules);
  const found = await axe.analyze();
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`)
        .join(' | ')}`,
  );
}
