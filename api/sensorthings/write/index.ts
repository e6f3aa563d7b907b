/**
 * Writing [STA 10, 12.2]: a request ▸ what it means on top of the catalogue (`perform.ts`) ▸ one change of the registry
 * (`entity-writer.ts`), so one record of the journal. What bodies may hold is data in `shapes.ts`; how an Observation finds
 * its place and keeps its id stands in `add-observation.ts` and `change-observation.ts`.
 */
export { BodyRoom } from './body-room.ts';
export { entityWriter, type WriterPorts } from './entity-writer.ts';
export { bytesAhead, parseBody, rawBody } from './http-body.ts';
export { type WriteDoor, writeOverHttp } from './http-write.ts';
export type { JsonLimits } from './json-limits.ts';
export type { WriteRequest, Writer, Written } from './port.ts';
export { isJsonObject } from './values.ts';
