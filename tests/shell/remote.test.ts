import { expose } from 'comlink';
import { expect, it } from 'vitest';
import { remote } from '@/shell/remote';

/** A worker made of a message channel, which answers when it is told to. */
function workers() {
  const all: { worker: Worker; ended: boolean; answer: (value: unknown) => void; asked: () => number }[] = [];
  const spawn = () => {
    const { port1, port2 } = new MessageChannel();
    const waiting: ((value: unknown) => void)[] = [];
    expose({ simulate: () => new Promise((resolve) => waiting.push(resolve)) }, port2);
    const entry = {
      worker: port1 as unknown as Worker,
      ended: false,
      answer: (v: unknown) => waiting.shift()!(v),
      asked: () => waiting.length,
    };
    Object.assign(port1, {
      terminate: () => {
        entry.ended = true;
        port1.close();
        port2.close();
      },
    });
    port1.start();
    all.push(entry);
    return entry.worker;
  };
  return { all, spawn };
}
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 1));
};

it('one worker answers question after question', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  for (const n of [1, 2, 3]) {
    const answer = ask('s4', { n });
    await until(() => all[0]?.asked() === 1);
    all[0]!.answer(n);
    expect(await answer).toBe(n);
  }
  expect(all).toHaveLength(1);
  expect(all[0]!.ended).toBe(false);
});

it('while a question is under way the newest one waits, and those between are dropped', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const first = ask('s4', { n: 1 });
  const second = expect(ask('s4', { n: 2 })).rejects.toThrow('superseded');
  const third = ask('s4', { n: 3 });
  await second;
  await until(() => all[0]!.asked() === 1);
  all[0]!.answer('first');
  expect(await first, 'a short computation is not thrown away').toBe('first');
  await until(() => all[0]!.asked() === 1);
  all[0]!.answer('third');
  expect(await third).toBe('third');
  expect(all).toHaveLength(1);
});

it('a question that takes too long is stopped for a newer one', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const first = expect(ask('s4', { n: 1 })).rejects.toThrow('superseded');
  const second = ask('s4', { n: 2 });
  await first;
  expect(all.map(({ ended }) => ended)).toEqual([true, false]);
  await until(() => all[1]!.asked() === 1);
  all[1]!.answer('second');
  expect(await second).toBe('second');
});

it('a question nobody waits for any more is stopped, whether it runs or waits', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const [one, two] = [new AbortController(), new AbortController()];
  const first = expect(ask('s4', { n: 1 }, one.signal)).rejects.toThrow('stopped');
  const second = expect(ask('s4', { n: 2 }, two.signal)).rejects.toThrow('stopped');
  two.abort();
  await second;
  one.abort();
  await first;
  expect(all.map(({ ended }) => ended)).toEqual([true]);
  const third = ask('s4', { n: 3 });
  await until(() => all[1]?.asked() === 1);
  all[1]!.answer('third');
  expect(await third).toBe('third');
});

it('a worker that fails rejects its question, and the next one gets another', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const first = ask('s4', { n: 1 });
  all[0]!.worker.onerror!({ preventDefault() {} } as ErrorEvent);
  await expect(first).rejects.toThrow('failed');
  const second = ask('s4', { n: 2 });
  await until(() => all[1]?.asked() === 1);
  all[1]!.answer(2);
  expect(await second).toBe(2);
});
