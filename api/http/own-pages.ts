/** Pages of the hub about itself: /healthz, /readyz, /metrics, /config.json, /docs/errors. */
import { type Request, type Response, Router } from 'express';
import type { Telemetry } from '../../services/telemetry/index.ts';
import { errorPage } from './error-page.ts';
import type { Options } from './options.ts';

/** What the dashboards read before anything else. */
export interface SiteConfig {
  readonly name: string;
  readonly languages: readonly ('de' | 'en')[];
  readonly simulation: boolean;
  /** null: a plain background. */
  readonly baseMap: { readonly style: string; readonly name: string; readonly attribution: string } | null;
  /** Longitude, latitude. */
  readonly centre: readonly [number, number] | null;
  readonly zoom: number | null;
}

export function siteConfig({ site }: Pick<Options, 'site'>): SiteConfig {
  const { name, languages, simulation, centre, zoom, baseMapStyle: style } = site;
  const baseMap = style === null ? null : { style, name: site.baseMapName, attribution: site.baseMapAttribution };
  return { name, languages, simulation, baseMap, centre, zoom };
}

export function ownPages(telemetry: Telemetry, options: Pick<Options, 'site' | 'metrics'>): Router {
  const router = Router();
  const fresh = (response: Response) => response.set('Cache-Control', 'no-store');
  router.get('/healthz', (_request: Request, response: Response) => {
    fresh(response).json({ ok: true });
  });
  router.get('/readyz', (_request: Request, response: Response) => {
    const report = telemetry.health.report();
    fresh(response)
      .status(report.ok ? 200 : 503)
      .json(report);
  });
  router.get('/config.json', (_request: Request, response: Response) => {
    response.set('Cache-Control', 'no-cache').json(siteConfig(options));
  });
  router.get('/docs/errors', (_request: Request, response: Response) => {
    response.type('html').send(errorPage());
  });
  if (options.metrics) {
    router.get('/metrics', async (_request: Request, response: Response) => {
      const { contentType, text } = await telemetry.metrics();
      fresh(response).set('Content-Type', contentType).send(text);
    });
  }
  return router;
}
