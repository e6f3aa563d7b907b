/** The Writer: requests ▸ one change of the registry ▸ answers, told when the change is on disk. */
import { ADMIN, type Identity } from '../../../services/access/index.ts';
import { CodedError, type SetName } from '../../../services/model/index.ts';
import type { ChangePlan, Registry } from '../../../services/registry/index.ts';
import type { Links } from '../answer/index.ts';
import type { Contexts } from '../contexts.ts';
import { parseResourcePath } from '../syntax/index.ts';
import { withinCapabilities } from './able-plan.ts';
import { checkMayWrite } from './may-write.ts';
import { type Outcome, perform } from './perform.ts';
import type { WriteRequest, Writer, Written } from './port.ts';
import { printRows, printWritten, type Shown } from './print-written.ts';
import { removeEntity } from './remove.ts';
import { findOrRemove, removeRange } from './remove-many.ts';
import { Session } from './session.ts';
import { SHAPES } from './shapes.ts';
import { slices } from './slices.ts';

export interface WriterPorts {
  readonly registry: Pick<Registry, 'change'>;
  readonly contexts: Contexts;
}

/** An answer that is completed when the change is durable. */
type Pending = { -readonly [K in keyof Written]: Written[K] };

/** Catalogue entities that one record of a filtered DELETE takes away, with all that goes with them. */
const ENTITIES_A_CHANGE = 100;

export function entityWriter(ports: WriterPorts): Writer {
  const { contexts } = ports;
  const registry = withinCapabilities(ports.registry, () => contexts.capabilities);
  const sessionOf = (plan: ChangePlan, caller: Identity): Session => {
    const { view, store, latest } = contexts.of(caller.reader, contexts.pace());
    return new Session({
      plan,
      caller,
      source: store,
      latest,
      options: contexts.options,
      made: contexts.made,
      sees: (set, id) => caller.reader.kind === 'admin' || view.set(set).has(id),
      breathe: slices(),
    });
  };

  const together: Writer['together'] = async (caller, links, work) => {
    const open: { readonly written: Pending; readonly shown: Shown }[] = [];
    const result = await registry.change(caller.name, async (plan) => {
      const session = sessionOf(plan, caller);
      const made: { readonly written: Pending; readonly entity: NonNullable<Outcome['entity']> }[] = [];
      const done = await work(async (request) => {
        await session.breathe();
        checkMayWrite(caller, request);
        if (isRemovalOfMany(request)) {
          const detail = 'DELETE with a $filter stands alone, not among other requests of one change';
          throw new CodedError('request.unsupported', detail);
        }
        const outcome = await perform(session, request);
        const written = pendingOf(outcome, request, links);
        if (outcome.entity !== null && request.prefer !== 'minimal') made.push({ written, entity: outcome.entity });
        return written;
      });
      await session.flush();
      for (const { written, entity } of made) {
        const shown = shownOf(session, entity);
        if (shown !== null) open.push({ written, shown });
      }
      return done;
    });
    if (open.length > 0) {
      const context = contexts.of(caller.reader, contexts.pace());
      // who may deliver to a Datastream that it can't see is answered with what it has just sent
      const whole = contexts.of(ADMIN, contexts.pace());
      const breathe = slices();
      for (const { written, shown } of open) {
        await breathe();
        written.body = await printWritten(shown, shown.set === 'Observations' ? whole : context, links);
      }
    }
    return result;
  };

  const removeMany = async ({ path, search }: WriteRequest, caller: Identity): Promise<Written> => {
    const pace = contexts.pace();
    const removal = { registry, context: contexts.of(caller.reader, pace), by: caller.name };
    const { set, ids, deleted } = await findOrRemove(path, search, removal);
    for (let start = 0; ids !== null && start < ids.length; start += ENTITIES_A_CHANGE) {
      const some = ids.slice(start, start + ENTITIES_A_CHANGE);
      if (set === 'FeaturesOfInterest') for (const id of some) await emptyFeature(id, caller);
      await registry.change(caller.name, async (plan) => {
        const session = sessionOf(plan, caller);
        for (const id of some) {
          // it may have gone with another one
          if (plan.get(set as SetName, id) !== undefined) await removeEntity(session, { set: set as SetName, id });
        }
        await session.flush();
      });
    }
    return { status: 200, created: null, body: JSON.stringify({ deleted }) };
  };

  /** The Observations of a FeatureOfInterest can be too many for the change that removes it. */
  const emptyFeature = async (feature: number, caller: Identity): Promise<void> => {
    const context = contexts.of(caller.reader, contexts.pace());
    const { datastreamsOfFeature, multiDatastreamsOfFeature } = context.view.indexes;
    const streams = [...(datastreamsOfFeature.get(feature) ?? []), ...(multiDatastreamsOfFeature.get(feature) ?? [])];
    const range = { datastreams: streams.sort((a, b) => a - b), feature };
    if (range.datastreams.length > 0) await removeRange(range, { registry, context, by: caller.name });
  };

  return {
    together,
    async write(request, caller, links) {
      checkMayWrite(caller, request);
      if (isRemovalOfMany(request)) return await removeMany(request, caller);
      const feature = request.method === 'DELETE' ? featureNamed(request.path) : null;
      if (feature !== null) await emptyFeature(feature, caller);
      return await together(caller, links, (one) => one(request));
    },
  };
}

/** null: a later request of the same change has taken it away. */
function shownOf(session: Session, { set, id }: NonNullable<Outcome['entity']>): Shown | null {
  if (set !== 'Observations') return { set, id: Number(id) };
  const row = session.rows.find(id);
  return row == null ? null : { set, row };
}

function pendingOf({ status, entity, rows }: Outcome, { method, prefer }: WriteRequest, links: Links): Pending {
  const changed = method === 'PATCH' || method === 'PUT';
  return {
    status: changed && prefer === 'minimal' ? 204 : status,
    created: method === 'POST' && entity !== null ? `${entity.set}(${entity.id})` : null,
    body: rows === null ? null : printRows(rows, links),
  };
}

function isRemovalOfMany({ method, path }: WriteRequest): boolean {
  if (method !== 'DELETE') return false;
  const last = parseResourcePath(path).at(-1);
  return last !== undefined && last.id === null && Object.hasOwn(SHAPES, last.name);
}

/** `FeaturesOfInterest(1)` */
function featureNamed(path: string): number | null {
  const [first, second] = parseResourcePath(path);
  return first?.name === 'FeaturesOfInterest' && first.id !== null && second === undefined ? Number(first.id) : null;
}
