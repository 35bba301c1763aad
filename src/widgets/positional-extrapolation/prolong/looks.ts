/** What the rows are filled with, as colours. */
export const fillOf: Readonly<Record<string, string>> = { code: 'var(--device-2)', book: 'var(--device-4)', short: 'var(--device-7)' };
