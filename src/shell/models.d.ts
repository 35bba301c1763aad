/** The files of weights, as the build names them: src/site/models.ts. */
declare module 'virtual:models' {
  const models: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
  export default models;
}
