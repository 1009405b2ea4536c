// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runNpm } from '../node/npm.mjs'
import { archive } from '../source/archive.ts'
import { sourceFiles } from '../source/files.ts'
import { cut } from './changelog.ts'

const root = join(import.meta.dirname, '../..')
const help = `npm run release [-- VERSION] [--out DIR] [--no-check]

Cuts VERSION (default: the one in package.json) from a clean main branch on which npm run check passes:

  1. CHANGELOG.md: what is Unreleased becomes VERSION with today's date; package.json and package-lock.json follow
  2. DIR (default dist-release): mainforte-VERSION.tar.gz, mainforte-VERSION.cdx.json (CycloneDX), SHA256SUMS
  3. a commit, when anything changed, and the tag vVERSION

Nothing is pushed: look at it, then git push --follow-tags, and publish the files of DIR on the forge.`

const DEVELOPMENT = 'cdx:npm:package:development'
type Component = { 'bom-ref': string; name: string; properties: { name: string; value: string }[] }
/** The parts of CycloneDX 1.5 that we change. */
type Sbom = {
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
const file = (name: string) => readFileSync(join(root, name), 'utf8')
const manifests = ['package.json', 'package-lock.json']

try {
  await main()
} catch (error) {
  console.error(`release: ${(error as Error).message}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(root, 'dist-release') },
      'no-check': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  const version = positionals[0] ?? (JSON.parse(file('package.json')) as { version: string }).version
  if (positionals.length > 1 || !/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/.test(version))
    throw new Error(`${version} is no version`)
  refuseUnready(version)
  if (!values['no-check']) check()
  try {
    write(version)
    await pack(version, resolve(values.out))
  } catch (error) {
    git('checkout', '--', 'CHANGELOG.md', ...manifests)
    throw error
  }
  if (git('status', '--porcelain') !== '') git('commit', '--quiet', '--all', '--message', `release: ${version}`)
  git('tag', '--annotate', '--message', `Mainforte ${version}`, `v${version}`)
  console.log(`v${version} is tagged; its files are in ${resolve(values.out)}. Nothing was pushed.`)
}

function refuseUnready(version: string): void {
  const dirty = git('status', '--porcelain')
  if (dirty !== '') throw new Error(`there is something uncommitted:\n${dirty}`)
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`v${version} is tagged already`)
}

function check(): void {
  const launcher = join(root, 'config/launch.mjs')
  const { status } = spawnSync(process.execPath, [launcher, 'check'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('npm run check does not pass')
}

function write(version: string): void {
  const day = new Date().toISOString().slice(0, 10)
  writeFileSync(join(root, 'CHANGELOG.md'), cut(file('CHANGELOG.md'), version, day))
  for (const name of manifests) {
    const parsed = JSON.parse(file(name)) as { version: string; packages?: Record<string, { version: string }> }
    if (parsed.version === version) continue
    parsed.version = version
    if (parsed.packages?.['']) parsed.packages[''].version = version
    writeFileSync(join(root, name), `${JSON.stringify(parsed, null, 2)}\n`)
  }
}

async function pack(version: string, folder: string): Promise<void> {
  const files = await sourceFiles(root)
  const kept = git('ls-files').split('\n').sort()
  const other = kept.filter((path) => !files.some((one) => one.path === path))
  if (other.length > 0 || files.length !== kept.length) {
    throw new Error(`the archive would not be what git keeps (config/source/files.ts): ${other.join(', ')}`)
  }
  mkdirSync(folder, { recursive: true })
  const name = `mainforte-${version}`
  const parts: [string, Buffer][] = [
    [`${name}.tar.gz`, await archive(root, files, name)],
    [`${name}.cdx.json`, await partsList()],
  ]
  for (const [one, bytes] of parts) writeFileSync(join(folder, one), bytes)
  const sums = parts.map(([one, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${one}\n`)
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
}

/**
 * The packages that a server runs, without network. They are filtered here, because npm's `--omit=dev` also drops
 * packages that a development tool shares with the server.
 */
async function partsList(): Promise<Buffer> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const { code, out, err } = await runNpm(root, args)
  if (code !== 0) throw new Error(`npm sbom ended with ${code}: ${err}`)
  const sbom = JSON.parse(out) as Sbom
  const components = sbom.components.filter((one) => !one.properties.some(({ name }) => name === DEVELOPMENT))
  const kept = new Set([...components, sbom.metadata.component].map((one) => one['bom-ref']))
  const dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) }))
  // npm would give it the name of the folder.
  const metadata = { ...sbom.metadata, component: { ...sbom.metadata.component, name: 'mainforte' } }
  return Buffer.from(`${JSON.stringify({ ...sbom, metadata, components, dependencies }, null, 2)}\n`)
}
