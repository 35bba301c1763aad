/** Where the worker of a page stands: `src/shell/worker.ts`, as the build names it. */
declare module 'virtual:worker-address' {
  const address: string;
  export default address;
}
