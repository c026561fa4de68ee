// The tidy rules can fail: each is shown a breach, and something close to it that is fine.
import { describe, expect, it } from 'vitest';
import { findDeadLinks, findMissingLockEntries, findOrphanedGoldenFiles } from './documents.ts';
import { findBadHabits, findBannedNames, findLeftovers } from './habits.ts';
import { findImportBreaches, parseImportLaw } from './import-law.ts';
import { findRatchetBreaches } from './ratchet.ts';
import { importsOf, type SourceFile, withoutComments } from './source-file.ts';

const table = `# Architecture

| folder | may import |
|---|---|
| lib | — |
| model, sql | lib |
| store | sql, model, lib |
| receiver | model, lib |
| query | store, model, lib |
| api | query, lib |
| web | query, api, model, lib |
| sightline, main, cli | everything |
`;
const law = parseImportLaw(table);
const file = (path: string, text = ''): SourceFile => ({ path, text });

describe('parseImportLaw', () => {
  it('reads rows, lists and words', () => {
    expect(law.get('lib')).toEqual(new Set());
    expect(law.get('sql')).toEqual(new Set(['lib']));
    expect(law.get('main')).toBe('everything');
  });
  it('refuses a document without the table', () => {
    expect(() => parseImportLaw('# Architecture')).toThrow(/no table/);
  });
});

describe('importsOf', () => {
  const finds = (text: string, ...specifiers: string[]) =>
    it(text.replaceAll('\n', ' '), () =>
      expect(importsOf(file('a.ts', text)).map((entry) => entry.specifier)).toEqual(specifiers),
    );
  finds("import { a } from '#lib/a.ts';", '#lib/a.ts');
  finds("import {\n  a,\n  b,\n} from './b.ts';\nimport './c.css';", './b.ts', './c.css');
  finds("export { a } from './a.ts';\nexport type { B } from './b.ts';", './a.ts', './b.ts');
  finds("const page = await import('./page.ts');", './page.ts');
  finds("const text = 'from';\nexport const b = 'x';");
  it('knows type imports', () => {
    const [entry] = importsOf(file('a.ts', "\nimport type { A } from '#lib/a.ts';"));
    expect(entry).toMatchObject({ isTypeOnly: true, line: 2 });
  });
});

describe('the import law', () => {
  const breaks = (path: string, specifier: string, message: RegExp) =>
    it(`${path} breaks it with ${specifier}`, () =>
      expect(
        findImportBreaches([file(path, `import { a } from '${specifier}';`)], law).join('\n'),
      ).toMatch(message));
  const keeps = (path: string, specifier: string, keyword = 'import') =>
    it(`${path} keeps it with ${keyword} ${specifier}`, () =>
      expect(
        findImportBreaches([file(path, `${keyword} { a } from '${specifier}';`)], law),
      ).toEqual([]));

  breaks('src/model/a.ts', '#store/contract.ts', /model may not import store/);
  breaks('src/receiver/otlp/a.ts', '../loki/b.ts', /sibling receiver\/loki/);
  breaks('src/api/loki/a.ts', '#api/tempo/b.ts', /sibling api\/tempo/);
  breaks('src/query/promql/a.ts', '../logql/b.ts', /promql may not import logql/);
  breaks('src/query/vector/a.ts', '../logql/b.ts', /vector may not import logql/);
  breaks('src/store/a.ts', '../lib/a.ts', /write '#lib\/a.ts'/);
  breaks('src/store/a.ts', '#nowhere/a.ts', /store may not import nowhere/);
  breaks('src/nowhere/a.ts', '#lib/a.ts', /not in the import table/);
  breaks('src/store/writer/a.ts', '@clickhouse/client', /only src\/store\/driver/);
  breaks('src/sql/a.ts', 'node:fs', /browser/);
  breaks('src/query/promql/check/a.ts', 'node:fs', /browser/);
  breaks('src/web/a.ts', '#api/loki/query.ts', /only types/);
  breaks('src/web/a.ts', '#query/promql/engine.ts', /only syntax/);
  breaks('src/main.ts', '../tool/build.ts', /only src\/ ships/);
  keeps('src/model/a.ts', '#lib/a.ts');
  keeps('src/api/loki/a.ts', '../error-response.ts');
  keeps('src/api/index.ts', './loki/a.ts');
  keeps('src/cli/up.ts', '../sightline.ts');
  keeps('src/query/promql/a.ts', '../vector/b.ts');
  keeps('src/store/driver/a.ts', 'ffi-rs');
  keeps('src/main.ts', '#store/contract.ts');
  keeps('src/model/a.test.ts', '#store/contract.ts');
  keeps('src/web/a.ts', '#api/loki/query-type.ts', 'import type');
  keeps('src/web/a.ts', '#query/promql/syntax/parse.ts');

  it('follows what the web reaches', () => {
    const files = [
      file('src/web/a.ts', "import { b } from '#lib/b.ts';"),
      file('src/lib/b.ts', "import { c } from './c.ts';"),
      file('src/lib/c.ts', "import { readFileSync } from 'node:fs';"),
      file('src/lib/unreached.ts', "import { readFileSync } from 'node:fs';"),
    ];
    expect(findImportBreaches(files, law)).toEqual([
      'src/lib/c.ts:1: imports node:fs, but src/web/a.ts brings it to the browser',
    ]);
  });
});

