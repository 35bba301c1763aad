/** A word whose meaning hangs on the next one: a number before its power or unit, an operator, a word that joins. */
const dangling =
  /^[(“]?([−+-]?[\d.,]+|[×=<>≤≥≈+−·/:–-]+|a|an|and|as|at|but|by|for|from|if|in|is|of|on|or|than|that|the|their|to|where|which|while|with|within)$/i;

/** cut(text, limit) is the text, shortened where it is too long: after a sentence, else a clause, else a word that can stand last. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.slice(0, limit + 1);
  const sentences = /^.*[.!?](?=\s)/su.exec(start)?.[0];
  if (sentences && sentences.length > limit / 2) return sentences;
  // Only plain spaces part words; a number and its unit hold together by one that does not break.
  const words = start.slice(0, limit).split(' ');
  words.pop();
  while (words.length > 1 && dangling.test(words.at(-1)!)) words.pop();
  const kept = words.join(' ');
  const clause = /^.*(?=[,;:]\s)/su.exec(kept)?.[0] ?? '';
  const whole = (clause.length > limit / 2 ? clause : kept).replace(/[,;:–—]$/, '');
  // A number is complete; dots right after it would say that digits are missing.
  return `${whole}${/[\d⁰-⁹²³¹]$/.test(whole) ? '\u00a0' : ''}…`;
}

/** firstSentence(text) ends at the first full stop that a new sentence follows. */
export const firstSentence = (text: string): string => /^.*?[.!?](?=\s+[\p{Lu}\d“]|\s*$)/su.exec(text)?.[0] ?? text;

/** keySentence(text, limit) is the first sentence; and the second, where the first says no number and both are short enough. */
export function keySentence(text: string, limit: number): string {
  const first = firstSentence(text);
  const both = `${first} ${firstSentence(text.slice(first.length).trim())}`.trim();
  return cut(!/\d/.test(first) && both.length <= limit ? both : first, limit);
}
