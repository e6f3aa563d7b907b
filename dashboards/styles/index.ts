/** What the elements of both pages look like, as far as they share it; colours come from `base.css` beside the pages. */
export { shared } from './shared.ts';
