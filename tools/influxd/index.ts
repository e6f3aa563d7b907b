/**
 * A real InfluxDB for tests, the bench and the torture: `influxd.ts` starts Debian's server on loopback, `proxy.ts` stands
 * in front of it and answers as servers in trouble do.
 */
export { freePort, type InfluxServer, type InfluxSettings, influxServer, listens } from './influxd.ts';
export { type InfluxProxy, influxProxy, type ProxyMode } from './proxy.ts';
