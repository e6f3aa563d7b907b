/** What the files that make entities of one kind ask of the one that knows all kinds (`entity-maker.ts`). */
import type { SetName } from '../../../services/model/index.ts';
import type { Reference } from './reference.ts';
import type { Session } from './session.ts';
import type { WritableSet } from './shapes.ts';

/** Relations that the place of a new entity gives: `{Thing: 1}` below `Things(1)/Datastreams`. */
export type Given = Readonly<Record<string, number>>;

export interface Maker {
  readonly session: Session;
  /** Makes an entity with everything inside it; returns its @iot.id. @throws CodedError */
  create(set: WritableSet, body: unknown, path: string, given: Given): Promise<bigint>;
  /** The id that a reference leads to; what stands inline is made. @throws CodedError request.body */
  resolve(set: SetName, reference: Reference): Promise<number>;
  /** The same for the Datastream of a new Observation, which may be hidden from who delivers it. @throws CodedError request.body */
  receiver(set: SetName, reference: Reference): Promise<number>;
}
