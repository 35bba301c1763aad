import type { Browser } from '@playwright/test';
import type { Source } from './source';
import { answer, bare, broken, read, type Device, type Place, type Read } from './visit';

/** What was measured, by its name in the report. */
export type Measured = Record<string, { readonly value: number | string; readonly unit?: string }>;

const phone: Device = { width: 375, height: 740, slower: 4 };
const desk: Device = { width: 1280, height: 900, slower: 1 };
/** Where a reader waits, the line counts: those that Lighthouse takes for its mobile and its desktop settings. */
const lines = {
  phone: { latency: 150, down: 1_638_400, up: 768_000 },
  desk: { latency: 40, down: 10_485_760, up: 10_485_760 },
} as const;
const times = 3;

/** measure(...): one page at both windows, medians of three; or the name of a script without which the copy of it does not work. */
export async function measure(
  browser: Browser,
  place: Place,
  { absent }: Source,
  own: readonly string[],
): Promise<Measured | { missing: string }> {
  // The first visit is for the server, which compresses what is asked for.
  await read(browser, place, desk);
  const script = [...absent].find((file) => /\.m?js$/.test(file));
  if (script) return { missing: `not to be had here: the copy of its repository lacks its script ${script.split('/').at(-1)}` };

  const left = await bare(browser, place, desk);
  const rules = await broken(browser, place, desk);
  const small = await repeat(() => read(browser, place, phone));
  const large = await repeat(() => read(browser, place, desk));
  const { bytes, requests, asked, width } = small[0]!;
  const script375 = bytes.script + left.inline;
  const third = asked.filter((name) => !own.includes(name));
  return {
    'transferred, 375 px': kilobytes(total(small[0]!)),
    'transferred, 1280 px': kilobytes(total(large[0]!)),
    'script, 375 px': kilobytes(script375),
    'document without its script': kilobytes(bytes.document - left.inline),
    style: kilobytes(bytes.style),
    fonts: kilobytes(bytes.font),
    images: kilobytes(bytes.image),
    data: kilobytes(bytes.data),
    requests: { value: requests },
    'requests to third parties': { value: third.length },
    'third parties': { value: [...new Set(third)].join(', ') || 'none' },
    'main thread at work, 375 px': seconds(small, ({ work }) => work),
    'main thread at work, 1280 px': seconds(large, ({ work }) => work),
    'running script, 375 px': seconds(small, ({ script }) => script),
    'tasks over 50 ms, 375 px': seconds(small, ({ long }) => long),
    'layout shift, 375 px': { value: round(median(small.map(({ shift }) => shift)), 4) },
    'layout shift, 1280 px': { value: round(median(large.map(({ shift }) => shift)), 4) },
    'control answers, 375 px': await answers(browser, place, { ...phone, line: lines.phone }),
    'control answers, 1280 px': await answers(browser, place, { ...desk, line: lines.desk }),
    'width in a window of 375 px': { value: width, unit: 'px' },
    'axe rules broken': { value: rules.length },
    'text without JavaScript': { value: left.text, unit: 'characters' },
    'pictures without JavaScript': { value: left.pictures },
  };
}

async function answers(browser: Browser, place: Place, device: Device) {
  const known: number[] = [];
  for (let i = 0; i < times; i++) {
    const time = await answer(browser, place, device, { mustRest: i === 0 && device.slower === 1 });
    if (time === undefined) return { value: 'not within 20 s' };
    known.push(time);
  }
  return { value: Math.round(median(known)), unit: 'ms' };
}

async function repeat<T>(act: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = 0; i < times; i++) all.push(await act());
  return all;
}

function seconds(reads: readonly Read[], of: (one: Read) => number) {
  return { value: round(median(reads.map(of)), 2), unit: 's' };
}

function total({ bytes }: Read): number {
  return Object.values(bytes).reduce((sum, one) => sum + one, 0);
}

function kilobytes(bytes: number) {
  return { value: round(bytes / 1000, 1), unit: 'kB' };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
