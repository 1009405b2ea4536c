// SPDX-License-Identifier: AGPL-3.0-or-later
// J1, J11: an offer goes to the centres whose territory holds its towns, which is shown before it is sent, and each
// centre says where it is and who answers there. Two real sites.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { updateAssociation, getAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { acceptMember, askToJoin } from '../../server/partners/commands/decide.ts'
import { transact } from '../../server/web/transact.ts'
import { stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

const { chief, settleAll, actorOf } = instances
let association: World
let centre: World

beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
})
afterEach(stopApps)

const both = () => settleAll(association, centre)
const PLACE = instances.contentOf().places[0]!
const CHALON = { ...PLACE, code: 'FR-71076', name: 'Chalon-sur-Saône', department: 'FR-D71', postalCode: '71100' }
const draft = (places = [PLACE]) =>
  createDraft(association.deps, chief(association), instances.inputOf(association, { places }))
const serves = async (territory: string[]) => {
  await transact(centre.deps, async (tx) => {
    await updateAssociation(tx, { territory }, (await getAssociation(tx)).version)
    const details = { fields: 'territory' }
    await record(tx, { type: 'association.updated', at: centre.deps.clock.iso(), details })
  })
  await both()
}
const sent = async () => (await instances.submissions(association)).map(({ centre_uri, state }) => [centre_uri, state])

