/**
 * Which project may import which, from the one `type:` tag in each project's package.json. An import is judged by the
 * project it lands in; npm's `exports` leave only the index of another project to land on, relative paths do not.
 */
const { globSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** What code of a type may import of other projects. Specs may besides import `type:test`, end-to-end specs also apps. */
const mayImport = {
  pure: ['pure'],
  contract: ['pure', 'contract'],
  infra: ['pure', 'contract', 'infra'],
  test: ['pure', 'contract', 'infra'],
  app: ['pure', 'contract', 'infra'],
};

/** Packages without IO, clock, environment or framework: what pure code may use. */
const purePackages = ['typebox', 'temporal-polyfill', 'canonicalize', 'yaml', 'tslib'];
/** `node:crypto` is hashing and random ids; kernel is where they live. */
const pureBuiltins = ['crypto', 'node:crypto'];

const projects = globSync('{libs,apps}/*/package.json', { cwd: __dirname }).map((file) => {
  const { nx = {} } = JSON.parse(readFileSync(join(__dirname, file), 'utf8'));
  const tags = nx.tags ?? [];
  const type = tags.length === 1 ? /^type:(.+)$/.exec(tags[0])?.[1] : undefined;
  if (!type || !(type in mayImport))
    throw new Error(
      `${file}: nx.tags must hold exactly one of ${Object.keys(mayImport).map((name) => `type:${name}`)}`,
    );
  return { path: dirname(file), type };
});

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const spec = '\\.spec\\.ts$';

/** @param {{ path: string, type: string }} from */
const boundary = (from) => {
  const others = projects.filter(({ path }) => path !== from.path);
  const pathsOf = (allowed) =>
    others.filter(({ type }) => !allowed.includes(type)).map(({ path }) => `^${escape(path)}/`);
  const own = `^${escape(from.path)}/`;
  const allowed = mayImport[from.type];
  const rule = (name, comment, fromPath, to) => ({
    name: `${name}:${from.path}`,
    comment,
    severity: 'error',
    from: fromPath,
    to,
  });
  return [
    rule(
      'tag',
      `type:${from.type} imports only ${allowed.map((type) => `type:${type}`).join(', ')}`,
      { path: own, pathNot: spec },
      { path: pathsOf(allowed) },
    ),
    rule(
      'tag-in-specs',
      'a spec may besides import type:test',
      { path: `${own}.*\\.(unit|int|support)\\.spec\\.ts$` },
      { path: pathsOf([...allowed, 'test']) },
    ),
    rule(
      'tag-in-e2e',
      'an end-to-end spec may besides import type:test and apps',
      { path: `${own}.*\\.e2e\\.spec\\.ts$` },
      { path: pathsOf([...allowed, 'test', 'app']) },
    ),
    rule(
      'index-only',
      'other projects import the index and nothing deeper',
      { path: own },
      {
        path: others.map(({ path }) => `^${escape(path)}/`),
        pathNot: '^(libs|apps)/[^/]+/(src|dist)/(index|telemetry)\\.',
      },
    ),
    ...(from.type !== 'pure'
      ? []
      : [
          rule(
            'pure-packages',
            `pure code uses only ${purePackages.join(', ')}`,
            { path: own, pathNot: spec },
            {
              path: 'node_modules/',
              pathNot: `node_modules/(${purePackages.map(escape).join('|')})/`,
            },
          ),
          rule(
            'pure-builtins',
            'pure code does no IO',
            { path: own, pathNot: spec },
            {
              dependencyTypes: ['core'],
              pathNot: `^(${pureBuiltins.join('|')})$`,
            },
          ),
        ]),
  ].filter(({ to }) => to.path === undefined || to.path.length > 0);
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...projects.flatMap(boundary),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'tools-from-tests-only',
      comment: 'the launcher is no library; libs/testing shares its recipes for servers',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/testing/' },
      to: { path: '^tools/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '/dist/.*\\.map$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, 'tsconfig.base.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
