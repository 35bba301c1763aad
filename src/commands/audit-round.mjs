/** Which figures a section of the audit takes, so that the whole stays within its time however many figures there are. */
import { isOf } from './growth.mjs';

/** Minutes that a run may take of each section, on two cores: 80 in all. */
export const shares = {
  access: 18,
  build: 3,
  bytes: 5,
  dependencies: 1,
  engines: 9,
  fuzz: 11,
  interaction: 9,
  lighthouse: 9,
  memory: 5,
  'side-by-side': 10,
};

/** Sections whose time does not grow with the figures they take: random hands share their minutes, one build has all pages. */
const whole = ['build', 'dependencies', 'fuzz', 'side-by-side'];

/** The figures of today in the order in which a section should take them: those that it never took, then those that it was longest without. */
function queue(known, figures) {
  const order = known?.order ?? [];
  return [...figures.filter((slug) => !order.includes(slug)), ...order.filter((slug) => figures.includes(slug))];
}

/** round(name, known, figures): those next in order that fit into the section's share, by what each took the last time. Where nothing is known yet, all. */
export function round(name, known, figures) {
  if (whole.includes(name) || !known?.each) return figures;
  const apart = Math.max(0, known.minutes - known.each * known.figures[0]);
  const fit = Math.max(1, Math.floor((shares[name] - apart) / known.each));
  return queue(known, figures).slice(0, fit).sort();
}

/** order(known, figures, taken): the order for the next time; those that were taken go to its end. */
export const order = (known, figures, taken) => [...queue(known, figures).filter((slug) => !taken.includes(slug)), ...taken];

/** minutesEach(tests, minutes, taken): minutes of the section for one figure, by the share that its tests had of all. */
export function minutesEach(tests, minutes, taken) {
  const sum = (some) => some.reduce((all, { ms }) => all + ms, 0);
  const own = sum(tests.filter((one) => isOf(one.name, taken)));
  const all = sum(tests);
  return all && taken.length ? Number(((minutes * own) / all / taken.length).toPrecision(3)) : 0;
}

/**
 * merge(found, known, figures, taken): what was found now, and what is known of the figures that stand and were not taken, with its day and commit.
 * The subject says which figure a finding is of, or the measure where the subject is a browser.
 */
export function merge(found, known, figures, taken) {
  const others = figures.filter((slug) => !taken.includes(slug));
  const kept = (known?.findings ?? [])
    .filter(({ subject, measure }) => isOf(`${subject} ${measure}`, others) && !isOf(`${subject} ${measure}`, taken))
    .map((one) => ({ date: known.date, commit: known.commit, ...one }));
  return [...found, ...kept];
}
