import { kindOf, largest, mostOf, ofKind, weigh } from '../checks/bytes';
import { distinct, expect, test } from '../browser/site';
import { patient } from '../checks/pace';
import { record } from './record';

test.setTimeout(patient(60_000));

for (const path of distinct)
  test(`${path}: bytes within the budget of its kind`, async ({ page }) => {
    const { files, moved } = await weigh(page, path);
    const kind = kindOf(path);
    const broken: string[] = [];
    for (const [type, most] of Object.entries(mostOf(path))) {
      const kilobytes = (bytes: number) => Number((bytes / 1000).toFixed(1));
      const value = ofKind(files, type);
      const note = value <= most ? undefined : `the five largest: ${largest(files)}`;
      const found = record({
        subject: path,
        measure: `${kind}: ${type}`,
        value: kilobytes(value),
        unit: 'kB',
        limit: kilobytes(most),
        ok: !note,
        note,
      });
      if (!found.ok) broken.push(`${type}: ${value} bytes; ${note}`);
    }
    // A font that comes late may still break a line elsewhere.
    const { ok } = record({ subject: path, measure: 'layout shift', value: Number(moved.toFixed(3)), limit: 0.05, ok: moved < 0.05 });
    if (!ok) broken.push(`layout shift ${moved}`);
    expect(broken).toEqual([]);
  });
