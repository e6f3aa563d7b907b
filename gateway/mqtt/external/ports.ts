/** What a connection to another broker needs of the hub. */
import type { Intake } from '../../../services/journal/index.ts';
import type { Clock, Source } from '../../../services/model/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { BrokerOptions } from './options.ts';

export interface ExternalPorts {
  readonly broker: BrokerOptions;
  /** The first source that claims a topic gets the message. */
  readonly sources: readonly Source[];
  readonly intake: Intake;
  readonly clock: Clock;
  readonly happenings: MqttHappenings;
  /** 0 … 1, for the random part of waits; Math.random where left out. */
  random?(): number;
}
