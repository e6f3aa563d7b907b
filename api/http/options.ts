import { z } from 'zod';

const MINUTE = 60;

/** Options `http.*`. */
export const options = z.object({
  host: z
    .string()
    .min(1)
    .default('0.0.0.0')
    .describe('Address to listen on; `127.0.0.1` keeps the hub on its own machine.'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('TCP port of web pages, API and live streams; 0 takes any free one.')
    .meta({ limit: false }),
  trustedProxies: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe("Reverse proxies in front of the hub whose X-Forwarded-For counts as the caller's address.")
    .meta({ limit: false }),
  bodyBytes: z
    .int()
    .min(1024)
    .max(1024 ** 3)
    .default(1024 ** 2)
    .describe('Largest JSON body of a request; larger ones are answered 413.')
    .meta({ limit: true }),
  headerBytes: z
    .int()
    .min(1024)
    .max(1024 ** 2)
    .default(16_384)
    .describe('Largest head of a request; larger ones are answered 431.')
    .meta({ limit: true }),
  headersSeconds: z
    .number()
    .positive()
    .max(MINUTE * 60)
    .default(10)
    .describe('Time in which the head of a request must be there; then it is answered 408 and the connection closed.')
    .meta({ limit: true }),
  requestSeconds: z
    .number()
    .positive()
    .max(MINUTE * 60)
    .default(60)
    .describe('Time in which a whole request must be there; then it is answered 408 and the connection closed.')
    .meta({ limit: true }),
  stallSeconds: z
    .number()
    .positive()
    .max(MINUTE * 60)
    .default(300)
    .describe(
      'A connection on which nothing moves for so long while an answer is on its way is cut: its client does not read. Live streams have limits of their own.',
    )
    .meta({ limit: true }),
  keepAliveSeconds: z
    .number()
    .positive()
    .max(MINUTE * 60)
    .default(15)
    .describe('How long an idle connection stays open; then it is closed.')
    .meta({ limit: true }),
  maxPipelined: z
    .int()
    .min(0)
    .max(1000)
    .default(16)
    .describe(
      'Requests of one connection that wait while an earlier one is answered; a connection that sends more is cut. They are answered one after the other.',
    )
    .meta({ limit: true }),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .describe('Open connections; further ones are refused (503).')
    .meta({ limit: true }),
  maxConnectionsPerAddress: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(500)
    .describe(
      'Of them, from one address; further ones are refused (429). Loopback is not limited by this, nor anybody where `http.trustedProxies` is set.',
    )
    .meta({ limit: true }),
  reservedConnections: z
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe(
      'Connections beyond `http.maxConnections` for this machine alone, so that its operator gets in during a flood.',
    )
    .meta({ limit: true }),
  drainSeconds: z
    .number()
    .min(0)
    .max(MINUTE * 10)
    .default(5)
    .describe('Time that answers under way have when the hub stops; then their connections are cut.')
    .meta({ limit: true }),
  frameAncestors: z
    .array(z.string().min(1))
    .default([])
    .describe("Web sites beside the hub's own that may show its pages in a frame, e.g. `https://www.ulm.de`."),
  corsWrites: z
    .boolean()
    .default(false)
    .describe(
      'Scripts of other web sites may change data too (with a token, where one is needed). Off: they only read.',
    ),
  metrics: z
    .boolean()
    .default(true)
    .describe('Offer Prometheus metrics at `/metrics`, readable by everybody who reaches the port.'),
  site: z
    .object({
      name: z.string().min(1).default('Stadtpegel').describe('Name shown on the dashboards.'),
      languages: z
        .array(z.enum(['de', 'en']))
        .min(1)
        .default(['de', 'en'])
        .describe('Languages offered; the first is the default.'),
      simulation: z.boolean().default(false).describe('Marks every page "Simulation": the values are made up.'),
      centre: z
        .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
        .nullable()
        .default(null)
        .describe('Where the map starts: longitude, latitude. Null: it shows all Things.'),
      zoom: z
        .number()
        .min(0)
        .max(22)
        .nullable()
        .default(null)
        .describe('Zoom of the map at the start.')
        .meta({ limit: false }),
      baseMapStyle: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null)
        .describe(
          'Address of a MapLibre style. Null: a plain background. For Germany: https://sgx.geodatenzentrum.de/gdz_basemapde_vektor/styles/bm_web_col.json',
        ),
      baseMapName: z.string().default('basemap.de').describe('Name of the base map.'),
      baseMapAttribution: z
        .string()
        .default('© GeoBasis-DE / BKG, CC BY 4.0')
        .describe('Attribution that the base map asks for.'),
      baseMapHosts: z
        .array(z.url({ protocol: /^https?$/ }))
        .default([])
        .describe("Origins of the base map's tiles, glyphs and images where they differ from the style's own."),
    })
    .prefault({}),
});

export type Options = z.infer<typeof options>;
