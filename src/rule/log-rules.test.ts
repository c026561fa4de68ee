import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '#lib/log.ts';
import type { RuleGroups, RuleSettings } from './groups.ts';
import { logqlRules } from './log-language.ts';
import { LogRules } from './log-rules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-log-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The rules, and the names of the groups that run, by tenant. */
async function start(hasTenants = true) {
  const running = new Map<string, string[]>();
  const logged: string[] = [];
  const logger = createLogger({ level: 'error', write: (line) => void logged.push(line) });
  const createGroups = (tenant: string): RuleGroups => {
    const fake: Partial<RuleGroups> = {
      update: async ({ groups }: RuleSettings) => {
        const names = groups.map(({ file, name }) => `${file} ${name}`);
        running.set(tenant, names);
      },
      stop: async () => {},
    };
    return fake as RuleGroups;
  };
  const rules = new LogRules(
    {
      folder: join(folder, 'data', 'loki-rules'),
      fixedFolder: join(folder, 'fixed'),
      evaluationIntervalMs: 60_000,
      alerting: { alertRelabelConfigs: [], alertmanagers: [] },
      hasTenants,
    },
    { language: logqlRules(false), logger, createGroups },
  );
  await rules.start();
  return { rules, running, logged };
}

const group = (name: string): string =>
  `name: ${name}\nrules:\n  - record: r\n    expr: vector(1)\n`;
const file = (name: string): string =>
  `groups:\n- name: ${name}\n  rules: [{record: r, expr: vector(1)}]\n`;

it('keeps names of all kinds inside its folder, over a restart', async () => {
  const { rules } = await start();
  const names = ['..', '../../x', '/etc/passwd', 'a/b', '.', 'c*', 'é', '%2E', '..\\d'];
  for (const tenant of ['t', '../up']) {
    for (const name of names) await rules.setGroup(tenant, name, group(`g/${name}`));
  }
  expect(readdirSync(folder)).toEqual(['data']);
  expect(readdirSync(join(folder, 'data'))).toEqual(['loki-rules']);
  expect(readdirSync(join(folder, 'data', 'loki-rules')).toSorted()).toEqual(['%2E%2E%2Fup', 't']);
  const { rules: again } = await start();
  expect([...again.namespaces('t').keys()]).toEqual(names.toSorted());
  expect([...again.namespaces('../up').values()].flat()).toHaveLength(names.length);
  expect(await again.deleteNamespace('../up', '..')).toBe(true);
  expect(again.namespaces('t').has('..')).toBe(true);
});

it('keeps tenants apart, also the one with the name of nobody', async () => {
  const { rules } = await start();
  await rules.setGroup('', 'n', group('of-nobody'));
  await rules.setGroup('fake', 'n', group('of-fake'));
  await rules.setGroup('a', 'n', group('of-a'));
  expect(await rules.deleteGroup('b', 'n', 'of-a')).toBe(false);
  const { running } = await start();
  expect(Object.fromEntries(running)).toEqual({
    '': ['n of-nobody'],
    fake: ['n of-fake'],
    a: ['n of-a'],
  });
});

it('refuses names that are too long for a file', async () => {
  const { rules } = await start();
  const set = rules.setGroup('t', 'n'.repeat(241), group('g'));
  await expect(set).rejects.toThrow('240 bytes');
});

it('keeps the group that is there when its successor is wrong, and says where', async () => {
  const { rules } = await start();
  await rules.setGroup('t', 'n', group('g'));
  const wrong = "---\nname: g\nrules:\n  - record: r\n    expr: 'rate({a='\n";
  await expect(rules.setGroup('t', 'n', wrong)).rejects.toThrow(/^n:5:11: expr: /);
  await expect(rules.setGroup('t', 'n', 'name: g\nrules: 5')).rejects.toThrow(/^n:2:8: rules: /);
  expect(rules.namespaces('t').get('n')?.[0]?.rules).toHaveLength(1);
});

it('reads files behind links, as Kubernetes mounts them, and nothing that is hidden', async () => {
  const mount = join(folder, 'fixed', 'fake');
  mkdirSync(join(mount, '..2026_01_01'), { recursive: true });
  writeFileSync(join(mount, '..2026_01_01', 'rules.yaml'), file('linked'));
  symlinkSync('..2026_01_01', join(mount, '..data'));
  symlinkSync(join('..data', 'rules.yaml'), join(mount, 'rules.yaml'));
  symlinkSync('nowhere', join(mount, 'broken.yaml'));
  writeFileSync(join(mount, '.rules.yaml.swp'), 'no yaml: [');
  const kept = join(folder, 'data', 'loki-rules', 'fake');
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, 'n.yaml.new'), 'half a');
  writeFileSync(join(kept, 'Thumbs.db'), 'no yaml: [');
  const { running } = await start();
  expect(Object.fromEntries(running)).toEqual({ '': ['rules.yaml linked'] });
});

it('puts aside what the API wrote and nobody can read any longer; the rest runs', async () => {
  const { rules } = await start();
  await rules.setGroup('t', 'good', group('g'));
  const kept = join(folder, 'data', 'loki-rules', 't');
  writeFileSync(join(kept, 'bad.yaml'), 'groups: [{name: x, rules: [{record: r, expr: "sum("}]}]');
  const { rules: again, running, logged } = await start();
  expect(running.get('t')).toEqual(['good g']);
  expect(logged.join()).toContain('bad.yaml.refused');
  expect(readdirSync(kept)).toEqual(['bad.yaml.refused', 'good.yaml']);
  await again.setGroup('t', 'bad', group('new'));
  expect(running.get('t')).toEqual(['bad new', 'good g']);
});
