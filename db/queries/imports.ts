// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of members and hours that come in: what was sent, what each row is, and what was made of it.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ImportRow = Row<'imports'>
export type PartyRow = Row<'import_people'>
export type WordKind = 'category' | 'level' | 'project'

export async function insertImport(tx: Handle, row: NewRow<'imports'>): Promise<void> {
  await tx.insertInto('imports').values(row).execute()
}

export function findImport(db: Handle, id: string): Promise<ImportRow | undefined> {
  return db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The latest first. */
export function listImports(db: Handle, limit: number): Promise<ImportRow[]> {
  return db.selectFrom('imports').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export async function updateImport(tx: Handle, id: string, changes: Changes<'imports'>): Promise<void> {
  await tx.updateTable('imports').set(changes).where('id', '=', id).execute()
}

/** @param rows line and cells. */
export async function insertRows(
  tx: Handle,
  id: string,
  rows: readonly (readonly [number, string[]])[],
): Promise<void> {
  await sql`insert into import_rows (import_id, line, cells)
    select ${id}, value ->> 0, value -> 1 from json_each(${JSON.stringify(rows)})`.execute(tx)
}

export type CellsRow = { line: number; cells: string[] }

export async function listCells(db: Handle, id: string, after: number, most: number): Promise<CellsRow[]> {
  const { rows } = await sql<{ line: number; cells: string }>`
    select line, cells from import_rows where import_id = ${id} and line > ${after} order by line limit ${most}`.execute(
    db,
  )
  return rows.map(({ line, cells }) => ({ line, cells: JSON.parse(cells) as string[] }))
}

export type FoundPerson = Pick<
  PartyRow,
  'name_key' | 'given_name' | 'family_name' | 'email' | 'phone' | 'joined_on'
> & {
  line: number
}

/** Each person of the file once, under the number of their first line, with the first day of theirs. */
export async function insertParties(tx: Handle, id: string, people: readonly FoundPerson[]): Promise<void> {
  await sql`insert into import_people (import_id, number, name_key, given_name, family_name, email, phone, joined_on)
    select ${id}, value ->> 'line', value ->> 'name_key', value ->> 'given_name', value ->> 'family_name',
      value ->> 'email', value ->> 'phone', value ->> 'joined_on'
    from json_each(${JSON.stringify(people)}) where true
    on conflict (import_id, name_key) do update set
      joined_on = min(coalesce(joined_on, excluded.joined_on), coalesce(excluded.joined_on, joined_on))`.execute(tx)
}

export async function insertWords(
  tx: Handle,
  id: string,
  words: readonly { kind: WordKind; word: string; word_key: string }[],
): Promise<void> {
  await sql`insert into import_words (import_id, kind, word_key, word, target)
    select ${id}, value ->> 'kind', value ->> 'word_key', value ->> 'word', '' from json_each(${JSON.stringify(words)})
    where true on conflict do nothing`.execute(tx)
}

export type Judged = {
  line: number
  verdict: 'good' | 'faulty'
  faults: unknown[]
  /** '' when nobody is named. */
  name_key: string
  day: string | null
  minutes: number | null
  note: string
  category: string
  level: string
  project: string
  place: string
}

export async function judgeRows(tx: Handle, id: string, rows: readonly Judged[]): Promise<void> {
  await sql`insert into import_rows (import_id, line, cells, verdict, faults, party, worked_on, minutes, note, category,
      level, project, place)
    select ${id}, value ->> 'line', '', value ->> 'verdict', value -> 'faults',
      (select p.number from import_people p where p.import_id = ${id} and p.name_key = value ->> 'name_key'),
      value ->> 'day', value ->> 'minutes', value ->> 'note', value ->> 'category', value ->> 'level', value ->> 'project',
      value ->> 'place'
    from json_each(${JSON.stringify(rows)}) where true
    on conflict (import_id, line) do update set verdict = excluded.verdict, faults = excluded.faults,
      party = excluded.party, worked_on = excluded.worked_on, minutes = excluded.minutes, note = excluded.note,
      category = excluded.category, level = excluded.level, project = excluded.project,
      place = excluded.place`.execute(tx)
}

/** What was found of a file is found anew. @returns how many people and words went. */
export async function clearFound(tx: Handle, id: string, most: number): Promise<number> {
  const people = await sql`delete from import_people where import_id = ${id} and number in
    (select number from import_people where import_id = ${id} limit ${most})`.execute(tx)
  const words = await sql`delete from import_words where (import_id, kind, word_key) in
    (select import_id, kind, word_key from import_words where import_id = ${id} limit ${most})`.execute(tx)
  return Number(people.numAffectedRows ?? 0) + Number(words.numAffectedRows ?? 0)
}

export function listParties(db: Handle, id: string, after: number, most: number): Promise<PartyRow[]> {
  return db
    .selectFrom('import_people')
    .selectAll()
    .where('import_id', '=', id)
    .where('number', '>', after)
    .orderBy('number')
    .limit(most)
    .execute()
}

export type PersonFound = {
  id: string
  member_number: number
  given_name: string
  family_name: string
  search_key: string
  email_key: string
  restricted_at: string | null
}

/** Also those whose access is closed: their hours of before are theirs. */
export async function listCandidates(
  db: Handle,
  { names, mailboxes }: { names: readonly string[]; mailboxes: readonly string[] },
): Promise<PersonFound[]> {
  const columns = sql`id, member_number, given_name, family_name, search_key, email_key, restricted_at`
  const { rows } = await sql<PersonFound>`
    select ${columns} from people where search_key in ${inList(names)} and member_number > 0
    union select ${columns} from people where email_key in ${inList(mailboxes)} and email_key <> '' and member_number > 0
    order by member_number`.execute(db)
  return rows
}

/** What somebody chose stays. An update from a list would be planned with the whole table outside; the rows all exist. */
export async function saveMatches(
  tx: Handle,
  id: string,
  matches: readonly { number: number; verdict: string; person: string | null }[],
): Promise<void> {
  await sql`insert into import_people (import_id, number, name_key, given_name, family_name, email, phone, verdict, person_id)
    select ${id}, value ->> 'number', '#' || (value ->> 'number'), '', '', '', '', value ->> 'verdict', value ->> 'person'
    from json_each(${JSON.stringify(matches)}) where true
    on conflict (import_id, number) do update set lines = 0, twins = 0,
      verdict = case is_chosen when 1 then verdict else excluded.verdict end,
      person_id = case is_chosen when 1 then person_id else excluded.person_id end`.execute(tx)
}

export async function saveChoice(
  tx: Handle,
  id: string,
  number: number,
  choice: { verdict: PartyRow['verdict']; person_id: string | null },
): Promise<void> {
  await tx
    .updateTable('import_people')
    .set({ ...choice, is_chosen: choice.verdict === 'doubt' ? 0 : 1 })
    .where('import_id', '=', id)
    .where('number', '=', number)
    .execute()
}

/** Whether a row `r` of an import `i` may come in. */
const MAY = sql`(r.verdict = 'good' or (i.twins = 1 and r.verdict in ('there', 'twice'))) and r.is_made = 0`

/** The last of the next lines; undefined at the end. */
export async function findLastOf(db: Handle, id: string, after: number, most: number): Promise<number | undefined> {
  const { rows } = await sql<{ last: number | null }>`
    select max(line) as last from (select line from import_rows where import_id = ${id} and line > ${after}
      order by line limit ${most})`.execute(db)
  return rows[0]?.last ?? undefined
}

/** Lines behind one, up to another. */
type Span = { after: number; last: number }

/**
 * Those that are here already, or stand higher in the file, are set aside. @param full the faults of `markFull`, which
 * are found anew.
 */
export async function markTwins(tx: Handle, id: string, { after, last }: Span, full: string): Promise<void> {
  await sql`update import_rows as r set verdict = case
      when r.minutes is null and r.party <> r.line then 'twice'
      when r.minutes is not null and exists (select 1 from import_people p
        join hours_entries e indexed by hours_entries_person on e.person_id = p.person_id
        where p.import_id = r.import_id and p.number = r.party and e.worked_on = r.worked_on and e.minutes = r.minutes
          and +e.state in ('submitted', 'approved') and e.import_id is not r.import_id
          and not exists (select 1 from hours_entries o where o.reverses_id = e.id)) then 'there'
      when r.minutes is not null and exists (select 1 from import_rows o indexed by import_rows_twins
        where o.import_id = r.import_id and o.party = r.party and o.worked_on = r.worked_on and o.minutes = r.minutes
          and o.line < r.line and o.verdict <> 'faulty' and o.note = r.note and o.category = r.category
          and o.project = r.project) then 'twice'
      else 'good' end, faults = '[]'
    where r.import_id = ${id} and r.line > ${after} and r.line <= ${last}
      and (r.verdict in ('good', 'there', 'twice') or r.faults = ${full})`.execute(tx)
}

/** `there`: minutes of that person on that day that did not come with this file. */
export type DayLine = { line: number; party: number; day: string; minutes: number; there: number }

/**
 * Of days on which the whole file and what is here may come to more than `most` minutes: their lines up to the last one
 * that come in, by person and day, then as they stand in the file.
 */
export async function listLongDays(db: Handle, id: string, { after, last }: Span, most: number): Promise<DayLine[]> {
  const { rows } = await sql<DayLine>`
    with given as materialized (select distinct party, worked_on from import_rows
        where import_id = ${id} and line > ${after} and line <= ${last} and minutes is not null and verdict <> 'faulty'),
      days as materialized (select g.party, g.worked_on,
        (select sum(o.minutes) from import_rows o indexed by import_rows_twins
          where o.import_id = ${id} and o.party = g.party and o.worked_on = g.worked_on) as sent,
        coalesce((select sum(e.minutes) from import_people p
          join hours_entries e indexed by hours_entries_person on e.person_id = p.person_id
          where p.import_id = ${id} and p.number = g.party and e.worked_on = g.worked_on
            and +e.state in ('submitted', 'approved') and e.import_id is not ${id}), 0) as there
        from given g)
    select r.line, r.party, r.worked_on as day, r.minutes, d.there from days d
    cross join imports i on i.id = ${id}
    cross join import_rows r indexed by import_rows_twins
      on r.import_id = i.id and r.party = d.party and r.worked_on = d.worked_on
    where d.sent + d.there > ${most} and r.line <= ${last} and r.minutes is not null and ${MAY}
    order by r.party, r.worked_on, r.line`.execute(db)
  return rows
}

/** These lines are to be mended. */
export async function markFaulty(tx: Handle, id: string, lines: readonly number[], faults: string): Promise<void> {
  await sql`update import_rows set verdict = 'faulty', faults = ${faults}
    where import_id = ${id} and line in ${inList(lines)}`.execute(tx)
}

/** How many lines of each person may come in, part by part. */
export async function addUpLines(tx: Handle, id: string, { after, last }: Span): Promise<void> {
  await sql`insert into import_people (import_id, number, name_key, given_name, family_name, email, phone, lines, twins)
    select ${id}, party, '', '', '', '', '', sum(verdict = 'good'), sum(verdict in ('there', 'twice'))
    from import_rows where import_id = ${id} and line > ${after} and line <= ${last} and party is not null group by party
    on conflict (import_id, number) do update set lines = lines + excluded.lines, twins = twins + excluded.twins`.execute(
    tx,
  )
}

export type Word = Row<'import_words'>

/** By kind, then by word. */
export function listWords(db: Handle, id: string, most: number): Promise<Word[]> {
  return db
    .selectFrom('import_words')
    .selectAll()
    .where('import_id', '=', id)
    .orderBy('kind')
    .orderBy('word_key')
    .limit(most)
    .execute()
}

export async function saveTarget(tx: Handle, word: Pick<Word, 'import_id' | 'kind' | 'word_key'>, target: string) {
  const { import_id, kind, word_key } = word
  await tx
    .updateTable('import_words')
    .set({ target })
    .where('import_id', '=', import_id)
    .where('kind', '=', kind)
    .where('word_key', '=', word_key)
    .execute()
}

/** How many rows and people have each verdict. */
export async function countVerdicts(db: Handle, id: string) {
  const rows = await sql<{ verdict: Row<'import_rows'>['verdict']; count: number }>`
    select verdict, count(*) as count from import_rows indexed by import_rows_verdict
    where import_id = ${id} group by verdict`.execute(db)
  const people = await sql<{ verdict: PartyRow['verdict']; count: number }>`
    select verdict, count(*) as count from import_people indexed by import_people_verdict
    where import_id = ${id} group by verdict`.execute(db)
  return {
    rows: new Map(rows.rows.map(({ verdict, count }) => [verdict, count])),
    people: new Map(people.rows.map(({ verdict, count }) => [verdict, count])),
  }
}

export function listDoubts(db: Handle, id: string, most: number): Promise<PartyRow[]> {
  return db
    .selectFrom('import_people')
    .selectAll()
    .where('import_id', '=', id)
    .where('verdict', '=', 'doubt')
    .orderBy('number')
    .limit(most)
    .execute()
}

export type ShownRow = {
  line: number
  cells: string[]
  verdict: Row<'import_rows'>['verdict']
  faults: unknown[]
  worked_on: string | null
  minutes: number | null
  note: string
  is_made: number
  category: string | null
  given_name: string | null
  family_name: string | null
  person: PartyRow['verdict'] | null
  person_id: string | null
}

const SHOWN = sql`r.line, r.cells, r.verdict, r.faults, r.worked_on, r.minutes, r.note, r.is_made,
  (select w.word from import_words w where w.import_id = r.import_id and w.kind = 'category' and w.word_key = r.category) as category,
  p.given_name, p.family_name, p.verdict as person, p.person_id`

/** Behind one line; only those with that verdict, when it is given. */
export async function listShownRows(
  db: Handle,
  id: string,
  { after, most, verdict }: { after: number; most: number; verdict?: Row<'import_rows'>['verdict'] },
): Promise<ShownRow[]> {
  const { rows } = await sql<ShownRow & { cells: string; faults: string }>`
    select ${SHOWN} from import_rows r
    left join import_people p on p.import_id = r.import_id and p.number = r.party
    where r.import_id = ${id} and r.line > ${after} and ${verdict === undefined ? sql`true` : sql`r.verdict = ${verdict}`}
    order by r.line limit ${most}`.execute(db)
  return rows.map((row) => ({
    ...row,
    cells: JSON.parse(row.cells) as string[],
    faults: JSON.parse(row.faults) as unknown[],
  }))
}

const ADDS: RawBuilder<unknown> = sql`(i.newcomers = 'add' or p.is_chosen = 1)`
/** Rows of a person `p` that may come in. */
const LINES: RawBuilder<unknown> = sql`(p.lines + case i.twins when 1 then p.twins else 0 end)`

/** How many rows would come in now, and how many people would be added. */
export async function countReady(db: Handle, id: string): Promise<{ lines: number; people: number }> {
  const { rows } = await sql<{ lines: number; people: number }>`
    select coalesce(sum(${LINES}) filter (where p.verdict = 'known' or ${ADDS}), 0) as lines,
      count(*) filter (where p.verdict = 'new' and ${ADDS} and ${LINES} > 0) as people
    from import_people p join imports i on i.id = p.import_id
    where p.import_id = ${id} and p.verdict in ('known', 'new')`.execute(db)
  return rows[0]!
}

export async function listToAdd(db: Handle, id: string, after: number, most: number): Promise<PartyRow[]> {
  const { rows } = await sql<PartyRow>`select p.* from import_people p join imports i on i.id = p.import_id
    where p.import_id = ${id} and p.number > ${after} and p.verdict = 'new' and ${ADDS} and ${LINES} > 0
    order by p.number limit ${most}`.execute(db)
  return rows
}

export async function saveAdded(tx: Handle, id: string, made: readonly { number: number; person: string }[]) {
  await sql`insert into import_people (import_id, number, name_key, given_name, family_name, email, phone, person_id)
    select ${id}, value ->> 'number', '#' || (value ->> 'number'), '', '', '', '', value ->> 'person'
    from json_each(${JSON.stringify(made)}) where true
    on conflict (import_id, number) do update set is_made = 1, verdict = 'known', person_id = excluded.person_id`.execute(
    tx,
  )
}

type Taking = { id: string; after: number; most: number; now: string; by: string | null; mayApproveOwn: boolean }

/**
 * The next lines of a file become lines of hours. Those of a day that was closed meanwhile, and of people whose data
 * may not be used, are left. @returns the last line, undefined at the end, and how many were made.
 */
export async function takeLines(
  tx: Handle,
  { id, after, most, now, by, mayApproveOwn }: Taking,
  newId: () => string,
): Promise<{ last: number; made: number } | undefined> {
  const { rows } = await sql<{ line: number }>`
    select r.line from import_rows r where r.import_id = ${id} and r.line > ${after} order by r.line limit ${most}`.execute(
    tx,
  )
  if (rows.length === 0) return undefined
  const ids = JSON.stringify(rows.map(({ line }) => [line, newId()]))
  const target = (kind: WordKind, column: string) => sql`(select nullif(w.target, 'none') from import_words w
    where w.import_id = r.import_id and w.kind = ${kind} and w.word_key = ${sql.ref(`r.${column}`)})`
  const isOwn = sql`p.person_id = ${by} and ${mayApproveOwn ? 0 : 1}`
  const result =
    await sql`insert into hours_entries (id, person_id, worked_on, minutes, category_id, level_id, project_id,
      place, note, source, entered_by, state, decided_at, decided_by, created_at, import_id)
    select j.value ->> 1, p.person_id, r.worked_on, r.minutes, c.id,
      coalesce(${target('level', 'level')}, c.level_id), ${target('project', 'project')}, r.place, r.note,
      case when ${isOwn} then 'self' else 'coordinator' end, ${by},
      case when ${isOwn} then 'submitted' else 'approved' end,
      case when ${isOwn} then null else ${now} end, case when ${isOwn} then null else ${by} end, ${now}, ${id}
    from json_each(${ids}) j
    cross join import_rows r on r.import_id = ${id} and r.line = j.value ->> 0
    cross join imports i on i.id = r.import_id
    cross join import_people p on p.import_id = r.import_id and p.number = r.party
    cross join people m on m.id = p.person_id and m.restricted_at is null
    cross join hours_categories c on c.id = ${target('category', 'category')}
    where ${MAY} and r.minutes is not null and p.verdict = 'known'
      and not exists (select 1 from hours_statements s where s.is_in_force = 1
        and r.worked_on between s.from_day and s.until_day)`.execute(tx)
  const last = rows.at(-1)!.line
  await sql`update import_rows set is_made = 1 where import_id = ${id} and line in
    (select j.value ->> 0 from json_each(${ids}) j join hours_entries e on e.id = j.value ->> 1)`.execute(tx)
  return { last, made: Number(result.numAffectedRows ?? 0) }
}

export type Given = { number: number; person: string; minutes: number; thanked: number }

/** Of the next people of a file, what they gave in all, and for how many hours they were thanked. */
export async function listGiven(db: Handle, id: string, after: number, most: number): Promise<Given[]> {
  const { rows } = await sql<Given>`
    select p.number, m.id as person, m.thanked_hours as thanked,
      (select coalesce(sum(e.minutes), 0) from hours_entries e indexed by hours_entries_person
        where e.person_id = m.id and +e.state = 'approved') as minutes
    from import_people p join people m on m.id = p.person_id
    where p.import_id = ${id} and p.number > ${after} and p.verdict = 'known'
    order by p.number limit ${most}`.execute(db)
  return rows
}

/** For so many hours, and fewer, there are no more thanks. */
export async function saveThanked(tx: Handle, rows: readonly { person: string; hours: number }[]): Promise<void> {
  await sql`update people set thanked_hours = j.value ->> 'hours' from json_each(${JSON.stringify(rows)}) j
    where people.id = j.value ->> 'person'`.execute(tx)
}

/** Why a line of a file stays when the file is taken back. */
const STAYS = sql`(exists (select 1 from hours_statements s where s.is_in_force = 1
    and e.state = 'approved' and e.worked_on between s.from_day and s.until_day)
  or exists (select 1 from hours_entries o where o.reverses_id = e.id)
  or exists (select 1 from hours_entries o where o.replaces_id = e.id)
  or e.reverses_id is not null or e.state = 'replaced'
  or exists (select 1 from trips t where t.hours_id = e.id))`

export type Staying = { lines: number; closed: number; corrected: number; last: number | null }

/**
 * Of the next lines of a file, in the order of their row numbers: how many there are, and how many would stay if it were
 * taken back now. `corrected`: corrected since, or with a trip; `last`: null at the end.
 */
export async function countStaying(db: Handle, id: string, after: number, most: number): Promise<Staying> {
  const { rows } = await sql<{ lines: number; closed: number; stays: number; last: number | null }>`
    select count(*) as lines, coalesce(sum(is_closed), 0) as closed, coalesce(sum(stays), 0) as stays, max(number) as last
    from (select e.rowid as number, ${STAYS} as stays, exists (select 1 from hours_statements s where s.is_in_force = 1
        and e.state = 'approved' and e.worked_on between s.from_day and s.until_day) as is_closed
      from hours_entries e indexed by hours_entries_import
      where e.import_id = ${id} and e.rowid > ${after} order by e.rowid limit ${most})`.execute(db)
  const { lines, closed, stays, last } = rows[0]!
  return { lines, closed, corrected: stays - closed, last }
}

/** The next lines go. @returns the row number of the last one that was looked at, undefined at the end. */
export async function takeBackLines(
  tx: Handle,
  id: string,
  after: number,
  most: number,
): Promise<{ last: number; kept: number } | undefined> {
  const { rows } = await sql<{ number: number; stays: number }>`
    select e.rowid as number, ${STAYS} as stays from hours_entries e indexed by hours_entries_import
    where e.import_id = ${id} and e.rowid > ${after} order by e.rowid limit ${most}`.execute(tx)
  if (rows.length === 0) return undefined
  const gone = rows.filter(({ stays }) => stays === 0).map(({ number }) => number)
  await sql`delete from hours_entries where rowid in ${inList(gone)}`.execute(tx)
  return { last: rows.at(-1)!.number, kept: rows.length - gone.length }
}

/** The columns in which something of a person is noted; a test compares them with the schema. */
export const NOTED_OF_PEOPLE: readonly (readonly [table: string, column: string])[] = [
  ['hours_entries', 'person_id'],
  ['hours_links', 'person_id'],
  ['hours_timers', 'person_id'],
  ['usual_hours', 'person_id'],
  ['trips', 'person_id'],
  ['attestations', 'person_id'],
  ['gathered_attestations', 'person_id'],
  ['volunteer_skills', 'person_id'],
  ['cec_files', 'person_id'],
  ['applications', 'person_id'],
  ['held_answers', 'person_id'],
  ['enquiries', 'person_id'],
  ['offer_invitations', 'person_id'],
  ['offer_contacts', 'person_id'],
  ['offers', 'contact_id'],
  ['offer_messages', 'person_id'],
  ['offer_reports', 'person_id'],
  ['testimonials', 'person_id'],
  ['typed_offers', 'person_id'],
  ['help_requests', 'person_id'],
  ['given_roles', 'person_id'],
  ['limited_roles', 'person_id'],
  ['team_members', 'person_id'],
  ['privacy_requests', 'person_id'],
  ['consents', 'person_id'],
  ['sessions', 'person_id'],
  ['tokens', 'person_id'],
]

const nothingIn = (table: string, column: string) =>
  sql`not exists (select 1 from ${sql.table(table)} x where ${sql.ref(`x.${column}`)} = m.id)`

/** People whom this file added, and of whom nothing is there but that. */
const UNTOUCHED = sql`m.version = 1 and m.password_hash is null and m.last_seen_on is null and m.invited_at is null
  and m.team_note = '' and ${sql.join(
    [...NOTED_OF_PEOPLE, ['events', 'subject_id'] as const].map(([table, column]) => nothingIn(table, column)),
    sql` and `,
  )} and not exists (select 1 from people_roles x where x.person_id = m.id and x.role <> 'volunteer')`

/** @returns the number of the last person looked at, undefined at the end. */
export async function takeBackPeople(
  tx: Handle,
  id: string,
  after: number,
  most: number,
): Promise<{ last: number; kept: number } | undefined> {
  const { rows } = await sql<{ number: number; person_id: string | null; goes: number }>`
    select p.number, p.person_id, coalesce((select ${UNTOUCHED} from people m where m.id = p.person_id), 0) as goes
    from import_people p where p.import_id = ${id} and p.number > ${after} and p.is_made = 1
    order by p.number limit ${most}`.execute(tx)
  if (rows.length === 0) return undefined
  const gone = rows.flatMap(({ person_id, goes }) => (goes === 1 && person_id !== null ? [person_id] : []))
  await tx.deleteFrom('people').where('id', 'in', inList(gone)).execute()
  const kept = rows.filter(({ person_id, goes }) => goes === 0 && person_id !== null).length
  return { last: rows.at(-1)!.number, kept }
}

/** Rows of files sent before `before` go, and then the names in them; files of which nothing was made go whole. */
export async function forgetFiles(tx: Handle, before: string, most: number): Promise<number> {
  const { rows } = await sql<{ id: string; is_whole: number }>`
    select id, state in ('checking', 'ready', 'undone') as is_whole from imports indexed by imports_created
    where created_at < ${before} and forgotten_at is null and state not in ('taking', 'undoing') limit 1`.execute(tx)
  const [old] = rows
  if (!old) return 0
  const gone = await sql`delete from import_rows where import_id = ${old.id} and line in
    (select line from import_rows where import_id = ${old.id} limit ${most})`.execute(tx)
  if (Number(gone.numAffectedRows ?? 0) > 0) return 1
  const people =
    await sql`update import_people set name_key = '#' || number, given_name = '', family_name = '', email = '',
      phone = '', joined_on = null
    where import_id = ${old.id} and number in (select number from import_people
      where import_id = ${old.id} and name_key <> '#' || number limit ${most})`.execute(tx)
  if (Number(people.numAffectedRows ?? 0) > 0) return 1
  if (old.is_whole === 1) {
    const used = sql`exists (select 1 from hours_entries e where e.import_id = ${old.id})`
    await sql`delete from imports where id = ${old.id} and not ${used}`.execute(tx)
  }
  await updateImport(tx, old.id, { forgotten_at: before })
  return 1
}

/** What stands in files about somebody who is erased. The index of a file is read whole: some milliseconds. */
export async function forgetPersonInFiles(tx: Handle, personId: string): Promise<void> {
  await sql`delete from import_rows where (import_id, line) in (select r.import_id, r.line from import_people p
    join import_rows r indexed by import_rows_twins on r.import_id = p.import_id and r.party = p.number
    where p.person_id = ${personId})`.execute(tx)
  await sql`update import_people set name_key = '#' || number, given_name = '', family_name = '', email = '', phone = '',
    joined_on = null, person_id = null where person_id = ${personId}`.execute(tx)
}
