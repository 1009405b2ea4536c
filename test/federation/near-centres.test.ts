// SPDX-License-Identifier: AGPL-3.0-or-later
// J1: an association is shown the centres that serve its town, and a centre sees whether a request comes from its
// territory. Two real sites, which say where they are in their documents.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { getAssociation, updateAssociation } from '../../db/queries/association.ts'
import { askToJoin } from '../../server/partners/commands/decide.ts'
import { transact } from '../../server/web/transact.ts'
import { stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

const { chief, settleAll } = instances
let association: World
let centre: World

beforeEach(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
})
afterEach(stopApps)

const both = () => settleAll(association, centre)
const change = (instance: World, changes: Parameters<typeof updateAssociation>[1]) =>
  transact(instance.deps, async (tx) => {
    await updateAssociation(tx, changes, (await getAssociation(tx)).version)
  })
const joining = async () => {
  const b = await association.signIn('amina')
  await b.get('/partners')
  return b.fill('Adresse du centre', instances.hostOf(centre))
}

describe('a request to join', () => {
  it('from its territory: the centre sees the town, and that it is inside', async () => {
    await (await joining()).press('Demander à rejoindre')
    await both()
    const [asked] = await instances.affiliations(centre)
    const b = await centre.signIn('farid')
    await b.get(`/partners/${asked!.id}`)
    expect(b.text).toMatch(/Commune Dijon dans votre territoire/)
  })

  it('nobody is asked again where the centre names no territory, or the town is not known', async () => {
    await change(centre, { territory: [] })
    await askToJoin(association.deps, chief(association), instances.hostOf(centre))
    expect(await instances.affiliations(association)).toHaveLength(1)
  })

  it('from elsewhere: the association is asked again, and may go on', async () => {
    await change(centre, { territory: ['FR-D71'] })
    const b = await joining()
    await b.press('Demander à rejoindre')
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('partners.ask.elsewhere')]])
    expect(await instances.affiliations(association)).toEqual([])
    expect(b.html).toContain(instances.hostOf(centre))
    b.choose(fr('partners.ask.anyway'))
    await b.press('Demander à rejoindre')
    await both()
    const [asked] = await instances.affiliations(centre)
    expect(asked).toMatchObject({ state: 'requested' })
  })
})

describe('the page of centres', () => {
  it('proposes a known centre that serves its town, and asks it with one press (J1)', async () => {
    const first = await association.signIn('amina')
    await first.get('/partners')
    expect(first.text).not.toContain(fr('partners.near.title'))
    // Known, because it belonged there once.
    await instances.join(association, centre)
    await association.deps.db.updateTable('affiliations').set({ state: 'ended' }).execute()
    const b = await association.signIn('amina')
    await b.get('/partners')
    expect(b.text).toContain(fr('partners.near.title'))
    await b.press('Demander à rejoindre Centre du bénévolat de la Côte')
    expect((await instances.affiliations(association)).map(({ state }) => state)).toEqual(['asking'])
    await b.get('/partners')
    expect(b.text).not.toContain(fr('partners.near.title'))
  })

  it('does not propose one that serves other towns', async () => {
    await instances.join(association, centre)
    const { db } = association.deps
    await db.updateTable('affiliations').set({ state: 'ended' }).execute()
    await db.updateTable('fed_actors').set({ territory: '["FR-D71"]' }).execute()
    const b = await association.signIn('amina')
    await b.get('/partners')
    expect(b.text).not.toContain(fr('partners.near.title'))
  })
})
