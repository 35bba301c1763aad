/** Apart, for whoever fetches it when it is needed: what a file also exports to others comes with the bundler's code for that, and more. */
export { give } from './resident';
