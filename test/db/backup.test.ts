// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { sql } from 'kysely'
import { readConfig } from '../../config/env.ts'
import { copyDatabase } from '../../db/copy.ts'
import { openConnection } from '../../db/open.ts'
import { findJob } from '../../db/queries/operator.ts'
import { backup, restore, verifyBackup } from '../../server/cli/backup.ts'
import { createI18n } from '../../server/text/i18n.ts'
import { doctor } from '../../server/cli/doctor.ts'
import { DAY, HOUR, heldClock } from '../../server/base/clock.ts'
import { createInstance, type Instance } from '../../server/create-instance.ts'
import { startJobs } from '../../server/jobs.ts'
import { BACKUP_JOB, CHECKS, checkDatabase, emptyJournal } from '../../server/operator/nightly.ts'
import { newestBackup } from '../../server/operator/backup.ts'
import { superseded, type Copy } from '../../server/operator/rules.ts'
import { createBrowser } from '../support/browser.ts'
import { emptyDatabase } from '../support/kept-databases.ts'
import { randomFrom } from '../support/random.ts'
import { PASSWORD, fillWorld } from '../support/world.ts'

const folders: string[] = []
const instances: Instance[] = []
let printed: string[] = []
beforeEach(() => {
  printed = []
  for (const name of ['log', 'error'] as const)
    jest.spyOn(console, name).mockImplementation((line: unknown) => void printed.push(String(line)))
})
afterEach(async () => {
  jest.restoreAllMocks()
  for (const instance of instances.splice(0)) await instance.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
  folders.push(folder)
  return folder
}

function configOf(folder: string) {
  const env = { NODE_ENV: 'test', DATA_DIR: folder, PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'silent' }
  const reading = readConfig(env)
  if (!reading.ok) throw new Error(reading.faults.join())
  return { ...reading.config, port: 0 }
}

const EVENING = '2026-11-22T20:00:00.000Z'
async function started(folder = newFolder(), at = EVENING) {
  const clock = heldClock(at)
  const file = join(folder, 'mainforte.sqlite')
  if (!existsSync(file)) writeFileSync(file, emptyDatabase(at), { mode: 0o600 })
  const instance = await createInstance(configOf(folder), { clock })
  instances.push(instance)
  if (!(await instance.deps.db.selectFrom('people').select('id').executeTakeFirst())) await fillWorld(instance.deps, {})
  const ring = async () => {
    const jobs = startJobs(instance.deps)
    await jobs.runAll()
    await jobs.stop()
  }
  const backups = () => (existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')).toSorted() : [])
  return { folder, instance, clock, ring, backups, file }
}

async function stop(): Promise<void> {
  await instances.pop()!.stop()
}

async function operatorPage({ instance }: { instance: Instance }): Promise<string> {
  const b = createBrowser(`http://127.0.0.1:${(await instance.listen()).port}`, 'http://localhost:3000')
  await b.post('/sign-in', { login: 'amina@example.org', password: PASSWORD })
  await b.get('/operator')
  return b.text
}

describe('the daily backup', () => {
  it('is made the first hour, then once a night, and missed nights are made up for', async () => {
    const world = await started()
    await world.ring()
    expect(world.backups()).toEqual(['20261122200000.sqlite'])
    expect((statSync(join(world.folder, 'backups', '20261122200000.sqlite')).mode & 0o777).toString(8)).toBe('600')
    const made = async (...hours: string[]) => {
      const before = world.backups()
      for (const hour of hours) {
        world.clock.set(`2026-${hour}:00.000Z`)
        await world.ring()
      }
      return world.backups().filter((name) => !before.includes(name))
    }
    expect(await made('11-23T14:00', '11-24T02:00', '11-24T03:00')).toEqual(['20261124020000.sqlite'])
    // A machine that was off at night, and is on the night after.
    expect(await made('11-25T10:00', '11-25T11:00', '11-26T02:00')).toEqual([
      '20261125100000.sqlite',
      '20261126020000.sqlite',
    ])
    expect(await made('12-01T11:00')).toEqual(['20261201110000.sqlite'])
    expect(await operatorPage(world)).toMatch(
      new RegExp(`La dernière est du 1er décembre 2026 à 12:00 \\([\\d,]+\\s[kM]o\\), dans ${world.folder}/backups\\.`),
    )
  })

  it('holds what was committed before it began, while people go on writing', async () => {
    const world = await started()
    const { db } = world.instance.deps
    await db.insertInto('throttle').values({ key: 'before', count: 1, resets_at: '2027-01-01' }).execute()
    let goesOn = true
    const writing = (async () => {
      for (let n = 0; goesOn; n++) {
        await db
          .insertInto('throttle')
          .values({ key: `later ${n}`, count: n, resets_at: '2027-01-01' })
          .execute()
        await new Promise(setImmediate)
      }
    })()
    await world.ring()
    goesOn = false
    await writing
    const copy = openConnection(join(world.folder, 'backups', world.backups()[0]!))
    const count = copy.prepare("SELECT count(*) FROM throttle WHERE key = 'before'").pluck().get()
    copy.close()
    expect(count).toBe(1)
  })

  it('that fails shows the operator why, is tried again, and takes no good one away', async () => {
    const world = await started()
    await world.ring()
    world.clock.set('2026-11-24T02:00:00.000Z')
    // A folder with the name of the copy, so that nothing can be written there.
    const inTheWay = join(world.folder, 'backups', '20261124020000.sqlite.part')
    mkdirSync(join(inTheWay, 'full'), { recursive: true })
    await world.ring()
    expect((await findJob(world.instance.deps.db, BACKUP_JOB))?.last_error).toMatch(/directory/)
    expect(await operatorPage(world)).toMatch(/Sauvegarde À surveiller .*n’a pas abouti.* Elle sera refaite/)
    rmSync(inTheWay, { recursive: true })
    // By day: a failed backup is not tried only in the next night.
    world.clock.set('2026-11-24T09:00:00.000Z')
    await world.ring()
    expect(world.backups()).toEqual(['20261122200000.sqlite', '20261124090000.sqlite'])
    expect((await findJob(world.instance.deps.db, BACKUP_JOB))?.last_error).toBeNull()
  })

  it('is not kept when the database is damaged, and the page shows it', async () => {
    const world = await started()
    await world.ring()
    const own = openConnection(world.file)
    own.pragma('foreign_keys = OFF')
    own.exec("INSERT INTO people_roles (person_id, role, granted_at) VALUES ('nobody', 'volunteer', '2026-11-22')")
    own.close()
    world.clock.set('2026-11-24T02:00:00.000Z')
    await world.ring()
    expect(world.backups()).toEqual(['20261122200000.sqlite'])
    expect(await operatorPage(world)).toContain('la copie était abîmée')
  })

  it('leaves nothing half made behind when the process was killed in the middle', async () => {
    const world = await started()
    mkdirSync(join(world.folder, 'backups'))
    writeFileSync(join(world.folder, 'backups', '20261121020000.sqlite.part'), 'half')
    await world.ring()
    expect(world.backups()).toEqual(['20261122200000.sqlite'])
  })
})

it('the nightly check finds what is wrong in the file, while the event loop goes round', async () => {
  const world = await started()
  const own = openConnection(world.file)
  own.pragma('ignore_check_constraints = ON')
  own.exec("UPDATE association SET currency = 'XXX'")
  own.close()
  world.clock.set('2026-11-24T02:00:00.000Z')
  let rounds = 0
  let isDone = false
  const counting = (async () => {
    for (; !isDone; rounds++) await new Promise(setImmediate)
  })()
  await checkDatabase(world.instance.deps)
  isDone = true
  await counting
  const faults = async (check: 'quick' | 'full') => (await findJob(world.instance.deps.db, CHECKS[check]))?.last_error
  expect(await faults('quick')).toBe('CHECK constraint failed in association')
  expect(await faults('full')).toBe('CHECK constraint failed in association')
  // Two threads are started meanwhile; on the loop itself a check is one call.
  expect(rounds).toBeGreaterThan(10)
})

describe('old copies', () => {
  const copy = (at: string, kind: Copy['kind'] = 'daily'): Copy => ({ name: `${kind} ${at.slice(0, 10)}`, at, kind })
  const nights = (from: string, count: number) =>
    Array.from({ length: count }, (_, n) => copy(new Date(Date.parse(from) + n * DAY).toISOString()))

  it('of seven days, five weeks and twelve months stay, however many nights there were', () => {
    let copies: Copy[] = []
    for (const night of nights('2025-01-01T02:00:00Z', 500)) {
      copies.push(night)
      const gone = superseded(copies, night.name, new Date(night.at))
      copies = copies.filter(({ name }) => !gone.includes(name))
      expect(copies.length).toBeLessThanOrEqual(7 + 5 + 12)
    }
    expect(copies.map(({ at }) => at.slice(0, 10))).toEqual([
      '2025-06-30',
      '2025-07-31',
      '2025-08-31',
      '2025-09-30',
      '2025-10-31',
      '2025-11-30',
      '2025-12-31',
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-19',
      '2026-04-26',
      '2026-04-30',
      '2026-05-03',
      '2026-05-09',
      '2026-05-10',
      '2026-05-11',
      '2026-05-12',
      '2026-05-13',
      '2026-05-14',
      '2026-05-15',
    ])
  })

  it('stay after a year without a machine, and the one just made stays on a wrong clock', () => {
    const old = nights('2025-01-01T02:00:00Z', 3)
    expect(superseded(old, old[2]!.name, new Date('2026-11-22'))).toEqual([])
    const ahead = nights('2031-01-01T02:00:00Z', 40)
    const made = copy('2026-11-22T02:00:00Z')
    expect(superseded([...ahead, made], made.name, new Date(made.at))).not.toContain(made.name)
  })

  it('from before an update stay a month, the newest of them always', () => {
    const before = ['2026-01-05', '2026-10-01', '2026-11-10'].map((day) => copy(`${day}T10:00:00.000Z`, 'before'))
    const made = copy('2026-11-22T02:00:00.000Z')
    const gone = (now: string) => superseded([...before, made], made.name, new Date(now))
    expect(gone('2026-11-22')).toEqual(['before 2026-01-05', 'before 2026-10-01'])
    expect(gone('2027-11-22')).not.toContain('before 2026-11-10')
  })
})

describe('a restore', () => {
  const run = (command: typeof restore, folder: string, words: string[], options = {}) =>
    command.run(configOf(folder), words, options, createI18n().for('en'))

  async function stoppedInstance() {
    const world = await started()
    const copy = join(world.folder, 'backups', 'kept.sqlite')
    expect(await run(backup, world.folder, [copy])).toBe(0)
    await world.instance.deps.db.updateTable('association').set({ name: 'Après' }).execute()
    return { ...world, copy }
  }
  const nameIn = (file: string) => {
    const own = openConnection(file)
    const name = own.prepare('SELECT name FROM association').pluck().get()
    own.close()
    return name
  }

  it('is refused while the server runs, and puts the present database aside when it is stopped', async () => {
    const { folder, copy, file, backups } = await stoppedInstance()
    await expect(run(restore, folder, [copy], { yes: true })).rejects.toThrow('the server is running')
    expect(nameIn(file)).toBe('Après')
    await stop()
    await expect(run(restore, folder, [copy])).rejects.toThrow('add --yes')
    expect(await run(restore, folder, [copy], { yes: true })).toBe(0)
    expect(nameIn(file)).toBe('Les Jardins du Canal')
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
    const aside = backups().find((name) => /^before-restore-\d{14}\.sqlite$/.test(name))
    expect(nameIn(join(folder, 'backups', aside!))).toBe('Après')
    const again = await started(folder)
    expect(await operatorPage(again)).toContain('État du serveur')
  })

  it('works on a fresh machine with the key of the old one, and reports a key that is missing or another', async () => {
    const { folder, copy } = await stoppedInstance()
    await stop()
    const fresh = newFolder()
    await expect(run(restore, fresh, [copy], { yes: true })).rejects.toThrow('put the secret.key')
    writeFileSync(join(fresh, 'secret.key'), 'another-key-another-key-another-key-another-key')
    await expect(run(restore, fresh, [copy], { yes: true })).rejects.toThrow('made with another secret key')
    expect(readdirSync(fresh)).toEqual(['secret.key'])
    copyFileSync(join(folder, 'secret.key'), join(fresh, 'secret.key'))
    expect(await run(verifyBackup, fresh, [copy])).toBe(0)
    expect(printed.at(-1)).toContain('sound: 6 people, 0 offers, 0 lines of hours, of http://localhost:3000')
    expect(await run(restore, fresh, [copy], { yes: true })).toBe(0)
    await started(fresh)
    await stop()
    writeFileSync(join(fresh, 'secret.key'), 'another-key-another-key-another-key-another-key')
    await expect(createInstance(configOf(fresh))).rejects.toThrow('not the one this database was made with')
  })

  it('also replaces a database that is damaged beyond reading, and keeps it', async () => {
    const { folder, copy, file, backups } = await stoppedInstance()
    await stop()
    truncateSync(file, 5000)
    expect(await run(restore, folder, [copy], { yes: true })).toBe(0)
    expect(nameIn(file)).toBe('Les Jardins du Canal')
    expect(backups().some((name) => name.startsWith('before-restore-'))).toBe(true)
  })

  it.each<[string, (copy: string) => void, RegExp]>([
    ['cut short', (copy) => truncateSync(copy, 40_000), /malformed|cannot be read|damaged/],
    ['no database', (copy) => writeFileSync(copy, 'bonjour '.repeat(999)), /not a database/],
    ['not there', (copy) => rmSync(copy), /is not there/],
    ['of another program', (copy) => change(copy, 'PRAGMA application_id = 7'), /not a Mainforte database/],
    ['of a newer version', (copy) => change(copy, 'PRAGMA user_version = 9999'), /newer Mainforte/],
    [
      'of a sister of this version',
      (copy) => change(copy, "UPDATE migrations SET name = '209901010000-other' WHERE name LIKE '%core'"),
      /newer Mainforte/,
    ],
    [
      'full of loose ends',
      (copy) => change(copy, "INSERT INTO people_roles VALUES ('nobody', 'volunteer', '2026-11-22', NULL)"),
      /rows point to nothing/,
    ],
  ])('is refused for a file that is %s, and nothing is changed', async (_what, spoil, why) => {
    const { folder, copy, file } = await stoppedInstance()
    await stop()
    spoil(copy)
    await expect(run(restore, folder, [copy], { yes: true })).rejects.toThrow(why)
    expect(await run(verifyBackup, folder, [copy])).toBe(1)
    expect(nameIn(file)).toBe('Après')
  })

  function change(file: string, text: string): void {
    const own = openConnection(file)
    own.pragma('journal_mode = DELETE')
    own.pragma('foreign_keys = OFF')
    own.exec(text)
    own.close()
  }

  it('never overwrites: a copy whose name is taken is refused', async () => {
    const { folder, copy } = await stoppedInstance()
    await expect(run(backup, folder, [copy])).rejects.toThrow('there_already')
    const own = openConnection(copy)
    expect(() => copyDatabase(own, copy)).toThrow('there_already')
    own.close()
  })

  it('is what the doctor asks about: is there a backup, and how old is it?', async () => {
    const { folder, ring, clock } = await stoppedInstance()
    await run(doctor, folder, [])
    expect(printed.join('\n')).toMatch(/no backup yet\n {6}→ /)
    clock.set(new Date().toISOString())
    await ring()
    expect(newestBackup(folder, new Date(Date.now() + HOUR))?.bytes).toBeGreaterThan(100_000)
    await run(doctor, folder, [])
    expect(printed.join('\n')).toContain('last backup 0 h ago')
  })
})

it('what was deleted leaves the write-ahead log with the job of the night, while the server runs (web L3)', async () => {
  const folder = newFolder()
  const { instance } = await started(folder)
  const wal = join(folder, 'mainforte.sqlite-wal')
  expect(statSync(wal).size).toBeGreaterThan(0)
  await emptyJournal(instance.deps)
  expect(statSync(wal).size).toBe(0)
})

it('web H3: nothing of a deleted row stays between the others, where a page was split or joined', async () => {
  const folder = newFolder()
  const { instance } = await started(folder)
  const { next } = randomFrom(20_261_129)
  const nameOf = (at: number) => `ZQ${String(at).padStart(6, '0')}X`
  const many = openConnection(join(folder, 'mainforte.sqlite'))
  many.pragma('synchronous = OFF')
  many.exec('CREATE TEMP TABLE ids (name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID')
  const add = many.prepare(`INSERT INTO enquiries (id, state, given_name, family_name, email, email_key, phone, locale,
    wishes, place_name, place_code, created_at, seen_at, updated_at) VALUES (?, 'new', ?, '', '', '', '', 'fr', ?, '', '', '', '', '')`)
  const keep = many.prepare('INSERT INTO ids VALUES (?, ?)')
  const ofName = '(SELECT id FROM ids WHERE name = ?)'
  const grow = many.prepare(`UPDATE enquiries SET wishes = ? WHERE id = ${ofName}`)
  const remove = many.prepare(`DELETE FROM enquiries WHERE id = ${ofName}`)
  const gone = Array.from({ length: 2_000 }, () => nameOf(Math.floor(next() * 5_000)))
  many.transaction(() => {
    for (let at = 0; at < 5_000; at++) {
      const id = next().toString(36)
      add.run(id, nameOf(at), 'x'.repeat(next() * 300))
      keep.run(nameOf(at), id)
    }
  })()
  for (let turn = 0; turn < 3_000; turn++) grow.run('y'.repeat(next() * 600), nameOf(Math.floor(next() * 5_000)))
  for (const name of gone) remove.run(name)
  many.pragma('wal_checkpoint(TRUNCATE)')
  many.close()
  const left = () => {
    const there = new Set(readFileSync(join(folder, 'mainforte.sqlite'), 'latin1').match(/ZQ\d{6}X/g))
    return gone.filter((name) => there.has(name)).length
  }
  const numbers = async () =>
    (await sql<{ n: number }>`select rowid as n from enquiries order by id`.execute(instance.deps.db)).rows
  const before = await numbers()
  expect(left()).toBeGreaterThan(0)
  await emptyJournal(instance.deps)
  expect(left()).toBe(0)
  // Addresses of pages name a row by its number.
  expect(await numbers()).toEqual(before)
})
