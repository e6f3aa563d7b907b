/** One change under construction: the registry's plan, the rows beside it, and what its caller may see and make. */
import type { Identity } from '../../../services/access/index.ts';
import { CodedError, type EntitySets, type SetName } from '../../../services/model/index.ts';
import type { ChangePlan } from '../../../services/registry/index.ts';
import type { LatestReader } from '../../../services/timeseries/index.ts';
import type { Options } from '../options.ts';
import type { Made, Stream } from '../schema/index.ts';
import { wrong } from './complaint.ts';
import { PlannedRows } from './planned-rows.ts';
import { SHAPES, type WritableSet } from './shapes.ts';
import type { RowSource } from './stored-row.ts';

export interface SessionParts {
  readonly plan: ChangePlan;
  readonly caller: Identity;
  readonly source: RowSource;
  readonly latest: Pick<LatestReader, 'extent'>;
  readonly options: Pick<
    Options,
    'changeEntities' | 'repeated' | 'vertices' | 'patchOperations' | 'bodyBytes' | 'bodyDepth' | 'bodyNodes'
  >;
  readonly made: Made;
  /** What of the catalogue, as it was before this change, the caller may see. */
  sees(set: SetName, id: number): boolean;
  /** Resolves at once, or when others had their turn. */
  breathe(): void | Promise<void>;
}

export class Session {
  readonly plan: ChangePlan;
  readonly parts: SessionParts;
  readonly rows = new PlannedRows();
  readonly #created = new Set<string>();
  #spent = 0;
  #bumped = 0;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.plan = parts.plan;
  }

  /** As planned; undefined: it isn't there, or is hidden from the caller, which is the same. */
  find<N extends SetName>(set: N, id: bigint | number): EntitySets[N] | undefined {
    const number = Number(id);
    if (!Number.isSafeInteger(number)) return undefined;
    const entity = this.plan.get(set, number);
    return entity !== undefined && (this.isNew(set, number) || this.parts.sees(set, number)) ? entity : undefined;
  }

  /**
   * What a new Observation may be given to: a device or network delivers to every Datastream, as it does over the other doors.
   * For nothing else: who delivers must not find, move or change what is hidden from it.
   */
  receiver<N extends SetName>(set: N, id: bigint | number): EntitySets[N] | undefined {
    const delivers = set === 'Datastreams' || set === 'MultiDatastreams';
    if (!delivers || !this.parts.caller.scopes.has('ingest')) return this.find(set, id);
    const number = Number(id);
    return Number.isSafeInteger(number) ? this.plan.get(set, number) : undefined;
  }

  stream(id: bigint | number): Stream | undefined {
    return this.find('Datastreams', id) ?? this.find('MultiDatastreams', id);
  }

  /** What a body links to. @throws CodedError request.body */
  linked<N extends SetName>(set: N, id: bigint, path: string, entity = this.find(set, id)): EntitySets[N] {
    if (entity === undefined) throw wrong(path, `there is no ${SHAPES[set].single} with the id ${id}`);
    return entity;
  }

  /** A fresh id, for an entity that is the caller's own from now on. @throws CodedError request.tooLarge, access.denied */
  newId(set: SetName): number {
    this.mayMake(set);
    this.spend();
    const id = this.plan.newId(set);
    this.#created.add(`${set} ${id}`);
    return id;
  }

  /** Was it made by this change? */
  isNew(set: SetName, id: number): boolean {
    return this.#created.has(`${set} ${id}`);
  }

  mayMake(set: WritableSet): void {
    if (set === 'Observations' || this.parts.caller.writes === 'everything') return;
    throw new CodedError('access.denied', `this token may create Observations, not ${set}`);
  }

  /** Before entities that are there are linked or moved. @throws CodedError access.denied */
  mayLink(): void {
    if (this.parts.caller.writes === 'everything') return;
    throw new CodedError('access.denied', 'this token may create Observations, not link or move what is there');
  }

  /** Counts what this change makes and takes away. @throws CodedError request.tooLarge */
  spend(entities = 1): void {
    this.checkRoom(entities);
    this.#spent += entities;
  }

  /** Asks beforehand. @throws CodedError request.tooLarge */
  checkRoom(entities: number): void {
    const { changeEntities } = this.parts.options;
    if (this.#spent + entities <= changeEntities) return;
    const detail = `one change holds at most ${changeEntities} entities (sensorthings.changeEntities); split it`;
    throw new CodedError('request.tooLarge', detail);
  }

  putStream(stream: Stream): void {
    if ('unitOfMeasurements' in stream) this.plan.put(['MultiDatastreams', stream]);
    else this.plan.put(['Datastreams', stream]);
  }

  /** The hub's time for an Observation without one: each of a change gets another millisecond of its Datastream. */
  timeFor(ds: number): number {
    let t = this.plan.now;
    while (this.rows.stands(ds, t)) t = this.plan.now + ++this.#bumped;
    return t;
  }

  /** What was planned for Observations goes into the plan. To be called once, at the end. */
  flush(): Promise<void> {
    return this.rows.flush(this.plan, () => this.breathe());
  }

  breathe(): void | Promise<void> {
    return this.parts.breathe();
  }
}
