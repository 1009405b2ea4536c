// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplication } from '../../db/queries/applications.ts'
import { insertGuardian } from '../../db/queries/guardians.ts'
import { record } from '../../db/queries/events.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { findPerson } from '../../db/queries/people.ts'
import * as accounts from '../../server/accounts/mails.ts'
import { askGuardian } from '../../server/applications/guardian.ts'
import { tellApplicant, tellTeam } from '../../server/applications/mails.ts'
import type { LinkRow } from '../../db/queries/hours-links.ts'
import { tellLink, tellWaiting } from '../../server/hours/mails.ts'
import { newEvent } from '../../server/model/events.ts'
import { tellDecision, tellEnding, tellReopening } from '../../server/offers/mails.ts'
import { transact } from '../../server/web/transact.ts'
import type { World } from './app.ts'

/** Who applied in the full world (full-world.ts). */
export const APPLICANT = 'yvon@example.net'

/** Queues the mails that the full world did not cause yet; those that events cause come with `settle()`. */
export async function mailEverything({ deps, id, clock }: World): Promise<void> {
  const { db } = deps
  const offerId = (
    await db.selectFrom('offers').select('id').where('state', '=', 'published').executeTakeFirstOrThrow()
  ).id
  const offer = (await findOffer(db, offerId))!
  const applied = await db
    .selectFrom('applications')
    .select('id')
    .where('email', '=', APPLICANT)
    .executeTakeFirstOrThrow()
  const application = (await findApplication(db, applied.id))!
  const chloe = (await findPerson(db, id('chloe')))!
  await transact(deps, async (tx) => {
    const states = [
      'confirm',
      'unconfirmed',
      'known',
      'own',
      'accepted',
      'declined',
      'closed',
      'cancelled',
      'changed',
      'silent',
      'message',
      'waitlisted',
      'place',
      'lapsed',
      'before',
      'after',
      'thanks',
      'not_taken',
      'without_files',
    ] as const
    for (const template of states) await tellApplicant(tx, deps, application, offer, { template, dedupe: template })
    for (const template of ['reminder', 'withdrawn', 'joined', 'wrote', 'consent'] as const)
      await tellTeam(tx, deps, application, offer, { template, dedupe: template })
    const parent = { guardian_name: 'Rosa Paquette', guardian_email: 'rosa@example.net' }
    await insertGuardian(tx, { application_id: application.id, ...parent })
    await askGuardian(tx, deps, application, offer)
    const unaddressed = { ...application, email: '' }
    for (const template of ['call', 'attendance'] as const)
      await tellTeam(tx, deps, unaddressed, offer, { template, dedupe: template, params: { count: 2 } })
    await tellEnding(tx, deps, { ...offer, publish_from: clock.iso(), publish_until: '2026-12-24T23:00:00.000Z' }, 7)
    await tellReopening(tx, deps, offer)
    const decision = { seq: 1, decision: 'refused', centre: 'Le Centre', site: 'https://centre.example', note: 'Non.' }
    await tellDecision(tx, deps, offer, {
      ...decision,
      comments: { tasks: 'Trop court.' },
      reasonCode: null,
      online: false,
    })
    await accounts.mailErasure(tx, deps, chloe)
    await accounts.mailLeaving(tx, deps, chloe, 'c@example.net')
    await accounts.mailEmailChange(tx, deps, chloe, 'c@example.net')
    await accounts.mailAddressChanged(tx, deps, chloe)
    for (const type of ['person.password_changed', 'person.second_factor_on', 'person.second_factor_off'] as const)
      await record(tx, newEvent(type, { at: clock.iso(), subject: chloe.id, details: {} }))
    const member = await tx
      .selectFrom('affiliations')
      .selectAll()
      .where('partner_is', '=', 'member')
      .executeTakeFirstOrThrow()
    const partner = member.partner_uri
    for (const type of [
      'affiliation.joined',
      'affiliation.declined',
      'affiliation.pause_told',
      'affiliation.resumption_told',
    ] as const)
      await record(tx, newEvent(type, { at: clock.iso(), subject: member.id, details: { partner } }))
    const ended = { partner, partner_is: 'member', by_us: false, was: 'active' }
    await record(tx, newEvent('affiliation.ended', { at: clock.iso(), subject: member.id, details: ended }))
    for (const what of ['application', 'person'] as const) {
      const subject = what === 'person' ? chloe.id : application.id
      await record(tx, newEvent('mail.undelivered', { at: clock.iso(), subject, details: { what } }))
    }
    const link = { id: 'link', series: 1, offer_id: null, expires_on: '2027-11-22' }
    await tellLink(tx, deps, chloe, link as LinkRow)
    await tellWaiting(tx, deps, { lines: 3, people: 2, oldest: clock.iso() }, 'Europe/Paris')
    const entry = await tx
      .selectFrom('hours_entries')
      .select('id')
      .where('person_id', '=', id('chloe'))
      .executeTakeFirstOrThrow()
    await record(tx, newEvent('hours.returned', { at: clock.iso(), subject: entry.id, details: {} }))
  })
}
