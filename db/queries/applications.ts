// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { IN_LINE, LIVE, SEATED, WAITING } from '../../server/model/application.ts'
import type { OfferContent, TextMap } from '../../server/model/offer/content.ts'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import { nameKey } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { deleteMessagesOf, withUnread } from './application-messages.ts'
import { deleteGuardiansOf } from './guardians.ts'
import { findToken, keepToken } from './tokens.ts'
import { deleteWelcomeOf } from './welcome.ts'

type Handle = Kysely<Tables>
type State = Row<'applications'>['state']
type Lists = { ticks: string[]; replies: { question: string; reply: string }[] }
export type ApplicationRow = Omit<Row<'applications'>, keyof Lists> & Lists
/** `restricted_at`: since when the person asks that their data is not used; null for most. */
export type ListedApplication = ApplicationRow & {
  offer_title: TextMap
  restricted_at: string | null
  /** Has a message that the team has not read. */
  has_unread: boolean
}

/** In place of the names of an application that was forgotten. */
export const FORGOTTEN = '—'
const PURPOSE = 'application'
/** Of the token in the address to which a mail about an application is answered. */
export const REPLY = 'reply'

const read = (row: Row<'applications'>): ApplicationRow => ({
  ...row,
  ticks: JSON.parse(row.ticks) as Lists['ticks'],
  replies: JSON.parse(row.replies) as Lists['replies'],
})

export async function insertApplication(
  tx: Handle,
  { ticks, replies = [], ...row }: Omit<NewRow<'applications'>, keyof Lists> & Pick<Lists, 'ticks'> & Partial<Lists>,
): Promise<void> {
  await tx
    .insertInto('applications')
    .values({ ...row, ticks: JSON.stringify(ticks), replies: JSON.stringify(replies) })
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
  const token = await findToken(db, tokenHash, PURPOSE, now)
  return token?.subject_id ? findApplication(db, token.subject_id) : undefined
}

/** A known hash gets the new date. */
export async function keepApplicationToken(
  tx: Handle,
  token: { hash: string; applicationId: string; now: string; expiresAt: string },
): Promise<void> {
  await keepToken(tx, {
    hash: token.hash,
    purpose: PURPOSE,
    subject_id: token.applicationId,
    created_at: token.now,
    expires_at: token.expiresAt,
  })
}

/** At most one application per offer and mailbox waits or is accepted. */
/** Of the same person: those who share a mailbox are told apart by name, without accents and capitals. */
export async function findLiveApplication(
  db: Handle,
  offerId: string,
  person: Pick<ApplicationRow, 'email_key' | 'given_name' | 'family_name'>,
): Promise<ApplicationRow | undefined> {
  const rows = await db
    .selectFrom('applications')
    .selectAll()
    .where('offer_id', '=', offerId)
    .where('email_key', '=', person.email_key)
    .where('state', 'in', LIVE)
    .execute()
  const name = nameKey(person.family_name, person.given_name)
  const row = rows.find((one) => nameKey(one.family_name, one.given_name) === name)
  return row && read(row)
}

/** Seats that are taken or held for somebody, of the offer in the outer query. */
export const seatsTaken = sql<number>`(select coalesce(sum(a.seats), 0) from applications a
  where a.offer_id = offers.id and a.state in (${sql.join(SEATED)}))`

