// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type JobRow = Row<'jobs'>
export type ParkedLine = Pick<
  Row<'fed_activities'>,
  'seq' | 'type' | 'actor' | 'object_id' | 'error' | 'at' | 'attempts'
>

/** Bytes of the database file, and of those the free ones. */
export async function databaseSize(db: Handle): Promise<{ bytes: number; free: number }> {
  const found = await sql<{ bytes: number; free: number }>`
    select page_count * page_size as bytes, freelist_count * page_size as free
    from pragma_page_count(), pragma_page_size(), pragma_freelist_count()`.execute(db)
  return found.rows[0]!
}

/** `full` also compares each index with its table. Takes seconds for a gigabyte, whichever. */
export type Check = 'quick' | 'full'

/** At most five sentences of SQLite; empty when the file is sound. */
export async function listIntegrityFaults(db: Handle, check: Check): Promise<string[]> {
  const pragma = check === 'quick' ? sql`pragma quick_check(5)` : sql`pragma integrity_check(5)`
  const found = await pragma.execute(db)
  return found.rows.map((row) => String(Object.values(row as object)[0])).filter((fault) => fault !== 'ok')
}

/** Rows from which on the statistics of a table are kept. */
const LARGE = 10_000

/**
 * Updates SQLite's table statistics where large tables have grown. It reads at most 400 rows of an index, in a few
 * milliseconds; with a limit it also keeps no samples, which would hold people's addresses.
 *
 * Small tables have none: they would stand until the next night, however much came meanwhile. SQLite takes a table
 * without statistics for a large one, and a plan for a large table is good for a small one.
 */
export async function refreshFigures(db: Handle): Promise<void> {
  await sql`pragma analysis_limit = 400`.execute(db)
  // 0x10000: all tables are looked at, not only those that this connection has asked about; 0x1: it says what it would do.
  const due = await sql<{ optimize: string }>`pragma optimize = 0x10003`.execute(db)
  const large: string[] = []
  const small: string[] = []
  for (const { optimize: analyze } of due.rows) {
    const table = /"([^"]+)"$/.exec(analyze)![1]!
    const last = await sql`select 1 from ${sql.table(table)} limit 1 offset ${sql.lit(LARGE - 1)}`.execute(db)
    if (last.rows.length > 0) large.push(analyze)
    else small.push(table)
  }
  for (const analyze of large) await sql.raw(analyze).execute(db)
  const kept = await sql`select 1 from sqlite_schema where name = 'sqlite_stat1'`.execute(db)
  if (kept.rows.length === 0) return
  const gone = await sql`delete from sqlite_stat1 where tbl in ${inList(small)}`.execute(db)
  // Has them read again, and with them the schema.
  if (gone.numAffectedRows !== 0n) await sql`analyze sqlite_schema`.execute(db)
}

export function sqliteVersion(db: Handle): Promise<string> {
  return sql<{ v: string }>`select sqlite_version() as v`.execute(db).then(({ rows }) => rows[0]!.v)
}

/** @param dueAt the next run, for jobs of the timetable. */
export async function saveJobRun(
  db: Handle,
  name: string,
  at: string,
  error: string | null,
  dueAt?: string,
): Promise<void> {
  const run = { last_run_at: at, last_error: error, ...(dueAt && { due_at: dueAt }) }
  await db
    .insertInto('jobs')
    .values({ name, ...run })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(run))
    .execute()
}

export async function saveJobDue(db: Handle, name: string, dueAt: string): Promise<void> {
  await db
    .insertInto('jobs')
    .values({ name, due_at: dueAt })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ due_at: dueAt }))
    .execute()
}

export function findJob(db: Handle, name: string): Promise<JobRow | undefined> {
  return db.selectFrom('jobs').selectAll().where('name', '=', name).executeTakeFirst()
}

/** Instant (ISO) of the latest run of any job; undefined before the first. */
export async function lastJobRun(db: Handle): Promise<string | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select(({ fn }) => fn.max('last_run_at').as('at'))
    .executeTakeFirst()
  return row?.at ?? undefined
}

export function listJobs(db: Handle): Promise<JobRow[]> {
  return db.selectFrom('jobs').selectAll().orderBy('name').execute()
}

/** `failed`: with the activities whose deliveries could not be written. */
export async function countDeliveries(db: Handle): Promise<{ waiting: number; failed: number }> {
  const rows = await db
    .selectFrom('fed_deliveries')
    .select(['state', sql<number>`count(*)`.as('count')])
    .groupBy('state')
    .execute()
  const of = (...states: string[]) =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0)
  const { parked } = await db
    .selectFrom('fed_fanouts')
    .select(({ fn }) => fn.countAll<number>().as('parked'))
    .where('parked_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return { waiting: of('waiting', 'sending'), failed: of('failed') + parked }
}

export async function countParked(db: Handle): Promise<number> {
  // A literal, because partial indexes are not used for a bound value.
  const found = await sql<{ count: number }>`
    select count(*) as count from fed_activities where state = 'parked'`.execute(db)
  return found.rows[0]!.count
}

const parked = (db: Handle) =>
  db
    .selectFrom('fed_activities')
    .select(['seq', 'type', 'actor', 'object_id', 'error', 'at', 'attempts'])
    .where(sql<boolean>`state = 'parked'`)

/** Newest first; of one host only when it is given. */
export function listParked(db: Handle, limit: number, host?: string): Promise<ParkedLine[]> {
  const ofHost = sql<boolean>`(instr(actor, ${`http://${host}/`}) = 1 or instr(actor, ${`https://${host}/`}) = 1)`
  return parked(db)
    .$if(host !== undefined, (query) => query.where(ofHost))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
}

/** @returns undefined when it is not put aside. */
export function findParked(db: Handle, seq: number): Promise<ParkedLine | undefined> {
  return parked(db).where('seq', '=', seq).executeTakeFirst()
}

/** @param to 'waiting': it is handled again; 'ignored': never. @returns false when it was not parked. */
export async function unpark(tx: Handle, seq: number, to: 'waiting' | 'ignored'): Promise<boolean> {
  const result = await tx
    .updateTable('fed_activities')
    .set({ state: to, attempts: 0, fetches: 0, not_before: null, ...(to === 'waiting' && { error: null }) })
    .where('seq', '=', seq)
    .where('state', '=', 'parked')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
