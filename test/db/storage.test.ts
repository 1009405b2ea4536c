// SPDX-License-Identifier: AGPL-3.0-or-later
// The database file is locked, full, read-only, damaged or gone: what happens to people's work?
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import type Database from 'better-sqlite3'
import sharp from 'sharp'
import { readConfig } from '../../config/env.ts'
import { openConnection } from '../../db/open.ts'
import { createInstance, type Instance } from '../../server/create-instance.ts'
import { createBrowser } from '../support/browser.ts'
import { PASSWORD, fillWorld } from '../support/world.ts'

const folders: string[] = []
const instances: Instance[] = []
afterEach(async () => {
  for (const instance of instances.splice(0)) await instance.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
  folders.push(folder)
  return folder
}

function configOf(folder: string) {
  const reading = readConfig({
    NODE_ENV: 'test',
    DATA_DIR: folder,
    PUBLIC_URL: 'http://localhost:3000',
    LOG_LEVEL: 'silent',
  })
  if (!reading.ok) throw new Error(reading.faults.join())
  return { ...reading.config, port: 0 }
}

async function started(folder = newFolder()) {
  const instance = await createInstance(configOf(folder))
  instances.push(instance)
  await fillWorld(instance.deps, {})
  const url = `http://127.0.0.1:${(await instance.listen()).port}`
  const b = createBrowser(url, 'http://localhost:3000')
  await b.post('/sign-in', { login: 'amina@example.org', password: PASSWORD })
  return { folder, instance, url, b, file: join(folder, 'mainforte.sqlite') }
}

async function stopped(folder = newFolder()): Promise<string> {
  await started(folder)
  await instances.pop()!.stop()
  return folder
}

type Started = Awaited<ReturnType<typeof started>>
async function sendLogo({ b }: Started, alt: string) {
  const create = {
    width: 200,
    height: 200,
    channels: 3,
    background: 'white',
    noise: { type: 'gaussian', mean: 120, sigma: 90 },
  } as const
  const bytes = await sharp({ create }).png().toBuffer()
  await b.get('/settings')
  const label = b.hasButton('Enlever le logo') ? 'Une autre image' : 'Votre image'
  b.attach(label, { name: 'logo.png', type: 'image/png', bytes }).fill('Ce que montre l’image', alt)
  await b.press('Enregistrer le logo')
}
const health = async ({ url }: Started) => [(await fetch(`${url}/livez`)).status, (await fetch(`${url}/readyz`)).status]
const logosIn = (file: string) => {
  const own = openConnection(file)
  const found = own.prepare('SELECT logo_alt, (SELECT count(*) FROM uploads) FROM association').raw().get()
  own.close()
  return found
}

const pragma = async ({ instance }: Started, text: string) => {
  const { sql } = await import('kysely')
  await sql.raw(`pragma ${text}`).execute(instance.deps.db)
}

describe('a form that cannot be saved', () => {
  const HOLD: Record<string, (world: Started) => Promise<() => Promise<void>>> = {
    async 'locked by another process'(world) {
      const other: Database.Database = openConnection(world.file)
      await world.instance.settle()
      other.exec('BEGIN IMMEDIATE')
      return async () => void other.close()
    },
    async 'read-only'(world) {
      await pragma(world, 'query_only = ON')
      return () => pragma(world, 'query_only = OFF')
    },
    async 'on a full disk'(world) {
      await pragma(world, 'max_page_count = 1')
      return () => pragma(world, 'max_page_count = 1073741823')
    },
  }

  it.each(Object.keys(HOLD))(
    'because the file is %s gives a plain 503, and the next try works without a restart',
    async (why) => {
      const world = await started()
      const letGo = await HOLD[why]!(world)
      await sendLogo(world, 'Une bêche')
      expect(world.b.status).toBe(503)
      expect(world.b.headers.get('retry-after')).toBe('30')
      expect(world.b.text).not.toMatch(/SQLITE|\.ts:/)
      if (why !== 'on a full disk') expect(await health(world)).toEqual([200, 503])
      await letGo()
      expect(logosIn(world.file)).toEqual(['', 0])
      expect(await health(world)).toEqual([200, 200])
      await sendLogo(world, 'Une vague')
      expect(logosIn(world.file)).toEqual(['Une vague', 1])
    },
  )
})

describe('while nothing can be written', () => {
  it('because another process holds the lock, everybody reads (web M5)', async () => {
    const world = await started()
    await world.instance.deps.db.updateTable('sessions').set({ seen_at: '2026-01-01T00:00:00.000Z' }).execute()
    await world.b.post('/sign-in', { login: 'amina@example.org', password: PASSWORD })
    const session = { headers: { cookie: world.b.cookie, accept: 'text/html' } }
    const other = openConnection(world.file)
    await world.instance.settle()
    other.exec('BEGIN IMMEDIATE')
    let isAnswered = false
    const saving = sendLogo(world, 'Une bêche').then(() => (isAnswered = true))
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (const path of ['/livez', '/offers', '/my', '/work/offers']) {
      const answer = await fetch(world.url + path, session)
      expect([path, answer.status, isAnswered]).toEqual([path, 200, false])
      await answer.arrayBuffer()
    }
    other.exec('ROLLBACK')
    other.close()
    await saving
    expect([world.b.status, logosIn(world.file)]).toEqual([200, ['Une bêche', 1]])
  })

  it('because the disk is full, whoever has a message waiting reads it (web L9)', async () => {
    const world = await started()
    const content = JSON.stringify({ flash: { key: 'accounts.profile.saved', params: {}, kind: 'ok' } })
    await world.instance.deps.db.updateTable('sessions').set({ content }).execute()
    await pragma(world, 'query_only = ON')
    for (const path of ['/my', '/my/hours', '/work']) expect((await world.b.get(path)).status).toBe(200)
    expect(world.b.html).toContain('class="flash"')
    await pragma(world, 'query_only = OFF')
    await world.b.get('/my')
    expect((await world.b.get('/my')).html).not.toContain('class="flash"')
  })
})

describe('a start', () => {
  it('refuses a folder that another server uses, whatever its port (web M6)', async () => {
    const { folder } = await started()
    await expect(createInstance(configOf(folder))).rejects.toThrow('another Mainforte server uses')
    await instances.pop()!.stop()
    instances.push(await createInstance(configOf(folder)))
  })

  it.each([
    ['before anything was in the file', (file: string) => writeFileSync(file, '')],
    [
      'after its first table, as an earlier version wrote it',
      (file: string) =>
        openConnection(file).exec('CREATE TABLE migrations (name TEXT PRIMARY KEY, at TEXT) STRICT').close(),
    ],
  ])('goes on where the first one was killed, %s (web L5)', async (_when, leave) => {
    const folder = newFolder()
    leave(join(folder, 'mainforte.sqlite'))
    const world = await started(folder)
    expect(await health(world)).toEqual([200, 200])
  })

  it('makes files that only their owner can read, copies before a migration too', async () => {
    const folder = await stopped()
    const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)])
    expect(Object.fromEntries(modes)).toEqual({
      'mainforte.created': '600',
      'mainforte.sqlite': '600',
      'secret.key': '600',
      'server.lock': '600',
    })
    const { file } = await started(newFolder())
    expect((statSync(`${file}-wal`).mode & 0o777).toString(8)).toBe('600')
  })

  it.each<[string, (file: string) => void, RegExp]>([
    ['gone although it was there', (file) => unlinkSync(file), /is not there; it was before/],
    ['cut short', (file) => truncateSync(file, 5000), /malformed|not a database|damaged/],
    [
      'something else',
      (file) => writeFileSync(file, 'Chère Amina, voici la liste des bénévoles.'.repeat(99)),
      /not a database/,
    ],
  ])('refuses a database that is %s, and never puts an empty one in its place', async (_what, spoil, why) => {
    const folder = await stopped()
    const file = join(folder, 'mainforte.sqlite')
    spoil(file)
    const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size])
    await expect(createInstance(configOf(folder))).rejects.toThrow(why)
    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size])).toEqual(before)
  })

  it('refuses the database of another program', async () => {
    const folder = newFolder()
    const other = openConnection(join(folder, 'mainforte.sqlite'))
    other.exec('CREATE TABLE notes (text TEXT)')
    other.close()
    await expect(createInstance(configOf(folder))).rejects.toThrow('not a Mainforte database')
  })

  it('refuses another secret key than the one it began with, and makes none in place of one that is gone', async () => {
    const folder = await stopped()
    const file = join(folder, 'secret.key')
    const other = { ...configOf(folder), secretKey: 'another secret, long enough to be believed' }
    await expect(createInstance(other)).rejects.toThrow('SECRET_KEY is not the one')
    const kept = readFileSync(file)
    unlinkSync(file)
    await expect(createInstance(configOf(folder))).rejects.toThrow('Put back the file secret.key')
    expect(readdirSync(folder)).not.toContain('secret.key')
    writeFileSync(file, kept)
    instances.push(await createInstance(configOf(folder)))
  })

  it('refuses a database moved to another address, and names its own address', async () => {
    const folder = await stopped()
    const elsewhere = newFolder()
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(elsewhere, name))
    const moved = { ...configOf(elsewhere), publicUrl: 'http://localhost:4000' }
    await expect(createInstance(moved)).rejects.toThrow('this instance was started as http://localhost:3000')
  })
})
