// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type MailRow = Row<'mails'>

/** Adds nothing when a mail with the same `dedupe` was added before. */
export async function insertMail(tx: Handle, mail: NewRow<'mails'>): Promise<void> {
  await tx
    .insertInto('mails')
    .values(mail)
    .onConflict((conflict) => conflict.column('dedupe').doNothing())
    .execute()
}

/** Which of these mails were added before, by their `dedupe`. */
export async function listKnownMails(db: Handle, dedupes: readonly string[]): Promise<Set<string>> {
  const found = await sql<{ dedupe: string }>`
    select dedupe from mails where dedupe in (select value from json_each(${JSON.stringify(dedupes)}))`.execute(db)
  return new Set(found.rows.map(({ dedupe }) => dedupe))
}

/** The one that has been due for longest, with a lease until `leaseUntil`; it counts as tried. */
export async function claimMail(tx: Handle, now: string, leaseUntil: string): Promise<MailRow | undefined> {
  return tx
    .updateTable('mails')
    .set((eb) => ({ state: 'sending', lease_until: leaseUntil, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', (eb) =>
      eb
        .selectFrom('mails')
        .select('id')
        .where('state', '=', 'queued')
        .where('not_before', '<=', now)
        .orderBy('not_before')
        .orderBy('id')
        .limit(1),
    )
    .returningAll()
    .executeTakeFirst()
}

/** It was taken, and its turn did not come. */
export async function putMailBack(tx: Handle, id: string): Promise<void> {
  await tx
    .updateTable('mails')
    .set((eb) => ({ state: 'queued', lease_until: null, attempts: eb('attempts', '-', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Mails whose lease is over are due again; the try that was begun counts. */
export async function releaseLeases(db: Handle, at: string): Promise<void> {
  await db
    .updateTable('mails')
    .set({ state: 'queued', lease_until: null })
    .where('state', '=', 'sending')
    .where('lease_until', '<=', at)
    .execute()
}

/** The bodies are deleted once the mail is sent, because they hold links that give access; so are those it gathers. */
export async function markMailSent(db: Handle, id: string, at: string): Promise<void> {
  const empty = { body_text: '', body_html: '', calendar: '', link: '', stop_url: '', reply_name: '', reply_email: '' }
  await db
    .updateTable('mails')
    .set({ ...empty, state: 'sent', sent_at: at, lease_until: null, last_error: null })
    .where('id', '=', id)
    .execute()
  await db.updateTable('mails').set(empty).where('gathered_in', '=', id).execute()
}

export async function deleteMail(db: Handle, id: string): Promise<void> {
  await db.deleteFrom('mails').where('id', '=', id).execute()
}

/** Those of these templates that wait. */
export async function deleteWaitingMails(db: Handle, templates: readonly string[]): Promise<void> {
  await db
    .deleteFrom('mails')
    .where('state', 'in', ['queued', 'sending'])
    .where('template', 'in', inList(templates))
    .execute()
}

export async function markMailFailed(
  db: Handle,
  id: string,
  change: { state: 'queued' | 'failed'; notBefore: string; error: string },
): Promise<void> {
  await db
    .updateTable('mails')
    .set({ state: change.state, not_before: change.notBefore, last_error: change.error, lease_until: null })
    .where('id', '=', id)
    .execute()
}

/** Due now, from the first attempt on. @returns false when it is sent or being sent. */
export async function requeueMail(db: Handle, id: string, now: string): Promise<boolean> {
  const result = await db
    .updateTable('mails')
    .set({ state: 'queued', attempts: 0, not_before: now })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'queued', 'kept'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/**
 * The same for those that failed, or were kept while there was no mail server: the next `most` whose id comes after
 * `after`. @returns their ids, in order.
 */
export async function requeueFailed(
  db: Handle,
  now: string,
  { after, most }: { after: string; most: number },
): Promise<string[]> {
  const failed = db
    .selectFrom('mails')
    .select('id')
    .where('state', 'in', ['failed', 'kept'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
  const ids = (await failed.execute()).map(({ id }) => id)
  await db
    .updateTable('mails')
    .set({ state: 'queued', attempts: 0, not_before: now })
    .where('id', 'in', inList(ids))
    .execute()
  return ids
}

/** Without a mail server nothing waits: mails are kept, to be read on the operator's page. */
export async function keepMails(db: Handle): Promise<void> {
  await db
    .updateTable('mails')
    .set({ state: 'kept', lease_until: null })
    .where('state', 'in', ['queued', 'sending'])
    .execute()
}

/** Newest first. */
export function mailsList(db: Handle, states: readonly MailRow['state'][]): KeyedList<MailRow> {
  const section: Section = {
    table: 'mails',
    // The plus leaves the index to the order.
    from: sql`from mails t where +t.state in (${sql.join(states)})`,
    holds: sql`true`,
    order: [
      { by: sql`t.created_at`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`mails.rowid`
    const rows = await db
      .selectFrom('mails')
      .selectAll()
      .select(number.as('number'))
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

export function findMail(db: Handle, id: string): Promise<MailRow | undefined> {
  return db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The newest mail about an application or a person that is no longer on its way. @param about `application:ID` or `person:ID`. */
export function findMailAbout(db: Handle, about: string): Promise<MailRow | undefined> {
  return db
    .selectFrom('mails')
    .selectAll()
    .where('about', '=', about)
    .where(sql<boolean>`+state not in ('queued', 'sending', 'gathered')`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The newest mail in which somebody is asked to prove this mailbox. */
export function findConfirmationTo(db: Handle, email: string): Promise<MailRow | undefined> {
  return db
    .selectFrom('mails')
    .selectAll()
    .where(sql<boolean>`lower(to_email) = lower(${email})`)
    .where('template', '=', 'applications/confirm')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function countMailsByState(db: Handle): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('mails')
    .select(['state', sql<number>`count(*)`.as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** @returns how many, at most `most`. */
export async function deleteMailsBefore(db: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql`
    delete from mails where id in (
      select id from mails where created_at < ${instant} and +state in ('sent', 'kept', 'failed', 'gathered')
      order by created_at limit ${most})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n)
}
