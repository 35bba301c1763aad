import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { servedModels } from '@/site/models';

const rope = servedModels().find(({ name }) => name === 'rope')!;
const whole = () => new Uint8Array(readFileSync('seeds/model/weights/rope.bin'));

let weights: typeof import('@/shell/weights').weights;
beforeEach(async () => {
  vi.resetModules();
  ({ weights } = await import('@/shell/weights'));
});
afterEach(() => vi.unstubAllGlobals());

/** A host that answers so, and the addresses it was asked for. */
function host(answer: () => Response) {
  const asked: string[] = [];
  vi.stubGlobal(
    'fetch',
    async (address: string, { cache }: RequestInit) => (asked.push(address + (cache === 'reload' ? ' anew' : '')), answer()),
  );
  return asked;
}

describe('the weights of a model', () => {
  it('are fetched once for all who ask, from where the site is, and everybody hears how much has come', async () => {
    const asked = host(() => new Response(whole()));
    const heard: [number, number][][] = [[], []];
    const both = await Promise.all(heard.map((own) => weights('rope', 'https://a.host/', (done, all) => own.push([done, all]))));
    await weights('rope', 'https://a.host/', () => {});
    expect(asked).toEqual([`https://a.host/${rope.path}`]);
    expect(both[0]!.length).toBe(rope.bytes);
    expect(heard.map((own) => own.at(-1))).toEqual([
      [rope.bytes, rope.bytes],
      [rope.bytes, rope.bytes],
    ]);
  });
  it.each([
    ['the network is gone', () => Promise.reject(new TypeError('failed')) as never, /is there a network/],
    ['the host has none', () => new Response('no', { status: 404 }), /answered 404/],
    ['it is cut short', () => new Response(whole().slice(0, 1000)), /cut short/],
    ['it is too long', () => new Response(new Uint8Array(rope.bytes + 1)), /too long/],
  ])('where %s, the reader is told, and the next try is a new one', async (_, answer, line) => {
    const asked = host(answer);
    await expect(weights('rope', '/', () => {})).rejects.toThrow(line);
    const again = host(() => new Response(whole()));
    expect((await weights('rope', '/', () => {})).length).toBe(rope.bytes);
    expect(asked).toHaveLength(1);
    // A copy that was damaged is not taken from the browser's store again.
    expect(again[0]!.endsWith(' anew')).toBe(/cut short|too long/.test(String(line)));
  });
  it('that whoever reads them finds damaged are fetched anew, past the copy that the browser kept', async () => {
    const asked = host(() => new Response(whole()));
    for (const anew of [false, false, true]) await weights('rope', '/', () => {}, anew);
    expect(asked).toEqual([`/${rope.path}`, `/${rope.path} anew`]);
  });
  it('of a model that there is not are not asked for', async () => {
    const asked = host(() => new Response(whole()));
    await expect(weights('no-such', '/', () => {})).rejects.toThrow('no model no-such');
    expect(asked).toEqual([]);
  });
});
