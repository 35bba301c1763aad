import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** One thing that the audit measured, of one page or widget. */
export interface Finding {
  /** What was measured: a path of the site, a widget's slug, or a peer's name. */
  readonly subject: string;
  /** What it is: "axe violations", "95th percentile of the wait for a paint". */
  readonly measure: string;
  readonly value: number | string;
  readonly unit?: string;
  /** What the value must not go beyond, or must be. */
  readonly limit?: number | string;
  /** False where the value breaks its limit. */
  readonly ok: boolean;
  /** What a reader must know to read the value rightly, in one line. */
  readonly note?: string;
}

const file = process.env.LENGTHWISE_FINDINGS ?? 'test-results/audit/findings.jsonl';

/** record(finding) writes it down for the report and gives it back; the test that measured it asserts it too. */
export function record(finding: Finding): Finding {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(finding)}\n`);
  return finding;
}
