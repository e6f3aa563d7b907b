/** Questions with one answer. */
import type { ReadQuestion } from '../../threads/requests.ts';
import { aggregate } from './aggregating.ts';
import { count } from './counting.ts';
import { extents } from './extents.ts';
import { at, byAssignedId, byClaim, occupied } from './look-ups.ts';
import { last } from './newest.ts';
import type { ReaderStore } from './reader-store.ts';

export function answer(store: ReaderStore, question: ReadQuestion): Promise<unknown> {
  switch (question.ask) {
    case 'count':
      return count(store, question.query);
    case 'byAssignedId':
      return byAssignedId(store, question.id);
    case 'byClaim':
      return byClaim(store, question.ds, question.t);
    case 'at':
      return at(store, question.ds, question.t);
    case 'occupied':
      return occupied(store, question.ds, question.times);
    case 'extents':
      return extents(store, question.datastreams);
    case 'aggregate':
      return aggregate(store, question.query);
    case 'last':
      return last(store, question.datastreams);
  }
}
