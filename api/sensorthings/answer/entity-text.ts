/** What prints an entity itself; `printer.ts` puts together what is expanded in it. */
import type { Entity } from '../schema/index.ts';

export interface EntityText {
  /** Its absolute address as it stands in a JSON string. */
  address(entity: Entity): string;
  /** Each member with a comma before it: `,"@iot.id":1,"name":"…"`; where it `leads`, a brace before the first. */
  members(entity: Entity): string;
  /** The selfLink is printed, so that there is always a first member. */
  readonly leads: boolean;
}
