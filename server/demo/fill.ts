// SPDX-License-Identifier: AGPL-3.0-or-later
// Fills an instance that is not running, with a clock set to days of the month, by the same commands as the pages.
import type { Config } from '../../config/env.ts'
import { insertAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { applicationOf, firstWithRole, requirementsOf } from '../../db/queries/demo.ts'
import { insertRate } from '../../db/queries/hours.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { grantRole, insertPerson, nextMemberNumber } from '../../db/queries/people.ts'
import { hashPassword } from '../accounts/passwords.ts'
import { acceptApplication, declineApplication, takeApplication } from '../applications/commands/answer.ts'
import { noteAttendance } from '../applications/commands/attend.ts'
import { applyTo } from '../applications/commands/apply.ts'
import { confirmApplication } from '../applications/commands/confirm.ts'
import { withdrawApplication } from '../applications/commands/withdraw.ts'
import { tokenOf } from '../applications/link.ts'
import { DAY, HOUR, heldClock } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { addDefaultCategories } from '../hours/defaults.ts'
import { closeOffer } from '../offers/commands/end.ts'
import { publishOffer } from '../offers/commands/publish.ts'
import { createDraft, editOffer } from '../offers/commands/write.ts'
import { openDeps } from '../open-deps.ts'
import { emailKey } from '../web/fields.ts'
import { transact } from '../web/transact.ts'
import { NOBODY, viewerOf, type Role, type Viewer } from '../model/viewer.ts'
import type { DemoApplication, DemoInstance } from './month.ts'
import { contentOf } from './offer-content.ts'

type Held = ReturnType<typeof heldClock>
export type Setting = { deps: Deps; clock: Held; today: Date; instance: DemoInstance }

export async function offline(
  config: Config,
  instance: DemoInstance,
  work: (setting: Setting) => Promise<void>,
): Promise<void> {
  const today = new Date()
  const clock = heldClock(today.toISOString())
  const { deps } = await openDeps({ ...config, logLevel: 'warn' }, { clock })
  try {
    await work({ deps, clock, today, instance })
  } finally {
    await deps.db.destroy()
  }
}

/** Sets the clock to `day` days from today, at that hour (UTC). */
export function at({ clock, today }: Setting, day: number, hour = 15): void {
  const instant = new Date(today.getTime() + day * DAY)
  instant.setUTCHours(hour, 12, 0, 0)
  // Not in the future: the demonstration may be filled earlier in the day.
  clock.set(new Date(Math.min(instant.getTime(), today.getTime())).toISOString())
}

export async function fillBasics(setting: Setting, password: string): Promise<void> {
  const { deps, instance } = setting
  at(setting, -35, 9)
  const hash = await hashPassword(deps, password)
  const place = deps.places.resolve(instance.place, { country: instance.country })
  if (!place) throw new Error(`the demonstration names an unknown place: ${instance.place}`)
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    await insertAssociation(tx, {
      kind: instance.kind,
      handle: instance.handle,
      name: instance.name,
      mission: instance.mission,
      place_code: place.code,
      place_name: place.name,
      region: place.region,
      country: instance.country,
      latitude: place.latitude,
      longitude: place.longitude,
      contact_name: instance.contact_name,
      contact_phone: instance.contact_phone,
      contact_email: instance.contact_email,
      contact_hours: instance.contact_hours,
      locale: instance.locale,
      locales: instance.locales,
      currency: instance.currency,
      time_zone: instance.time_zone,
      theme: instance.theme,
      territory: instance.territory,
      sectors: instance.sectors,
      legal_identifiers: instance.legal_identifiers ?? [],
      created_at: now,
      updated_at: now,
    })
    for (const person of instance.people) {
      const id = deps.newId()
      await insertPerson(tx, {
        id,
        member_number: await nextMemberNumber(tx),
        given_name: person.given,
        family_name: person.family,
        email: person.login,
        email_key: emailKey(person.login),
        email_verified_at: now,
        locale: instance.locale,
        password_hash: hash,
        password_set_at: now,
        joined_on: now.slice(0, 10),
        created_at: now,
        updated_at: now,
      })
      for (const role of person.roles) await grantRole(tx, id, role, now, null)
    }
    await addDefaultCategories(tx, deps)
    for (const rate of instance.rates ?? []) {
      await insertRate(tx, {
        id: deps.newId(),
        category_id: null,
        cents_per_hour: rate.cents,
        currency: instance.currency,
        valid_from: rate.from,
        source: rate.source,
        created_at: now,
      })
    }
    await record(tx, { type: 'association.created', at: now })
  })
}

