/** A backup by the running hub, asked for over its admin API. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../options.ts';
import type { BackupStatus, MadeBackup } from '../../services/backup/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { bytes, count, type Reporter } from './reporter.ts';

export interface Where {
  /** null: this machine, at the port of the options. */
  readonly url: string | null;
  /** `@file` names a file that holds it; null: the one of the options. */
  readonly token: string | null;
}

const LOOK_MS = 300;

export async function askHub(config: Config, where: Where, report: Reporter, signal: AbortSignal): Promise<MadeBackup> {
  const url = (where.url ?? `http://127.0.0.1:${config.http.port}`).replace(/\/$/, '');
  const token = where.token?.startsWith('@')
    ? readFileSync(where.token.slice(1), 'utf8').trim()
    : (where.token ?? config.access.adminToken);
  const ask = async (method: 'GET' | 'POST'): Promise<BackupStatus> => {
    let answer: Response;
    try {
      answer = await fetch(`${url}/admin/backup`, {
        method,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      });
    } catch (cause) {
      const why = (cause as Error & { cause?: Error }).cause?.message ?? (cause as Error).message;
      const detail =
        where.url === null
          ? `${config.data} is in use, but no hub answers at ${url} (${why}). If a hub runs there, say where it is with --hub; if it is another command, such as stadtpegel move, wait for its end.`
          : `No hub answers at ${url} (${why}). Is --hub right, and does it run?`;
      throw new CodedError('hub.busy', detail, { cause });
    }
    const body = (await answer.json().catch(() => ({}))) as BackupStatus & { detail?: string };
    if (answer.ok) return body;
    const hint = answer.status === 401 || answer.status === 403 ? " Give the operator's token: --token @file." : '';
    const said = body.detail === undefined ? '' : `: ${body.detail}`;
    throw new CodedError(
      'hub.busy',
      `The hub at ${url} answers ${answer.status}${said}${hint === '' ? '' : `.${hint}`}`,
    );
  };
  let status = await ask('POST');
  while (status.state === 'running') {
    await pause(LOOK_MS);
    if (signal.aborted)
      throw new CodedError('hub.busy', 'The hub goes on with the backup; GET /admin/backup says how far.');
    status = await ask('GET');
    const { progress } = status;
    if (progress === null) continue;
    const part = progress.totalBytes === 0 ? null : progress.bytes / progress.totalBytes;
    report.step(part, progress.rows > 0 ? `${count(progress.rows)} rows` : `${progress.at}, ${bytes(progress.bytes)}`);
  }
  if (status.made === null || status.state === 'failed')
    throw new CodedError('hub.storage', status.error ?? 'The backup failed.');
  return status.made;
}
