import type { ToHost } from './protocol';

const text = (value: unknown): boolean => typeof value === 'string' && value.length <= 2000;
const count = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100_000;
const state = { query: text, scene: text, step: count, last: count, text };

/** What protocol.ts says of messages to the host, without the library: the element has 3 kB. Tests hold the two to each other. */
const shapes: Record<string, Record<string, (value: unknown) => boolean>> = {
  ready: { paper: text, title: text, ...state },
  height: { height: count },
  state,
  scene: { scene: text },
  leave: { by: (value) => value === 1 || value === -1, far: (value) => value === undefined || typeof value === 'boolean' },
};

/** heard(data) is a frame's message, or undefined where it is none of ours. It never throws. */
export function heard(data: unknown): ToHost | undefined {
  try {
    const { lengthwise, type, ...rest } = data as Record<string, unknown>;
    const shape = Object.hasOwn(shapes, type as string) ? shapes[type as string]! : undefined;
    const fits =
      lengthwise === 1 && shape && Object.keys({ ...shape, ...rest }).every((key) => Object.hasOwn(shape, key) && shape[key]!(rest[key]));
    return fits ? (data as ToHost) : undefined;
  } catch {
    return undefined;
  }
}
