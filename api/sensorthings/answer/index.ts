/** Entities ▸ HTTP: addresses, links, JSON. Start with `answer.ts`. */
export { answer } from './answer.ts';
export { Links } from './links.ts';
