/** The pages of docs/sensorthings work as they are written: each request runs, and answers what stands below it. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences, textFits } from '../clients/match.ts';
import { needs, newStage, program, type RunningHub } from '../support/index.ts';

const folder = fileURLToPath(new URL('../../docs/sensorthings/', import.meta.url));
const read = (page: string) => readFileSync(`${folder}${page}`, 'utf8');

/** In the order in which README.md names them: each goes on where the one before it ended. */
const PAGES = [
  'README.md',
  ...[...read('README.md').matchAll(/^\| \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map((m) => m[1] as string),
];

interface Example {
  readonly command: string;
  /** The block behind the command, where it is an answer. */
  readonly answer: { readonly language: 'json' | 'csv'; readonly text: string } | null;
}

function examples(page: string): Example[] {
  const blocks = [...read(page).matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language as string,
    text: text as string,
  }));
  return blocks.flatMap(({ language, text }, i) => {
    if (language !== 'sh') return [];
    const next = blocks[i + 1];
    const isAnswer = next?.language === 'json' || next?.language === 'csv';
    return [{ command: text, answer: isAnswer ? (next as Example['answer']) : null }];
  });
}

describe.skipIf(needs('mosquitto_pub') === null)('the pages of the standard', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await stage.hub();
  });

  const run = async (command: string) => {
    const text = await program('/bin/sh', ['-eu', '-c', `cd "$STAGE"\n${command}`], {
      STAGE: stage.path('.'),
      HUB: hub.base,
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: String(hub.ports.mqtt),
      ADMIN: hub.tokens.admin,
      INGEST: hub.tokens.ingest,
    });
    return text.replaceAll(hub.base, 'http://localhost:8080');
  };

  test('README.md names all of them: one for each conformance class', () => {
    expect(PAGES).toHaveLength(10);
    expect(PAGES.toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  test.each(PAGES)('%s', async (page) => {
    const all = examples(page);
    expect(all.length).toBeGreaterThan(0);
    for (const { command, answer } of all) {
      const printed = await run(command);
      expect(answer, `${page}: an answer below ${command}`).not.toBeNull();
      if (answer?.language === 'csv') {
        expect(textFits(answer.text.trim(), printed.replaceAll('\r\n', '\n').trim()), printed).toBe(true);
        continue;
      }
      expect(differences(JSON.parse(answer?.text ?? ''), JSON.parse(printed)), `${page}: ${command}`).toEqual([]);
    }
  });
});
