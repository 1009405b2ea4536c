// SPDX-License-Identifier: AGPL-3.0-or-later
// Requests to correct data or no longer use it: who asks, by when they are answered, and what a restriction stops.
import { afterEach, describe, expect, it } from '@jest/globals'
import { updateAssociation } from '../../db/queries/association.ts'
import { listAcceptedPeople } from '../../db/queries/hours-sheet.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { DAY } from '../../server/base/clock.ts'
import { enqueueMail } from '../../server/mail/queue.ts'
import { endRestrictions } from '../../server/privacy/requests/commands.ts'
import { dueOn } from '../../server/privacy/requests/rules.ts'
import { eraseInactive } from '../../server/privacy/timetable.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const LIST = '/operator/privacy/requests'

async function asked(kind: 'correction' | 'restriction', world?: World): Promise<{ world: World; b: Browser }> {
  const here = world ?? (await startApp())
  const b = await here.signIn('chloe')
  await b.get('/my/data')
  await b.follow('Demander une correction, ou ne plus utiliser mes données')
  b.choose(kind === 'correction' ? 'Corriger des données' : 'Ne plus utiliser les données')
  await b.fill('Expliquez', 'Mon numéro de membre est faux.').press('Envoyer la demande')
  return { world: here, b }
}

const requestId = async ({ deps }: World) =>
  (await deps.db.selectFrom('privacy_requests').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()).id

async function answered(world: World, decision: 'done' | 'refused', answer = ''): Promise<Browser> {
  const amina = await world.signIn('amina')
  await amina.post(`${LIST}/${await requestId(world)}`, { decision, answer })
  return amina
}

const mailed = async (world: World) => (await world.mails()).map(({ to, template }) => `${template} ${to}`)

describe('web H3: a request about one’s data', () => {
  it('is told to both sides, listed with its day, answered, and the answer told', async () => {
    const { world, b } = await asked('correction')
    expect([b.url, b.text.includes('Votre demande est partie')]).toEqual(['/my/data', true])
    expect(await mailed(world)).toEqual(['privacy/received chloe@example.org', 'privacy/asked amina@example.org'])
    const amina = await world.signIn('amina')
    await amina.get('/operator/privacy')
    await amina.follow('Demandes')
    expect(amina.text).toMatch(/Chloé Tremblay Corriger des données 22 novembre 2026 22 décembre 2026 En attente/)
    await amina.follow('Chloé Tremblay')
    expect(amina.text).toContain('Mon numéro de membre est faux.')
    await amina.choose('C’est refusé').press('Envoyer la réponse')
    expect(Object.values(amina.errors())).toEqual(['Dites pourquoi c’est refusé.'])
    await amina.fill('Votre réponse', 'Il est juste.').press('Envoyer la réponse')
    expect([amina.url, amina.text.includes('Refusée')]).toEqual([LIST, true])
    const [mail] = (await world.mails()).filter(({ template }) => template === 'privacy/answered')
    expect(mail).toMatchObject({ to: 'chloe@example.org', text: expect.stringContaining('Il est juste.') })
    await b.get('/my/data')
    expect(b.text).toMatch(/Mon numéro de membre est faux[\s\S]*Il est juste/)
    await amina.post(`${LIST}/${await requestId(world)}`, { decision: 'done', answer: '' })
    expect(amina.status).toBe(409)
  })

  it('is due in 30 days in Québec, and late after that', async () => {
    const world = await startApp()
    await updateAssociation(world.deps.db, { country: 'CA' }, 1)
    await asked('correction', world)
    const amina = await world.signIn('amina')
    await amina.get(LIST)
    expect(amina.text).toContain('22 décembre 2026 En attente')
    const row = await world.deps.db.selectFrom('privacy_requests').selectAll().executeTakeFirstOrThrow()
    expect([row.received_on, row.due_on]).toEqual(['2026-11-22', '2026-12-22'])
    await world.deps.db.updateTable('privacy_requests').set({ due_on: '2026-11-21' }).execute()
    await amina.get(LIST)
    expect(amina.text).toContain('En retard')
  })

  it.each([
    ['2026-01-31', '2026-02-28', '2026-03-02'],
    ['2026-12-15', '2027-01-15', '2027-01-14'],
  ])('received on %s is due on %s in France, on %s in Québec', (received, france, quebec) => {
    expect([dueOn(received, 'FR'), dueOn(received, 'CA')]).toEqual([france, quebec])
  })

  it('made by telephone is noted by the team, on its day', async () => {
    const world = await startApp()
    const bastien = await world.signIn('bastien')
    await bastien.get(`/work/people/${world.id('chloe')}`)
    await bastien.follow('Noter une demande sur ses données')
    bastien.choose('Corriger des données').fill('Expliquez', 'Elle a appelé.')
    await bastien.fill('Reçue le', '2027-01-01').press('Envoyer la demande')
    expect(Object.values(bastien.errors())).toEqual(['Ce jour n’est pas encore venu.'])
    await bastien.fill('Reçue le', '2026-11-20').press('Envoyer la demande')
    expect(bastien.text).toContain('La demande de Chloé Tremblay est notée.')
    const row = await world.deps.db.selectFrom('privacy_requests').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ source: 'coordinator', entered_by: world.id('bastien'), due_on: '2026-12-20' })
    expect((await bastien.get(LIST)).status).toBe(403)
  })

  it('cannot be sent without end', async () => {
    const { world, b } = await asked('correction')
    for (let n = 0; n < 4; n++) await b.post('/my/data/request', { kind: 'correction', said: `Encore ${n}` })
    await b.post('/my/data/request', { kind: 'correction', said: 'De trop' })
    expect([b.status, Object.values(b.errors()).join()]).toEqual([422, expect.stringContaining('attendent déjà')])
    expect(await world.deps.db.selectFrom('privacy_requests').selectAll().execute()).toHaveLength(5)
  })

  it('goes with the person who is erased', async () => {
    const { world } = await asked('correction')
    await (await world.signIn('amina')).post(`/work/people/${world.id('chloe')}/erasure`, {})
    expect(await world.deps.db.selectFrom('privacy_requests').selectAll().execute()).toEqual([])
  })
})

