// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits at a centre is called to mind once a day, and no text ever goes online because nobody read it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { startJobs } from '../../server/jobs.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { remindOfOffers } from '../../server/moderation/timetable.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const TITLE = 'Lire des histoires à l’école Prévert'
let world: World
const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const arrive = (offer: PublicOffer) =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, { via: 'relation.offre.sceau' }))
const item = () => world.deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
const digests = async () =>
  (await world.deps.db.selectFrom('mails').selectAll().where('template', '=', 'moderation/waiting').execute()).map(
    ({ to_email, body_text, stop_url, kind, not_before }) => ({ to_email, body_text, stop_url, kind, not_before }),
  )
const changed = () =>
  samplePublicOffer({
    revision: 2,
    updatedAt: '2026-11-22T10:30:00.000Z',
    content: { summary: { fr: 'Une heure entière de lecture à voix haute, chaque samedi matin.' } },
  })

beforeEach(async () => {
  world = await startApp({ kind: 'centre' })
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(world.deps, farid(), id)
})
afterEach(stopApps)

describe('the mail of what waits', () => {
  it('leaves once a day, to those who read over, once something has waited for a day', async () => {
    await arrive(samplePublicOffer())
    world.clock.advance(20 * HOUR)
    await remindOfOffers(world.deps)
    expect(await digests()).toEqual([])
    world.clock.advance(5 * HOUR)
    await remindOfOffers(world.deps)
    await remindOfOffers(world.deps)
    const [mail, ...others] = await digests()
    expect([mail!.to_email, others]).toEqual(['farid@example.org', []])
    expect(mail!.body_text).toContain('1 annonce à relire')
    expect(mail!.body_text).toContain(TITLE)
    expect(mail!.body_text).toContain(`/moderation/${(await item()).id}`)
    expect(mail!.body_text).not.toContain('semaine')
    world.clock.advance(DAY)
    await remindOfOffers(world.deps)
    expect(await digests()).toHaveLength(2)
  })

  it('says nothing when all is answered', async () => {
    await arrive(samplePublicOffer())
    const { id, version } = await item()
    await acceptOffer(world.deps, farid(), id, { version })
    world.clock.advance(3 * DAY)
    await remindOfOffers(world.deps)
    expect(await digests()).toEqual([])
  })

  it('is one of the notices that a person chooses: gathered by week, or none; and one press stops it', async () => {
    await arrive(samplePublicOffer())
    world.clock.advance(2 * DAY)
    const choose = (moderation: string) =>
      world.deps.db
        .updateTable('people')
        .set({ notice_choices: JSON.stringify({ moderation }) })
        .where('id', '=', world.id('farid'))
        .execute()
    await choose('none')
    await remindOfOffers(world.deps)
    expect(await digests()).toEqual([])
    await choose('weekly')
    world.clock.advance(DAY)
    await remindOfOffers(world.deps)
    const [mail] = await digests()
    expect(mail!.kind).toBe('moderation')
    expect(new Date(mail!.not_before).getUTCDay()).toBe(1)
    const stop = new URL(mail!.stop_url).pathname
    const b = world.browser()
    await b.post(stop, {})
    const { notice_choices } = await world.deps.db
      .selectFrom('people')
      .select('notice_choices')
      .where('id', '=', world.id('farid'))
      .executeTakeFirstOrThrow()
    expect(JSON.parse(notice_choices)).toMatchObject({ moderation: 'none' })
  })

  it('without moderators, goes to administrators', async () => {
    await world.deps.db.deleteFrom('people_roles').where('role', '=', 'moderator').execute()
    await arrive(samplePublicOffer())
    world.clock.advance(2 * DAY)
    await remindOfOffers(world.deps)
    expect((await digests()).map(({ to_email }) => to_email)).toEqual(['amina@example.org'])
  })
})

describe('a change of an offer that is online', () => {
  it('is called to mind after seven days, and the text that was read stays online, whatever time passes', async () => {
    await arrive(samplePublicOffer())
    const { id, version } = await item()
    await acceptOffer(world.deps, farid(), id, { version })
    world.clock.advance(HOUR)
    await arrive(changed())
    const shown = async () => {
      const row = await world.deps.db.selectFrom('listings').select(['revision', 'content']).executeTakeFirstOrThrow()
      return [row.revision, JSON.stringify(row.content).includes('Une demi-heure')]
    }
    world.clock.advance(6 * DAY)
    await remindOfOffers(world.deps)
    expect((await digests()).at(-1)!.body_text).not.toContain('semaine')
    world.clock.advance(2 * DAY)
    await remindOfOffers(world.deps)
    expect((await digests()).at(-1)!.body_text.replaceAll(/\s+/g, ' ')).toContain(
      'Un changement attend depuis plus d’une semaine. L’ancienne version reste en ligne jusqu’à votre décision',
    )
    expect(await shown()).toEqual([1, true])
    // Every job, long after: nobody decided, so nothing changed.
    world.clock.advance(12 * DAY)
    const jobs = startJobs(world.deps)
    await jobs.runAll()
    await jobs.stop()
    expect(await item()).toMatchObject({ state: 'pending', accepted_revision: 1, pending_revision: 2 })
    expect(await shown()).toEqual([1, true])
  })
})
