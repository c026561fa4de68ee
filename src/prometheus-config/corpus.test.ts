// Files that people really have: all load or are refused as Prometheus does.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePrometheusConfig } from './load.ts';
import { parseRuleFile } from './rule-file.ts';

const corpus = '../shared/corpus';
const isThere = existsSync(corpus);

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

const isRefused = (file: string, isStrict: boolean): boolean =>
  parsePrometheusConfig(readFileSync(file, 'utf8'), { file, env: {}, isStrict }).config ===
  undefined;

/** Refused, though their names do not say so. */
const alsoBad = /deprecated_am_api|\.incompatible\.yml$/;

describe.skipIf(!isThere)('the corpus (only where ../shared/corpus exists)', () => {
  it('Prometheus test files load or are refused as their names say', () => {
    const folder = join(corpus, 'configs/prometheus/testdata');
    const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    const expected = files.filter((name) => name.endsWith('.bad.yml') || alsoBad.test(name));
    expect(files.filter((name) => isRefused(join(folder, name), true))).toEqual(expected);
    expect(files.length).toBeGreaterThan(200);
  });

  it('http_configs load or are refused as their names say', () => {
    const folder = join(corpus, 'configs/prometheus/http_config');
    // Wrong only when the file that they name is read, or when there is a secret manager.
    const later = /invalid-bearer-token-file|bad-username/;
    const files = readdirSync(folder).filter((name) => !later.test(name));
    const wrong = files.filter((name) => {
      const indented = readFileSync(join(folder, name), 'utf8').replace(/^\t*/gm, '    ');
      const inner = name.startsWith('tls')
        ? `    tls_config:\n${indented.replace(/^/gm, '  ')}`
        : indented;
      const text = name.endsWith('.json')
        ? `scrape_configs: [${JSON.stringify({
            job_name: 'a',
            ...(name.startsWith('tls')
              ? { tls_config: JSON.parse(readFileSync(join(folder, name), 'utf8')) }
              : JSON.parse(readFileSync(join(folder, name), 'utf8'))),
          })}]`
        : `scrape_configs:\n  - job_name: a\n${inner}\n`;
      const { config } = parsePrometheusConfig(text, { file: name, env: {}, isStrict: true });
      return (config === undefined) !== name.includes('.bad.');
    });
    expect(wrong).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it('the configurations of real stacks load by default', () => {
    const files = filesUnder(corpus).filter(
      (file) => /\.ya?ml$/.test(file) && /^scrape_configs:/m.test(readFileSync(file, 'utf8')),
    );
    const ofPrometheus = files.filter(
      (file) => !/promtail|\/loki|\/testdata\/|static-to-alloy|\.bad\.yml$/.test(file),
    );
    expect(ofPrometheus.filter((file) => isRefused(file, false))).toEqual([]);
    expect(ofPrometheus.length).toBeGreaterThan(25);
  });

  it('rule files load', () => {
    const files = filesUnder(join(corpus, 'dashboards/rules')).filter((file) =>
      /^groups:/m.test(readFileSync(file, 'utf8')),
    );
    const meantBad = /\.bad\.ya?ml$|loki-ruler|invalid_rules|extrafields/;
    const refused = files.filter((file) => {
      const content = readFileSync(file, 'utf8');
      return parseRuleFile(content, { file, isStrict: true }).ruleFile === undefined;
    });
    expect(refused.filter((file) => !meantBad.test(file))).toEqual([]);
    expect(refused.length).toBeGreaterThan(15);
    expect(files.length).toBeGreaterThan(50);
  });
});