describe('an offer', () => {
  it('goes to the centre whose territory holds its town, which its page says before (J1, J11)', async () => {
    await instances.join(association, centre)
    const id = await draft()
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain(fr('offers.route.legend'))
    expect(b.text).toContain('Le territoire comprend Dijon.')
    await b.press('Publier maintenant')
    await both()
    expect(await sent()).toEqual([[actorOf(centre), 'sent']])
    expect(await instances.items(centre)).toMatchObject([{ state: 'pending' }])
  })

  it('stays at home when its towns are outside, says so before, and the centre does not take it from the publication', async () => {
    await instances.join(association, centre)
    const id = await draft([CHALON])
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain(fr('offers.route.outside'))
    await b.press('Publier maintenant')
    await both()
    expect(await sent()).toEqual([])
    expect(await instances.items(centre)).toEqual([])
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain(fr('offers.why.centre.outside'))
    // It may be proposed all the same.
    await b.press('Proposer à ce centre Centre du bénévolat de la Côte')
    await both()
    expect(await instances.items(centre)).toMatchObject([{ state: 'pending' }])
    expect(await sent()).toEqual([[actorOf(centre), 'sent']])
  })

  it('goes where somebody ticked it, and nowhere else (J11)', async () => {
    await instances.join(association, centre)
    const b = await association.signIn('bastien')
    const inside = await draft()
    await b.post(`/work/offers/${inside}/publication`, { chosen: '1' })
    await both()
    expect(await sent()).toEqual([])
    expect(await instances.items(centre)).toEqual([])
    const outside = await draft([CHALON])
    await b.post(`/work/offers/${outside}/publication`, { chosen: '1', centres: actorOf(centre) })
    await both()
    expect(await instances.items(centre)).toHaveLength(1)
    const wrong = await draft()
    await b.post(`/work/offers/${wrong}/publication`, { chosen: '1', centres: 'https://elsewhere.example/actor' })
    expect((await sent()).filter(([uri]) => uri !== actorOf(centre))).toEqual([])
  })

  it('for a day to come goes where somebody ticked it, which its page asks, and keeps the choice beside a wrong day', async () => {
    await instances.join(association, centre)
    const b = await association.signIn('bastien')
    const kept = await draft()
    await b.get(`/work/offers/${kept}/schedule`)
    expect([b.text.includes(fr('offers.route.legend')), b.text.includes('Le territoire comprend Dijon.')]).toEqual([
      true,
      true,
    ])
    b.uncheck('Centre du bénévolat de la Côte')
    await b.fill('Quel jour ?', '2020-01-01').press('Mettre en ligne ce jour-là')
    expect([b.status, await sent()]).toEqual([422, []])
    await b.fill('Quel jour ?', '2026-12-01').press('Mettre en ligne ce jour-là')
    expect(b.text).toContain('sur votre propre site seulement')
    await both()
    expect([await sent(), await instances.items(centre)]).toEqual([[], []])
    // Its centres are chosen; only the day moves.
    await b.get(`/work/offers/${kept}/schedule`)
    expect(b.text).not.toContain(fr('offers.route.legend'))
    const outside = await draft([CHALON])
    await b.get(`/work/offers/${outside}/schedule`)
    b.choose('Centre du bénévolat de la Côte')
    await b.fill('Quel jour ?', '2026-12-01').press('Mettre en ligne ce jour-là')
    expect(b.text).toContain('Elle est envoyée à: Centre du bénévolat de la Côte.')
    await both()
    expect(await sent()).toEqual([[actorOf(centre), 'sent']])
    expect(await instances.items(centre)).toHaveLength(1)
  })

  it('says who receives it once it is published, or that nobody does', async () => {
    await instances.join(association, centre)
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${await draft()}`)
    await b.press('Publier maintenant')
    expect(b.text).toContain('est publiée. Elle est envoyée à: Centre du bénévolat de la Côte.')
    await b.get(`/work/offers/${await draft([CHALON])}`)
    await b.press('Publier maintenant')
    expect(b.text).toContain('est publiée. Elle est sur votre propre site seulement.')
  })

  it('of before goes to a new centre only when its territory holds its towns', async () => {
    await instances.publish(association)
    await instances.publish(association, { places: [CHALON] })
    await instances.join(association, centre)
    await both()
    expect(await instances.items(centre)).toHaveLength(1)
  })

  it('without a place, or for a centre that names no territory, goes as ever', async () => {
    await serves([])
    await instances.join(association, centre)
    await instances.publish(association, { places: [CHALON] })
    await serves(['FR-D21'])
    await instances.publish(association, { places: [], work_mode: 'remote' })
    await both()
    expect(await instances.items(centre)).toHaveLength(2)
  })

  it('a centre that serves other places from now on is known for it at its members', async () => {
    await instances.join(association, centre)
    await serves(['FR-D71'])
    const b = await association.signIn('bastien')
    await b.get(`/work/offers/${await draft([CHALON])}`)
    expect(b.text).toContain('Le territoire comprend Chalon-sur-Saône.')
  })
})

describe('the desk of a member', () => {
  it('has the person and the telephone of its centre', async () => {
    await instances.join(association, centre)
    const b = await association.signIn('bastien')
    await b.get('/work')
    const { contact_name, contact_phone } = await getAssociation(centre.deps.db)
    expect(b.text).toContain(contact_name)
    expect(b.text).toContain(contact_phone)
    expect(b.html).toContain('href="tel:')
    const [row] = await instances.affiliations(association)
    await b.get(`/work`)
    const chef = await association.signIn('amina')
    await chef.get(`/partners/${row!.id}`)
    expect(chef.text).toContain(contact_phone)
  })
})

it('an association that is not taken in yet writes and publishes at home, the centre has nothing of it, and the yes is one mail (J2)', async () => {
  const fresh = await instances.startInstance('association', instances.PORTS.region)
  const all = () => settleAll(fresh, centre)
  await askToJoin(fresh.deps, chief(fresh), instances.hostOf(centre))
  await all()
  const b = await fresh.signIn('bastien')
  expect((await b.get('/work/offers/new')).status).toBe(200)
  await createDraft(fresh.deps, chief(fresh), instances.inputOf(fresh))
  await instances.publish(fresh)
  await all()
  const from = async () =>
    (await instances.items(centre)).filter(({ association_uri }) => association_uri === actorOf(fresh))
  expect([await from(), await instances.submissions(fresh)]).toEqual([[], []])
  const asked = (await instances.affiliations(centre)).find(({ state }) => state === 'requested')!
  await acceptMember(centre.deps, chief(centre), asked.id)
  await all()
  expect(await from()).toHaveLength(1)
  const mails = await fresh.deps.db.selectFrom('mails').select('template').execute()
  expect(mails.filter(({ template }) => template === 'partners/joined')).toHaveLength(1)
})
