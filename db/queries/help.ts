// SPDX-License-Identifier: AGPL-3.0-or-later
// Requests for help with the site itself.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { isSentBy } from '../sent-by.ts'

type Handle = Kysely<Tables>
export type HelpRow = Row<'help_requests'>
export type HelpAnswer = Row<'help_answers'>
/** `taker`: the given name of who takes care of it, '' when nobody does. */
export type ListedHelp = HelpRow & { taker: string }

export async function insertHelp(tx: Handle, row: NewRow<'help_requests'>): Promise<void> {
  await tx.insertInto('help_requests').values(row).execute()
}

export function findHelp(db: Handle, id: string): Promise<HelpRow | undefined> {
  return db.selectFrom('help_requests').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function saveHelp(tx: Handle, id: string, changes: Changes<'help_requests'>): Promise<void> {
  await tx.updateTable('help_requests').set(changes).where('id', '=', id).execute()
}

export const HELP_FILTERS = ['open', 'mine', 'done'] as const
export type HelpFilter = { show: (typeof HELP_FILTERS)[number]; personId: string }

function partsOf({ show, personId }: HelpFilter): Section[] {
  const isDone = show === 'done'
  const holds = isDone ? sql`t.state = 'done'` : sql`t.state = 'open'`
  const asked = show === 'mine' ? sql`+t.taken_by = ${personId}` : sql`true`
  const index = sql.ref(isDone ? 'help_requests_done' : 'help_requests_open')
  return [
    {
      table: 'help_requests',
      from: sql`from help_requests t indexed by ${index} where ${holds} and ${asked}`,
      holds,
      order: [
        isDone ? { by: sql`t.updated_at`, isDown: true } : { by: sql`t.created_at`, isDown: false },
        { by: sql`t.id`, isDown: false },
      ],
    },
  ]
}

/** Those that wait longest come first; of those that are done, the latest. */
export function helpList(db: Handle, filter: HelpFilter): KeyedList<ListedHelp> {
  return keyedList(db, partsOf(filter), async (numbers) => {
    const number = sql<number>`help_requests.rowid`
    const rows = await db
      .selectFrom('help_requests')
      .leftJoin('people', 'people.id', 'help_requests.taken_by')
      .selectAll('help_requests')
      .select([number.as('number'), sql<string>`coalesce(people.given_name, '')`.as('taker')])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

/** Counted up to `most` and one more. */
export function countHelp(db: Handle, filter: HelpFilter, most: number): Promise<number> {
  return countUpTo(
    db,
    partsOf(filter).map(({ from }) => from),
    most,
  )
}

export async function insertHelpAnswer(tx: Handle, row: NewRow<'help_answers'>): Promise<void> {
  await tx.insertInto('help_answers').values(row).execute()
}

/** The first one first, at most `limit` of the latest. */
export async function listHelpAnswers(db: Handle, requestId: string, limit: number): Promise<HelpAnswer[]> {
  const rows = await db
    .selectFrom('help_answers')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('sent_at', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed()
}

/** With its answers, and the mails about it. */
export async function deleteHelp(tx: Handle, id: string): Promise<void> {
  await sql`delete from tokens where subject_id = ${id}
    or subject_id in (select a.id from help_answers a where a.request_id = ${id})`.execute(tx)
  await sql`delete from mails where about = ${`help:${id}`}`.execute(tx)
  await tx.deleteFrom('help_requests').where('id', '=', id).execute()
}

/** The next few whose last news is older. */
export async function listHelpDue(db: Handle, before: string, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('help_requests')
    .select('id')
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

export async function listHelpOf(db: Handle, person: { id: string; email: string }): Promise<string[]> {
  const rows = await db.selectFrom('help_requests').select('id').where(isSentBy(person)).execute()
  return rows.map(({ id }) => id)
}