describe('habits', () => {
  const bad = (path: string, text: string, message: RegExp) =>
    it(`${path} must not say ${text}`, () =>
      expect(findBadHabits([file(path, text)]).join('\n')).toMatch(message));
  const good = (path: string, text: string) =>
    it(`${path} may say ${text}`, () => expect(findBadHabits([file(path, text)])).toEqual([]));

  bad('src/store/a.ts', 'const now = Date.now();', /lib\/clock/);
  bad('src/store/a.ts', 'const now = new Date();', /lib\/clock/);
  bad('src/store/a.ts', 'const dice = Math.random();', /lib\/random/);
  bad('src/store/a.ts', 'const home = process.env.HOME;', /environment/);
  bad('src/store/a.ts', '// TODO: finish', /finish it/);
  bad('test/e2e/a.test.ts', "it.only('a', () => {});", /tests run/);
  bad('src/lib/a.test.ts', "describe.skip('a', () => {});", /tests run/);
  bad('docs/guide/a.md', 'cd /root/sightline', /one machine/);
  good('src/lib/clock.ts', 'const now = Date.now();');
  good('src/web/a.ts', 'const now = Date.now();');
  good('src/store/a.ts', 'const then = new Date(ms);');
  good('src/store/a.ts', '// Date.now() is for lib/clock.ts only.');
  good('src/store/a.test.ts', 'const now = Date.now();');
  good('src/config/a.ts', 'const home = process.env.HOME;');
  good('src/store/a.ts', '// TODO(#12): finish');
  good('src/store/a.test.ts', "it.skipIf(!existsSync(folder))('needs the corpus', () => {});");
});

describe('names', () => {
  const bad = (path: string) =>
    it(path, () => expect(findBannedNames([file(path)])).toHaveLength(1));
  const good = (path: string) => it(path, () => expect(findBannedNames([file(path)])).toEqual([]));
  bad('src/lib/utils.ts');
  bad('src/store/query-helper.ts');
  bad('src/common/a.ts');
  bad('src/server/HTTP-Handler.ts');
  good('src/store/driver/data-dir-lock.ts');
  good('src/web/data/loki.ts');
  good('src/web/data/loki/labels.ts');
  bad('src/web/data/loki/utils.ts');
  good('src/connector/service-graph/a.ts');
  good('docs/data/misc.md');
  it('finds leftovers', () => {
    expect(findLeftovers([file('src/a.ts.old'), file('src/b.ts'), file('c.bak')])).toHaveLength(2);
  });
});

describe('the ratchet', () => {
  const lines = (count: number): string => 'x;\n'.repeat(count);
  const none = { longFiles: {}, counts: {} };
  const find = (text: string, ratchet = {}) =>
    findRatchetBreaches([file('src/a.ts', text)], { ...none, ...ratchet }).join('\n');
  const listed = (most: number) => ({ longFiles: { 'src/a.ts': most } });

  it('takes 400 lines', () => expect(find(lines(400))).toBe(''));
  it('refuses 401', () => expect(find(lines(401))).toMatch(/401 lines, at most 400; split/));
  it('knows exceptions', () => expect(find(lines(450), listed(460))).toBe(''));
  it('refuses their growth', () => expect(find(lines(461), listed(460))).toMatch(/at most 460/));
  it('follows their shrinking', () => expect(find(lines(420), listed(460))).toMatch(/write 420/));
  it('ends an exception', () => expect(find(lines(390), listed(460))).toMatch(/remove its line/));
  it('forgets files that are gone', () =>
    expect(find('', { longFiles: { 'src/b.ts': 500 } })).toMatch(/gone/));
  it('counts any', () => expect(find('let a: any;')).toMatch(/any: 1, at most 0/));
  it('leaves words alone', () => expect(find("// as any\nconst a = 'if any';")).toBe(''));
  it('counts ignored rules', () => expect(find('// biome-ignore lint: x')).toMatch(/at most 0/));
  it('wants improvements written down', () =>
    expect(find('', { counts: { any: 2 } })).toMatch(/only 0 left/));
});

describe('documents', () => {
  it('finds dead links', () => {
    const files = [
      file('README.md', '![a](docs/a.png) [b](docs/) [c](https://example.org) [d](#d) [e](no.md)'),
      file('docs/a.png'),
    ];
    expect(findDeadLinks(files)).toEqual([
      'README.md: links to no.md, which is not in the repository',
    ]);
  });
  it('finds golden files without a test', () => {
    const golden = [file('src/a/golden/one.sql'), file('src/a/golden/two.sql')];
    const named = file('src/a/a.test.ts', "matches('./golden/one.sql')");
    const made = file('src/a/a.test.ts', 'matches(`./golden/${name}.sql`)');
    expect(findOrphanedGoldenFiles([...golden, named])).toHaveLength(1);
    expect(findOrphanedGoldenFiles([...golden, made])).toEqual([]);
    expect(findOrphanedGoldenFiles(golden)).toHaveLength(2);
  });
  it('finds what a lock file lacks', () => {
    const lock = (packages: object) => JSON.stringify({ packages });
    const root = { optionalDependencies: { a: '1.0.0' } };
    expect(findMissingLockEntries(lock({ '': root }))).toHaveLength(1);
    expect(findMissingLockEntries(lock({ '': root, 'node_modules/a': {} }))).toEqual([]);
  });
});

describe('withoutComments', () => {
  const leaves = (text: string, code: string) =>
    it(text, () => expect(withoutComments(text).trim()).toBe(code));
  leaves('a; // b', 'a;');
  leaves('/* a */ b;', 'b;');
  leaves("const a = 'http://b'; // c", "const a = 'http://b';");
});
