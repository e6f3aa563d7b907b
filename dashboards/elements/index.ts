/** The page's custom elements. `app.ts` puts them together; each other file is one element. */
import { SpMap } from '../map/index.ts';
import { SpApp } from './app.ts';
import { SpChart } from './chart.ts';
import { SpLegend } from './legend.ts';
import { SpList } from './list.ts';
import { SpPanel } from './panel.ts';
import { SpTiles } from './tiles.ts';

/** Registers all elements. */
export function defineElements(registry: CustomElementRegistry): void {
  registry.define('sp-map', SpMap);
  registry.define('sp-chart', SpChart);
  registry.define('sp-legend', SpLegend);
  registry.define('sp-list', SpList);
  registry.define('sp-panel', SpPanel);
  registry.define('sp-tiles', SpTiles);
  registry.define('sp-app', SpApp);
}
