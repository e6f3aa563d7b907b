import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { needs } from './needs.ts';

describe('a test that needs a real server', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtpegel-needs-'));
    writeFileSync(join(folder, 'chromium-browser'), '');
    chmodSync(join(folder, 'chromium-browser'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('finds the program under each of its names', () => {
    expect(needs('chromium', { PATH: `/nowhere:${folder}` })).toBe(join(folder, 'chromium-browser'));
  });
  test('gets null where the machine lacks it, and it is said why', () => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(needs('chromium', { PATH: '/nowhere' })).toBeNull();
    expect(needs('chromium', { PATH: '/nowhere', CI: 'false' })).toBeNull();
    expect(print.mock.calls.flat().join('')).toContain('skipped: chromium is not installed');
    print.mockRestore();
  });
  test('fails in CI where the machine lacks it', () => {
    expect(() => needs('chromium', { PATH: '/nowhere', CI: 'true' })).toThrow('apt-get install chromium');
  });
});
