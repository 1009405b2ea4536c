// SPDX-License-Identifier: AGPL-3.0-or-later
// seeds/004: « partage et complémentarité des missions »: a role for two, and offers that go together.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { FIELDS } from '../../server/model/offer/fields.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp({ kind: 'both' })
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const LINKED = 'Annonces complémentaires'
const contentOf = async (id: string) => {
  const { content } = await world.deps.db
    .selectFrom('offers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return JSON.parse(content) as OfferContent
}
const save = () => b.press('Enregistrer les changements')
/** What the public page leads to. */
async function seen(id: string) {
  const page = await world.browser().get(`/offers/${id}`)
  const heading = [...page.document.querySelectorAll('h2')].find((one) => one.textContent === 'Se complète avec')
  return [...(heading?.nextElementSibling?.querySelectorAll('a') ?? [])].map((one) => one.textContent)
}

it('a mission for two says so, here and in the open data', async () => {
  const id = await publishOffer(b)
  const text = async () => (await world.browser().get(`/offers/${id}`)).text
  expect(await text()).not.toContain('On peut s’y mettre à deux.')
  await b.get(`/work/offers/${id}/edit`)
  await b.choose('Cette mission peut se faire à deux')
  await save()
  expect(b.text).toContain('On peut s’y mettre à deux.')
  expect(await text()).toContain('On peut s’y mettre à deux.')
  const json = (await (await fetch(`${world.url}/api/v1/offers/${id}`)).json()) as OfferContent
  expect(json.for_two).toBe(true)
})

it('offers that go together lead to each other while both are online', async () => {
  const [soup, dishes, other] = [
    await publishOffer(b, 'Servir la soupe'),
    await publishOffer(b, 'Faire la vaisselle'),
    await publishOffer(b, 'Tenir la caisse'),
  ]
  await b.get(`/work/offers/${soup}/edit`)
  expect(() => b.choose('Servir la soupe', LINKED)).toThrow()
  await b.choose('Faire la vaisselle', LINKED)
  await save()
  expect((await contentOf(soup)).linked).toEqual([`${world.deps.config.publicUrl}/offers/${dishes}`])
  expect([await seen(soup), await seen(dishes), await seen(other)]).toEqual([
    ['Faire la vaisselle'],
    ['Servir la soupe'],
    [],
  ])
  await b.get(`/work/offers/${dishes}`)
  await b.follow('Servir la soupe')
  expect(b.url).toBe(`/work/offers/${soup}`)

  await b.get(`/work/offers/${dishes}`)
  await b.press('Mettre en pause')
  expect([await seen(soup), await seen(dishes)]).toEqual([[], ['Servir la soupe']])
  await b.get(`/work/offers/${dishes}`)
  await b.press('Remettre en ligne')
  world.clock.advance(60_000)
  expect(await seen(soup)).toEqual(['Faire la vaisselle'])

  await b.get(`/work/offers/${soup}/edit`)
  b.uncheck('Faire la vaisselle')
  await save()
  world.clock.advance(60_000)
  expect([await seen(soup), await seen(dishes)]).toEqual([[], []])
})

it('what is not an own offer, or too many, is refused with the form filled in', async () => {
  const id = await publishOffer(b)
  const many = [id]
  for (let n = 0; n < FIELDS.linked.most; n++) many.push(await publishOffer(b, `Aider le jour ${n}`))
  const form = { title_fr: 'Servir la soupe', work_mode: 'on_site' }
  for (const [linked, fault] of [
    [['none'], 'n’existe plus'],
    [many, 'cinq annonces au plus'],
  ] as const) {
    await b.post('/work/offers/new', { ...form, linked: [...linked] })
    expect([b.status, b.value('Titre'), Object.values(b.errors()).join()]).toEqual([
      422,
      'Servir la soupe',
      expect.stringContaining(fault),
    ])
  }
})

it('at a centre the offers of a member lead to each other, and to no other site', async () => {
  const { deps } = world
  await transact(deps, (tx) => receiveJoinRequest(tx, deps, CONTEURS))
  const amina = viewerOf(world.id('amina'), 'Amina', ROLES)
  const { id } = await deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(deps, amina, id)
  const one = samplePublicOffer({ name: 'un', content: { title: { fr: 'Lire à voix haute' }, for_two: true } })
  const two = samplePublicOffer({ name: 'deux', content: { title: { fr: 'Ranger les livres' }, linked: [one.uri] } })
  for (const offer of [one, two]) {
    await transact(deps, (tx) => receiveOffer(tx, deps, offer, { via: 'x' }))
    const items = await deps.db.selectFrom('moderation_items').selectAll().execute()
    const { id: item, version } = items.find(({ offer_uri }) => offer_uri === offer.uri)!
    await acceptOffer(deps, amina, item, { version })
  }
  const rows = await deps.db.selectFrom('listings').select(['public_id', 'offer_uri']).execute()
  const at = (uri: string) => rows.find(({ offer_uri }) => offer_uri === uri)!.public_id
  expect([await seen(at(one.uri)), await seen(at(two.uri))]).toEqual([['Ranger les livres'], ['Lire à voix haute']])
})