/** Published offers that take people, nearest end first. `waits`: it is full, and one can wait for a place. */
export async function listOffersTakingPeople(db: Handle, now: string, limit: number) {
  const rows = await db
    .selectFrom('offers')
    .select(['id', 'content', 'capacity', 'visibility', seatsTaken.as('taken')])
    .where('state', '=', 'published')
    .where('applications_open', '=', 1)
    .where((eb) => eb.or([eb('publish_from', 'is', null), eb('publish_from', '<=', now)]))
    .where('publish_until', '>', now)
    .orderBy('publish_until')
    .limit(limit)
    .execute()
  return rows.flatMap(({ id, content, capacity, visibility, taken }) => {
    const { title, no_waiting_list, commitment } = JSON.parse(content) as OfferContent
    const waits = capacity !== null && taken >= capacity
    return waits && no_waiting_list
      ? []
      : [{ id, title, waits, isRegular: commitment === 'regular', isPublic: visibility === 'public' }]
  })
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

/** `unread`: only those with a message that the team has not read. */
export type ApplicationFilter = { states: readonly State[]; offerId?: string | undefined; unread?: boolean }

/** The conditions stand here as in the partial indexes. */
const WAITS = sql`t.state in ('submitted', 'in_review')`
const IS_IN_LINE = sql`t.state in ('waitlisted', 'place_offered')`
const IS_ANSWERED = sql`t.state in ('accepted', 'completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed')`

/** Those that wait, those in line for a place, then the others; a part of which no state is asked for is left out. */
function partsOf({ states, offerId, unread = false }: ApplicationFilter): Pick<Section, 'from' | 'holds'>[] {
  if (unread) {
    const ofOffer = offerId ? sql`and +t.offer_id = ${offerId}` : sql``
    return [{ from: sql`from applications t where t.id in (${withUnread}) ${ofOffer}`, holds: sql`true` }]
  }
  const part = (holds: RawBuilder<unknown>, index: string, ofPart: (state: State) => boolean) => {
    const asked = states.filter(ofPart)
    const isAsked = sql`${holds} and +t.state in (${sql.join(asked)})`
    // Without figures SQLite would gather and sort all rows of a state.
    const from = offerId
      ? sql`from applications t where ${isAsked} and t.offer_id = ${offerId}`
      : sql`from applications t indexed by ${sql.ref(index)} where ${isAsked}`
    return asked.length > 0 ? [{ from, holds }] : []
  }
  return [
    ...part(WAITS, 'applications_waiting', (state) => WAITING.includes(state)),
    ...part(IS_IN_LINE, 'applications_line', (state) => IN_LINE.includes(state)),
    ...part(IS_ANSWERED, 'applications_answered', (state) => ![...WAITING, ...IN_LINE].includes(state)),
  ]
}

const NEWS_FIRST: Section['order'] = [
  { by: sql`t.updated_at`, isDown: true },
  { by: sql`t.id`, isDown: false },
]

/** The column that puts a part in order, before the latest news. */
const FIRST = new Map([
  [WAITS, sql`t.confirmed_at`],
  [IS_IN_LINE, sql`t.waitlisted_at`],
])

/**
 * Those that wait come first, the longest wait at the top; then those in line for a place, in that order; then the
 * others, the latest news at the top.
 */
export function applicationsList(db: Handle, filter: ApplicationFilter): KeyedList<ListedApplication> {
  const sections = partsOf(filter).map((part): Section => ({
    ...part,
    table: 'applications',
    order: [...[FIRST.get(part.holds) ?? []].flat().map((by) => ({ by, isDown: false })), ...NEWS_FIRST],
  }))
  return keyedList(db, sections, async (numbers) => {
    const number = sql<number>`applications.rowid`
    const rows = await db
      .selectFrom('applications')
      .innerJoin('offers', 'offers.id', 'applications.offer_id')
      .leftJoin('people', 'people.id', 'applications.person_id')
      .selectAll('applications')
      .select(['people.restricted_at', number.as('number'), sql<string>`offers.content ->> 'title'`.as('title')])
      .select(sql<number>`applications.id in (${withUnread})`.as('unread'))
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows).map((row) => ({
      ...read(row),
      offer_title: JSON.parse(row.title) as TextMap,
      restricted_at: row.restricted_at,
      has_unread: row.unread === 1,
    }))
  })
}

/** Counted up to `most` and one more. */
export function countApplications(db: Handle, filter: ApplicationFilter, most: number): Promise<number> {
  const parts = partsOf(filter).map(({ from }) => from)
  return countUpTo(db, parts, most)
}