export async function viewerWith(deps: Deps, role: Role): Promise<Viewer> {
  const row = await firstWithRole(deps.db, role)
  return viewerOf(row.id, row.given_name, [role])
}

/** @param day from today. @returns YYYY-MM-DD. */
export const dayOf = ({ today }: Setting, day: number): string =>
  new Date(today.getTime() + day * DAY).toISOString().slice(0, 10)

export async function writeOffers(setting: Setting): Promise<Record<string, string>> {
  const { deps, instance } = setting
  const coordinator = await viewerWith(deps, 'coordinator')
  const ids: Record<string, string> = {}
  for (const offer of instance.offers ?? []) {
    at(setting, offer.when === 'early' ? -29 : -3, 10)
    ids[offer.key] = await createDraft(deps, coordinator, {
      content: contentOf(deps, instance, offer, offer.day === undefined ? null : dayOf(setting, offer.day)),
      contactId: coordinator.personId,
      visibility: 'public',
      asked: { firstDay: null, lastDay: null },
    })
  }
  return ids
}

export async function fillApplications(setting: Setting, offers: Record<string, string>): Promise<void> {
  const { instance } = setting
  for (const application of [...(instance.applications ?? [])].sort((a, b) => a.day - b.day)) {
    await fillApplication(setting, offers[application.offer]!, application)
  }
}

async function fillApplication(setting: Setting, offerId: string, application: DemoApplication): Promise<void> {
  const { deps, instance, clock } = setting
  at(setting, application.day)
  const input = {
    given_name: application.given,
    family_name: application.family,
    email: application.email,
    phone: '',
    message: application.message,
    ticks: await requirementsOf(deps.db, offerId),
    age: true,
    seats: 1,
    minor: false,
    guardian_name: '',
    guardian_email: '',
    via: '',
    topic: '',
  }
  await applyTo(deps, NOBODY, offerId, input, instance.locale)
  if (application.then === 'unconfirmed') return
  const id = await applicationOf(deps.db, offerId, emailKey(application.email))
  const token = tokenOf(deps, id)
  await confirmApplication(deps, token)
  clock.advance((application.after ?? 1) * DAY - 4 * HOUR)
  if (clock.now() > setting.today) clock.set(setting.today.toISOString())
  const coordinator = await viewerWith(deps, 'coordinator')
  if (application.then === 'accept') await acceptApplication(deps, coordinator, id, { word: '' })
  if (application.then === 'take') await takeApplication(deps, coordinator, id)
  if (application.then === 'decline') await declineApplication(deps, coordinator, id, { reason: 'filled', answer: '' })
  if (application.then === 'withdraw') await withdrawApplication(deps, token, 'unavailable')
}

/** Days from today. */
export const CLOSED_ON = -10

/** After the visits, which are those of offers that are online. */
export async function fillEnds(setting: Setting, offers: Record<string, string>): Promise<void> {
  const { deps, instance } = setting
  const coordinator = await viewerWith(deps, 'coordinator')
  for (const { key, closed } of instance.offers ?? []) {
    if (!closed) continue
    at(setting, CLOSED_ON)
    await noteWhoCame(setting, offers[key]!, key)
    await closeOffer(deps, coordinator, offers[key]!, { reason: closed as 'filled' })
  }
}

async function noteWhoCame({ deps, instance }: Setting, offerId: string, key: string): Promise<void> {
  const came = (instance.applications ?? []).filter((one) => one.offer === key && one.came)
  const noted = new Map<string, 'came'>()
  for (const { email } of came) noted.set(await applicationOf(deps.db, offerId, emailKey(email)), 'came')
  if (noted.size > 0) await noteAttendance(deps, await viewerWith(deps, 'coordinator'), offerId, noted)
}

export async function fillChanges(setting: Setting, offers: Record<string, string>): Promise<void> {
  const { deps, instance } = setting
  const coordinator = await viewerWith(deps, 'coordinator')
  for (const offer of instance.offers ?? []) {
    const id = offers[offer.key]!
    if (offer.when === 'late') {
      at(setting, -2, 14)
      await publishOffer(deps, coordinator, id)
    }
    if (offer.edit) {
      at(setting, -1, 16)
      const row = (await findOffer(deps.db, id))!
      await editOffer(deps, coordinator, id, {
        content: { ...row.content, summary: { fr: offer.edit } },
        contactId: row.contact_id,
        visibility: row.visibility,
        asked: { firstDay: null, lastDay: null },
        version: row.version,
      })
    }
  }
}
