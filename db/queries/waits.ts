// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits for an instant. When a clock that was ahead is set right, that instant may be years away.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Each column of the schema that something waits for, and what ends the wait. `jobs.due_at` is planned anew by jobs.ts. */
const WAITS: Record<string, (now: string) => ReturnType<typeof sql>> = {
  // Told of what has not happened yet.
  'alert_subscribers.next_at': (now) =>
    sql`update alert_subscribers set next_at = ${now}, told_until = ${now} where told_until > ${now}`,
  // Held while the clock was ahead.
  'applications.held_until': (now) =>
    sql`update applications set held_until = ${now} where state = 'place_offered' and updated_at > ${now}`,
  'centre_template_readings.due_at': (now) =>
    sql`update centre_template_readings set due_at = ${now} where due_at > ${now}`,
  'event_failures.not_before': (now) => sql`update event_failures set not_before = ${now} where not_before > ${now}`,
  'fed_activities.not_before': (now) => sql`update fed_activities set not_before = null where not_before > ${now}`,
  'fed_deliveries.lease_until': (now) => sql`update fed_deliveries set lease_until = ${now} where lease_until > ${now}`,
  'fed_deliveries.not_before': (now) => sql`update fed_deliveries set not_before = ${now} where not_before > ${now}`,
  'fed_fanouts.not_before': () => sql`update fed_fanouts set not_before = null where not_before is not null`,
  'fed_peers.next_probe_at': (now) => sql`update fed_peers set next_probe_at = ${now} where next_probe_at > ${now}`,
  'held_answers.until': (now) => sql`update held_answers set until = ${now} where until > ${now}`,
  'held_changes.until': (now) => sql`update held_changes set until = ${now} where until > ${now}`,
  'mails.lease_until': (now) => sql`update mails set lease_until = ${now} where lease_until > ${now}`,
  'mails.not_before': (now) => sql`update mails set not_before = ${now} where state = 'queued' and not_before > ${now}`,
  'partner_logos.due_at': (now) => sql`update partner_logos set due_at = ${now} where due_at > ${now}`,
  'picture_copies.due_at': (now) => sql`update picture_copies set due_at = ${now} where due_at > ${now}`,
  'sessions.expires_at': (now) => sql`delete from sessions where created_at > ${now} or seen_at > ${now}`,
  'throttle.resets_at': (now) => sql`delete from throttle where resets_at > ${now}`,
  'tokens.expires_at': (now) => sql`delete from tokens where created_at > ${now}`,
}

/** What waits is due at once; what began after `now` is over. @param now ISO instant. */
export async function endWaits(tx: Handle, now: string): Promise<void> {
  for (const end of Object.values(WAITS)) await end(now).execute(tx)
  // Or each start would take the clock for one that has just gone back.
  await sql`update jobs set last_run_at = ${now} where last_run_at > ${now}`.execute(tx)
}
