// SPDX-License-Identifier: AGPL-3.0-or-later
// What opens an account, and what ends it: each cause ends all of them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { findSession, insertSession } from '../../db/queries/sessions.ts'
import { findToken, insertToken } from '../../db/queries/tokens.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { beginSecondFactor } from '../../server/accounts/commands/second-factor.ts'
import { resetPassword } from '../../server/accounts/commands/operator.ts'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { issueToken, lookAtToken, type Purpose } from '../../server/accounts/tokens.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { runCommand } from '../support/commands.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const GOOD = 'radis violette caravane'
const SECRET_KEY = 'a-secret-for-tests-only-a-secret-for-tests-only'
const isIn = async (b: Browser) => (await b.get('/my')).url === '/my'
const offersChoice = async (b: Browser, name: string) => (await b.get('/sign-in/who')).text.includes(name)

/** Complete, or it does not compile. That to sign in is mailed; the others left out are of nobody. */
const PURPOSES: Record<Exclude<Purpose, 'setup' | 'sign-in' | 'email-undo' | 'alert'>, true> = {
  password: true,
  welcome: true,
  email: true,
  'email-leave': true,
  erasure: true,
}

type Thing = { name: string; isAlive: (world: World) => Promise<boolean> }

/** All that opens Chloé's account, or stays one step from it; David has the same mailbox and password. */
async function openThings(world: World): Promise<Thing[]> {
  const { deps } = world
  const password_hash = await hashPassword(deps, PASSWORD)
  const shared = { email: 'chloe@example.org', email_key: 'chloe@example.org', password_hash }
  for (const name of ['david', 'chloe'] as const) await updatePerson(deps.db, world.id(name), shared)
  const [session, half] = [world.browser(), world.browser()]
  await session.post('/sign-in', { login: '1003', password: PASSWORD })
  await half.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
  await world.browser().post('/sign-in/link', { login: 'chloe@example.org' })
  const link = await world.linkFor('chloe@example.org')
  await beginSecondFactor(deps, viewerOf(world.id('chloe'), 'Chloé', ['volunteer']), PASSWORD)
  const kept = [session.cookie, half.cookie]
  const again = (other: World, cookie: string) => Object.assign(other.browser(), { cookie })
  const things: Thing[] = [
    { name: 'session', isAlive: (now) => isIn(again(now, kept[0]!)) },
    { name: 'half-made sign-in', isAlive: (now) => offersChoice(again(now, kept[1]!), 'Chloé') },
    {
      name: 'link to sign in, for the mailbox',
      async isAlive(now) {
        const b = now.browser()
        await b.post(link, {})
        return b.text.includes('Chloé')
      },
    },
    {
      name: 'unfinished second factor',
      isAlive: async ({ deps: { db }, id }) => Boolean((await findPerson(db, id('chloe')))?.totp_secret),
    },
  ]
  for (const purpose of Object.keys(PURPOSES) as Purpose[]) {
    const token = await transact(deps, (tx) => issueToken(tx, deps, purpose, { personId: world.id('chloe') }))
    things.push({
      name: `link: ${purpose}`,
      isAlive: async (now) => Boolean(await lookAtToken(now.deps.db, now.deps, purpose, token)),
    })
  }
  const renewal = { hash: 'renewal', purpose: 'renewal', person_id: world.id('chloe'), subject_id: 'x' }
  await insertToken(deps.db, { ...renewal, created_at: deps.clock.iso(), expires_at: '2027-01-01T00:00:00.000Z' })
  const find = (now: World) => findToken(now.deps.db, 'renewal', 'renewal', now.deps.clock.iso())
  things.push({ name: 'link: renewal', isAlive: async (now) => Boolean(await find(now)) })
  return things
}

const living = async (world: World, things: Thing[]) => {
  const found: string[] = []
  for (const thing of things) if (await thing.isAlive(world)) found.push(thing.name)
  return found
}

const chloe = async (world: World) => {
  const b = world.browser()
  await b.post('/sign-in', { login: '1003', password: PASSWORD })
  return b
}

