// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type State = Row<'applications'>['state']
export type ApplicationRow = Omit<Row<'applications'>, 'ticks'> & { ticks: string[] }
export type ListedApplication = ApplicationRow & { offer: OfferContent; offer_state: Row<'offers'>['state'] }

const WAITING: State[] = ['submitted', 'in_review']
const ENDED: State[] = ['declined', 'withdrawn', 'offer_closed']
const PURPOSE = 'application'

const read = (row: Row<'applications'>): ApplicationRow => ({ ...row, ticks: JSON.parse(row.ticks) as string[] })

export async function insertApplication(
  tx: Handle,
  row: Omit<NewRow<'applications'>, 'ticks'> & { ticks: string[] },
): Promise<void> {
  await tx
    .insertInto('applications')
    .values({ ...row, ticks: JSON.stringify(row.ticks) })
    .execute()
}

/** For coordinators and jobs: the caller checks the right to read first. */
export async function findApplication(db: Handle, id: string): Promise<ApplicationRow | undefined> {
  const row = await db.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function findApplicationByToken(
  db: Handle,
  tokenHash: string,
  now: string,
): Promise<ApplicationRow | undefined> {
  const row = await db
    .selectFrom('applications')
    .innerJoin('tokens', 'tokens.subject_id', 'applications.id')
    .selectAll('applications')
    .where('tokens.hash', '=', tokenHash)
    .where('tokens.purpose', '=', PURPOSE)
    .where('tokens.expires_at', '>', now)
    .executeTakeFirst()
  return row && read(row)
}

/** A known hash gets the new date. */
export async function keepApplicationToken(
  tx: Handle,
  token: { hash: string; applicationId: string; now: string; expiresAt: string },
): Promise<void> {
  await tx
    .insertInto('tokens')
    .values({
      hash: token.hash,
      purpose: PURPOSE,
      subject_id: token.applicationId,
      created_at: token.now,
      expires_at: token.expiresAt,
    })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ expires_at: token.expiresAt }))
    .execute()
}

/** At most one application per offer and mailbox waits or is accepted. */
export async function findLiveApplication(
  db: Handle,
  offerId: string,
  emailKey: string,
): Promise<ApplicationRow | undefined> {
  const row = await db
    .selectFrom('applications')
    .selectAll()
    .where('offer_id', '=', offerId)
    .where('email_key', '=', emailKey)
    .where('state', 'in', [...WAITING, 'accepted'])
    .executeTakeFirst()
  return row && read(row)
}

