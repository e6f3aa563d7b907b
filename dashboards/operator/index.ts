/**
 * The operator's page, `/operator`: is all well, and if not, what to do. The page's entry, the one file here that does something
 * when it is loaded. Start with `elements/app.ts` (login, sections), then `state/findings.ts` (what is well and what is not);
 * `data/` is the one place that talks to the admin API, `text/` has every word in German and English.
 */
import { defineElements } from './elements/index.ts';

defineElements(customElements);