/** Each comes after the things were made, in the same millisecond: nothing may depend on the clock having moved. */
const CAUSES: Record<string, (world: World) => Promise<unknown>> = {
  'a new password, by the person': async (world) => {
    const b = await chloe(world)
    await b.post('/my/security/password', { current: PASSWORD, password: GOOD })
    expect(await isIn(b)).toBe(true)
  },
  'a new password, by a link': async (world) => {
    const { deps } = world
    const token = await transact(deps, (tx) => issueToken(tx, deps, 'password', { personId: world.id('chloe') }))
    await world.browser().post(`/password/${token}`, { password: GOOD })
  },
  'a password chosen with the welcome': async (world) => {
    const { deps } = world
    const token = await transact(deps, (tx) => issueToken(tx, deps, 'welcome', { personId: world.id('chloe') }))
    await world.browser().post(`/welcome/${token}`, { way: 'password', password: GOOD })
  },
  'the operator’s reset of everyone at the mailbox': async (world) => {
    expect(await resetPassword(world.deps, 'chloe@example.org')).toHaveLength(2)
  },
  'shutting out and letting in again': async (world) => {
    const b = await world.signIn('bastien')
    await b.post(`/work/people/${world.id('chloe')}/suspension`, {})
    await b.post(`/work/people/${world.id('chloe')}/return`, {})
  },
  'a change of address': async (world) => {
    const { deps } = world
    const holder = { personId: world.id('chloe'), content: { email: 'nouvelle@example.org' } }
    const token = await transact(deps, (tx) => issueToken(tx, deps, 'email', holder))
    await world.browser().post(`/email/${token}`, {})
    expect((await findPerson(deps.db, world.id('chloe')))?.email).toBe('nouvelle@example.org')
  },
  'ending the other sessions': async (world) => {
    const b = await chloe(world)
    await b.post('/my/security/sessions/ending', { session: 'others' })
    expect(await isIn(b)).toBe(true)
  },
}

describe('web H1: what ends access is one function', () => {
  it('and everything that it ends is alive before', async () => {
    const world = await startApp()
    const things = await openThings(world)
    expect(await living(world, things)).toEqual(things.map(({ name }) => name))
  })

  it.each(Object.keys(CAUSES))('%s ends every session, half-made sign-in and link of before', async (cause) => {
    const world = await startApp()
    const things = await openThings(world)
    await CAUSES[cause]!(world)
    expect(await living(world, things)).toEqual([])
  })

  it('nothing of a restored backup comes back to life', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
    const file = join(folder, DATABASE_FILE)
    const before = await startApp({ file })
    const things = await openThings(before)
    const env = { DATA_DIR: folder, PUBLIC_URL: 'http://localhost:3000', SECRET_KEY }
    const copy = join(folder, 'copy.sqlite')
    expect((await runCommand(['backup', copy], env)).code).toBe(0)
    await stopApps()
    const ended = await runCommand(['restore', copy, '--yes'], env)
    expect([ended.code, ended.err]).toEqual([0, ''])
    const after = await startApp({ file, empty: true, hasKey: false })
    expect(await living(Object.assign(after, { id: before.id }), things)).toEqual([])
    expect((await (await chloe(after)).get('/my')).heading).toBe('Bonjour Chloé')
    await stopApps()
    rmSync(folder, { recursive: true })
  })

  it('the other people of the mailbox keep theirs, and a sign-in that was proved before opens nothing after', async () => {
    const world = await startApp()
    await openThings(world)
    const david = await world.browser().post('/sign-in', { login: '1004', password: PASSWORD })
    const old = (await findPerson(world.deps.db, world.id('chloe')))!
    await CAUSES['shutting out and letting in again']!(world)
    expect(await isIn(david)).toBe(true)
    const now = world.deps.clock.iso()
    const late = {
      id_hash: 'late',
      person_id: old.id,
      access_version: old.access_version,
      created_at: now,
      seen_at: now,
    }
    await insertSession(world.deps.db, { ...late, expires_at: '2027-01-01T00:00:00.000Z' })
    expect(await findSession(world.deps.db, 'late', now)).toBeUndefined()
  })
})
