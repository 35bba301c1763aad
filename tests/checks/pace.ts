import type { Page } from '@playwright/test';
import { median } from 'd3-array';

/** What `plain` takes on the machine on which the limits in time were set, in ms. */
const reference = 2.9;

/**
 * pace() is how many times as long plain arithmetic takes here as on the machine on which limits in time were set, and 1 where it takes no longer: two
 * machines of as many cores may differ by three. To be measured right beside what it judges: it may change from one minute to the next.
 */
export const pace = (): number => slower(Array.from({ length: 5 }, plain));

/**
 * usualPace(ms) is the pace of the middle of so many milliseconds, 1 where that is no slower. pace() takes the best moment, as what is judged by its own
 * best does; what takes seconds goes through good and bad ones.
 */
export function usualPace(ms: number): number {
  const times: number[] = [];
  for (const began = performance.now(); performance.now() - began < ms;) times.push(plain());
  return Math.max(1, median(times)! / reference);
}

let once: number | undefined;

/** patient(ms) is how long to wait here for what would come within so many milliseconds there. */
export const patient = (ms: number): number => ms * (once ??= pace());

/** paceOf(page) is the same of a page. */
export async function paceOf(page: Page): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await page.evaluate(plain));
  return slower(times);
}

const slower = (times: readonly number[]): number => Math.max(1, Math.min(...times) / reference);

/** plain() is how long 256 rows take times a matrix of 128 by 128, in ms: sums that no compiler takes apart. It needs nothing around it. */
function plain(): number {
  const [rows, width] = [256, 128];
  const x = new Float32Array(rows * width).fill(0.5);
  const w = new Float32Array(width * width).fill(0.25);
  const y = new Float32Array(rows * width);
  const began = performance.now();
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < width; o++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += x[r * width + i]! * w[o * width + i]!;
      y[r * width + o] = sum;
    }
  return performance.now() - began;
}
