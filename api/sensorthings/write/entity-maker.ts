/** Deep insert [STA 10.2.1.2]: an entity, what it points at, and what points at it, to any depth, all or nothing. */
import type { SetName } from '../../../services/model/index.ts';
import { FreeInstants } from './free-instants.ts';
import { MAKE } from './make-entities.ts';
import { makeObservation } from './make-observation.ts';
import type { Given, Maker } from './maker.ts';
import { checkVisibility } from './ownership.ts';
import { type ReadEntity, readEntity } from './read-entity.ts';
import type { Reference } from './reference.ts';
import { relate } from './relate.ts';
import { keeps } from './relations.ts';
import type { Session } from './session.ts';
import { SHAPES, type WritableSet } from './shapes.ts';

export class EntityMaker implements Maker {
  readonly session: Session;
  readonly free: FreeInstants;

  constructor(session: Session) {
    this.session = session;
    this.free = new FreeInstants(session);
  }

  async create(set: WritableSet, body: unknown, path: string, given: Given): Promise<bigint> {
    await this.session.breathe();
    if (set === 'Observations') return await makeObservation(this, this.free, body, path, given);
    this.session.mayMake(set);
    const read = readEntity(SHAPES[set], body, path, 'create');
    checkVisibility(set, read.values, null, path);
    const id = await MAKE[set](this, read, path, given);
    await this.children(set, id, read);
    return BigInt(id);
  }

  async resolve(set: SetName, reference: Reference): Promise<number> {
    if (reference.kind === 'link') return this.session.linked(set, reference.id, reference.path).id;
    return Number(await this.create(set, reference.body, reference.path, {}));
  }

  async receiver(set: SetName, reference: Reference): Promise<number> {
    if (reference.kind === 'inline') return await this.resolve(set, reference);
    const { id, path } = reference;
    return this.session.linked(set, id, path, this.session.receiver(set, id)).id;
  }

  /** Those that keep the relation themselves: they are made, or moved, to this entity. */
  async children(set: SetName, id: number, read: ReadEntity): Promise<void> {
    const { relations } = SHAPES[set];
    for (const [name, references] of read.many) {
      if (keeps(set, name)) continue;
      const { to, inverse } = relations[name]!;
      for (const reference of references) {
        if (reference.kind === 'link') await relate(this, this.free, to, reference.id, inverse, id, reference.path);
        else await this.create(to, reference.body, reference.path, { [inverse]: id });
      }
    }
  }
}