export async function hasUnconfirmedTwin(
  db: Handle,
  twin: Pick<ApplicationRow, 'offer_id' | 'email_key' | 'given_name' | 'family_name' | 'phone' | 'message'>,
  since: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('applications')
    .select('id')
    .where('offer_id', '=', twin.offer_id)
    .where('email_key', '=', twin.email_key)
    .where('state', '=', 'unconfirmed')
    .where('given_name', '=', twin.given_name)
    .where('family_name', '=', twin.family_name)
    .where('phone', '=', twin.phone)
    .where('message', '=', twin.message)
    .where('created_at', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when it is no longer in the state `from`. */
export async function saveApplication(
  tx: Handle,
  id: string,
  from: State,
  changes: Changes<'applications'>,
): Promise<boolean> {
  const result = await tx
    .updateTable('applications')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export type ApplicationFilter = { states: readonly State[]; offerId?: string | undefined }

function filtered(db: Handle, filter: ApplicationFilter) {
  const query = db.selectFrom('applications').where('applications.state', 'in', [...filter.states])
  return filter.offerId ? query.where('applications.offer_id', '=', filter.offerId) : query
}

/** Those that wait come first, the longest wait at the top; then the others, the latest change at the top. */
export async function listApplications(
  db: Handle,
  filter: ApplicationFilter,
  page: { limit: number; offset: number },
): Promise<ListedApplication[]> {
  const waits = sql<number>`applications.state in ('submitted', 'in_review')`
  const rows = await filtered(db, filter)
    .innerJoin('offers', 'offers.id', 'applications.offer_id')
    .selectAll('applications')
    .select(['offers.content as offer', 'offers.state as offer_state'])
    .orderBy(waits, 'desc')
    .orderBy(sql`case when ${waits} then applications.confirmed_at end`)
    .orderBy('applications.updated_at', 'desc')
    .orderBy('applications.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map((row) => ({
    ...read(row),
    offer: completeContent(JSON.parse(row.offer)),
    offer_state: row.offer_state,
  }))
}

export async function countApplications(db: Handle, filter: ApplicationFilter): Promise<number> {
  const row = await filtered(db, filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/** The 200 offers changed last, newest first; unconfirmed applications do not count. */
export async function listOffersAppliedTo(db: Handle): Promise<{ id: string; content: OfferContent }[]> {
  const rows = await db
    .selectFrom('offers')
    .select(['id', 'content'])
    .where('id', 'in', (eb) => eb.selectFrom('applications').select('offer_id').where('state', '!=', 'unconfirmed'))
    .orderBy('updated_at', 'desc')
    .limit(200)
    .execute()
  return rows.map(({ id, content }) => ({ id, content: completeContent(JSON.parse(content)) }))
}

export async function countAccepted(db: Handle, offerId: string): Promise<number> {
  const row = await db
    .selectFrom('applications')
    .select(sql<number>`count(*)`.as('count'))
    .where('offer_id', '=', offerId)
    .where('state', '=', 'accepted')
    .executeTakeFirstOrThrow()
  return row.count
}

export async function listAcceptedIds(db: Handle, offerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('applications')
    .select('id')
    .where('offer_id', '=', offerId)
    .where('state', '=', 'accepted')
    .execute()
  return rows.map(({ id }) => id)
}

/** In milliseconds, from confirmation to decision, the latest decision first. */
export async function listAnswerDelays(db: Handle, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('applications')
    .select(['confirmed_at', 'decided_at'])
    .where('state', 'in', ['accepted', 'declined'])
    .where('confirmed_at', 'is not', null)
    .where('decided_at', 'is not', null)
    .orderBy('decided_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => Date.parse(row.decided_at ?? '') - Date.parse(row.confirmed_at ?? ''))
}

/** Oldest first. */
export async function listWaitingSince(db: Handle, before: string): Promise<ApplicationRow[]> {
  const rows = await db
    .selectFrom('applications')
    .selectAll()
    .where('state', 'in', WAITING)
    .where('confirmed_at', '<=', before)
    .orderBy('confirmed_at')
    .execute()
  return rows.map(read)
}

export async function listWaitingOf(db: Handle, offerId: string): Promise<ApplicationRow[]> {
  const rows = await db
    .selectFrom('applications')
    .selectAll()
    .where('offer_id', '=', offerId)
    .where('state', 'in', WAITING)
    .orderBy('created_at')
    .execute()
  return rows.map(read)
}

/** Deletes applications whose mailbox nobody confirmed, with their tokens. @returns how many. */
export async function deleteUnconfirmedBefore(tx: Handle, instant: string): Promise<number> {
  const rows = await tx
    .deleteFrom('applications')
    .where('state', '=', 'unconfirmed')
    .where('created_at', '<=', instant)
    .returning('id')
    .execute()
  await deleteTokensOf(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.length
}

/**
 * Removes all personal text from applications that ended before the instant; state, dates, channel and reason stay for
 * the counts. An accepted one ends with its offer. @returns how many.
 */
export async function anonymiseEndedBefore(tx: Handle, instant: string, now: string): Promise<number> {
  const rows = await tx
    .updateTable('applications')
    .set((eb) => ({
      given_name: '—',
      family_name: '—',
      email: '',
      // No mailbox has this name, so that there is still one live application per mailbox.
      email_key: eb.ref('id'),
      phone: '',
      message: '',
      ticks: '[]',
      answer: '',
      // An accepted volunteer has hours here; the others are no longer linked to their application.
      person_id: eb.case().when('state', '=', 'accepted').then(eb.ref('person_id')).else(null).end(),
      updated_at: now,
    }))
    .where('email', '!=', '')
    .where('decided_at', '<=', instant)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ENDED),
        eb.and([
          eb('state', '=', 'accepted'),
          eb(
            'offer_id',
            'in',
            eb
              .selectFrom('offers')
              .select('offers.id')
              .where('offers.state', 'in', ['closed', 'cancelled', 'archived'])
              .where('offers.closed_at', '<=', instant),
          ),
        ]),
      ]),
    )
    .returning('id')
    .execute()
  await deleteTokensOf(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.length
}

async function deleteTokensOf(tx: Handle, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.deleteFrom('tokens').where('purpose', '=', PURPOSE).where('subject_id', 'in', ids).execute()
}

/** `home_url`: the page of a member's offer at home; `via`: the opaque name of our channel there. */
export function findMemberListing(
  db: Handle,
  publicId: string,
): Promise<{ home_url: string; via: string } | undefined> {
  return db
    .selectFrom('listings')
    .select(['home_url', 'via'])
    .where('public_id', '=', publicId)
    .where('origin', '=', 'member')
    .executeTakeFirst()
}
