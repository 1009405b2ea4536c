// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's commands as they are typed: their output and their exit code.
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { DATABASE_FILE, openConnection } from '../../db/open.ts'
import { readConfig } from '../../config/env.ts'
import { createInstance } from '../../server/create-instance.ts'
import { readTexts } from '../support/texts.ts'
import { runCommand, type Ended } from '../support/commands.ts'
import { portAt } from '../support/ports.ts'
import { CHILD_ENV } from '../support/processes.ts'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (words: string[], env: Record<string, string> = {}) =>
  runCommand(words, { DATA_DIR: folder, PUBLIC_URL: 'http://localhost:3999', ...env })

async function runAll(calls: Parameters<typeof run>[]): Promise<Ended[]> {
  const ends: Ended[] = []
  for (const one of calls) ends.push(await run(...one))
  return ends
}

const NAMES = [
  'doctor',
  'create-admin',
  'reset-password',
  'export-person',
  'erase-person',
  'backup',
  'verify-backup',
  'restore',
  'migrate',
  'block-domain',
  'allow-domain',
  'queue',
  'places',
]

it('each command explains itself, is in the list and in INSTALL.md, and refuses words it does not know', async () => {
  const list = await run(['--help'])
  expect(list.code).toBe(0)
  expect([...list.out.matchAll(/^ {2}([a-z-]+) {2}/gm)].map(([, name]) => name)).toEqual(NAMES)
  for (const file of ['INSTALL.md', 'INSTALL.en.md']) {
    const install = readFileSync(join(ROOT, file), 'utf8')
    expect(NAMES.filter((name) => !install.includes(`\`${name}\``))).toEqual([])
  }
  const helps = await runAll(NAMES.map((name) => [[name, '--help']]))
  for (const [at, { code, out, err }] of helps.entries())
    expect([code, err, out.split('\n')[0]]).toEqual([0, '', expect.stringMatching(`^mainforte ${NAMES[at]}\\b`)])
  const wrong = await runAll(NAMES.map((name) => [[name, 'one', 'two', 'three']]))
  expect(wrong.map(({ code, out }) => [code, out])).toEqual(NAMES.map(() => [2, '']))
  expect(wrong.every(({ err }, at) => err.includes(`mainforte ${NAMES[at]}`))).toBe(true)
})

it('the program itself ends with that code', async () => {
  const env = { ...CHILD_ENV, DATA_DIR: folder }
  const code = await new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'server/cli.ts'), 'restore'], { env }, (error) => resolve(error?.code))
  })
  expect(code).toBe(2)
})

it('a wrong call ends with 2, what could not be done with 1', async () => {
  const ends = await runAll([
    [['nothing']],
    [['constructor']],
    [['backup', '--quickly']],
    [['create-admin']],
    [['restore']],
    [['verify-backup', join(folder, 'nothing.sqlite')]],
    [['backup']],
    [['migrate'], { PORT: 'x' }],
  ])
  expect(ends.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 1, 1, 1])
  expect(ends.every(({ err }) => err !== '' && !/\bat .+:\d+:\d+/.test(err))).toBe(true)
})

it('a backup is good when a restore here would take it as it is: sound, and made with the key that is here', async () => {
  const own = join(folder, 'own')
  const copy = join(folder, 'copy.sqlite')
  const key = 'the-key-of-this-instance-the-key-of-this-site'
  const here = (words: string[], more: Record<string, string> = {}) =>
    run(words, { DATA_DIR: own, SECRET_KEY: key, ...more })
  for (const words of [['migrate'], ['backup', copy]]) expect((await here(words)).code).toBe(0)
  const good = await here(['verify-backup', copy])
  expect([good.code, good.err]).toEqual([0, ''])
  const elsewhere = { DATA_DIR: join(folder, 'elsewhere'), SECRET_KEY: '' }
  for (const [env, why] of [
    [{ SECRET_KEY: 'another-key-another-key-another-key' }, 'it was made with another secret key; put the secret.key'],
    [elsewhere, 'put the secret.key that was kept with it at'],
  ] as const) {
    const foreign = await here(['verify-backup', copy], env)
    expect([foreign.code, foreign.out]).toEqual([1, good.out])
    expect(foreign.err).toContain(`a restore here would not take it: ${why}`)
    expect((await here(['restore', copy, '--yes'], env)).code).toBe(1)
  }
  expect((await here(['restore', copy, '--yes'])).code).toBe(0)
})

