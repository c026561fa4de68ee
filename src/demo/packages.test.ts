import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { assertDemoPackages, demoPackages } from './packages.ts';

describe('the packages of the demo', () => {
  it('are the versions of package.json', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [name, version] of Object.entries(demoPackages)) {
      expect(`${name}@${devDependencies[name]}`).toBe(`${name}@${version}`);
    }
  });
  it('are here in a checkout', () => expect(() => assertDemoPackages()).not.toThrow());
  it('are named with their versions where they lack', () => {
    const check = () => assertDemoPackages((name) => name !== 'pino');
    expect(check).toThrow(InputError);
    expect(check).toThrow('npm install --no-save pino@10.4.0');
  });
});
