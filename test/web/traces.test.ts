// SPDX-License-Identifier: AGPL-3.0-or-later
// What people do leaves no secret in logs, pages and tables, and one line of audit without the data.
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { routes } from '../../server/routes.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { run } from '../support/many-rows.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

async function aDay(world: World) {
  const visitor = world.browser()
  await visitor.post('/sign-in', { login: 'amina@example.org', password: 'un-mauvais-mot-de-passe' })
  await visitor.post('/password/forgot', { login: 'chloe@example.org' })
  const link = await world.linkFor('chloe@example.org')
  await visitor.get(link)
  const amina = await world.signIn('amina')
  await amina.get('/settings')
  await amina
    .fill('Nom de la personne', 'Chloé Tremblay')
    .fill('Téléphone', '03 80 11 22 33')
    .press('Enregistrer les réglages')
  await amina.get(`/work/people/${world.id('bastien')}`)
  await amina.choose('Tient les comptes').press('Enregistrer')
  await amina.get('/work/people.csv')
  await amina.get('/operator/mails')
  await amina.follow('mot de passe')
  await amina.get('/operator/mails.csv')
  const pages = [
    await visitor.get('/nowhere?token=abc'),
    await visitor.get('/password/not-a-token'),
    await visitor.get('/actor', { accept: 'application/activity+json' }),
    await visitor.get('/outbox', { accept: 'application/activity+json' }),
  ].map(({ html }) => html)
  return { pages, cookie: amina.cookie.split('=')[1]!, token: link.split('/').at(-1)! }
}

const tables = async (world: World, except: string[]) => {
  const { db } = world.deps
  const names = (await db.introspection.getTables()).map(({ name }) => name).filter((name) => !except.includes(name))
  const all = names.map(async (name) => JSON.stringify((await sql`select * from ${sql.table(name)}`.execute(db)).rows))
  return (await Promise.all(all)).join('\n')
}

it('leaves no secret in the logs, in pages of faults, in what is federated, nor in any table', async () => {
  const world = await startApp()
  const { pages, cookie, token } = await aDay(world)
  const logs = world.logged.join('\n')
  expect(logs.length).toBeGreaterThan(500)
  const secrets = [PASSWORD, 'un-mauvais-mot-de-passe', cookie, token]
  for (const secret of secrets) {
    expect(logs).not.toContain(secret)
    // A mail kept for want of a mail server holds its link, until it is deleted.
    expect(await tables(world, ['mails'])).not.toContain(secret)
  }
  expect(logs).not.toMatch(/[\w.]+@example\.org/)
  const { private_sealed } = await world.deps.db.selectFrom('fed_keys').selectAll().executeTakeFirstOrThrow()
  for (const text of [logs, ...pages]) {
    expect(text).not.toContain(private_sealed)
    expect(text).not.toMatch(/PRIVATE KEY|\$argon2|SQLITE_|\.ts:\d+/)
    expect(text).not.toMatch(/(?:amina|bastien|chloe|david|elise|farid)@example\.org/)
  }
})

it('notes who changed settings and roles, took lists home and read what is personal, without the data itself', async () => {
  const world = await startApp()
  await aDay(world)
  const rows = await world.deps.db.selectFrom('events').selectAll().execute()
  const ofAmina = rows.filter(({ actor_id }) => actor_id === world.id('amina')).map(({ type }) => type)
  for (const type of ['association.updated', 'person.roles_changed', 'people.exported', 'mail.read', 'mails.exported'])
    expect(ofAmina.filter((one) => one === type)).toEqual([type])
  for (const { details } of rows) {
    expect(details).not.toMatch(/@|Tremblay|Chlo|03 80/)
    expect(
      Object.values(JSON.parse(details) as object).every((value) => typeof value !== 'object' || value === null),
    ).toBe(true)
  }
})

describe('web kind 7: logs name routes, never paths', () => {
  const MARK = 'Zq7kQ9'
  /** A secret of 43 signs, as in a mailed link, in several spellings; each has the mark or its code in it. */
  const SPELLINGS = [
    MARK + 'a'.repeat(37),
    `%${MARK.charCodeAt(0).toString(16)}${MARK.slice(1)}${'a'.repeat(37)}`,
    `${'a'.repeat(20)}%2D${MARK}${'b'.repeat(16)}`,
    `jean.${MARK}%40example.org`,
    `${MARK}%E0%A4%A`,
    `${MARK}/..%2f${MARK}`,
  ]

  it('whatever is asked for, whatever fails', async () => {
    const world = await startApp()
    // Mailed links, applications and offers can then not be looked up: each page that needs them fails.
    for (const table of ['tokens', 'applications', 'offers'])
      await run(world.deps.db, `ALTER TABLE ${table} RENAME TO ${table}_gone`)
    const paths = routes.filter(({ path }) => path.includes(':')).map(({ path, method }) => ({ path, method }))
    const ask = async (address: string, method: string) => {
      const headers = { origin: world.url, 'accept-encoding': 'identity' }
      await (await fetch(world.url + address, { method, redirect: 'manual', headers })).arrayBuffer()
    }
    for (const { path, method } of [...paths, { path: '/nowhere/:name', method: 'get' }]) {
      const addresses = SPELLINGS.map((spelling) => `${path.replaceAll(/:\w+/g, spelling)}?x=${spelling}`)
      const [plain = ''] = addresses
      addresses.push(
        plain.replace(/^\/\w+/, (first) => first.toUpperCase()),
        `/${plain}`,
        plain.replace('?', '/?'),
      )
      await Promise.all(addresses.map((address) => ask(address, method.toUpperCase())))
    }
    const logs = world.logged.join('\n')
    expect(logs).toMatch(/a request failed .*status=500 route=\/password\/:token/)
    expect(logs).toContain('route=none')
    expect(logs).not.toMatch(/q7kQ9|aaaaaa|jean\./)
  })
})
