// SPDX-License-Identifier: AGPL-3.0-or-later
// Requests of people about their own data, and whose data may not be used meanwhile.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList } from '../keyset.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type RequestRow = Row<'privacy_requests'> & { given_name: string; family_name: string }

export async function insertRequest(tx: Handle, row: NewRow<'privacy_requests'>): Promise<void> {
  await tx.insertInto('privacy_requests').values(row).execute()
}

const withNames = (db: Handle) =>
  db
    .selectFrom('privacy_requests')
    .innerJoin('people', 'people.id', 'privacy_requests.person_id')
    .selectAll('privacy_requests')
    .select(['people.given_name', 'people.family_name'])

export function findRequest(db: Handle, id: string): Promise<RequestRow | undefined> {
  return withNames(db).where('privacy_requests.id', '=', id).executeTakeFirst()
}

export async function countOpenRequests(db: Handle, personId: string): Promise<number> {
  const { count } = await db
    .selectFrom('privacy_requests')
    .select(sql<number>`count(*)`.as('count'))
    .where('person_id', '=', personId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return count
}

export async function answerRequest(
  tx: Handle,
  id: string,
  decision: { state: 'done' | 'refused'; answer: string; decided_at: string; decided_by: string | null },
): Promise<void> {
  await tx.updateTable('privacy_requests').set(decision).where('id', '=', id).execute()
}

/** Those that wait, the first due at the top; then those answered, the latest at the top. */
export function requestsList(db: Handle): KeyedList<RequestRow> {
  const open = {
    table: 'privacy_requests' as const,
    from: sql`from privacy_requests t indexed by privacy_requests_open where t.state = 'open'`,
    holds: sql`t.state = 'open'`,
    order: [
      { by: sql`t.due_on`, isDown: false },
      { by: sql`t.id`, isDown: false },
    ],
  }
  const answered = {
    table: 'privacy_requests' as const,
    from: sql`from privacy_requests t indexed by privacy_requests_answered where t.state <> 'open'`,
    holds: sql`t.state <> 'open'`,
    order: [
      { by: sql`t.decided_at`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [open, answered], async (numbers) => {
    const number = sql<number>`privacy_requests.rowid`
    const rows = await withNames(db).select(number.as('number')).where(number, 'in', inList(numbers)).execute()
    return inOrder(numbers, rows)
  })
}

/** @param name '' when the mail names nobody; who shares a mailbox is told apart by it. */
export async function isRestricted(db: Handle, emailKey: string, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('people')
    .select('id')
    .where('email_key', '=', emailKey)
    .where('restricted_at', 'is not', null)
    .where(sql<boolean>`${name} in ('', trim(given_name || ' ' || family_name))`)
    .executeTakeFirst()
  return row !== undefined
}

/** Mails that wait to leave for that person or may be sent again, of these templates. @param name as in isRestricted. */
export async function deleteWaitingMails(
  tx: Handle,
  to: { email: string; name: string },
  templates: readonly string[],
): Promise<void> {
  await tx
    .deleteFrom('mails')
    .where(sql<boolean>`lower(to_email) = lower(${to.email}) and to_email <> '' and to_name in ('', ${to.name})`)
    .where(sql<boolean>`+state in ('queued', 'kept', 'failed')`)
    .where('template', 'in', inList([...templates]))
    .execute()
}

/** Whose restriction was announced to end by then, at most `most`. @returns their ids. */
export async function endRestrictions(tx: Handle, now: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`update people
    set restricted_at = null, restriction_ends_at = null, updated_at = ${now}, version = version + 1
    where id in (select id from people where restriction_ends_at <= ${now} limit ${most})
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}