it('the doctor checks everything, shows how to repair each fault, and ends with 1 when there is one', async () => {
  expect((await run(['migrate'])).code).toBe(0)
  const well = await run(['doctor'])
  expect(well.code).toBe(0)
  for (const line of [/^ok {4}Node /m, /data folder/, /MB free/, /database is sound/, /secret key fits/, /clock reads/])
    expect(well.out).toMatch(line)
  const moved = await run(['doctor'], { PUBLIC_URL: 'http://localhost:3998', SMTP_URL: 'smtp://127.0.0.1:9' })
  expect(moved.code).toBe(1)
  expect(moved.out).toMatch(/fault .*partners know us as http:\/\/localhost:3999\n {6}→ set PUBLIC_URL=/)
  expect(moved.out).toMatch(/fault the mail server does not answer.*\n {6}→ check SMTP_URL/)
  const another = await run(['doctor'], { SECRET_KEY: 'another-key-another-key-another-key' })
  expect(another.out).toMatch(/fault the secret key does not fit the database\n {6}→ it was made with another/)
  writeFileSync(join(folder, 'mainforte.sqlite'), 'nothing of ours '.repeat(999))
  const broken = await run(['doctor'])
  expect(broken.code).toBe(1)
  expect(broken.out).toMatch(/fault it cannot be read/)
  for (const { out } of [well, moved, another, broken])
    expect(
      out.split('\n').filter((line, at, all) => /^(note|fault)/.test(line) && !/^ {6}→ ./.test(all[at + 1] ?? '')),
    ).toEqual([])
})

it('the doctor looks at the folder into which answers by mail are delivered', async () => {
  const replies = join(folder, 'replies')
  const env = { MAIL_REPLIES: 'reponses@example.org', MAIL_REPLIES_DIR: replies }
  const without = await run(['doctor'], env)
  expect([without.code, without.err]).toEqual([1, expect.stringContaining('MAIL_REPLIES_DIR must be a folder')])
  mkdirSync(replies)
  expect((await run(['doctor'], env)).out).toMatch(
    /note {2}no mail has arrived in \S+replies yet.*\n {6}→ send a message/,
  )
  mkdirSync(join(replies, 'new'))
  const well = await run(['doctor'], env)
  expect(well.out).toMatch(/ok {4}answers by mail arrive at reponses@example.org, in \S+replies\n/)
  writeFileSync(join(replies, 'new/1'), '')
  utimesSync(join(replies, 'new/1'), 1, 1)
  expect((await run(['doctor'], env)).out).toMatch(/note {2}1 answer has waited in .*\n {6}→ is the server running/)
})

it('the doctor of an instance that is not set up yet shows the first step, and finds no fault of a proxy', async () => {
  const env = {
    PORT: String(portAt(45)),
    PUBLIC_URL: `http://localhost:${portAt(45)}`,
    DATA_DIR: join(folder, 'fresh'),
    LOG_LEVEL: 'silent',
  }
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join())
  const instance = await createInstance(reading.config)
  try {
    await instance.listen()
    const { code, out } = await run(['doctor'], env)
    expect(code).toBe(0)
    expect(out).toMatch(/^note {2}nobody has set it up yet\n {6}→ start the server and open the link/m)
    expect(out).toContain('ok    the server answers at its public address')
    const second = await start('server/main.ts', [], { ...env, PUBLIC_URL: '', DATA_DIR: join(folder, 'second') })
    expect(second).toBe(`1 port ${portAt(45)} is taken; is Mainforte running already? Otherwise choose another PORT\n`)
  } finally {
    await instance.stop()
  }
})