/** The titles of offers somebody applied to, what changed last first; `also` is among them in any case. */
export async function listOffersAppliedTo(
  db: Handle,
  limit: number,
  also: string,
): Promise<{ id: string; title: TextMap }[]> {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, content ->> 'title' as title from (
      select id, content, updated_at from (
        select o.id, o.content, o.updated_at from offers o
        where exists (select 1 from applications a where a.offer_id = o.id and a.state <> 'unconfirmed')
        order by o.updated_at desc, o.id desc limit ${limit})
      union select o.id, o.content, o.updated_at from offers o where o.id = ${also})
    order by updated_at desc, id desc`.execute(db)
  return rows.map(({ id, title }) => ({ id, title: JSON.parse(title) as TextMap }))
}

/** Seats, not applications: one may be for several people. A place that is held for somebody counts. */
export async function countSeatsTaken(db: Handle, offerId: string): Promise<number> {
  const row = await db
    .selectFrom('applications')
    .select(sql<number>`coalesce(sum(seats), 0)`.as('count'))
    .where('offer_id', '=', offerId)
    .where('state', 'in', SEATED)
    .executeTakeFirstOrThrow()
  return row.count
}

/** The first of those who wait for a place and are not more than `most` people. */
export async function findFirstInLine(db: Handle, offerId: string, most: number): Promise<ApplicationRow | undefined> {
  const { rows } = await sql<Row<'applications'>>`
    select t.* from applications t indexed by applications_line_of
    where t.offer_id = ${offerId} and t.state = 'waitlisted' and t.seats <= ${most}
    order by t.waitlisted_at, t.id limit 1`.execute(db)
  return rows[0] && read(rows[0])
}

/** 1 for the first of those who wait for a place of the offer. */
export async function findRankInLine(
  db: Handle,
  { id, offer_id, waitlisted_at }: Pick<ApplicationRow, 'id' | 'offer_id' | 'waitlisted_at'>,
): Promise<number> {
  const { rows } = await sql<{ before: number }>`
    select count(*) as before from applications t indexed by applications_line_of
    where t.offer_id = ${offer_id} and t.state = 'waitlisted' and (t.waitlisted_at, t.id) < (${waitlisted_at}, ${id})
    `.execute(db)
  return rows[0]!.before + 1
}

/**
 * Of those who came onto the waiting list of the offer before this person and after `since`: how many got a place, and
 * how many gave up. A person who was put first came before everybody.
 */
export async function countGoneBefore(
  db: Handle,
  { offer_id, waitlisted_at }: Pick<ApplicationRow, 'offer_id' | 'waitlisted_at'>,
  since: string,
): Promise<{ got: number; gaveUp: number }> {
  const { rows } = await sql<{ got: number; gave_up: number }>`select
      coalesce(sum(t.state in ('place_offered', 'accepted', 'completed', 'no_show')), 0) as got,
      coalesce(sum(t.state in ('withdrawn', 'lapsed', 'declined')), 0) as gave_up
    from applications t indexed by applications_offer
    where t.offer_id = ${offer_id} and t.waitlisted_at < ${waitlisted_at} and t.updated_at > ${since}`.execute(db)
  return { got: rows[0]?.got ?? 0, gaveUp: rows[0]?.gave_up ?? 0 }
}

/** How many wait for a place of the offer. */
export async function countInLine(db: Handle, offerId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from applications t
    indexed by applications_line_of where t.offer_id = ${offerId} and t.state = 'waitlisted'`.execute(db)
  return rows[0]!.count
}

/** Whose place is no longer held, the longest ago first; at most `limit`. */
export async function listHeldUntil(db: Handle, now: string, limit: number): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`select t.id from applications t indexed by applications_held
    where t.state = 'place_offered' and t.held_until <= ${now} order by t.held_until limit ${limit}`.execute(db)
  return rows
}

