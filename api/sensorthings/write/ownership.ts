/**
 * What the hub keeps beside the free properties of Things and Datastreams, and prints among them: organisation, domain,
 * visibility. So a client sets them there, and sends them back as it read them. Left out, they stay as they are.
 */
import type { Properties, SetName, Visibility } from '../../../services/model/index.ts';
import { oneOf, shown, wrong } from './complaint.ts';
import { at } from './read-entity.ts';
import type { Session } from './session.ts';
import { SHAPES } from './shapes.ts';
import { isJsonObject, type Json } from './values.ts';

const VISIBILITIES: readonly unknown[] = ['public', 'organisation', 'internal'];

/**
 * Only Datastreams and MultiDatastreams are shown or hidden, others with them. Nobody shall believe that a word among the free
 * properties of another entity does it. A text of its own meaning may have this name, and what is there already stays.
 * @throws CodedError request.body
 */
export function checkVisibility(set: SetName, values: Json, before: Json | null, path: string): void {
  if (set === 'Datastreams' || set === 'MultiDatastreams') return;
  const given = visibilityIn(values);
  if (!VISIBILITIES.includes(given) || (before !== null && visibilityIn(before) === given)) return;
  throw wrong(
    at(path, 'properties.visibility'),
    `${oneOf(SHAPES[set].single)} has no visibility of its own: it is seen by whoever sees one of its Datastreams; set it in the properties of the Datastream`,
  );
}

function visibilityIn({ properties }: Json): unknown {
  return isJsonObject(properties) ? properties.visibility : undefined;
}

/** @throws CodedError request.body where there is no such Organisation. */
export function readOrganisation(session: Session, value: unknown, before: string | null, path: string): string {
  if (value === undefined) return before ?? ownOrganisation(session);
  if (typeof value === 'string' && session.plan.organisation(value) !== undefined) return value;
  if (value === session.parts.made.organisation) return ownOrganisation(session);
  throw wrong(at(path, 'properties.organisation'), `there is no organisation ${shown(value)}`);
}

/** The one that everything made over the API belongs to; made when it is needed first. */
function ownOrganisation(session: Session): string {
  const { organisation } = session.parts.made;
  if (session.plan.organisation(organisation) === undefined) {
    session.plan.put(['Organisations', { id: organisation, name: organisation, properties: {} }]);
  }
  return organisation;
}

export interface StreamProperties {
  readonly properties: Properties;
  readonly organisation: string;
  readonly visibility: Visibility;
  readonly domain: string;
}

export function readStreamProperties(
  session: Session,
  given: Properties,
  before: (Omit<StreamProperties, 'properties'> & { readonly channel?: string | null }) | null,
  path: string,
): StreamProperties {
  const { organisation, visibility, domain, ...rest } = given;
  if (visibility !== undefined && !VISIBILITIES.includes(visibility)) {
    throw wrong(
      at(path, 'properties.visibility'),
      `public, organisation or internal expected, not ${shown(visibility)}`,
    );
  }
  if (domain !== undefined && typeof domain !== 'string') {
    throw wrong(at(path, 'properties.domain'), `a text expected, not ${shown(domain)}`);
  }
  const { channel: _, ...free } = rest;
  return {
    // of a Datastream that a device feeds the channel is printed, but the hub's
    properties: before?.channel == null ? rest : free,
    organisation: readOrganisation(session, organisation, before?.organisation ?? null, path),
    visibility: (visibility as Visibility | undefined) ?? before?.visibility ?? session.parts.made.visibility,
    domain: domain ?? before?.domain ?? '',
  };
}
