// SPDX-License-Identifier: AGPL-3.0-or-later
// « Pourquoi cette annonce n’est-elle pas visible ? »: each condition that is not met, with the link that mends it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { saveActor, savePeer } from '../../db/queries/fed-actors.ts'
import { insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { DAY } from '../../server/base/clock.ts'
import { recordDecision } from '../../server/offers/commands/submissions.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'
import { fr as text } from '../support/texts.ts'

const HOST = 'centre.example'
const CENTRE = `https://${HOST}/actor`
const NAME = 'Centre du bénévolat'
const fr = (...asked: Parameters<typeof text>) => text(...asked).replaceAll(/\s+:/g, ':')
let world: World
let b: Browser

beforeEach(async () => {
  // Nothing is sent by itself, so what the page says of the way is what the test writes.
  world = await startApp({ env: { FEDERATION: 'off' } })
  b = await world.signIn('bastien')
})
afterEach(stopApps)

/** Dijon is in FR-D21. */
async function joinCentre(
  territory: string[] = ['FR-D21'],
  state: 'active' | 'asking' | 'refused' | 'ended' = 'active',
) {
  const { db, clock } = world.deps
  const at = clock.iso()
  const partner = {
    partner_uri: CENTRE,
    partner_is: 'centre',
    partner_name: NAME,
    partner_url: `https://${HOST}/`,
  } as const
  await insertAffiliation(db, { id: 'centre', ...partner, state, requested_at: at, decided_at: at })
  const actor = {
    uri: CENTRE,
    host: HOST,
    type: 'Organization',
    name: NAME,
    role: 'centre',
    inbox: `https://${HOST}/inbox`,
  } as const
  await saveActor(db, { ...actor, territory: JSON.stringify(territory), body: '{}', fetched_at: at }, [])
}
const why = () => b.document.getElementById('why')!.textContent!.replaceAll(/\s+/g, ' ').replaceAll(' :', ':')
const decide = (
  id: string,
  decision: Parameters<typeof recordDecision>[2]['decision'],
  reasonCode: string | null = null,
) =>
  transact(world.deps, (tx) => recordDecision(tx, world.deps, { offerId: id, centreUri: CENTRE, decision, reasonCode }))
const open = async (id: string) => {
  await b.get(`/work/offers/${id}`)
  return why()
}

describe('on the own site', () => {
  it('a draft is not published, and the panel is open', async () => {
    await writeOffer(b)
    expect(why()).toContain(fr('offers.why.own.draft'))
    expect(why()).toContain(fr('offers.why.title'))
    expect(b.document.getElementById('why')!.hasAttribute('open')).toBe(true)
  })

  it('without a contact it is online all the same, and of one for a day to come the day is what misses', async () => {
    const id = await publishOffer(b)
    await world.deps.db.updateTable('offers').set({ contact_id: null }).where('id', '=', id).execute()
    expect(await open(id)).toContain('Elle est visible ici: Les Jardins du Canal.')
    expect(b.document.getElementById('why')!.hasAttribute('open')).toBe(false)
    const other = await writeOffer(b)
    await b.post(`/work/offers/${other}/schedule`, { first_day: '2026-12-01' })
    await open(other)
    const links = [...b.document.querySelectorAll('#why li a')].map((one) => one.getAttribute('href'))
    expect(links).toContain(`/work/offers/${other}/schedule`)
  })

  it('a paused, an expired and a closed one each say so, with what mends it', async () => {
    const id = await publishOffer(b)
    await b.post(`/work/offers/${id}/pause`, {})
    expect(await open(id)).toContain(fr('offers.why.own.paused'))
    await b.post(`/work/offers/${id}/resumption`, {})
    expect(await open(id)).not.toContain(fr('offers.why.own.paused'))
    await b.post(`/work/offers/${id}/closing`, { reason: 'filled' })
    expect(await open(id)).toContain('Elle est close depuis le')
    expect(b.html).toContain(`/work/offers/${id}/renewal`)
    const other = await publishOffer(b, 'Lire à voix haute')
    world.clock.advance(60 * DAY)
    b = await world.signIn('bastien')
    expect(await open(other)).toContain(fr('offers.why.own.expired'))
  })

  it('one that only members see, or that is in no list', async () => {
    for (const [visibility, key] of [
      ['members', 'offers.why.own.members'],
      ['unlisted', 'offers.why.own.unlisted'],
    ] as const) {
      const id = await publishOffer(b)
      await world.deps.db.updateTable('offers').set({ visibility }).where('id', '=', id).execute()
      expect(await open(id)).toContain(fr(key))
      expect(b.html).toContain(`/work/offers/${id}/edit#f-visibility`)
    }
  })

  it('one that is online and in no centre says so; one that is nowhere hidden says where it is', async () => {
    const id = await publishOffer(b)
    expect(await open(id)).toContain(fr('offers.why.no_centre'))
    expect(why()).toContain('Elle est visible ici: Les Jardins du Canal.')
    expect(why()).toContain(fr('offers.why.title_seen'))
    await joinCentre()
    const other = await publishOffer(b, 'Lire à voix haute')
    await decide(other, 'accepted')
    expect(await open(other)).toContain(`Elle est visible ici: Les Jardins du Canal et ${NAME}.`)
    expect(why()).toContain(fr('offers.why.nothing'))
  })
})

describe('at a centre', () => {
  it.each([
    ['changes_requested', 'offers.why.centre.changes_requested', null],
    ['refused', 'offers.why.centre.refused', 'off_territory'],
    ['suspended', 'offers.why.centre.suspended', 'misleading'],
    ['removed', 'offers.why.centre.removed', 'safety'],
  ] as const)('%s, with the reason', async (decision, key, reason) => {
    await joinCentre()
    const id = await publishOffer(b)
    expect(await open(id)).toContain('Elle attend la réponse du centre depuis le 22 novembre 2026.')
    await decide(id, decision, reason)
    expect(await open(id)).toContain(fr(key))
    if (reason) expect(why()).toContain('Sa raison:')
    expect(b.html).toContain(`/work/offers/${id}#shown`)
  })

  it('a text that was accepted before stays visible while the next one waits', async () => {
    await joinCentre()
    const id = await publishOffer(b)
    await decide(id, 'accepted')
    await b.get(`/work/offers/${id}/edit`)
    await b
      .fill('Les tâches', 'Éplucher\nCuisiner pour quarante personnes\nTout ranger')
      .press('Enregistrer les changements')
    expect(await open(id)).toContain(fr('offers.why.nothing'))
  })

  it('outside its territory, taken back, not sent', async () => {
    await joinCentre(['FR-D71'])
    const id = await publishOffer(b)
    expect(await open(id)).toContain(fr('offers.why.centre.outside'))
    await b.post(`/work/offers/${id}/proposal`, { centre: CENTRE })
    expect(await open(id)).toContain('Elle attend la réponse du centre')
    await b.post(`/work/offers/${id}/withdrawal`, { centre: CENTRE })
    expect(await open(id)).toContain(fr('offers.why.centre.withdrawn'))
  })

  it('its site does not answer, the message was given up, nothing is sent there, or it is blocked', async () => {
    await joinCentre()
    const id = await publishOffer(b)
    const { db, config, clock } = world.deps
    const at = clock.iso()
    const message = {
      activity_id: 'a',
      inbox: `https://${HOST}/inbox`,
      host: HOST,
      order_key: `${config.publicUrl}/offers/${id}`,
    }
    await insertDeliveries(db, [{ ...message, state: 'waiting', not_before: at, created_at: at }])
    await savePeer(db, HOST, { state: 'failing', first_failed_at: at })
    expect(await open(id)).toContain('Le site du centre ne répond pas depuis le 22 novembre 2026.')
    await db.updateTable('fed_deliveries').set({ state: 'failed' }).execute()
    expect(await open(id)).toContain(fr('offers.why.centre.undelivered'))
    await savePeer(db, HOST, { paused_at: at })
    expect(await open(id)).toContain('l’envoi est en pause')
    await savePeer(db, HOST, { state: 'blocked' })
    expect(await open(id)).toContain(fr('offers.why.centre.blocked'))
    // A message about another offer says nothing of this one.
    await savePeer(db, HOST, { state: 'ok', paused_at: null, first_failed_at: null })
    await db.updateTable('fed_deliveries').set({ order_key: 'another' }).execute()
    expect(await open(id)).toContain('Elle attend la réponse du centre')
  })

  it.each([
    ['asking', 'Le centre n’a pas encore répondu à votre demande'],
    ['refused', text('offers.why.centre.declined')],
    ['ended', text('offers.why.centre.ended')],
  ] as const)('a centre that is %s', async (state, words) => {
    await joinCentre([], state)
    const id = await publishOffer(b)
    expect(await open(id)).toContain(words)
    // Whoever writes offers may not open the page of a centre; whoever keeps the site may.
    expect(b.html).not.toContain('/partners/centre')
    const amina = await world.signIn('amina')
    expect((await amina.get(`/work/offers/${id}`)).html).toContain('/partners/centre')
  })
})
