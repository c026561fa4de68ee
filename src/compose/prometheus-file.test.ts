import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { createPrometheusFile } from './prometheus-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-prometheus-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function setUp(text: string) {
  const path = join(folder, 'prometheus.yml');
  await writeFile(path, text);
  const clock = createManualClock(1000);
  const file = createPrometheusFile(path, { clock, logger: silentLogger, env: { DC: 'a' } });
  return { path, clock, file };
}

const job = (name: string): string => `scrape_configs: [{job_name: ${name}}]\n`;

describe('a prometheus.yml', () => {
  it('is handed to everybody, at the start and when it is read again', async () => {
    const { path, clock, file } = await setUp(`global: {external_labels: {dc: $DC}}\n${job('a')}`);
    const taken: string[] = [];
    file.onConfig(async ({ scrapeConfigs }) => async () => {
      taken.push(scrapeConfigs.map(({ jobName }) => jobName).join());
    });
    await file.start();
    expect(file.view.externalLabels()).toEqual({ dc: 'a' });
    expect(file.view.yaml()).toContain('job_name: a');
    await writeFile(path, job('b'));
    clock.advance(500);
    await file.view.reload();
    expect(taken).toEqual(['a', 'b']);
    expect(file.view.lastReload).toEqual({ isOk: true, timeMs: 1500 });
    expect(file.view.externalLabels()).toEqual({});
    expect(file.evaluationIntervalMs()).toBe(60_000);
    await writeFile(path, `global: {evaluation_interval: 15s}\n${job('b')}`);
    await file.view.reload();
    expect(file.evaluationIntervalMs()).toBe(15_000);
  });

  it('is read again only after it was read for the first time', async () => {
    const { file } = await setUp(job('a'));
    const steps: string[] = [];
    file.onConfig(async () => async () => {
      steps.push('begin');
      await new Promise((resolve) => setImmediate(resolve));
      steps.push('end');
    });
    await Promise.all([file.start(), file.view.reload()]);
    expect(steps).toEqual(['begin', 'end', 'begin', 'end']);
  });

  it('that is wrong changes nothing', async () => {
    const { path, clock, file } = await setUp(job('a'));
    await file.start();
    await writeFile(path, 'scrape_configs: [{}]\n');
    clock.advance(500);
    await expect(file.view.reload()).rejects.toThrow(InputError);
    expect(file.view.lastReload).toEqual({ isOk: false, timeMs: 1000 });
    expect(file.view.yaml()).toContain('job_name: a');
  });

  it('that somebody cannot take changes nothing for anybody', async () => {
    const { file, path } = await setUp(job('a'));
    const taken: string[] = [];
    file.onConfig(
      async (config) => async () => void taken.push(config.scrapeConfigs[0]?.jobName ?? ''),
    );
    file.onConfig(async ({ scrapeConfigs }) => {
      if (scrapeConfigs[0]?.jobName === 'b') throw new InputError('rules', 'no');
      return async () => {};
    });
    await file.start();
    await writeFile(path, job('b'));
    await expect(file.view.reload()).rejects.toThrow('no');
    expect(taken).toEqual(['a']);
  });

  it('that is wrong at the start is an error', async () => {
    const { file } = await setUp('scrape_configs: 5\n');
    await expect(file.start()).rejects.toThrow(/prometheus\.yml:1:/);
  });
});
