/** So many letters of a result, half a kilobyte to one and a half once they are packed, are less to send than the worker with 2.6. */
const most = 4500;

/** isShort(result): whether it is little and is the same when it was written as JSON and read: lists, plain objects, text, finite numbers. */
export const isShort = (result: unknown): boolean => isPlain(result) && JSON.stringify(result).length <= most;

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  // What is undefined is not written, and reads as undefined.
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every((one) => one === undefined || isPlain(one));
}
