// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { TestimonialState } from '../../server/model/testimonial.ts'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { isSentBy } from '../sent-by.ts'
import { findToken, keepToken } from './tokens.ts'

type Handle = Kysely<Tables>
export type TestimonialRow = Row<'testimonials'>
/** `title`: of the offer, in all its languages. */
export type ReadTestimonial = TestimonialRow &
  Pick<Row<'offers'>, 'visibility'> & { title: string; given_name: string; family_name: string }

const PURPOSE = 'testimonial'

/** The link with which one writes the words and takes them back. A known one gets the new end. */
export async function keepTestimonialToken(
  tx: Handle,
  token: { hash: string; applicationId: string; now: string; expiresAt: string },
): Promise<void> {
  const { hash, applicationId, now, expiresAt } = token
  await keepToken(tx, { hash, purpose: PURPOSE, subject_id: applicationId, created_at: now, expires_at: expiresAt })
}

/** @returns the id of the application. */
export async function findTestimonialToken(db: Handle, hash: string, now: string): Promise<string | undefined> {
  return (await findToken(db, hash, PURPOSE, now))?.subject_id ?? undefined
}

export function findTestimonial(db: Handle, id: string): Promise<TestimonialRow | undefined> {
  return db.selectFrom('testimonials').selectAll().where('id', '=', id).executeTakeFirst()
}

export function findTestimonialOf(db: Handle, applicationId: string): Promise<TestimonialRow | undefined> {
  return db.selectFrom('testimonials').selectAll().where('application_id', '=', applicationId).executeTakeFirst()
}

export async function insertTestimonial(tx: Handle, row: NewRow<'testimonials'>): Promise<void> {
  await tx.insertInto('testimonials').values(row).execute()
}

export async function saveTestimonial(tx: Handle, id: string, changes: Changes<'testimonials'>): Promise<void> {
  await tx.updateTable('testimonials').set(changes).where('id', '=', id).execute()
}

export async function deleteTestimonial(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('testimonials').where('id', '=', id).execute()
}

/** By link, by account, or from a mailbox that nobody else here has. */
export async function deleteTestimonialsOf(
  tx: Handle,
  person: { id: string; email: string },
  applications: readonly string[] = [],
): Promise<void> {
  await tx
    .deleteFrom('testimonials')
    .where((eb) => eb.or([isSentBy(person), eb('application_id', 'in', inList(applications))]))
    .execute()
}

/** Not shown, and without news since. @returns how many, at most `most`. */
export async function forgetTestimonialsBefore(tx: Handle, before: string, most: number): Promise<number> {
  const { rows } = await sql`delete from testimonials where id in (
    select t.id from json_each('["waiting", "hidden", "private"]') s
      cross join testimonials t indexed by testimonials_state on t.state = s.value and t.updated_at < ${before}
      limit ${most}) returning id`.execute(tx)
  return rows.length
}

const partOf = (state: TestimonialState): Section => {
  const holds = sql`t.state = ${state}`
  return {
    table: 'testimonials',
    from: sql`from testimonials t indexed by testimonials_state where ${holds}`,
    holds,
    order: [
      { by: sql`t.updated_at`, isDown: true },
      { by: sql`t.id`, isDown: false },
    ],
  }
}

/** With the latest news first. */
export function testimonialsList(db: Handle, state: TestimonialState): KeyedList<ReadTestimonial> {
  return keyedList(db, [partOf(state)], async (numbers) => {
    const number = sql<number>`testimonials.rowid`
    const rows = await db
      .selectFrom('testimonials')
      .innerJoin('offers', 'offers.id', 'testimonials.offer_id')
      .innerJoin('applications', 'applications.id', 'testimonials.application_id')
      .selectAll('testimonials')
      .select(['applications.given_name', 'applications.family_name', 'offers.visibility'])
      .select([sql<string>`offers.content ->> 'title'`.as('title'), number.as('number')])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

/** Counted up to `most` and one more. */
export function countTestimonials(db: Handle, state: TestimonialState, most: number): Promise<number> {
  return countUpTo(db, [partOf(state).from], most)
}

/** What pages for everybody are made of. `title`: of the offer, in all its languages. */
export type PublicTestimonial = Pick<ReadTestimonial, 'words' | 'shown_name' | 'locale' | 'title' | 'visibility'>

/** About one offer, or about all of them (null); the latest first. */
export function listShownTestimonials(db: Handle, offerId: string | null, limit: number): Promise<PublicTestimonial[]> {
  let query = db
    .selectFrom('testimonials')
    .innerJoin('offers', 'offers.id', 'testimonials.offer_id')
    .select(['words', 'shown_name', 'locale', 'visibility', sql<string>`offers.content ->> 'title'`.as('title')])
    .where('testimonials.state', '=', 'shown')
    .orderBy('testimonials.updated_at', 'desc')
    .limit(limit)
  if (offerId !== null) query = query.where('testimonials.offer_id', '=', offerId)
  return query.execute()
}
