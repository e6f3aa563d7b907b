import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepToOwner } from './index.ts';

test.skipIf(process.platform === 'win32')(
  'a file is nobody’s but its owner’s; one that is not there is no failure',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'owner-'));
    try {
      const file = join(folder, 'file');
      writeFileSync(file, '', { mode: 0o644 });
      keepToOwner(file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      keepToOwner(join(folder, 'nothing'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