/** Ids of offers for which somebody waits for a place, by id, at most `limit`. @param after the last one before. */
export async function listOffersWithLine(db: Handle, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct t.offer_id as id from applications t
    indexed by applications_line_of where t.state = 'waitlisted' and t.offer_id > ${after}
    order by t.offer_id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** @param before only those accepted before that instant (ISO). */
export async function listAcceptedIds(db: Handle, offerId: string, before?: string): Promise<string[]> {
  const accepted = db
    .selectFrom('applications')
    .select('id')
    .where('offer_id', '=', offerId)
    .where('state', '=', 'accepted')
  const rows = await (before === undefined ? accepted : accepted.where('decided_at', '<', before)).execute()
  return rows.map(({ id }) => id)
}

/** In milliseconds, from confirmation to the first answer of the team, the latest answer first. */
export async function listAnswerDelays(db: Handle, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('applications')
    .select(['confirmed_at', 'answered_at'])
    .where('answered_at', 'is not', null)
    .orderBy('answered_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => Date.parse(row.answered_at ?? '') - Date.parse(row.confirmed_at ?? ''))
}

/** Oldest first, at most `limit`. @param after the last one of the part that was read before. */
export async function listWaitingSince(
  db: Handle,
  before: string,
  { limit, after }: { limit: number; after?: ApplicationRow | undefined },
): Promise<ApplicationRow[]> {
  const behind = after
    ? sql`and t.confirmed_at >= ${after.confirmed_at} and (t.confirmed_at > ${after.confirmed_at} or t.id > ${after.id})`
    : sql``
  const { rows } = await sql<Row<'applications'>>`
    select t.* from applications t indexed by applications_waiting where ${WAITS} and t.confirmed_at <= ${before} ${behind}
    order by t.confirmed_at, t.id limit ${limit}`.execute(db)
  return rows.map(read)
}

/** Not confirmed yet and made between two instants, oldest first. @param after the last one of the part before. */
export async function listUnconfirmed(
  db: Handle,
  { from, until }: { from: string; until: string },
  { limit, after }: { limit: number; after?: ApplicationRow | undefined },
): Promise<ApplicationRow[]> {
  const behind = after ? sql`and (t.created_at, t.id) > (${after.created_at}, ${after.id})` : sql``
  const { rows } = await sql<Row<'applications'>>`
    select t.* from applications t indexed by applications_state
    where t.state = 'unconfirmed' and t.created_at between ${from} and ${until} ${behind}
    order by t.created_at, t.id limit ${limit}`.execute(db)
  return rows.map(read)
}

/** People whose mailbox is not confirmed; of one offer when it is given. Counted up to `most` and one more. */
export function countUnconfirmed(db: Handle, offerId: string, most: number): Promise<number> {
  const from = offerId
    ? sql`from applications t where t.offer_id = ${offerId} and t.state = 'unconfirmed'`
    : sql`from applications t where t.state = 'unconfirmed'`
  return countUpTo(db, [from], most)
}

/** Whoever waits for an answer or for a place. */
export function listWaitingOf(db: Handle, offerId: string): Promise<Pick<ApplicationRow, 'id' | 'state'>[]> {
  return db
    .selectFrom('applications')
    .select(['id', 'state'])
    .where('offer_id', '=', offerId)
    .where('state', 'in', [...WAITING, ...IN_LINE])
    .orderBy('created_at')
    .execute()
}

/** Deletes applications whose mailbox nobody confirmed, with their tokens. @returns how many, at most `most`. */
export async function deleteUnconfirmedBefore(tx: Handle, instant: string, most: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    delete from applications where id in (
      select id from applications where state = 'unconfirmed' and created_at <= ${instant}
      order by created_at limit ${most})
    returning id`.execute(tx)
  return deleteTokensOf(tx, rows)
}

/** The conditions stand here as in the partial indexes. An accepted one ends with its offer. */
const named = (instant: string, most: number) => sql`
  select id from (
    select id from applications
    where email_key <> id and state in ('completed', 'no_show', 'declined', 'withdrawn', 'lapsed', 'offer_closed')
      and decided_at <= ${instant}
    order by decided_at limit ${most})
  union all
  select id from (
    select a.id from offers o cross join applications a on a.offer_id = o.id and a.state = 'accepted' and a.email_key <> a.id
    where o.state in ('closed', 'cancelled', 'archived') and o.closed_at <= ${instant} and a.decided_at <= ${instant}
    limit ${most})
  limit ${most}`

/**
 * Removes all personal text from applications that ended before the instant; state, dates, channel and reason stay for
 * the counts. @returns how many, at most `most`.
 */
export async function anonymiseEndedBefore(tx: Handle, instant: string, now: string, most: number): Promise<number> {
  const rows = await tx
    .updateTable('applications')
    .set((eb) => ({
      given_name: FORGOTTEN,
      family_name: FORGOTTEN,
      email: '',
      // No mailbox has this name; it shows that the application was forgotten.
      email_key: eb.ref('id'),
      phone: '',
      message: '',
      ticks: '[]',
      replies: '[]',
      answer: '',
      // An accepted volunteer has hours here; the others are no longer linked to their application.
      person_id: eb.case().when('state', 'in', ['accepted', 'completed']).then(eb.ref('person_id')).else(null).end(),
      updated_at: now,
    }))
    .where(sql<boolean>`id in (${named(instant, most)})`)
    .returning('id')
    .execute()
  const ids = rows.map(({ id }) => id)
  await deleteMessagesOf(tx, ids)
  await deleteGuardiansOf(tx, ids)
  await deleteWelcomeOf(tx, ids)
  return deleteTokensOf(tx, rows)
}

/** @returns how many applications there were. */
async function deleteTokensOf(tx: Handle, rows: readonly { id: string }[]): Promise<number> {
  const ids = inList(rows.map(({ id }) => id))
  if (rows.length > 0)
    await tx.deleteFrom('tokens').where('purpose', 'in', [PURPOSE, REPLY]).where('subject_id', 'in', ids).execute()
  return rows.length
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
