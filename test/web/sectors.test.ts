// SPDX-License-Identifier: AGPL-3.0-or-later
// offers line 1: the sector of the association stands on each of its offers, at home and at every centre.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { getAssociation } from '../../db/queries/association.ts'
import { toEvent } from '../../federation/translate/offer.ts'
import { fromEvent } from '../../federation/translate/received-offer.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

let world: World
beforeEach(async () => {
  world = await startApp({ kind: 'both' })
})
afterEach(stopApps)

const host = async (id: string) => {
  const page = await world.browser().get(`/offers/${id}`)
  return [...page.document.querySelectorAll('b')].find((one) =>
    one.parentElement!.textContent.includes('Environnement'),
  )
}

it('is chosen in the settings, and stands on every offer at once, without another reading', async () => {
  const id = await publishOffer(await world.signIn('bastien'))
  expect(await host(id)).toBeUndefined()
  const amina = await world.signIn('amina')
  await amina.get('/settings')
  amina.choose('Environnement et nature', 'Vos domaines').choose('Sécurité alimentaire', 'Vos domaines')
  await amina.press('Enregistrer les réglages')
  expect(amina.text).toContain('enregistré')
  expect((await getAssociation(world.deps.db)).sectors.toSorted()).toEqual(['environment', 'food'])
  expect((await host(id))!.parentElement!.textContent).toContain('Les Jardins du Canal')
  const { revision } = await world.deps.db
    .selectFrom('offers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  expect(revision).toBe(1)
  const json = (await (await fetch(`${world.url}/api/v1/offers/${id}`)).json()) as {
    association: { sectors: string[] }
  }
  expect(json.association.sectors.toSorted()).toEqual(['environment', 'food'])

  const offer = (await getPublicOffer(world.deps.db, world.deps, id))!
  const words = (language: 'fr' | 'en') => ({ t: world.deps.i18n.for(language), taxonomies: world.deps.taxonomies })
  const event = toEvent(offer, { followers: 'https://a.example/followers', timeZone: 'Europe/Paris', words })
  const read = fromEvent(event)
  expect(read.ok && read.offer.association.sectors?.toSorted()).toEqual(['environment', 'food'])
})

it('of more than three, or an unknown one, is refused with the page as it was typed', async () => {
  const amina = await world.signIn('amina')
  await amina.get('/settings')
  for (const name of ['Environnement et nature', 'Sécurité alimentaire', 'Santé mentale', 'Santé et bien-être'])
    amina.choose(name, 'Vos domaines')
  await amina.press('Enregistrer les réglages')
  expect([amina.status, Object.values(amina.errors())]).toEqual([422, ['Choisissez trois domaines au plus.']])
  expect((await getAssociation(world.deps.db)).sectors).toEqual([])
})

it('comes along with an offer to a centre, and one that is badly written is left out', async () => {
  const { deps } = world
  await transact(deps, (tx) => receiveJoinRequest(tx, deps, CONTEURS))
  const amina = viewerOf(world.id('amina'), 'Amina', ROLES)
  const { id } = await deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(deps, amina, id)
  const sample = samplePublicOffer()
  const offer = { ...sample, association: { ...sample.association, sectors: ['environment'] } }
  await transact(deps, (tx) => receiveOffer(tx, deps, offer, { via: 'x' }))
  const item = await deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
  await acceptOffer(deps, amina, item.id, { version: item.version })
  const { public_id } = await deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  expect((await host(public_id))!.textContent).toBe('Les Conteurs de la Saône')

  const words = (language: 'fr' | 'en') => ({ t: deps.i18n.for(language), taxonomies: deps.taxonomies })
  const event = toEvent(offer, { followers: 'https://a.example/followers', timeZone: 'Europe/Paris', words })
  const terms = event['terms'] as { association: object }
  const bad = { ...event, terms: { ...terms, association: { ...terms.association, sectors: [1, {}] } } }
  const read = fromEvent(bad)
  expect([read.ok, read.ok && 'sectors' in read.offer.association]).toEqual([true, false])
})