function start(file: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const options = { env: { ...CHILD_ENV, ...env } }
    execFile(process.execPath, [join(ROOT, file), ...args], options, (error, _out, output) =>
      resolve(`${error?.code} ${output}`),
    )
  })
}

it('a demonstration to begin again leaves one that runs as it is', async () => {
  const data = join(folder, 'demo')
  const centreFolder = join(data, 'centre')
  mkdirSync(centreFolder, { recursive: true })
  const begin = (port: number) => start('server/demo/run.ts', ['--reset', '--data', data, '--port', String(port)])
  // Its page of mails is the last of its four ports.
  const page = createServer().listen(portAt(43), '127.0.0.1')
  await once(page, 'listening')
  expect(await begin(portAt(40))).toBe(`1 port ${portAt(43)} is taken by another program; choose others with --port\n`)
  page.close()
  await once(page, 'close')
  const running = openConnection(join(centreFolder, DATABASE_FILE))
  running.exec('CREATE TABLE life (month TEXT) STRICT')
  expect(await begin(portAt(40))).toMatch(/^1 the server is running; stop it first\n$/)
  running.close()
  expect(existsSync(join(centreFolder, DATABASE_FILE))).toBe(true)
})

async function begun(args: string[]): Promise<string> {
  const options = { env: CHILD_ENV }
  const child = execFile(process.execPath, [join(ROOT, 'server/demo/run.ts'), ...args], options)
  let output = ''
  child.stderr!.on('data', (text: string) => (output += text))
  child.stdout!.on('data', (text: string) => text.includes('demo ready') && child.kill('SIGINT'))
  const [code] = (await once(child, 'exit')) as [number]
  return `${code} ${output}`
}

it('a demonstration is made anew, empty or filled, only when nothing was done in it', async () => {
  const data = join(folder, 'turns')
  const here = ['--data', data, '--port', String(portAt(46))]
  expect(await begun([...here, '--empty'])).toBe('0 mainforte: preparing three empty instances…\n')
  expect(await begun([...here, '--empty'])).toBe('0 ')
  const centreOf = () => openConnection(join(data, 'centre', DATABASE_FILE))
  const act = "INSERT INTO events (at, type, actor_id, details) SELECT ?, ?, id, '{}' FROM people LIMIT 1"
  const at = new Date().toISOString()
  let centre = centreOf()
  centre.prepare(act).run(at, 'session.signed_in')
  centre.close()
  const mark = join(data, 'filled.json')
  writeFileSync(mark, readFileSync(mark, 'utf8').replace('"empty":true', '"empty":false'))
  expect(await begun([...here, '--empty'])).toContain('nothing was done in the instances since; they are made anew')
  centre = centreOf()
  centre.prepare(act).run(at, 'association.changed')
  expect(await start('server/demo/run.ts', here)).toBe(
    '1 this demonstration began with --empty, and something was done in it since; add --empty to go on with it, or add --reset to begin again from nothing\n',
  )
  expect(centre.prepare("SELECT count(*) FROM events WHERE type = 'association.changed'").pluck().get()).toBe(1)
  centre.close()
})

it('an instance beside the demonstration may take part when it is named', () => {
  const place = { key: 'centre', port: 3940, url: 'http://localhost:3940', dataDir: folder }
  const asked = `import('./server/demo/children.ts').then(({ environmentOf }) => {
    console.log(environmentOf(${JSON.stringify(place)}, [${JSON.stringify(place)}], '').FEDERATION_ALLOW_HOSTS)
  })`
  const hosts = (env: Record<string, string>) =>
    execFileSync(process.execPath, ['-e', asked], { cwd: ROOT, env, encoding: 'utf8' }).trim()
  expect(hosts({})).toBe('localhost:3940')
  expect(hosts({ FEDERATION_ALLOW_HOSTS: 'localhost:3010' })).toBe('localhost:3940,localhost:3010')
})

