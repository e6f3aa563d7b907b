import { type Admin, DEFAULTS, type Job } from '../data/index.ts';

/** Looks at a job until it has ended, or until nobody wants to know any more. */
export async function settled(admin: Pick<Admin, 'job'>, job: Job, wanted: () => boolean): Promise<Job> {
  let known = job;
  while (known.state === 'running' && wanted()) {
    await new Promise((resolve) => setTimeout(resolve, DEFAULTS.everyWhileRunning));
    known = await admin.job(known.id);
  }
  return known;
}
