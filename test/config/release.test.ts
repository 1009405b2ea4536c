// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sourceFiles } from '../../config/source/files.ts'
import { cut } from '../../config/release/changelog.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mainforte-release-'))
const clone = join(folder, 'clone')
const out = join(folder, 'out')
const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: 'pipe' }).trim()
const read = (path: string) => readFileSync(join(clone, path), 'utf8')
const release = (...args: string[]) => {
  const program = join(clone, 'config/release/run.ts')
  const ended = spawnSync(process.execPath, [program, '--out', out, ...args], { cwd: clone, encoding: 'utf8' })
  return { code: ended.status, output: `${ended.stdout}${ended.stderr}` }
}

beforeAll(async () => {
  for (const { path } of await sourceFiles(root)) cpSync(join(root, path), join(clone, path))
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  git('init', '--quiet')
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@example.org')
  writeFileSync(join(clone, '.git/info/exclude'), 'node_modules\n')
  commit('Something', '0.9.0')
})
afterAll(() => rmSync(folder, { recursive: true }))

function commit(unreleased: string, version: string) {
  const before = `# Changelog\n\n## Unreleased\n\n${unreleased}\n\n## ${version} — 2026-01-01\n\nEarlier.\n`
  writeFileSync(join(clone, 'CHANGELOG.md'), before)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'before')
}

it('what is Unreleased becomes the version, and a version is cut once', () => {
  const before = '# Changelog\n\n## Unreleased\n\n### Added\n- A.\n\n## 0.1.0 — 2026-11-28\n- B.\n'
  const after =
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 — 2027-01-31\n\n### Added\n- A.\n\n## 0.1.0 — 2026-11-28\n- B.\n'
  expect(cut(before, '0.2.0', '2027-01-31')).toBe(after)
  expect(cut(after, '0.2.0', '2027-02-01')).toBe(after)
  expect(() => cut(after, '0.3.0', '2027-02-01')).toThrow('nothing is Unreleased')
  expect(() => cut(before, '0.1.0', '2027-02-01')).toThrow('has 0.1.0 already')
  expect(() => cut('# Changelog\n', '0.1.0', '2027-02-01')).toThrow('no ## Unreleased')
})

it('refuses what is uncommitted, a wrong number and a red check, and leaves no trace', () => {
  const head = git('rev-parse', 'HEAD')
  writeFileSync(join(clone, 'server/stray.ts'), '')
  expect(release('--no-check')).toMatchObject({ code: 1, output: expect.stringContaining('server/stray.ts') })
  rmSync(join(clone, 'server/stray.ts'))
  expect(release('one', '--no-check')).toMatchObject({ code: 1, output: expect.stringContaining('one is no version') })
  const launcher = read('config/launch.mjs')
  writeFileSync(join(clone, 'config/launch.mjs'), 'process.exit(process.argv[2] === "check" ? 1 : 0)\n')
  git('commit', '--quiet', '--all', '--message', 'red')
  expect(release('0.2.0')).toMatchObject({ code: 1, output: expect.stringContaining('npm run check does not pass') })
  writeFileSync(join(clone, 'config/launch.mjs'), launcher)
  git('reset', '--quiet', '--hard', head)
  expect([git('tag'), git('status', '--porcelain'), existsSync(out)]).toEqual(['', '', false])
})

it('leaves a tag, a changelog with its date, and an archive, a list of parts and their checksums', async () => {
  expect(release('0.2.0', '--no-check')).toMatchObject({ code: 0, output: expect.stringContaining('v0.2.0 is tagged') })
  expect(git('describe', '--exact-match')).toBe('v0.2.0')
  expect(git('status', '--porcelain')).toBe('')
  expect(read('CHANGELOG.md')).toMatch(/## Unreleased\n\n## 0\.2\.0 — 20\d\d-\d\d-\d\d\n\nSomething\n/)
  const lock = JSON.parse(read('package-lock.json'))
  expect([JSON.parse(read('package.json')).version, lock.version, lock.packages[''].version]).toEqual(
    Array(3).fill('0.2.0'),
  )
  expect(git('show', '--numstat', '--format=', 'HEAD', '--', 'package.json', 'package-lock.json')).toBe(
    '2\t2\tpackage-lock.json\n1\t1\tpackage.json',
  )
  expect(readdirSync(out).toSorted()).toEqual(['SHA256SUMS', 'mainforte-0.2.0.cdx.json', 'mainforte-0.2.0.tar.gz'])
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex')
  for (const line of readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
    const [expected, name = ''] = line.split('  ')
    expect(sum(name)).toBe(expected)
  }
  const sbom = JSON.parse(readFileSync(join(out, 'mainforte-0.2.0.cdx.json'), 'utf8'))
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'mainforte', version: '0.2.0' } },
  })
  const parts = sbom.components.map((part: { name: string }) => part.name)
  expect(parts).toEqual(expect.arrayContaining(Object.keys(JSON.parse(read('package.json')).dependencies)))
  expect(parts).not.toContain('jest')
  expect(JSON.stringify(sbom.dependencies)).not.toContain('jest@')
  const listed = execFileSync('tar', ['-tzf', join(out, 'mainforte-0.2.0.tar.gz')], { encoding: 'utf8' }).trim()
  expect(listed.split('\n')).toEqual(
    git('ls-files')
      .split('\n')
      .sort()
      .map((path) => `mainforte-0.2.0/${path}`),
  )
  expect(release('0.2.0', '--no-check')).toMatchObject({ code: 1, output: expect.stringContaining('tagged already') })
})