/** What a command prints in a language: its help, a wrong call, and what it does on an empty folder. */
async function spoken(name: string, env: Record<string, string>): Promise<string> {
  const words: Record<string, string[]> = {
    'create-admin': [],
    'reset-password': ['nobody@example.org'],
    'export-person': ['nobody@example.org', join(folder, 'nobody.json')],
    'erase-person': ['nobody@example.org'],
    'verify-backup': [join(folder, 'nothing.sqlite')],
    restore: [join(folder, 'nothing.sqlite')],
    'block-domain': ['!'],
    'allow-domain': ['!'],
  }
  const ends = await runAll([
    [[name, '--help'], env],
    [[name, '--wrong'], env],
    [[name, ...(words[name] ?? [])], env],
    [[name, ...(words[name] ?? [])], { ...env, PORT: '0', SMPT_URL: 'x', NOW: 'x', TRUSTED_PROXIES: 'x, 0.0.0.0/0' }],
    [['verify-backup', join(folder, 'foreign.sqlite')], env],
  ])
  return ends.map(({ out, err }) => `${out}\n${err}`).join('\n')
}

it('pages F20: every command speaks French and English, by the language of the person at the machine', async () => {
  const DATA_DIR = join(folder, 'languages')
  writeFileSync(join(folder, 'foreign.sqlite'), '')
  const french = { ...readTexts('fr') }
  const english = readTexts('en')
  for (const name of NAMES) {
    const does = `cli.${name === 'verify-backup' ? 'verify' : name.replace(/-domain$/, '').replace('-', '_')}.does`
    const told = await spoken(name, { DATA_DIR, LANG: 'fr_CA.UTF-8' })
    const fold = told.replaceAll('\u00a0', ' ')
    expect([name, fold.includes(french[does]!), fold.includes(french['cli.ends']!)]).toEqual([name, true, true])
    for (const [key, text] of Object.entries(english))
      if (key.startsWith('cli.') && text.length > 12 && !text.includes('{') && text !== french[key])
        expect([name, key, told.includes(text)]).toEqual([name, key, false])
    expect([name, told.match(/\b(must|cannot|is not|it was)\b/)?.[0]]).toEqual([name, undefined])
    const inEnglish = await spoken(name, { DATA_DIR, LC_ALL: 'en_GB.UTF-8', LANG: 'fr_FR.UTF-8' })
    expect([name, inEnglish.includes(english[does]!)]).toEqual([name, true])
  }
})

it('pages F20: where the machine names no language, a command speaks that of the site, and French before there is one', async () => {
  const DATA_DIR = join(folder, 'of-the-site')
  const env = { DATA_DIR, LANG: 'C.UTF-8' }
  const says = async () => (await run(['migrate'], env)).out
  expect(await says()).toBe('La base est à jour.')
  const connection = openConnection(join(DATA_DIR, DATABASE_FILE))
  const at = '2026-11-22T09:00:00.000Z'
  const insert = `INSERT INTO association (kind, handle, name, locale, created_at, updated_at) VALUES ('association', 'a1', 'Aa', ?, '${at}', '${at}')`
  connection.prepare(insert).run('en')
  expect(await says()).toBe('The database is up to date.')
  connection.prepare('UPDATE association SET locale = ?').run('fr-CA')
  connection.close()
  expect(await says()).toBe('La base est à jour.')
  expect((await run(['doctor'], env)).out).toMatch(/la base est saine\s: 0 personne, 0 annonce\n/)
  expect((await run(['doctor'], { ...env, LANG: 'en' })).out).toMatch(/the database is sound: 0 people, 0 offers\n/)
})

it('an administrator may have one name only', async () => {
  const env = { DATA_DIR: join(folder, 'one-name') }
  const told = await run(['create-admin', '--email', 'sukarno@example.org', '--given', 'Sukarno'], env)
  expect([told.code, told.err, told.out]).toEqual([
    0,
    '',
    expect.stringMatching(/^http:\/\/localhost:3999\/setup\/\S+$/),
  ])
  expect(await run(['create-admin', '--email', 'sukarno@example.org'], env)).toMatchObject({ code: 2, out: '' })
})
