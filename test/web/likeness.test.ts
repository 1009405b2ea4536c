// SPDX-License-Identifier: AGPL-3.0-or-later
// P5: the same offer sent twice. The item shows what it looks like, and what a moderator says of the two stays.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { compareOld } from '../../server/moderation/commands/compare.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { receiveWithdrawal } from '../../server/moderation/commands/withdraw.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { fr as text } from '../support/texts.ts'

const TITLE = 'Lire des histoires aux enfants'
let world: World
const fr = (...asked: Parameters<typeof text>) => text(...asked).replaceAll(/\s+:/g, ':')
const VILLE = { ...CONTEURS, uri: 'https://ville.example/actor', url: 'https://ville.example/', name: 'La Ville' }
const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const arrive = (offer: PublicOffer) =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, { via: 'relation.offre.sceau' }))
const titled = (name: string, title: string, more: Parameters<typeof samplePublicOffer>[0] = {}) =>
  samplePublicOffer({ name, ...more, content: { title: { fr: title }, ...more.content } })
const items = () =>
  world.deps.db.selectFrom('moderation_items').selectAll().orderBy('received_at').orderBy('id').execute()
const called = async (name: string) => (await items()).find(({ offer_uri }) => offer_uri.endsWith(`/${name}`))!
const page = async (name: string) => {
  const b = await world.signIn('farid')
  await b.get(`/moderation/${(await called(name)).id}`)
  return b
}

beforeEach(async () => {
  world = await startApp({ kind: 'centre' })
  for (const member of [CONTEURS, VILLE]) await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, member))
  const rows = await world.deps.db.selectFrom('affiliations').select('id').execute()
  for (const { id } of rows) await acceptMember(world.deps, farid(), id)
})
afterEach(stopApps)

describe('an offer of the queue', () => {
  it('P5: shows the one of another site with nearly the same title in the same town, with a link', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire une histoire à des enfants', { association: VILLE }))
    const b = await page('deux')
    expect(b.text).toContain(fr('moderation.alike.title'))
    await b.follow('Lire des histoires aux enfants')
    expect(b.url).toBe(`/moderation/${(await called('un')).id}`)
    expect(b.text).toContain('La Ville (à relire)')
  })

  it('shows the one of the same association under the same title, in another town too', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    const [place] = samplePublicOffer().content.places
    const places = [{ ...place!, code: 'FR-71076', name: 'Chalon-sur-Saône' }]
    await arrive(titled('deux', 'Lire des histoires aux enfants', { content: { places } }))
    expect((await page('deux')).text).toContain(fr('moderation.alike.own'))
  })

  it.each([
    ['another title', 'Repeindre la salle des fêtes', {}],
    ['another town', 'Lire des histoires aux enfants', { code: 'FR-71076', name: 'Chalon-sur-Saône' }],
  ])('shows nothing for %s of another site', async (_what, title, elsewhere) => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    const [place] = samplePublicOffer().content.places
    const places = [{ ...place!, ...elsewhere }]
    await arrive(titled('deux', title, { association: VILLE, content: { places } }))
    expect((await page('deux')).text).not.toContain(fr('moderation.alike.title'))
  })

  it('« it is another one » is not asked again, from neither of the two', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    const b = await page('deux')
    await b.press(`${fr('moderation.alike.different')} ${TITLE}`)
    expect(b.text).toContain(fr('moderation.alike.done.different'))
    for (const name of ['un', 'deux']) expect((await page(name)).text).not.toContain(fr('moderation.alike.title'))
    // Another text of one of them does not bring the question back.
    const again = { association: VILLE, revision: 2, updatedAt: '2026-11-22T08:00:00.000Z' }
    await arrive(titled('deux', 'Lire des histoires aux petits enfants', again))
    expect((await page('deux')).text).not.toContain(fr('moderation.alike.title'))
  })

  it('« it is the same » is kept with who said it, and proposes the refusal as a duplicate without doing it', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    const b = await page('deux')
    await b.press(`${fr('moderation.alike.same')} ${TITLE}`)
    expect(await called('deux')).toMatchObject({ state: 'pending' })
    expect(b.text).toContain('Farid Haddad a dit le')
    await b.press('Envoyer ma décision')
    expect(await called('deux')).toMatchObject({ state: 'refused', reason_code: 'duplicate' })
    expect((await called('deux')).note).toContain('Lire des histoires aux enfants')
    // Both say so afterwards, and each can be taken back.
    const other = await page('un')
    expect(other.text).toContain('Farid Haddad a dit le')
    expect(other.html).not.toContain('/same')
    await other.press(`${fr('moderation.alike.different')} ${TITLE}`)
    expect((await page('un')).text).not.toContain(fr('moderation.alike.title'))
  })

  it('an offer that is online is not taken off by the verdict', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    const { id, version } = await called('deux')
    await acceptOffer(world.deps, farid(), id, { version })
    const b = await page('deux')
    await b.press(`${fr('moderation.alike.same')} ${TITLE}`)
    expect(b.text).toContain(fr('moderation.alike.done.same'))
    expect(await called('deux')).toMatchObject({ state: 'accepted' })
  })

  it('one that its association took back is no longer shown', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    const { offer_uri } = await called('un')
    await transact(world.deps, (tx) => receiveWithdrawal(tx, world.deps, offer_uri, CONTEURS.uri))
    expect((await page('deux')).text).not.toContain(fr('moderation.alike.title'))
  })

  it('follows the text: another title no longer looks alike', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    const another = { association: VILLE, revision: 2, updatedAt: '2026-11-22T08:00:00.000Z' }
    await arrive(titled('deux', 'Tenir la caisse du vide-grenier', another))
    for (const name of ['un', 'deux']) expect((await page(name)).text).not.toContain(fr('moderation.alike.title'))
  })

  it('coordinators say nothing about it, and one unknown offer is none', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    const { id } = await called('un')
    const outside = await world.signIn('bastien')
    expect((await outside.post(`/moderation/${id}/same`, { other: id })).status).toBe(403)
    const b = await world.signIn('farid')
    for (const other of [id, 'nothing', ''])
      expect((await b.post(`/moderation/${id}/same`, { other })).status).toBe(404)
  })

  it('offers that came before there was a comparison are compared by the timetable', async () => {
    await arrive(titled('un', 'Lire des histoires aux enfants'))
    await arrive(titled('deux', 'Lire des histoires aux enfants', { association: VILLE }))
    await world.deps.db.deleteFrom('moderation_likeness').execute()
    await world.deps.db.updateTable('moderation_items').set({ is_compared: 0 }).execute()
    expect((await page('deux')).text).not.toContain(fr('moderation.alike.title'))
    await compareOld(world.deps)
    expect((await page('deux')).text).toContain(fr('moderation.alike.title'))
  })
})
