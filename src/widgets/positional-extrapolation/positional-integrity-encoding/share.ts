/** share(part, whole): a part of something that may be nothing. */
export const share = (part: number, whole: number): number => (whole ? part / whole : 0);
