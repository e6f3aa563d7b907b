/**
 * The public map: the page's entry, the one file here that does something when it is loaded. Start with `elements/app.ts`
 * (what is on the page), `state/` (what it knows), `data/` (the one place that talks to the hub), `map/`, `text/`.
 */
import { defineElements } from './elements/index.ts';

defineElements(customElements);
