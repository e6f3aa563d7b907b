/** Date functions, in UTC; of an interval they take the start. */
import { EARLIEST, LATEST } from '../../../../services/model/index.ts';
import { DayTime, Time } from '../../syntax/index.ts';
import { define, type FunctionDef } from './function.ts';

const DAY = 86_400_000;
const part = (run: (date: Date) => number) => define(['time'], 'number', ([t]) => run(new Date((t as Time).start)));
const dayOf = (ms: number) => Math.floor(ms / DAY) * DAY;

export const DATE_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  year: part((d) => d.getUTCFullYear()),
  month: part((d) => d.getUTCMonth() + 1),
  day: part((d) => d.getUTCDate()),
  hour: part((d) => d.getUTCHours()),
  minute: part((d) => d.getUTCMinutes()),
  second: part((d) => d.getUTCSeconds()),
  fractionalseconds: part((d) => d.getUTCMilliseconds() / 1000),
  // Times are kept in UTC, the zone they came with is not.
  totaloffsetminutes: part(() => 0),
  date: define(['time'], 'time', ([t]) => new Time(dayOf((t as Time).start))),
  time: define(['time'], 'dayTime', ([t]) => new DayTime((t as Time).start - dayOf((t as Time).start))),
  now: define([], 'time', (_, now) => new Time(now)),
  mindatetime: define([], 'time', () => new Time(EARLIEST)),
  maxdatetime: define([], 'time', () => new Time(LATEST)),
};