describe('web H3: a restriction', () => {
  it('takes the person out of the lists for work, with a mark on their record; hours stay', async () => {
    const { world } = await asked('restriction')
    const amina = await answered(world, 'done')
    const lists = ['/work/people', '/work/people?who=team', '/work/people.csv', '/work/hours/new']
    for (const path of lists) expect([path, (await amina.get(path)).html.includes('Tremblay')]).toEqual([path, false])
    await amina.get('/work/people?who=restricted')
    expect(amina.text).toMatch(/Chloé Tremblay.*Données limitées/)
    await amina.follow('Chloé Tremblay')
    expect(amina.text).toContain('Ne plus utiliser ces données, à sa demande, depuis le 22 novembre 2026.')
    expect(amina.hasLink('Enregistrer')).toBe(false)
    await amina.post(`/work/people/${world.id('chloe')}/roles`, { roles: ['volunteer', 'coordinator'] })
    expect(amina.status).toBe(409)
    const category = await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
    const line = { category: category.id, day: '2026-11-20', duration: '1h' }
    await amina.post('/work/hours/new', { ...line, person: world.id('chloe') })
    expect(await world.deps.db.selectFrom('hours_entries').selectAll().execute()).toEqual([])
    const chloe = await world.signIn('chloe')
    await chloe.post('/my/hours', line)
    expect(await world.deps.db.selectFrom('hours_entries').selectAll().execute()).toHaveLength(1)
    await amina.get('/work/hours')
    expect(amina.text).toMatch(/Chloé Tremblay Données limitées/)
    expect(amina.document.querySelectorAll('input[name=entries]')).toHaveLength(0)
    await chloe.get('/my/data')
    expect(chloe.text).toContain('nous n’utilisons plus vos données depuis le 22 novembre 2026')
  })

  it('marks the applications of that person', async () => {
    const { world } = await asked('restriction')
    await answered(world, 'done')
    const now = world.clock.iso()
    const offer = { id: 'o', state: 'published', content: '{"title":{"fr":"Soupe"}}' } as const
    await world.deps.db
      .insertInto('offers')
      .values({ ...offer, created_at: now, updated_at: now })
      .execute()
    const sent = { id: 'a', offer_id: 'o', state: 'submitted', locale: 'fr', given_name: 'Chloé' } as const
    const who = { family_name: 'Tremblay', email: 'c@d.example', email_key: 'c@d.example', confirmed_at: now }
    await world.deps.db
      .insertInto('applications')
      .values({ ...sent, ...who, person_id: world.id('chloe'), created_at: now, updated_at: now })
      .execute()
    const bastien = await world.signIn('bastien')
    await bastien.get('/work/applications')
    expect(bastien.text).toMatch(/Chloé Tremblay Soupe .* Données limitées/)
  })

  it('stops all mails but answers, for that person of a mailbox alone', async () => {
    const { world } = await asked('restriction')
    await answered(world, 'done')
    await updatePerson(world.deps.db, world.id('david'), { email: 'chloe@example.org', email_key: 'chloe@example.org' })
    const before = (await world.mails()).length
    const ending = (name: string, dedupe: string) =>
      transact(world.deps, (tx) =>
        enqueueMail(tx, world.deps, {
          dedupe,
          to: 'Chloe@example.org',
          name,
          locale: 'fr',
          template: 'hours/returned',
          params: { name, day: '', duration: '', reason: '', url: '/my/hours' },
        }),
      )
    await ending('Chloé Tremblay', 'a')
    expect(await world.mails()).toHaveLength(before)
    const david = (await findPerson(world.deps.db, world.id('david')))!
    await ending(`${david.given_name} ${david.family_name}`, 'b')
    expect(await world.mails()).toHaveLength(before + 1)
    await world.browser().post('/password/forgot', { login: '1003' })
    expect((await mailed(world)).at(-1)).toBe('accounts/password-reset chloe@example.org')
  })

  it('takes back what waited to leave for that person, but no answer', async () => {
    const { world } = await asked('restriction')
    const mail = { locale: 'fr', to_email: 'chloe@example.org', subject: 'x', body_text: '', body_html: '' }
    const times = { not_before: '2999-01-01T00:00:00.000Z', created_at: world.clock.iso() }
    const waiting = (template: string, to_name: string) => {
      const id = `${template} ${to_name}`
      return { id, dedupe: id, template, to_name, ...mail, ...times, state: 'queued' as const }
    }
    const all = [
      waiting('hours/returned', 'Chloé Tremblay'),
      waiting('hours/returned', 'Somebody Else'),
      waiting('applications/accepted', 'Chloé Tremblay'),
    ]
    await world.deps.db.insertInto('mails').values(all).execute()
    await answered(world, 'done')
    const left = await world.deps.db.selectFrom('mails').select('id').where('not_before', 'like', '2999%').execute()
    expect(left.map(({ id }) => id).toSorted()).toEqual([all[2]!.id, all[1]!.id])
  })

  it('has no hours recorded by a sheet, and is in no sheet', async () => {
    const { world } = await asked('restriction')
    await answered(world, 'done')
    const now = world.clock.iso()
    const content = '{"title":{"fr":"Soupe"}}'
    const offer = { id: 'o', state: 'published', content, created_at: now, updated_at: now } as const
    await world.deps.db.insertInto('offers').values(offer).execute()
    const sent = { id: 'a', offer_id: 'o', state: 'accepted', locale: 'fr', given_name: 'Chloé' } as const
    const who = { family_name: 'Tremblay', email: 'c@d.example', email_key: 'c@d.example', confirmed_at: now }
    await world.deps.db
      .insertInto('applications')
      .values({ ...sent, ...who, person_id: world.id('chloe'), created_at: now, updated_at: now })
      .execute()
    expect(await listAcceptedPeople(world.deps.db, 'o', 10)).toEqual([])
    const { id: category } = await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
    const bastien = await world.signIn('bastien')
    const id = world.id('chloe')
    await bastien.post('/work/hours/sheet', { day: '2026-11-20', category, duration: '1h', people: [id] })
    expect(bastien.text).toContain('a demandé de ne plus utiliser ses données')
    expect(await world.deps.db.selectFrom('hours_entries').selectAll().execute()).toEqual([])
  })

  it('keeps the data of somebody who does not come any more', async () => {
    const { world } = await asked('restriction')
    await answered(world, 'done')
    for (let month = 0; month < 45; month++) {
      world.clock.advance(31 * DAY)
      await eraseInactive(world.deps)
    }
    expect(await findPerson(world.deps.db, world.id('chloe'))).toBeDefined()
    expect(await findPerson(world.deps.db, world.id('elise'))).toBeUndefined()
  })

  it('ends some days after the person was told', async () => {
    const { world } = await asked('restriction')
    const amina = await answered(world, 'done')
    await amina.get(`/work/people/${world.id('chloe')}`)
    await amina.press('Finir cette limitation')
    expect(amina.text).toContain('Cette limitation finit le 29 novembre 2026.')
    expect((await mailed(world)).at(-1)).toBe('privacy/lifting chloe@example.org')
    // Later than a second press.
    world.clock.advance(11_000)
    await amina.post(`/work/people/${world.id('chloe')}/restriction/end`, {})
    expect(amina.status).toBe(409)
    world.clock.advance(6 * DAY)
    await endRestrictions(world.deps)
    expect((await findPerson(world.deps.db, world.id('chloe')))!.restricted_at).not.toBeNull()
    world.clock.advance(DAY)
    await endRestrictions(world.deps)
    const after = (await findPerson(world.deps.db, world.id('chloe')))!
    expect([after.restricted_at, after.restriction_ends_at]).toEqual([null, null])
  })

  it('is not for the last administrator', async () => {
    const world = await startApp()
    const amina = await world.signIn('amina')
    await amina.post('/my/data/request', { kind: 'restriction', said: 'Moi' })
    await amina.post(`${LIST}/${await requestId(world)}`, { decision: 'done', answer: '' })
    expect([amina.status, (await findPerson(world.deps.db, world.id('amina')))!.restricted_at]).toEqual([409, null])
  })
})
