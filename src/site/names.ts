/** familyOf(name, families): the family name: one of those listed if the name ends with it, else its last word. */
export const familyOf = (name: string, families: readonly string[] = []): string =>
  families.find((family) => name.endsWith(` ${family}`)) ?? name.split(' ').at(-1)!;

/** familyFirst(name, families): "Natesan Ramamurthy, Karthikeyan" where the family name is more than the last word, else the name as it is. */
export function familyFirst(name: string, families?: readonly string[]): string {
  const family = familyOf(name, families);
  return family.includes(' ') ? `${family}, ${name.slice(0, -family.length).trim()}` : name;
}
