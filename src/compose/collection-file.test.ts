import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { createLogger } from '#lib/log.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { createAlloyFile } from './alloy-file.ts';
import { createPromtailFile } from './promtail-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const createFile = { 'promtail.config_file': createPromtailFile, 'alloy.config': createAlloyFile };

function fileOf(key: keyof typeof createFile, path: string) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: (line) => void lines.push(line) });
  return { file: createFile[key](path, { logger, env: {} }), lines };
}

const promtail = (job: string): string => `
clients: [{url: 'http://loki:3100'}]
scrape_configs: [{job_name: ${job}, journal: {}}]`;

const alloy = (label: string): string =>
  `loki.source.journal "${label}" { forward_to = [loki.write.w.receiver] }\nloki.write "w" { }\n`;

describe('files that say which lines are collected', () => {
  it.each([
    ['promtail.config_file', 'p.yaml', promtail, 'client', 'a/journal'],
    ['alloy.config', 'a.alloy', alloy, 'loki.write.w', 'loki.source.journal.a'],
  ] as const)('%s: a wrong one changes nothing', async (key, name, textOf, target, source) => {
    const path = join(folder, name);
    writeFileSync(path, textOf('a'));
    const { file, lines } = fileOf(key, path);
    const taken: LogCollectionConfig[] = [];
    file.onConfig(async (config) => async () => void taken.push(config));
    await file.start();
    expect(taken[0]?.sources).toMatchObject([{ id: source, forwardTo: [target] }]);
    expect(lines.join('\n')).toContain('lines are stored here, not sent to');
    writeFileSync(path, '{');
    await expect(file.reload()).rejects.toThrow(InputError);
    expect(lines.at(-1)).toContain(`${key} cannot be taken; the old one stays`);
    expect(taken).toHaveLength(1);
    writeFileSync(path, textOf('b'));
    await file.reload();
    expect(taken[1]?.sources[0]?.id).toBe(source.replace(/\ba\b/, 'b'));
  });

  it.each(['promtail.config_file', 'alloy.config'] as const)('%s has to be there', (key) => {
    const { file } = fileOf(key, join(folder, 'none'));
    return expect(file.start()).rejects.toThrow('cannot read');
  });
});
