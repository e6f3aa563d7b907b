/** What questions about Observations are asked of: the overlay in a hub, a bare store in tests. */
import type { TimeseriesStore } from '../port.ts';

export type ObservationSource = Pick<
  TimeseriesStore,
  'scan' | 'count' | 'byAssignedId' | 'byClaim' | 'at' | 'occupied' | 'extents' | 'aggregate' | 'last'
>;
