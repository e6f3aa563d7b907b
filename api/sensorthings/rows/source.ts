import type { TimeseriesStore } from '../../../services/timeseries/index.ts';

/** What the reading side of a store is asked. */
export type ObservationSource = Pick<TimeseriesStore, 'scan' | 'count' | 'byAssignedId' | 'at' | 'extent' | 'last'>;
