import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { options } from './options.ts';

describe("the simulator's command line", () => {
  it('takes every option, with hours and minutes of history and no buttons', () => {
    expect(parseArguments(['--devices', '500', '--speed', '2.5', '--backfill', '90m', '--control', 'off'])).toEqual({
      kind: 'options',
      options: { devices: 500, speed: 2.5, backfill: 1.5, control: null },
    });
    expect(parseArguments(['--backfill', '24h', '--backfill-events', '10', '--incident', 'heatDay'])).toEqual({
      kind: 'options',
      options: { backfill: 24, backfillEvents: 10, incident: 'heatDay' },
    });
  });

  it('says all problems at once', () => {
    const parsed = parseArguments(['--devices', 'many', '--speed', '0', '--mqtt', '127.0.0.1', '--incident', 'flood']);
    if (parsed.kind !== 'wrong') throw new Error('accepted');
    expect(parsed.problems.map((problem) => problem.split(':')[0])).toEqual([
      '--devices',
      '--mqtt',
      '--speed',
      '--incident',
    ]);
    expect(parsed.problems[0]).toBe('--devices: "many" is not a number');
  });

  it('refuses an option that it does not know, and an empty number', () => {
    expect(parseArguments(['--sped', '3'])).toMatchObject({
      kind: 'wrong',
      problems: ["Unknown option '--sped'", 'see --help'],
    });
    expect(parseArguments(['--seed', ''])).toMatchObject({ kind: 'wrong' });
  });

  it('explains every option', () => {
    const parsed = parseArguments(['--help']);
    if (parsed.kind !== 'help') throw new Error('no help');
    const keys = Object.keys(options.shape);
    expect(keys.length).toBeGreaterThan(12);
    for (const key of keys) {
      expect(parsed.text).toContain(`--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`);
      expect(options.shape[key as keyof typeof options.shape].description, key).toBeTruthy();
    }
  });
});
