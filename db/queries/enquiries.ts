// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import { nameKey } from '../plain.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { findToken, keepToken } from './tokens.ts'

type Handle = Kysely<Tables>
const LISTS = ['causes', 'days', 'parts'] as const
type ListColumn = (typeof LISTS)[number]
type WithLists<T> = Omit<T, ListColumn> & { [C in ListColumn]: string[] }
export type EnquiryRow = WithLists<Row<'enquiries'>>
export type EnquiryMessage = Row<'enquiry_messages'>
/** `taker`: the given name of who takes care of it, '' when nobody does. */
export type ListedEnquiry = EnquiryRow & { taker: string }
type EnquiryChanges = Omit<Changes<'enquiries'>, ListColumn> & Partial<Pick<EnquiryRow, ListColumn>>

const PURPOSE = 'enquiry'
const PASSING = 'enquiry passing'

const read = (row: Row<'enquiries'>): EnquiryRow => ({
  ...row,
  causes: JSON.parse(row.causes) as string[],
  days: JSON.parse(row.days) as string[],
  parts: JSON.parse(row.parts) as string[],
})
const written = <T extends object>(row: T) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, Array.isArray(value) ? JSON.stringify(value) : value]),
  )

export async function insertEnquiry(tx: Handle, row: WithLists<NewRow<'enquiries'>>): Promise<void> {
  await tx
    .insertInto('enquiries')
    .values(written(row) as NewRow<'enquiries'>)
    .execute()
}

/** For the team and for jobs: the caller checks the right to read first. */
export async function findEnquiry(db: Handle, id: string): Promise<EnquiryRow | undefined> {
  const row = await db.selectFrom('enquiries').selectAll().where('id', '=', id).executeTakeFirst()
  return row && read(row)
}

export async function findEnquiryByToken(db: Handle, hash: string, now: string): Promise<EnquiryRow | undefined> {
  const token = await findToken(db, hash, PURPOSE, now)
  return token?.subject_id ? findEnquiry(db, token.subject_id) : undefined
}

type Link = { hash: string; subjectId: string; now: string; expiresAt: string }

/** A known hash gets the new date. @param isPassing the link of a member to whom somebody is passed on. */
export async function keepEnquiryToken(tx: Handle, link: Link, isPassing = false): Promise<void> {
  const { hash, subjectId: subject_id, now: created_at, expiresAt: expires_at } = link
  await keepToken(tx, { hash, purpose: isPassing ? PASSING : PURPOSE, subject_id, created_at, expires_at })
}

/** What the mailbox has already, what is confirmed first: those who share it are told apart by name. */
export async function findTwinEnquiry(
  db: Handle,
  person: Pick<EnquiryRow, 'email_key' | 'given_name' | 'family_name'>,
): Promise<EnquiryRow | undefined> {
  if (person.email_key === '') return undefined
  const rows = await db
    .selectFrom('enquiries')
    .selectAll()
    .where('email_key', '=', person.email_key)
    .where('state', 'in', ['unconfirmed', 'new', 'in_contact'])
    .orderBy('created_at')
    .execute()
  const name = nameKey(person.family_name, person.given_name)
  const same = rows.filter((one) => nameKey(one.family_name, one.given_name) === name)
  const found = same.find(({ state }) => state !== 'unconfirmed') ?? same[0]
  return found && read(found)
}

