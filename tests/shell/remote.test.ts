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
  await until(() => all[1]?.asked() === 1);
  expect(all.map(({ ended }) => ended)).toEqual([true, false]);
  all[1]!.answer('second');
  expect(await second).toBe('second');
});

it('a hand that is too quick for the answers gets one when it rests, and no worker for each of its wishes', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const dropped = [ask('s4', { n: 0 }).catch((error: Error) => error.message)];
  let last = Promise.resolve<unknown>(undefined);
  // Half a second and longer than the first question may keep it waiting.
  for (let n = 1; n <= 12; n++) {
    await new Promise((done) => setTimeout(done, 40));
    if (n > 1) dropped.push(last as Promise<string>);
    last = ask('s4', { n }).catch((error: Error) => error.message);
  }
  expect(new Set(await Promise.all(dropped))).toEqual(new Set(['superseded']));
  expect(all).toHaveLength(1);
  await until(() => all[1]?.asked() === 1);
  all[1]!.answer('last');
  expect(await last).toBe('last');
  expect(all).toHaveLength(2);
});

it('weights that the worker finds damaged are asked for anew', async () => {
  const asked: boolean[] = [];
  const spawn = () => {
    const { port1, port2 } = new MessageChannel();
    const give = async (_: string, [first]: Uint8Array) => {
      if (first !== 1) throw new Error('the file of weights is damaged');
    };
    expose({ give, simulate: async () => 'answer' }, port2);
    port1.start();
    return port1 as unknown as Worker;
  };
  const ask = remote(spawn, async (_name, _progress, anew) => (asked.push(anew), new Uint8Array([anew ? 1 : 0])));
  const need = { models: ['rope'], progress: () => {} };
  await expect(ask('giraffe', { n: 1 }, undefined, need)).rejects.toThrow('damaged');
  expect(await ask('giraffe', { n: 1 }, undefined, need)).toBe('answer');
  expect(asked).toEqual([false, true]);
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

it('brings a model before the question that needs it, once for each worker', async () => {
  const said: string[] = [];
  const spawn = () => {
    const { port1, port2 } = new MessageChannel();
    expose(
      {
        give: async (name: string, { length }: Uint8Array) => void said.push(`give ${name} ${length}`),
        simulate: async (_slug: string, { n }: { n: number }) => said.push(`simulate ${n}`),
      },
      port2,
    );
    Object.assign(port1, { terminate: () => (port1.close(), port2.close()) });
    port1.start();
    return port1 as unknown as Worker;
  };
  const ask = remote(spawn, async (name, progress) => {
    progress(1, 3);
    said.push(`fetch ${name}`);
    return new Uint8Array(3);
  });
  const heard: number[] = [];
  const need = { models: ['rope'], progress: (done: number) => heard.push(done) };
  await ask('giraffe', { n: 1 }, undefined, need);
  await ask('giraffe', { n: 2 }, undefined, need);
  await ask('giraffe', { n: 3 });
  expect(said).toEqual(['fetch rope', 'give rope 3', 'simulate 1', 'simulate 2', 'simulate 3']);
  expect(heard).toEqual([1]);
});

it('where a model cannot be had, its question fails and the next is answered', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn, async () => {
    throw new Error('the model could not be fetched');
  });
  await expect(ask('giraffe', { n: 1 }, undefined, { models: ['rope'], progress: () => {} })).rejects.toThrow('could not be fetched');
  await expect(remote(spawn)('giraffe', { n: 1 }, undefined, { models: ['rope'], progress: () => {} })).rejects.toThrow(
    'nothing here can fetch',
  );
  const answer = ask('giraffe', { n: 2 });
  await until(() => all[0]!.asked() === 1);
  all[0]!.answer(7);
  expect(await answer).toBe(7);
});

it('two figures of a page wait for each other, and neither takes the place of the other', async () => {
  const { all, spawn } = workers();
  const ask = remote(spawn);
  const first = ask('s4', { n: 1 });
  const others = [ask('giraffe', { n: 2 }), ask('clex', { n: 3 })];
  await until(() => all[0]?.asked() === 1);
  // Longer than a figure's own newer question would wait.
  await new Promise((done) => setTimeout(done, 400));
  for (const [i, one] of [first, ...others].entries()) {
    await until(() => all[0]!.asked() === 1);
    all[0]!.answer(i);
    expect(await one).toBe(i);
  }
  expect(all).toHaveLength(1);
});
