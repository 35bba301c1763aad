/**
 * What a frame with a figure and the page around it say to each other, version 1. Every message is an object with
 * `lengthwise: 1` and a `type`; whatever does not fit its schema exactly is ignored. No message holds code, markup or an address:
 * a host can only bring the figure to another of its states.
 */
import * as v from 'valibot';

const version = { lengthwise: v.literal(1) };
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000));
const line = v.pipe(v.string(), v.maxLength(2000));

/** Where a figure stands. */
export const state = {
  /** Its query string: what differs from the default. */
  query: line,
  /** The scene that this state is, or ''. */
  scene: line,
  /** The step shown and the last one; 0 of 0 where the figure has no steps. */
  step: count,
  last: count,
  /** One to three sentences with the numbers in them. */
  text: line,
};

/** From the page around it to the frame. */
export const toFrame = v.variant('type', [
  /** A page that speaks this protocol is there: keys at the end of a run come to it as `leave`. */
  v.strictObject({ ...version, type: v.literal('hello') }),
  /** Go to the state of this query string. */
  v.strictObject({ ...version, type: v.literal('set'), query: line }),
  /** One step on or back, or a tenth of the way as presenter remotes do. */
  v.strictObject({ ...version, type: v.literal('step'), by: v.picklist([1, -1]), far: v.optional(v.boolean()) }),
  /** Back to where the frame began. */
  v.strictObject({ ...version, type: v.literal('reset') }),
  /** Say the state now. */
  v.strictObject({ ...version, type: v.literal('get') }),
]);

/** From the frame to the page around it. */
export const toHost = v.variant('type', [
  /** The figure is alive. */
  v.strictObject({ ...version, type: v.literal('ready'), paper: line, title: line, ...state }),
  /** How tall the content is, in CSS pixels. */
  v.strictObject({ ...version, type: v.literal('height'), height: count }),
  /** The state changed and has come to rest. */
  v.strictObject({ ...version, type: v.literal('state'), ...state }),
  /** A scene begins. */
  v.strictObject({ ...version, type: v.literal('scene'), scene: line }),
  /** A key asked for a step beyond the end (1) or the beginning (-1). */
  v.strictObject({ ...version, type: v.literal('leave'), by: v.picklist([1, -1]), far: v.optional(v.boolean()) }),
]);

export type ToFrame = v.InferOutput<typeof toFrame>;
export type ToHost = v.InferOutput<typeof toHost>;

/** read(schema, data) is the message, or undefined where it is none of ours. It never throws. */
export function read<S extends typeof toFrame | typeof toHost>(schema: S, data: unknown): v.InferOutput<S> | undefined {
  try {
    const { success, output } = v.safeParse(schema, data);
    return success ? (output as v.InferOutput<S>) : undefined;
  } catch {
    // A getter or a proxy of the sender's that throws.
    return undefined;
  }
}