export async function saveEnquiry(tx: Handle, id: string, changes: EnquiryChanges): Promise<void> {
  await tx
    .updateTable('enquiries')
    .set((eb) => ({ ...(written(changes) as Changes<'enquiries'>), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export const ENQUIRY_FILTERS = ['open', 'call_back', 'mine', 'over'] as const
export type EnquiryFilter = { show: (typeof ENQUIRY_FILTERS)[number]; personId: string }

function partsOf({ show, personId }: EnquiryFilter): Section[] {
  const isOver = show === 'over'
  const holds = isOver ? sql`t.state in ('placed', 'ended')` : sql`t.state in ('new', 'in_contact')`
  const asked = {
    open: sql`true`,
    over: sql`true`,
    call_back: sql`t.call_back = 1`,
    mine: sql`+t.taken_by = ${personId}`,
  }[show]
  const index = sql.ref(isOver ? 'enquiries_over' : 'enquiries_open')
  const newsFirst = [
    { by: sql`t.updated_at`, isDown: true },
    { by: sql`t.id`, isDown: false },
  ]
  return [
    {
      table: 'enquiries',
      from: sql`from enquiries t indexed by ${index} where ${holds} and ${asked}`,
      holds,
      order: isOver ? newsFirst : [{ by: sql`t.confirmed_at`, isDown: false }, ...newsFirst],
    },
  ]
}

/** Those that wait longest come first; of those that are over, the latest news. */
export function enquiriesList(db: Handle, filter: EnquiryFilter): KeyedList<ListedEnquiry> {
  return keyedList(db, partsOf(filter), async (numbers) => {
    const number = sql<number>`enquiries.rowid`
    const rows = await db
      .selectFrom('enquiries')
      .leftJoin('people', 'people.id', 'enquiries.taken_by')
      .selectAll('enquiries')
      .select([number.as('number'), sql<string>`coalesce(people.given_name, '')`.as('taker')])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows).map((row) => ({ ...read(row), taker: row.taker }))
  })
}

/** Counted up to `most` and one more. */
export function countEnquiries(db: Handle, filter: EnquiryFilter, most: number): Promise<number> {
  return countUpTo(
    db,
    partsOf(filter).map(({ from }) => from),
    most,
  )
}

export async function insertEnquiryMessage(tx: Handle, row: NewRow<'enquiry_messages'>): Promise<void> {
  await tx.insertInto('enquiry_messages').values(row).execute()
}

/** What the person was sent, the first one first, at most `limit` of the latest. */
export async function listEnquiryMessages(db: Handle, enquiryId: string, limit: number): Promise<EnquiryMessage[]> {
  const rows = await db
    .selectFrom('enquiry_messages')
    .selectAll()
    .where('enquiry_id', '=', enquiryId)
    .orderBy('sent_at', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed()
}

export async function wasProposed(db: Handle, enquiryId: string, offer: string): Promise<boolean> {
  const row = await db
    .selectFrom('enquiry_messages')
    .select('id')
    .where('enquiry_id', '=', enquiryId)
    .where('kind', '=', 'proposal')
    .where('about', '=', offer)
    .executeTakeFirst()
  return row !== undefined
}

/** The message by which a member was asked, by the link in its mail. */
export async function findPassingByToken(db: Handle, hash: string, now: string): Promise<EnquiryMessage | undefined> {
  const token = await findToken(db, hash, PASSING, now)
  if (!token?.subject_id) return undefined
  return db.selectFrom('enquiry_messages').selectAll().where('id', '=', token.subject_id).executeTakeFirst()
}

/** @returns false when it was accepted before. */
export async function acceptPassing(tx: Handle, id: string, at: string): Promise<boolean> {
  const result = await tx
    .updateTable('enquiry_messages')
    .set({ accepted_at: at })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** With its messages, its links, and the mails about it. */
export async function deleteEnquiry(tx: Handle, id: string): Promise<void> {
  await sql`delete from tokens where subject_id = ${id}
    or subject_id in (select m.id from enquiry_messages m where m.enquiry_id = ${id})`.execute(tx)
  await sql`delete from mails where about = ${`enquiry:${id}`}`.execute(tx)
  await tx.deleteFrom('enquiries').where('id', '=', id).execute()
}

/** The next few whose end has come. @param before `seen_at` or the confirmation was due before it. */
export async function listEnquiriesDue(
  db: Handle,
  before: { unconfirmed: string; seen: string },
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (select id from enquiries
      where state = 'unconfirmed' and created_at < ${before.unconfirmed} order by created_at limit ${most})
    union select id from (select id from enquiries where seen_at < ${before.seen} order by seen_at limit ${most})
    limit ${most}`.execute(db)
  return rows.map(({ id }) => id)
}

type Named = Pick<Row<'people'>, 'id' | 'email' | 'given_name' | 'family_name'>

/** Theirs, also of before they were known here: by mailbox and name, without accents and capitals. */
export async function listEnquiriesOf(db: Handle, { id, email, given_name, family_name }: Named): Promise<string[]> {
  const { rows } = await sql<Pick<EnquiryRow, 'id' | 'person_id' | 'given_name' | 'family_name'>>`
    select id, person_id, given_name, family_name from enquiries where person_id = ${id}
    union select id, person_id, given_name, family_name from enquiries
      where email_key = lower(${email}) and email_key <> '' and person_id is null`.execute(db)
  const name = nameKey(family_name, given_name)
  return rows
    .filter((row) => row.person_id === id || nameKey(row.family_name, row.given_name) === name)
    .map((row) => row.id)
}

/** Whoever becomes known here finds in their data what they wrote before. */
export async function linkEnquiries(tx: Handle, person: Named): Promise<void> {
  const ids = await listEnquiriesOf(tx, person)
  await tx.updateTable('enquiries').set({ person_id: person.id }).where('id', 'in', inList(ids)).execute()
}
