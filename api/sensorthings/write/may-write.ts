/** Who may write what, known before a body is read. */
import type { Identity } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import type { WriteRequest } from './port.ts';

const OBSERVING = /(^|\/)(Observations|CreateObservations)\/*$/;

/** @throws CodedError access.token (nobody), access.denied (another token) */
export function checkMayWrite(
  { writes, name }: Identity,
  { method, path }: Pick<WriteRequest, 'method' | 'path'>,
): void {
  if (writes === 'everything') return;
  if (writes === 'observe') {
    if (method === 'POST' && OBSERVING.test(path)) return;
    throw new CodedError(
      'access.denied',
      'this token may create Observations, nothing else; others need the admin token',
    );
  }
  if (name !== 'anonymous') throw new CodedError('access.denied', 'this token may not write');
  throw new CodedError(
    'access.token',
    'writing needs a token: send the header "Authorization: Bearer <token>", or HTTP Basic with the token as password',
  );
}
