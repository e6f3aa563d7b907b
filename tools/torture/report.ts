/** The end of a campaign, for people. */
import type { CampaignReport } from './campaign.ts';
import type { Truth } from './truth.ts';

export function report(
  { kinds, tally, byHand, requeued, watched }: CampaignReport,
  truth: Truth,
  seconds: number,
  disk: boolean,
): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const lines = [
    '',
    'disturbance         times   longest stall   longest catching up',
    ...kinds.map(
      ({ name, times, longestStall, longestCatchUp, what }) =>
        `${name.padEnd(18)} ${String(times).padStart(6)} ${`${number(longestStall)} ms`.padStart(15)} ${`${number(longestCatchUp)} ms`.padStart(21)}   ${what}`,
    ),
    '',
    `acknowledged ${number(truth.acknowledged)} (of ${number(truth.sent)} sent; ${number(truth.repeated)} of them once more)`,
    `stored       ${number(tally.stored)} of ${number(tally.acknowledged)} looked at`,
    `duplicated   ${number(tally.duplicated)}`,
    `lost         ${number(tally.lost)}`,
    `wrong        ${number(tally.wrong)}`,
    `by hand      ${number(byHand)} deleted or corrected, ${number(tally.undone)} of them undone`,
    `requeued     ${number(requeued)} dead letters of the store`,
    `latest value  right ${number(watched)} times beside a clock in 2036`,
    `longest stall ${number(Math.max(0, ...kinds.map(({ longestStall }) => longestStall)))} ms`,
    `${number(seconds)} s in all, ${number(truth.acknowledged / seconds)} uplinks/s over all of it`,
  ];
  if (!disk) lines.push('the disturbances of the disk were left out: they need root');
  for (const finding of tally.findings) lines.push(`  ${finding}`);
  return lines.join('\n');
}
