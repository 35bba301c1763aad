/** Where the files of a page are read from. */
export interface Source {
  /** The bytes of a file, or null where there is none. */
  read(path: string): Buffer | null;
  /** Files that were asked for, and that the copy lists but does not hold, as where large files were left out. */
  readonly absent: ReadonlySet<string>;
  /** How it came here, in one line. */
  readonly how: string;
}

/** What came of the attempt to get one: the files, or why there are none. */
export type Obtained = { readonly source: Source } | { readonly missing: string };
