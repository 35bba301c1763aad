/** said(say, otherwise): what a widget says; where it cannot say it, that must not take the picture down with it. */
export function said<T>(say: () => T, otherwise: T): T {
  try {
    return say();
  } catch (error) {
    console.warn(error);
    return otherwise;
  }
}
